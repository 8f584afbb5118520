# Run inside gdb on a core: compares each variable of the JSON report $REPORT with what gdb says of the same frame.
# Prints "equal N, untold N, different N" and a line per difference; untold ones are those that only gdb tells.
import json
import os
import struct

import gdb

gdb.execute("set backtrace past-main on")


def frames():
    """Frames as the report counts them: those inlined into one share its number."""
    groups, group, frame = [], [], gdb.newest_frame()
    while frame is not None:
        group.append(frame)
        if frame.type() != gdb.INLINE_FRAME:
            groups.append(group)
            group = []
        frame = frame.older()
    return groups


def symbols(frame):
    """The frame's own symbols by name, innermost block first."""
    found, block = [], frame.block()
    while block is not None:
        for symbol in block:
            if symbol.is_argument or symbol.is_variable or symbol.is_constant:
                found.append(symbol)
        if block.function:
            break
        block = block.superblock
    return found


def is_text(kind):
    kind = kind.strip_typedefs()
    return kind.code == gdb.TYPE_CODE_INT and kind.sizeof == 1


def wanted(value):
    """What the report must say, as (how to read it, value)."""
    kind = value.type.strip_typedefs()
    if kind.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        return "address", int(value.address if value.address is not None else 0)
    if kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return "text", "{...}"
    if kind.code == gdb.TYPE_CODE_ARRAY:
        return "array", None
    if kind.code == gdb.TYPE_CODE_PTR:
        return "address", int(value)
    if kind.code == gdb.TYPE_CODE_ENUM:
        return "text", value.format_string().split("::")[-1].strip("()").replace("unknown: ", "")
    if kind.code == gdb.TYPE_CODE_BOOL:
        return "text", value.format_string()
    if kind.code == gdb.TYPE_CODE_FLT:
        return "float", float(value)
    return "number", int(value)


def agrees(ours, how, theirs):
    if how == "address":
        return int(ours.lstrip("@").split(":")[0].split()[0], 16) == theirs
    if how == "array":
        return ours == "{...}" or ours.startswith('"')
    if how == "float":
        return struct.pack("d", float(ours)) == struct.pack("d", theirs)
    if how == "number":
        return int(ours.split()[0]) == theirs
    return ours == theirs


def main():
    with open(os.environ["REPORT"], encoding="utf-8") as lines:
        report = json.loads([line for line in lines if line.startswith("{")][0])
    groups = frames()
    equal = untold = different = 0
    for function in report["locals"]:
        frame = groups[function["frame"]][function["scope"]]
        names = [symbol.name for symbol in symbols(frame)]
        for ours in function["variables"]:
            symbol = [symbol for symbol in symbols(frame) if symbol.name == ours["name"]]
            if not symbol:
                print(f"different: gdb knows no {ours['name']} in {frame.name()}, but {names}")
                different += 1
                continue
            try:
                value = symbol[0].value(frame)
                theirs = None if value.is_optimized_out or "synthetic" in value.format_string() else wanted(value)
            except gdb.error:
                theirs = None
            if theirs is None and ours["value"] is None:
                equal += 1
            elif ours["value"] is None:
                untold += 1
                print(f"untold: {ours['name']} of {frame.name()} is {theirs[1]}, the report says: {ours['reason']}")
            elif theirs is not None and agrees(ours["value"], *theirs):
                equal += 1
            else:
                different += 1
                print(f"different: {ours['name']} of {frame.name()}: gdb has {theirs}, the report {ours['value']}")
            if symbol and symbol[0].is_argument != ours["argument"]:
                different += 1
                print(f"different: {ours['name']} is an argument for one only")
    print(f"equal {equal}, untold {untold}, different {different}")


main()
