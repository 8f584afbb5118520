# Python with Go libraries in it: go_host.py WHAT LIBRARY...; each is loaded and used, then WHAT is done, then they are used again.
import ctypes
import os
import signal
import socket
import sys

what = sys.argv[1]
libraries = [ctypes.CDLL(path) for path in sys.argv[2:]]


def work():
    for library in libraries:
        print("works:", library.go_work(), flush=True)


work()
if what == "writes":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # what scripts do that write into pipes
    ours, theirs = socket.socketpair()
    theirs.close()
    for library in libraries:
        print("go write:", os.strerror(library.go_write(ours.fileno())), flush=True)
    try:
        os.write(ours.fileno(), b"x")
    except BrokenPipeError as error:
        print("python write:", error.strerror, flush=True)
elif what == "own-fault":
    ctypes.string_at(16)
elif what == "abort":
    os.abort()
elif what.startswith("go_"):
    getattr(libraries[-1], what)()
work()
sys.exit(7)
