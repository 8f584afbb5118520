# Crashes many builds of a few programs and compares each frame of the report with gdb: names, inlining, file and line.
#
#   corpus.py BUILD-DIRECTORY SCRATCH [all]     "all": every build; without it a selection that covers each kind
#
# gdb looks at the plain build. The other variants have the same code, so what they must show is known from it: all of it
# where debug information can be found, function names where there is a symbol table, never a wrong name anywhere.
# A Go program prints a traceback of its own when it dies: that is compared as well.
import collections
import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from frame_names import bare  # noqa: E402

BUILD, SCRATCH = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ALL = sys.argv[3:] == ["all"]
PATIENCE = int(os.environ.get("PATIENCE", "1"))  # as in helper.bash
TIME_LIMIT = 300 * PATIENCE
DEBUG_ROOT = "/usr/lib/debug"  # an empty directory is mounted there for the time of the test

LANGUAGES = {
    "c": (["shapes.c", "visit.c"], ["visit", "sort"]),
    "cc": (["orders.cc", "sum.cc"], ["sum", "add"]),
    "long": (["routes.cc", "travel.cc"], ["travel", "leave", "nested"]),
    "rs": (["parts.rs"], ["each", "heaviest"]),
    "d": (["scales.d"], ["each", "heaviest", "sum"]),
    "go": (["parts.go", "parts_cgo.go"], ["each", "heaviest"]),
}
COMPILERS = {("c", "gcc"): "gcc", ("c", "clang"): "clang", ("cc", "gcc"): "g++", ("cc", "clang"): "clang++",
             ("long", "gcc"): "g++", ("long", "clang"): "clang++", ("rs", "rustc"): "/usr/bin/rustc",
             ("d", "gdc"): "gdc-12", ("go", "gc"): "go"}
# Ways to build, beside the plain one.
WAYS = {"lto": {"gcc": ["-flto"], "clang": ["-flto", "-fuse-ld=lld"], "rustc": ["-C", "lto=fat"]},
        "nofp": {"gcc": ["-fomit-frame-pointer"], "clang": ["-fomit-frame-pointer"]}}
LEVELS = ["0", "1", "2", "3", "s"]
FULL = ["plain", "moved", "package", "debuglink", "checksum", "buildid", "shared", "supplement", "zlib", "zlibgnu"]
NAMES = ["mini", "symtab"]
VARIANTS = FULL + NAMES + ["dynsym"]
# What the report must say of where a variant's names came from, and the end of the file's name.
SOURCES = {
    "plain": [("DWARF", "")], "zlib": [("DWARF", "")], "zlibgnu": [("DWARF", "")],
    "moved": [("DWARF", ""), ("split DWARF", "")],
    "package": [("DWARF", ""), ("split DWARF", "program.dwp")],
    "debuglink": [("DWARF", "/debuglink/program.debug")], "checksum": [("DWARF", "/checksum/program.debug")],
    "buildid": [("DWARF", ".debug")],
    "shared": [("DWARF", ""), ("shared DWARF", ".dwz")],
    "supplement": [("DWARF", ""), ("shared DWARF", ".sup")],
    "mini": [(".gnu_debugdata", "")], "symtab": [(".symtab", "")], "dynsym": [(".dynsym", "")],
}

Base = collections.namedtuple("Base", "language compiler level dwarf pie way")


def title(base):
    return "%s-%s-O%s-dwarf%s-%s" % base[:5] + (base.way and "-" + base.way)


def bases():
    """Builds of the programs; what is taken for a short run has each value with each other one at least once."""
    every = []
    for number, (language, compiler) in enumerate(COMPILERS):
        for at, level in enumerate(LEVELS):
            for dwarf in ("4", "5"):
                for pie in ("pie", "nopie"):
                    short = (number + at + (dwarf == "5") + 2 * (pie == "pie")) % 4 == 0
                    if language == "rs" and (dwarf == "5" or pie == "nopie"):
                        continue  # 1.63 writes DWARF 4, position-independent
                    if language == "rs":
                        short = level in "03"
                    if language == "go":
                        if level not in "02" or dwarf == "5":
                            continue  # there are two levels, and 1.19 writes DWARF 4
                        short = (level == "0") == (pie == "pie")
                    if ALL or short:
                        every.append(Base(language, compiler, level, dwarf, pie, ""))
        for way in WAYS:
            for at, level in enumerate(LEVELS):
                for dwarf in ("4", "5"):
                    short = level == "02"[way == "lto"] and (number + (way == "lto")) % 2 == (dwarf == "5")
                    if compiler in WAYS[way] and not (language == "rs" and dwarf == "5") and (ALL or short):
                        every.append(Base(language, compiler, level, dwarf, "pie", way))
    return every


def variants(base):
    for variant in VARIANTS:
        if base.language == "rs" and variant in ("moved", "package", "dynsym"):
            continue
        if base.language == "go" and variant in ("moved", "package", "shared", "mini"):
            continue  # there is no split form, dwz does not know compressed sections, and nothing is in .dynsym
        if base.way == "lto" and variant in ("moved", "package"):
            continue  # neither compiler makes .dwo files then, unless the linker is told where
        if variant == "supplement" and base.dwarf == "4":
            continue
        if variant == "package" and base.compiler in ("gcc", "gdc") and base.dwarf == "5":
            continue  # the dwp of binutils 2.40 makes an empty package of them, that of LLVM 14 does not end
        if variant in ("shared", "supplement") and base.compiler == "clang" and base.dwarf == "5":
            continue  # dwz does not know .debug_addr
        yield variant


def run(*command, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIME_LIMIT,
                          **options)
    if done.returncode:
        raise SystemExit("%s failed:\n%s" % (" ".join(command), done.stdout.decode(errors="replace")))
    return done.stdout.decode(errors="replace")


def folder(base, variant):
    return os.path.join(SCRATCH, title(base), variant)


def program(base, variant):
    return os.path.join(folder(base, variant), "program")


def compile_base(base, variant):
    to = folder(base, variant)
    os.makedirs(to, exist_ok=True)
    sources = [os.path.join(HERE, name) for name in LANGUAGES[base.language][0]]
    command = [COMPILERS[base.language, base.compiler], *(WAYS[base.way][base.compiler] if base.way else [])]
    if base.language == "rs":
        command += ["-g", "-C", "opt-level=" + base.level, "-C", "panic=abort", "-o", program(base, variant)]
        run(*command, *sources, cwd=to)
        return
    if base.language == "go":
        flags = ["-gcflags=-N -l"] if base.level == "0" else []
        if base.pie == "pie":
            flags += ["-buildmode=pie"]
        flags += ["-ldflags=-linkmode=external -extldflags=-Wl,--build-id=sha1", "-o", program(base, variant)]
        run(*command, "build", *flags, *sources, cwd=HERE,
            env={**os.environ, "GOCACHE": os.path.join(BUILD, "go"), "GOFLAGS": "-trimpath"})
        return
    command += ["-gdwarf-" + base.dwarf, "-O" + base.level, "-rdynamic", "-Wl,--build-id=sha1"]
    command += ["-fPIE", "-pie"] if base.pie == "pie" else ["-fno-pie", "-no-pie"]
    if variant == "split":
        command += ["-gsplit-dwarf"]
    objects = []
    for source in sources:
        objects.append(os.path.splitext(os.path.basename(source))[0] + ".o")
        run(*command, "-c", "-o", objects[-1], source, cwd=to)
    run(*command, "-o", "program", *objects, cwd=to)


def copy(base, variant, *command):
    """A variant that one command makes of the plain program."""
    os.makedirs(folder(base, variant), exist_ok=True)
    run(*command, "-o" if command[0] == "strip" else program(base, "plain"),
        program(base, variant), *([program(base, "plain")] if command[0] == "strip" else []))


def link_debug(base, variant, of):
    """Debug information in program.debug, found by its name."""
    debug = program(base, variant) + ".debug"
    os.makedirs(folder(base, variant), exist_ok=True)
    run("objcopy", "--only-keep-debug", of, debug)
    run("objcopy", "--strip-all", "--add-gnu-debuglink=program.debug", of, program(base, variant),
        cwd=folder(base, variant))


def make_split(base):
    """.dwo files beside the program, and a package of them: each where the other's are not."""
    compile_base(base, "split")
    os.makedirs(folder(base, "package"))
    shutil.copy(program(base, "split"), program(base, "package"))
    objects = sorted(name for name in os.listdir(folder(base, "split")) if name.endswith(".dwo"))
    if "package" in variants(base):
        run("dwp" if base.dwarf == "4" else "llvm-dwp", "-o", program(base, "package") + ".dwp",
            *[os.path.join(folder(base, "split"), name) for name in objects])
    # the compiler's directory, whose name is in both programs, is left without them
    os.rename(folder(base, "split"), folder(base, "moved"))


def make_mini(base):
    """As gdb's manual makes it: functions that .dynsym does not have."""
    def names(*options):
        lines = run("nm", *options, "--format=posix", "--defined-only", program(base, "plain")).splitlines()
        return {line.split()[0] for line in lines if line.split()[1] in "TtD"}
    os.makedirs(folder(base, "mini"), exist_ok=True)
    table = program(base, "mini") + ".symbols"
    keep = table + ".keep"
    with open(keep, "w") as file:
        file.writelines(name + "\n" for name in sorted(names() - names("-D")))
    run("objcopy", "--only-keep-debug", program(base, "plain"), table)
    run("objcopy", "--strip-all", "--keep-symbols=" + keep, "--remove-section=.comment", table)
    run("xz", "--force", table)
    run("objcopy", "--strip-all", "--add-section", ".gnu_debugdata=" + table + ".xz", program(base, "plain"),
        program(base, "mini"))


def make_variants(base):
    compile_base(base, "plain")
    plain = program(base, "plain")
    wanted = list(variants(base))
    if "moved" in wanted:
        make_split(base)
    link_debug(base, "debuglink", plain)
    without_id = os.path.join(folder(base, "plain"), "without_id")
    run("objcopy", "--remove-section=.note.gnu.build-id", plain, without_id)
    link_debug(base, "checksum", without_id)
    copy(base, "zlib", "objcopy", "--compress-debug-sections=zlib")
    copy(base, "zlibgnu", "objcopy", "--compress-debug-sections=zlib-gnu")
    copy(base, "symtab", "strip", "-g")
    if "dynsym" in wanted:
        copy(base, "dynsym", "strip", "-s")
    make_mini(base)
    os.makedirs(folder(base, "buildid"), exist_ok=True)
    # another build-id than the other variants have, or all of them would find this file
    identity = hashlib.sha1(title(base).encode()).hexdigest()
    note = os.path.join(folder(base, "buildid"), "note")
    with open(note, "wb") as file:
        file.write(bytes.fromhex("040000001400000003000000") + b"GNU\0" + bytes.fromhex(identity))
    whole = os.path.join(folder(base, "buildid"), "whole")
    run("objcopy", "--update-section", ".note.gnu.build-id=" + note, plain, whole)
    target = os.path.join(DEBUG_ROOT, ".build-id", identity[:2])
    os.makedirs(target, exist_ok=True)
    run("objcopy", "--only-keep-debug", whole, os.path.join(target, identity[2:] + ".debug"))
    run("objcopy", "--strip-all", whole, program(base, "buildid"))


def make_shared(every):
    """dwz makes one file of what the debug files of all builds have in common."""
    for dwarf, variant, options, suffix in (("4", "shared", [], "dwz"), ("5", "shared", [], "dwz"),
                                            ("5", "supplement", ["--dwarf-5"], "sup")):
        chosen = [base for base in every if base.dwarf == dwarf and variant in variants(base)]
        for base in chosen:
            os.makedirs(folder(base, variant), exist_ok=True)
            shutil.copy(program(base, "plain"), program(base, variant))
        shared = os.path.join(SCRATCH, "shared%s.%s" % (dwarf, suffix))
        if len(chosen) > 1:
            run("dwz", *options, "-m", shared, "-M", shared, *[program(base, variant) for base in chosen])


def crash(base, variant, argument):
    """The report of a guarded crash, and what else was said on stderr."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "LD_PRELOAD": os.path.join(BUILD, "libsigguard.so"),
                   "SIGGUARD_REPORT": "json", "SIGGUARD_THREADS": "crashed", "SIGGUARD_TIMEOUT_MS": str(20000 * PATIENCE)}
    done = subprocess.run([program(base, variant), argument], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, env=environment, cwd=folder(base, variant), timeout=60 * PATIENCE)
    said = done.stderr.decode(errors="replace").splitlines()
    return next((json.loads(line) for line in said if line.startswith("{")), None), said


def ours(report):
    """[kind, name, place, in the program] as truth.py writes them."""
    found = []
    for frame in report["stack"]["frames"]:
        kind = "tail call" if frame["found_by"] == "tail call" else "frame"
        scopes = [frame] + frame.get("inlined_into", [])
        own = os.path.basename(frame.get("module") or "") == "program"
        for at, scope in enumerate(scopes):
            place = scope.get("file") and "%s:%s" % (os.path.basename(scope["file"]), scope["line"])
            last = at == len(scopes) - 1
            found.append([kind if last else "inlined", scope.get("function"), place, own])
        if scopes[-1].get("function") in ("main", "main.main", "D main"):
            break
    return found


def same_name(mine, theirs):
    if mine is None or theirs is None:
        return mine == theirs
    # rustc numbers closures and implementations in its debug information, not in its symbols
    mine, theirs = (re.sub(r"\{+closure(_env)?(#\d+)?\}+", "{closure}", name) for name in (mine, theirs))
    mine, theirs = (bare(re.sub(r"\{impl#\d+\}", "<impl>", name)).strip(":") for name in (mine, theirs))
    return mine == theirs or mine.endswith(("::" + theirs, "." + theirs)) or theirs.endswith("::" + mine)


def compare_full(mine, theirs):
    """The number of frames that agree and the first that does not."""
    for at, frame in enumerate(theirs):
        if at >= len(mine):
            return at, "the report ends before %s" % frame
        if (mine[at][0] == "inlined") != (frame[0] == "inlined") or not same_name(mine[at][1], frame[1]) or \
           (frame[2] and mine[at][2] != frame[2]):
            return at, "the report says %s, gdb %s" % (mine[at][:3], frame[:3])
    return len(theirs), None


def compare_names(mine, theirs, must):
    """Functions that have frames of their own; those of tail calls are only known to DWARF."""
    mine = [frame for frame in mine if frame[0] == "frame"]
    theirs = [frame for frame in theirs if frame[0] == "frame"]
    for at, frame in enumerate(theirs):
        if at >= len(mine):
            return at, "the report ends before %s" % frame
        if mine[at][1] is None and not must:
            continue
        if not same_name(mine[at][1], frame[1]):
            return at, "the report says %s, gdb %s" % (mine[at][:2], frame[:2])
    return len(theirs), None


def gos_own(said):
    """[name, place] of the traceback that a Go program prints when it dies."""
    found = []
    at = said.index("goroutine 1 [running]:") + 1
    while at + 1 < len(said) and said[at]:
        name = re.match(r"(.*)\((?:\.\.\.|[^()]*)\)$", said[at])
        found.append([bare(name[1].replace("[...]", "")), os.path.basename(said[at + 1].strip().split(" ")[0])])
        if name[1] == "main.main":
            break
        at += 2
    return found


def compare_gos(mine, said):
    """The first difference to Go's own traceback, or None."""
    for frame, theirs in zip(mine, gos_own(said)):
        if [bare(re.sub(r"\[.*?\]", "", frame[1])), frame[2]] != theirs:
            return "the report says %s, Go %s" % (frame[1:3], theirs)
    if len(mine) != len(gos_own(said)):
        return "the report has %d frames, Go %d" % (len(mine), len(gos_own(said)))
    return None


def readable_d(truth):
    """gdb does not demangle the names of functions of D."""
    names = sorted({frame[1] for frames in truth.values() for frame in frames if (frame[1] or "").startswith("_D")})
    words = run("c++filt", "--format=dlang", *names).splitlines() if names else []
    known = dict(zip(names, words))
    return {name: [[frame[0], known.get(frame[1], frame[1]), *frame[2:]] for frame in frames]
            for name, frames in truth.items()}


def own_part(frames):
    """What lies in the program: a library has other debug information here than there."""
    return [frame for frame in frames if frame[3]]


def wrong_sources(report, variant):
    """What is wrong with the sources that the report tells, or None."""
    for module in report["modules"]:
        if os.path.basename(module["path"]) != "program":
            continue
        told = [(source["source"], source["file"] or "") for source in module["names_from"]]
        if variant == "mini" and told == SOURCES["dynsym"]:
            continue  # as it should be where the functions of all frames are exported
        for source, file in SOURCES[variant]:
            if not any(name == source and (at.endswith(file) if file else not at) for name, at in told):
                return "names come from %s, expected %s" % (told, SOURCES[variant])
        if module["note"] and variant not in NAMES + ["dynsym"]:
            return module["note"]
    return None


def explained():
    reasons = []
    with open(os.path.join(HERE, "explained")) as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                pattern, reason = line.rstrip("\n").split("\t", 1)
                reasons.append((re.compile(pattern), reason))
    return reasons


def main():
    every = bases()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    shutil.rmtree(SCRATCH, ignore_errors=True)
    os.makedirs(SCRATCH)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make_variants, every))
        make_shared(every)
        crashes = [(base, argument) for which, base in enumerate(every)
                   for at, argument in enumerate(LANGUAGES[base.language][1]) if ALL or at == which % 2]
        wanted = os.path.join(SCRATCH, "list")
        with open(wanted, "w") as file:
            for base, argument in crashes:
                file.write("%s/%s\t%s\t%s\n" % (title(base), argument, program(base, "plain"), argument))
        truth_file = os.path.join(SCRATCH, "truth")
        judge = pool.submit(run, "gdb", "-batch", "-nx", "-iex", "set debuginfod enabled off", "-x",
                            os.path.join(HERE, "truth.py"),
                            env={**os.environ, "CORPUS_LIST": wanted, "CORPUS_TRUTH": truth_file})
        jobs = [(base, variant, argument) for base, argument in crashes for variant in variants(base)]
        reports = list(pool.map(lambda job: crash(*job), jobs))
        print(judge.result(), end="")
    with open(truth_file) as file:
        truth = {entry["name"]: own_part(entry["frames"]) for entry in map(json.loads, file)}
    truth = readable_d(truth)
    agreed = disagreed = wrong = frames = 0
    reasons = explained()
    for (base, variant, argument), (report, said) in zip(jobs, reports):
        name = "%s/%s" % (title(base), argument)
        theirs = truth[name]
        mine = own_part(ours(report)) if report else []
        if variant in FULL:
            same, difference = compare_full(mine, theirs)
        else:
            same, difference = compare_names(mine, theirs, variant in NAMES)
        if not difference and base.language == "go" and variant in FULL:
            difference = compare_gos(mine, said)
        if not difference and report:
            difference = wrong_sources(report, variant)
        if not theirs:
            difference = "gdb saw no frames"
        frames += same
        if not difference:
            agreed += 1
            continue
        reason = next((why for pattern, why in reasons if pattern.search("%s %s: %s" % (name, variant, difference))), None)
        if reason:
            disagreed += 1
        else:
            wrong += 1
        print("%s %s: %s%s" % (name, variant, difference, " (%s)" % reason if reason else ""))
    share = 100.0 * agreed / len(jobs)
    print("%d crashes of %d builds, %d frames as gdb has them; %.1f %% agree in full, %d differ for a known reason, "
          "%d without one" % (len(jobs), len({(j[0], j[1]) for j in jobs}), frames, share, disagreed, wrong))
    raise SystemExit(1 if wrong or share < 99 else 0)


main()
