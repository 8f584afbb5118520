# Runs inside gdb: crashes each program and writes down the frames that gdb sees, as one line of JSON per program.
#
# CORPUS_LIST has one crash per line: NAME <tab> PROGRAM <tab> ARGUMENT. CORPUS_TRUTH is the file that is written.
import json
import os
import re

import gdb

KINDS = {gdb.INLINE_FRAME: "inlined", gdb.TAILCALL_FRAME: "tail call", gdb.NORMAL_FRAME: "frame"}


def place_of(place):
    if place.symtab is None or not place.line:
        return None
    return "%s:%d" % (os.path.basename(place.symtab.filename), place.line)


def jumped(callee, caller):
    """
    The frame between two, if what was called ends with a jump to where the callee begins. gdb looks for it by
    DW_AT_call_target, and in D it finds none ("set debug entry-values 1" says so): here the machine code tells.
    """
    if callee.function() is None:
        return []
    code = gdb.selected_inferior().read_memory(caller.pc() - 5, 5).tobytes()
    entry = int(callee.function().value().address)
    called = (caller.pc() + int.from_bytes(code[1:], "little", signed=True)) & (1 << 64) - 1
    block = gdb.block_for_pc(called)
    if code[0] != 0xe8 or called == entry or block is None or block.function is None or block.start != called:
        return []
    jumps = [line for line in callee.architecture().disassemble(called, block.end - 1)
             if re.match(r"jmp +0x%x\b" % entry, line["asm"])]
    if len(jumps) != 1:
        return []
    return [["tail call", block.function.name, place_of(gdb.find_pc_line(jumps[0]["addr"] + jumps[0]["length"] - 1)), True]]


def frames():
    """[kind, name, "file.c:12", address] from the innermost to main, those of the program itself."""
    found = []
    frame = gdb.newest_frame()
    while frame is not None and frame.is_valid() and len(found) < 200:
        library = gdb.solib_name(frame.pc())
        found.append([KINDS.get(frame.type(), "other"), frame.name(), place_of(frame.find_sal()), library is None])
        if frame.name() in ("main", "main.main", "_Dmain", "D main") and frame.type() != gdb.INLINE_FRAME:
            break
        if frame.type() == gdb.NORMAL_FRAME and frame.older() and (frame.name() or "").startswith("_D") and library is None:
            found += jumped(frame, frame.older())
        frame = frame.older()
    return found


def hidden():
    """How many inlined functions at the stop gdb does not show yet: it lets the user step into them."""
    inlined, shown = 0, 0
    frame = gdb.newest_frame()
    while frame is not None and frame.type() == gdb.INLINE_FRAME:
        shown += 1
        frame = frame.older()
    block = gdb.block_for_pc(gdb.newest_frame().pc())
    own = frame and frame.function()
    entry = int(own.value().address) if own else 0
    while block is not None and not block.is_global and not block.is_static:
        # around a function there may be another one that it is only declared in: a lambda's
        if own and block.function is not None and block.function.name == own.name and block.start <= entry:
            break
        inlined += block.function is not None
        block = block.superblock
    return inlined - shown


def crash(program, argument):
    gdb.execute("file " + program, to_string=True)
    gdb.execute("run " + argument + " >/dev/null", to_string=True)
    for _ in range(hidden()):
        gdb.execute("step", to_string=True)
    seen = frames()
    gdb.execute("kill", to_string=True)
    return seen


def main():
    for setting in ("pagination off", "confirm off", "startup-with-shell on", "print thread-events off",
                    "auto-load safe-path /", "backtrace past-main off", "backtrace past-entry off", "width 0"):
        gdb.execute("set " + setting, to_string=True)
    with open(os.environ["CORPUS_LIST"]) as wanted, open(os.environ["CORPUS_TRUTH"], "w") as truth:
        for line in wanted:
            name, program, argument = line.rstrip("\n").split("\t")
            try:
                seen = crash(program, argument)
            except gdb.error as error:
                print("%s: %s" % (name, error))
                seen = []
            truth.write(json.dumps({"name": name, "frames": seen}) + "\n")
    gdb.execute("quit 0")


main()
