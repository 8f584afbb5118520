# The rows of a crash: a small program beside what other libraries and tools do about it, its threads, and how time grows.
import os
import re
import subprocess

from bench_result import Group
from bench_run import BENCH, CLEAN, GUARD, HELPER, OUTPUT, QUICK, preload, program, rounds, turns, waiting

SETTINGS = {"SIGGUARD_TIMEOUT_MS": "20000"}


def crash(frames=8, threads=1, mib=1, which="crash"):
    return [program(which), str(frames), str(threads), str(mib)]


def guarded():
    return preload(GUARD, **SETTINGS)


def says(settings, command):
    """How many of the program's functions a report names, and how many of them with their line."""
    subprocess.run([program("turns"), "1", "--"] + ["%s=%s" % entry for entry in settings.items()] + command,
                   env=dict(CLEAN, OUTPUT=OUTPUT), check=True, stdout=subprocess.DEVNULL)
    with open(OUTPUT, errors="replace") as report:
        text = report.read()
    return (len(set(re.findall(r"descend(<\d+>|Il?i?\d+E)", text))) or text.count("descend"),
            len(re.findall(r"(?:crash\.cc|panic\.rs)(?:\", line |:)\d+", text)), text)


def make_core(folder):
    subprocess.run(["gdb", "-nx", "-batch", "-ex", "run", "-ex", "generate-core-file core", "--args"] + crash(), cwd=folder,
                   env=CLEAN, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return os.path.join(folder, "core")


def small():
    group = Group("crash-small", "A small program, from the crash to its death with a report", "ms",
                  "Tools that look from outside: their whole run, on the waiting program, its addresses or its core.")
    group.logarithmic = True
    report = says(guarded(), crash())[2]
    addresses = ["0x%x" % (int(text, 16) - (i > 0)) for i, text in enumerate(re.findall(r"#\d+ .*crash\+0x(\w+)", report))]
    core = make_core(BENCH)
    with waiting({}, crash() + ["wait"]) as pid:
        variants = {
            "sigguard": (guarded(), crash()),
            "no handler": ({}, crash()),
            "an idle static helper": (preload(program("idle.so"), IDLE_HELPER=HELPER), crash()),
            "like libSegFault": (preload(program("raw.so")), crash()),
            "abseil": ({}, crash(which="crash_abseil")),
            "glog": ({}, crash(which="crash_glog")),
            "Rust's std": ({"RUST_BACKTRACE": "1"}, [program("panic")]),
            "backward-cpp": ({}, crash(which="crash_backward")),
            "Boost.Stacktrace": ({}, crash(which="crash_boost")),
            "addr2line": ({}, ["addr2line", "-e", program("crash"), "-f", "-C", "-i"] + addresses),
            "eu-addr2line": ({}, ["eu-addr2line", "-e", program("crash"), "-f", "-C", "-i"] + addresses),
            "eu-stack": ({}, ["eu-stack", "-i", "-s", "-p", str(pid)]),
            "gdb -p": ({}, ["gdb", "-nx", "-batch", "-p", str(pid), "-ex", "bt"]),
            "gdb of the core": ({}, ["gdb", "-nx", "-batch", "-ex", "bt", program("crash"), core]),
        }
        turns(group, rounds(40), variants)
        for name, (settings, command) in variants.items():
            group.lines.append("%s: %d of 8 functions, %d lines of source" % ((name,) + says(settings, command)[:2]))
    os.unlink(core)
    group.row("crash-idle", "crash of a small program", "sigguard", "an idle static helper", "at most 2×", most=2)
    group.row("crash-gdb", "crash of a small program", "sigguard", "gdb -p", "at least 100× faster", times=100)
    for peer in list(variants)[1:]:
        if peer not in ("an idle static helper", "gdb -p"):
            group.row("", "crash of a small program", "sigguard", peer)
    return group


def many_threads():
    group = Group("crash-threads", "The same with 64 threads, all their stacks", "ms")
    with waiting({}, crash(threads=64) + ["wait"]) as pid:
        turns(group, rounds(30), {
            "sigguard, 1 thread": (guarded(), crash()),
            "sigguard": (guarded(), crash(threads=64)),
            "eu-stack": ({}, ["eu-stack", "-i", "-s", "-p", str(pid)]),
            "gdb -p": ({}, ["gdb", "-nx", "-batch", "-p", str(pid), "-ex", "thread apply all bt"]),
        })
    group.row("crash-threads", "crash among 64 threads, all stacks", "sigguard", "sigguard, 1 thread", "at most +5 ms", more=5)
    for peer in ("eu-stack", "gdb -p"):
        group.row("", "crash among 64 threads, all stacks", "sigguard", peer)
    return group


def crashes():
    return [small(), many_threads()]


def enough_memory(mib):
    with open("/proc/meminfo") as info:
        return int(re.search(r"MemAvailable: *(\d+)", info.read()).group(1)) > 2 * mib * 1024


def grow(key, title, unit, sizes, command_of, count):
    """Until the end of the report: what the kernel needs to take a large process away is not the guard's."""
    group = Group(key, title, "ms", "To the end of the report.")
    group.sizes = sizes
    for turn in range(count):
        for i in range(len(sizes)):
            size = sizes[(turn + i) % len(sizes)]
            said = subprocess.run([program("measure"), OUTPUT] + command_of(size) + ["tell"], stdout=subprocess.PIPE, check=True,
                                  env=dict(CLEAN, REPORT="1", GUARD=GUARD, **SETTINGS)).stdout
            group.add("%d %s" % (size, unit), float(said.split()[0]))
    return group


def growth():
    memory = grow("growth-memory", "Crash time by resident memory", "MiB",
                  [size for size in (10, 100, 1000, 4000) if enough_memory(size) and not (QUICK and size > 1000)],
                  lambda size: crash(mib=size), rounds(8))
    last = list(memory.samples)[-1]
    memory.row("growth-memory", "crash with %s resident" % last, last, "10 MiB", "flat: at most 1.1×", most=1.1)
    threads = grow("growth-threads", "Crash time by threads", "threads", [1, 4, 16, 64, 256],
                   lambda size: crash(threads=size), rounds(16))
    linear(threads, "crash among 256 threads", (1, 64, 256), "threads")
    frames = grow("growth-frames", "Crash time by frames", "frames", [2, 8, 32, 128, 250],
                  lambda size: crash(frames=size), rounds(16))
    linear(frames, "crash 250 frames deep", (2, 128, 250), "frames")
    return [memory, threads, frames]


def linear(group, text, sizes, unit):
    """A step's cost in the upper half beside that in the lower one."""
    each = Group(group.key, group.title, "ms")
    for low, middle, high in zip(*(group.samples["%d %s" % (size, unit)] for size in sizes)):
        each.add("from %d to %d" % sizes[1:], (high - middle) / (sizes[2] - sizes[1]))
        each.add("from %d to %d" % sizes[:2], (middle - low) / (sizes[1] - sizes[0]))
    each.row(group.key, text + ", each of them", *each.samples, "linear: at most 1.25×", most=1.25)
    group.rows = each.rows
