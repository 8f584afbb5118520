# Runs inside gdb: does a report's backtrace agree with gdb's of the core, and the guarded core with the unguarded one?
#
# COMPARE_LIST names a file with one comparison per line, fields separated by tabs, "-" where there is none:
#   NAME  PROGRAM  CORE  REPORT  PLAIN_CORE
# Prints one line for each difference and ends with 1 if there was one. With COMPARE_VERBOSE set it shows what it saw,
# with COMPARE_THREADS set the other threads of both cores must be in the same places, too.
import os
import re
import sys
import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from frame_names import bare  # noqa: E402

PLACE = r"(?:\s{2,}(?P<place>\S+?(?::\d+)?)(?::\d+)?)?"
FRAME = re.compile(
    r"^(?:<\d>)?\s*#(?P<number>\d+)\s+(?P<name>\S.*?)" + PLACE +
    r"\s+(?:\S+\+0x[0-9a-f]+|in no module)(?:\s{2,}\[.*\])?$")
INLINED = re.compile(r"^(?:<\d>)?\s+inlined into (?P<name>\S.*?)" + PLACE + r"\s*$")


def same_name(ours, theirs):
    """gdb does not always know the namespace or class, and libc's names have aliases at the same address."""
    if ours == theirs:
        return True
    short, long = sorted((ours.strip(":"), theirs.strip(":")), key=len)
    if long.endswith("::" + short):
        return True
    if theirs == "<signal handler called>":
        return "signal" in ours or "restore_rt" in ours or "sigreturn" in ours
    addresses = []
    for name in (ours, theirs):
        try:
            addresses.append(int(gdb.parse_and_eval("(unsigned long)&'%s'" % name)))
        except (gdb.error, RuntimeError):
            return False
    return addresses[0] == addresses[1]


def is_code(pc):
    """gdb calls a frame in a variable's bytes by the variable's name."""
    return not re.search(r"in section \.(data|bss|rodata)", gdb.execute("info symbol 0x%x" % pc, to_string=True))


def gdb_frames():
    """[(name or None, "file.c:12" or None, pc)] of the thread that crashed, innermost first."""
    frames = []
    frame = gdb.newest_frame()
    while frame is not None and frame.is_valid() and len(frames) < 200:
        place = frame.find_sal()
        name = frame.name()
        if frame.type() == gdb.SIGTRAMP_FRAME:
            name = "<signal handler called>"
        elif frame.function() is not None:
            name = frame.function().name
        elif name and not is_code(frame.pc()):
            name = None
        where = None
        if place.symtab is not None and place.line:
            where = "%s:%d" % (os.path.basename(place.symtab.filename), place.line)
        frames.append((bare(name) if name else None, where, frame.pc()))
        try:
            frame = frame.older()
        except gdb.error:
            break
    return frames


def report_frames(path):
    """[(name or None, place or None)] of the first thread in the report."""
    frames = []
    jumped = False
    with open(path, errors="replace") as file:
        for line in file:
            line = line.rstrip("\n")
            found = FRAME.match(line)
            inlined = None if found else INLINED.match(line)
            # of a frame that a tail call replaced, gdb infers the innermost function only; the report has its callers too
            if inlined and jumped:
                continue
            jumped = bool(found) and "[tail call]" in line
            if found and int(found["number"]) == 0 and frames:
                break
            if not found and not inlined:
                if frames:
                    break
                continue
            found = found or inlined
            place = found["place"]
            place = os.path.basename(place) if place else None
            name = bare(found["name"])
            frames.append((None if name.startswith("?") or name.startswith("0x") else name, place))
    return frames


def siginfo(pid, pc, sp):
    """What the kernel said of the signal, with this run's own numbers in words."""
    info = gdb.parse_and_eval("$_siginfo")
    number, code = int(info["si_signo"]), int(info["si_code"])
    said = ["si_signo %d" % number, "si_code %d" % code, "si_errno %d" % int(info["si_errno"])]
    if code <= 0:
        sender = int(info["_sifields"]["_rt"]["si_pid"])
        said.append("si_pid %s" % ("its own" if sender == pid else sender))
        said.append("si_uid %d" % int(info["_sifields"]["_rt"]["si_uid"]))
        if code == -1:
            said.append("si_value %d" % int(info["_sifields"]["_rt"]["si_sigval"]["sival_int"]))
    elif number in (4, 5, 7, 8, 11):
        address = int(info["_sifields"]["_sigfault"]["si_addr"])
        if address == pc:
            said.append("si_addr $pc")
        elif abs(address - sp) < 4096:
            said.append("si_addr near $sp")
        elif address == 0 or address < 1 << 20:
            said.append("si_addr 0x%x" % address)
        else:
            # the address space is laid out anew in each run; the offset in the page is not
            said.append("si_addr ...%03x" % (address & 0xfff))
    elif number == 31:
        said.append("si_syscall %d" % int(info["_sifields"]["_sigsys"]["_syscall"]))
    return said


def read_core(program, core):
    if gdb.current_progspace().filename != program:
        gdb.execute("file " + program, to_string=True)
    gdb.execute("core-file " + core, to_string=True)
    frames = gdb_frames()
    info = siginfo(gdb.selected_inferior().pid, frames[0][2], int(gdb.parse_and_eval("(unsigned long)$sp")))
    return frames, info, other_stacks() if os.environ.get("COMPARE_THREADS") else []


def other_stacks():
    """Where the threads that did not crash are, as sorted lines: their numbers may differ."""
    stacks = []
    crashed = gdb.selected_thread()
    for thread in gdb.selected_inferior().threads():
        if thread.num != crashed.num:
            thread.switch()
            stacks.append(" < ".join(map(shown, gdb_frames())))
    crashed.switch()
    return sorted(stacks)


def shown(frame):
    return "%s at %s" % (frame[0] or "??", frame[1] or "??")


def compare_report(ours, theirs):
    """The first difference in words, or None."""
    for i in range(max(len(ours), len(theirs))):
        if i >= len(ours):
            return "the report ends before gdb's frame #%d, %s" % (i, shown(theirs[i]))
        if i >= len(theirs):
            return "gdb ends before the report's frame #%d, %s" % (i, shown(ours[i]))
        if theirs[i][0] and not (ours[i][0] and same_name(ours[i][0], theirs[i][0])):
            return "frame #%d: the report says %s, gdb %s" % (i, shown(ours[i]), shown(theirs[i]))
        if theirs[i][1] and theirs[i][1] != ours[i][1]:
            return "frame #%d: the report says %s, gdb %s" % (i, shown(ours[i]), shown(theirs[i]))
    return None


def compare(name, program, core, report, plain):
    differences = []
    plain_frames = None
    if plain != "-":
        plain_frames, plain_info, plain_others = read_core(program, plain)
    frames, info, others = read_core(program, core)
    if plain_frames is not None:
        if info != plain_info:
            differences.append("siginfo is %s, without the guard %s" % (", ".join(info), ", ".join(plain_info)))
        # in which line of the function a stack ends depends on the size of the environment, which holds our variable
        first = 1 if os.environ.get("COMPARE_FROM") and frames[0][0] == plain_frames[0][0] else 0
        if [f[:2] for f in frames[first:]] != [f[:2] for f in plain_frames[first:]]:
            differences.append("the cores' stacks differ:\n  guarded: %s\n  plain:   %s" %
                               (" < ".join(map(shown, frames)), " < ".join(map(shown, plain_frames))))
        if others != plain_others:
            differences.append("the other threads are at\n  guarded: %s\n  plain:   %s" %
                               ("\n           ".join(others), "\n           ".join(plain_others)))
    if report != "-":
        ours = report_frames(report)
        if os.environ.get("COMPARE_VERBOSE"):
            print("%s\n  report: %s\n  gdb:    %s\n  siginfo %s" %
                  (name, " < ".join(map(shown, ours)), " < ".join(map(shown, frames)), ", ".join(info)))
        difference = compare_report(ours, frames)
        if difference:
            differences.append(difference)
    for difference in differences:
        print("%s: %s" % (name, difference))
    return not differences


def main():
    for setting in ("pagination off", "backtrace past-main on", "backtrace past-entry on", "print thread-events off",
                    "auto-load safe-path /", "confirm off"):
        gdb.execute("set " + setting, to_string=True)
    good = True
    count = 0
    with open(os.environ["COMPARE_LIST"]) as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            count += 1
            try:
                good = compare(*fields) and good
            except (gdb.error, OSError, ValueError, IndexError) as error:
                print("%s: %s" % (fields[0], error))
                good = False
    if count == 0:
        print("%s names nothing to compare" % os.environ["COMPARE_LIST"])
    sys.stdout.flush()
    gdb.execute("quit %d" % (0 if good and count else 1))


main()
