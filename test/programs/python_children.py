"""Starts COUNT children by every way that CPython has, tells their signals and its own, and crashes if asked to."""
import os
import signal
import subprocess
import sys

COUNT = int(sys.argv[1])
LOOK = ["sed", "-n", r"/^Sig\(Ign\|Cgt\|Blk\)/p", "/proc/self/status"]
GUARDED = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE)


def run(**how):
    return subprocess.run(LOOK, stdout=subprocess.PIPE, text=True, check=True, **how).stdout.split()


def spawn(**how):
    reader, writer = os.pipe()
    pid = os.posix_spawn("/usr/bin/sed", LOOK, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1)], **how)
    os.close(writer)
    with open(reader) as pipe:
        return pipe.read().split(), os.waitpid(pid, 0)[1]


def reset_all():
    for number in GUARDED:
        signal.signal(number, signal.SIG_DFL)


def ask_for_handlers():
    for number in GUARDED:
        signal.signal(number, lambda *_: None)


WAYS = {
    "vfork": lambda: run(),
    "vfork, signals kept": lambda: run(restore_signals=False),
    "vfork, new session": lambda: run(start_new_session=True),
    "fork": lambda: run(preexec_fn=lambda: None),
    "fork, signals kept": lambda: run(preexec_fn=lambda: None, restore_signals=False),
    "fork, all reset": lambda: run(preexec_fn=reset_all),
    "fork, handlers": lambda: run(preexec_fn=ask_for_handlers),
    "posix_spawn": lambda: spawn(),
    "posix_spawn, four reset": lambda: spawn(setsigdef=GUARDED),
    "posix_spawn, all reset, one blocked": lambda: spawn(setsigdef=range(1, 32), setsigmask=[signal.SIGUSR1]),
}


def own():
    """What this process has, asked of Python, and of the kernel for the signals that the guard leaves alone."""
    with open("/proc/self/status") as status:
        kernel = [line.split()[1] for line in status if line.startswith(("SigIgn", "SigBlk"))]
    return [str(signal.getsignal(number)) for number in GUARDED + (signal.SIGXFSZ, signal.SIGTERM)], kernel


for when in ("at the start", "with handlers"):
    if when == "with handlers":
        ask_for_handlers()
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    before = own()
    for name, way in WAYS.items():
        seen = {str(way()) for _ in range(COUNT)}
        print(when, name, seen)
    print("nothing changed here:", own() == before)
sys.stdout.flush()
if len(sys.argv) > 2:
    os.kill(os.getpid(), signal.SIGSEGV)
