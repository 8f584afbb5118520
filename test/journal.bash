# A stand-in for journald, where the real one is not the matter.

# A Python program: it binds its socket, runs a command, writes each entry that comes to a file.
# shellcheck disable=SC2034 # for who loads it
FAKE_JOURNAL='
import os, socket, subprocess, sys, threading
os.makedirs("/run/systemd/journal")
journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.bind("/run/systemd/journal/socket")
def read():
    with open(sys.argv[1], "wb", buffering=0) as file:
        while (entry := journal.recv(1 << 20)) != b"end":
            file.write(entry + b"\n")
reader = threading.Thread(target=read)
reader.start()
subprocess.run(sys.argv[2:], restore_signals=False)
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"end", "/run/systemd/journal/socket")
reader.join()
'
