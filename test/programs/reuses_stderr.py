# A child has something of its own as descriptor 2, meets SIGHUP and crashes; then this shows what has got there: KIND FILE.
import os, signal, socket, sys

kind, path = sys.argv[1:]
if kind == "connection":
    server = socket.create_server(("127.0.0.1", 0))
    own = socket.create_connection(server.getsockname()).detach()
    reader = server.accept()[0].detach()
elif kind == "pipe":
    reader, own = os.pipe()
else:
    flags = {"file": os.O_RDWR, "log": os.O_WRONLY, "appended": os.O_RDWR | os.O_APPEND}[kind]
    own = os.open(path, flags | os.O_CREAT | os.O_TRUNC, 0o600)
    reader = os.open(path, os.O_RDONLY)
child = os.fork()
if child == 0:
    os.dup2(own, 2)
    os.write(2, b"the program's own")
    signal.raise_signal(signal.SIGHUP)
    os.kill(os.getpid(), signal.SIGSEGV)
os.close(own)
status = os.waitpid(child, 0)[1]
while data := os.read(reader, 65536):
    sys.stdout.write(data.decode())
sys.stdout.flush()
sys.exit(os.WTERMSIG(status))
