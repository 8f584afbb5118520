# The rows of large programs: names, lines and inlined functions beside other tools, warm and cold; measured as in names.
import ctypes
import importlib.machinery
import mmap
import os
import re
import resource
import shutil
import subprocess
import time

from bench_result import Group
from bench_run import CLEAN, GUARD, HELPER, HERE, QUICK, program, rounds

os.environ["ONLY"] = ""  # names then measures nothing by itself
names = importlib.machinery.SourceFileLoader("names", os.path.join(HERE, "names")).load_module()

SETTINGS = {"REPORT": "1", "GUARD": GUARD, "SIGGUARD_TIMEOUT_MS": "20000"}
AIMS = {"small": None, "large": 20, "clang": 30, "packed": None}
TITLES = {"small": "A C++ program with little debug information", "large": "A large C++ program by g++",
          "clang": "The same by clang, without .debug_aranges", "packed": "The one by g++, with compressed DWARF"}


def guard_report(folder):
    return names.measure(folder, "sigguard", ["./program"], **SETTINGS)


def compare(name, count):
    folder = names.build(name)
    kind = "small" if name == "small" else "large"
    wanted = names.truth(kind)
    inlined = sum(entry[2] for entry in wanted)
    megabytes = names.debug_megabytes(os.path.join(folder, "program"))
    group = Group("names-" + name, TITLES[name] + ", to the report's end", "ms",
                  "%.3g MB of debug information in the file; %d functions and %d inlined ones on the stack. Other tools read a "
                  "core or addresses." % (megabytes, len(wanted) - inlined, inlined))
    group.logarithmic = True
    variants = {"sigguard": None, "idle helper": ([HELPER, "--version"], None)}
    variants.update(names.tools(folder, names.addresses_of(guard_report(folder)[3])))
    most, good = {}, {}
    for turn in range(count):
        for tool, what in variants.items():
            if turn > 0 and group.samples[tool][0] > 1000:
                continue
            if what is None:
                taken, _, peak, text = guard_report(folder)
            else:
                taken, _, peak, text = names.measure(folder, tool.replace(" ", "-"), what[0])
            group.add(tool, taken)
            most[tool] = max(peak / 1024, most.get(tool, 0))
            find = names.own_frames if what is None else what[1]
            good[tool] = names.right(find(text), kind) if find else None
    for tool in variants:
        group.lines.append("%s: %s, %.1f MiB" % (
            tool, "%d functions and %d inlined ones right" % good[tool] if good[tool] else "no names", most[tool]))
    rows(group, name, most, good, (len(wanted) - inlined, inlined))
    return group


def rows(group, name, most, good, everything):
    if name == "small":
        return
    text = {"large": "crash in 390 MB of DWARF", "clang": "the same by clang, no .debug_aranges",
            "packed": "the same by g++, compressed"}[name]
    aim = AIMS[name]
    group.row(group.key, text, "sigguard", "eu-stack", "at most %d ms" % aim if aim else "", **({"below": aim} if aim else {}))
    group.row(group.key + "-gdb", text, "sigguard", "gdb", "at least 250× faster" if name == "large" else "",
              **({"times": 250} if name == "large" else {}))
    if name == "large":
        group.row(group.key + "-eu-stack", text, "sigguard", "eu-stack", "at least 10× faster", times=10)
    if name == "packed":
        group.row(group.key + "-death", text + ", report", "sigguard", "sigguard", "within the budget of 5000 ms", below=5000)
    for tool in ("addr2line", "eu-addr2line", "llvm-symbolizer"):
        group.row("", text, "sigguard", tool)
    fact(group, group.key + "-quality", text + ", right functions + inlined", "%d + %d" % good["sigguard"],
         "gdb: %d + %d, eu-stack: %d + %d" % (good["gdb"] + good["eu-stack"]), "all: %d + %d" % everything,
         good["sigguard"] == everything)
    fact(group, group.key + "-memory", text + ", helper's memory", "%.1f MiB" % most["sigguard"],
         "gdb: %.0f MiB, eu-stack: %.0f MiB" % (most["gdb"], most["eu-stack"]), "under 32 MiB", most["sigguard"] < 32)


def fact(group, key, text, ours, theirs, aim, met):
    group.rows.append({"key": key, "row": text, "guard": ours, "peer": theirs, "ratio": "-", "aim": aim,
                       "met": "yes" if met else "no"})


def last_name(folder):
    """Milliseconds from the crash until each frame of main and its callees has been printed with a name."""
    with subprocess.Popen(["./program"], cwd=folder, env=dict(CLEAN, LD_PRELOAD=GUARD, SIGGUARD_TIMEOUT_MS="20000"),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        named = 0
        for line in process.stderr:
            if re.search(rb"stage_\d|\bmain\b", line):
                named = time.monotonic_ns()
            if re.match(rb"\s+#\d+\s+main\b", line):
                break
        process.stderr.read()
        return (named - int(process.stdout.readline())) / 1e6


def packed_names():
    folder = names.build("packed")
    group = Group("names-packed-first", "Compressed DWARF: until the names of all frames are printed", "ms")
    for _ in range(rounds(8)):
        group.add("sigguard", last_name(folder))
    group.row(group.key, "the same by g++, compressed, names of all frames", "sigguard", "sigguard", "at most 10 ms", below=10)
    return group


def large():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    groups = [compare(name, 3 if QUICK else 9) for name in AIMS]
    return groups + [packed_names(), by_debug_information()]


def thin():
    """The large program's own units without the copies beside them: the same stack, a twentieth of the debug information."""
    folder = os.path.join(names.BENCH, "thin")
    mark, wanted = os.path.join(folder, "made-of"), os.path.join(names.build("large"), "made-of")
    if not os.path.exists(mark) or open(mark).read() != open(wanted).read():
        names.run(os.path.join(HERE, "names-build"), folder, "large", "g++", "0")
        shutil.copy(wanted, mark)
    return folder


def by_debug_information():
    group = Group("growth-dwarf", "Crash time by debug information", "ms", "To the end of the report; the stack is the same.")
    folders = {"%.0f MB" % names.debug_megabytes(os.path.join(one, "program")): one for one in (thin(), names.build("large"))}
    for turn in range(rounds(16)):
        for size in sorted(folders, reverse=turn % 2 == 1):
            group.add(size, guard_report(folders[size])[0])
    group.samples = {size: group.samples[size] for size in folders}
    group.sizes = [int(size.split()[0]) for size in folders]
    group.row("growth-dwarf", "crash with 20 times the debug information", *list(folders)[::-1], "flat: at most 1.1×", most=1.1)
    return group


def evict(files):
    for file in files:
        with open(file, "rb") as one:
            os.fsync(one.fileno())
            os.posix_fadvise(one.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def resident(file):
    """Runs of pages that are in memory: (offset, length)"""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(file, "rb") as one:
        with mmap.mmap(one.fileno(), 0, access=mmap.ACCESS_COPY) as view:
            count = (len(view) + 4095) // 4096
            seen = (ctypes.c_ubyte * count)()
            first = ctypes.c_char.from_buffer(view)
            failed = libc.mincore(ctypes.c_void_p(ctypes.addressof(first)), ctypes.c_size_t(len(view)), seen)
            del first
    if failed:
        raise OSError(ctypes.get_errno(), "mincore")
    runs = []
    for page in range(count):
        if seen[page] & 1:
            if runs and runs[-1][0] + runs[-1][1] == page * 4096:
                runs[-1][1] += 4096
            else:
                runs.append([page * 4096, 4096])
    return runs


def read_again(files, runs):
    """The milliseconds that reading these pages from the disk takes, with nothing else to do."""
    evict(files)
    taken = 0
    for file, of in zip(files, runs):
        with open(file, "rb", buffering=0) as one:
            os.posix_fadvise(one.fileno(), 0, 0, os.POSIX_FADV_RANDOM)  # these pages and no others
            started = time.monotonic_ns()
            for offset, length in of:
                os.pread(one.fileno(), length, offset)
            taken += time.monotonic_ns() - started
    return taken / 1e6


def cold():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = names.build("large")
    files = [os.path.join(folder, "program"), GUARD]
    group = Group("cold", "390 MB of DWARF, nothing of the program or the guard in memory", "ms",
                  "The program, its core and the guard's library are taken out of the page cache before each run; libc is not. "
                  "Reading: the pages that a report brought into memory, read again alone.")
    group.logarithmic = True
    tools = names.tools(folder, [])
    for turn in range(2 if QUICK else 5):
        evict(files)
        group.add("sigguard", guard_report(folder)[0])
        runs = [resident(file) for file in files]
        group.add("reading its pages", read_again(files, runs))
        for tool in ("eu-stack", "gdb"):
            if tool in tools and (turn == 0 or group.samples[tool][0] < 1000):
                evict(files + [os.path.join(folder, "core")])
                group.add(tool, names.measure(folder, tool, tools[tool][0])[0])
    group.lines.append("pages that a report needs: %.1f MiB in %d pieces" % (
        sum(length for of in runs for _, length in of) / 1048576, sum(map(len, runs))))
    group.row("cold", "crash in 390 MB of DWARF, cold", "sigguard", "reading its pages", "nearest to reading: at most 2×", most=2)
    for tool in ("eu-stack", "gdb"):
        group.row("", "crash in 390 MB of DWARF, cold", "sigguard", tool)
    return [group]
