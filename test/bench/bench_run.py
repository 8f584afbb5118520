# How programs are started for the benchmark, and where they are.
import contextlib
import glob
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else os.path.join(HERE, "../../build")
BENCH = os.path.join(BUILD, "bench")
GUARD = os.path.join(BUILD, "libsigguard.so")
HELPER = os.path.join(BUILD, "sigguard-symbolize")
QUICK = os.environ.get("QUICK") == "1"
OUTPUT = os.path.join(BENCH, "output")

# Nothing from outside that the loader or the guard would read, and no server that a tool might ask for debug information.
CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}


def program(name):
    return os.path.join(BENCH, name)


def preload(*libraries, **settings):
    """The variant's settings, or None when this machine has no such library."""
    if not all(os.path.exists(library) for library in libraries):
        return None
    return dict(settings, LD_PRELOAD=":".join(libraries)) if libraries else settings


def found(pattern):
    return (sorted(glob.glob(pattern)) or [pattern])[0]


def preloads():
    """Libraries that are preloaded into others' services, each beside the guard."""
    return {name: settings for name, settings in {
        "no preload": preload(),
        "sigguard": preload(GUARD),
        "sigguard, dormant": preload(GUARD, SIGGUARD_ONLY="another"),
        "an empty library": preload(program("empty.so")),
        "libjsig": preload(found("/usr/lib/jvm/default-java/lib/libjsig.so")),
        "like libSegFault": preload(program("raw.so")),
        "linked to libunwind": preload(program("unwind.so")),
        "linked to libunwind and libdw": preload(program("unwind_dw.so")),
        "jemalloc": preload(found("/usr/lib/*/libjemalloc.so.2")),
        "heaptrack": preload(found("/usr/lib/*heaptrack/libheaptrack_preload.so"), DUMP_HEAPTRACK_OUTPUT="/dev/null"),
    }.items() if settings is not None}


def rounds(count):
    return max(3, count // 8) if QUICK else count


def turns(group, count, variants, scale=1e6):
    """Variants are name: (settings, command); their times from start or mark to death, by turns."""
    arguments = []
    for settings, command in variants.values():
        arguments += ["--"] + ["%s=%s" % entry for entry in settings.items()] + command
    lines = subprocess.run([program("turns"), str(count)] + arguments, env=dict(CLEAN, OUTPUT=OUTPUT), check=True,
                           stdout=subprocess.PIPE).stdout.decode().splitlines()
    for line in lines:
        for name, taken in zip(variants, line.split()):
            group.add(name, int(taken) / scale)


def ask(settings, command):
    """The number that a program prints."""
    done = subprocess.run(command, env=dict(CLEAN, **settings), check=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return float(done.stdout)


def by_turns(group, count, variants, scale=1):
    """Variants are name: (settings, command), and print what was measured in them; who is first changes."""
    names = list(variants)
    for turn in range(count):
        for i in range(len(names)):
            name = names[(turn + i) % len(names)]
            group.add(name, ask(*variants[name]) / scale)


@contextlib.contextmanager
def waiting(settings, command):
    """A program that has said that it is ready, with its pid."""
    process = subprocess.Popen(command, env=dict(CLEAN, **settings), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    try:
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError("%s is not ready" % command[0])
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
