# Judges reports: schema.py FILE... validates each file's JSON lines; --status, --trace: as those of a living process;
# --same TEXT JSON: two reports of the same crash carry the same facts. Exits with 1 and says what is wrong.
import json
import os
import re
import sys

import jsonschema

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def load_schema(definition):
    with open(os.path.join(ROOT, "docs/report.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    schema["$ref"] = "#/$defs/" + definition
    return jsonschema.Draft202012Validator(schema)


def json_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.startswith("{")]


def check(paths, definition):
    validator, wrong = load_schema(definition), 0
    for path in paths:
        lines = json_lines(path)
        if len(lines) != 1:
            print(f"{path}: {len(lines)} lines of JSON")
            wrong += 1
        for line in lines:
            for error in validator.iter_errors(line):
                at = "/".join(str(part) for part in error.absolute_path)
                print(f"{path}: {at}: {error.message[:300]}")
                for inner in error.context[:6]:
                    print(f"    {inner.message[:300]}")
                wrong += 1
    return wrong


def plain(words, pids):
    """Words without process ids and times, which no two runs share."""
    for pid, name in pids.items():
        words = re.sub(rf"\b{pid}\b", name, words)
    return re.sub(r"\d\d:\d\d:\d\d(\.\d+)?", "TIME", words)


class Text:
    """The sections of a text report: headings with the lines below them."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            lines = [line.rstrip("\n") for line in file]
        while not re.match(r"sigguard: .* crashed: ", lines[0]):
            lines.pop(0)
        self.head = lines[0]
        self.sections = []
        for line in lines[1:]:
            if line.startswith("sigguard: "):
                self.sections.append((line[len("sigguard: "):], []))
            elif line.startswith(" "):
                self.sections[-1][1].append(line)

    def below(self, start):
        return [body for heading, body in self.sections if heading.startswith(start)]

    def headings(self, pattern):
        return [heading for heading, body in self.sections if re.search(pattern, heading)]


def brief_matches(brief, whole):
    """True if a shortened name or path is the whole one with parts left out."""
    pattern = re.escape(brief).replace(re.escape("<...>"), "<.*>").replace(re.escape("(...)"), r"\(.*\)")
    return re.fullmatch(pattern, whole) is not None


def place_matches(words, scope):
    if not scope.get("file"):
        return not words
    numbers = [str(scope[key]) for key in ("line", "column") if scope[key]]
    end = "".join(":" + number for number in numbers)
    return words.endswith(end) and scope["file"].endswith(words[: len(words) - len(end)].removeprefix("..."))


def frame_lines(frames):
    """Each frame of the JSON as (number, scope), and each function that it is inlined into as (None, scope)."""
    for frame in frames:
        yield frame["index"], frame
        if not frame["signal_trampoline"]:
            for caller in frame.get("inlined_into", []):
                yield None, caller


DOUBTS = {"return address of the call", "function's edge", "frame pointer", "tail call", "stack scan"}


def same_frame(line, number, scope):
    columns = [column for column in re.split(r"  +", line.strip()) if column]
    if number is None:
        name = columns[0].removeprefix("inlined into ")
        return (line.strip().startswith("inlined into ") and brief_matches(name, scope["function"] or "?")
                and place_matches(columns[1] if len(columns) > 1 else "", scope))
    found = re.match(r" +#(\d+) +(.*)", line)
    if not found or int(found[1]) != number:
        return False
    columns = [column for column in re.split(r"  +", found[2]) if column]
    doubt = ""
    if columns[-1].startswith("["):
        doubt = columns.pop()
    if (scope["found_by"] in DOUBTS) != (scope["found_by"] in doubt):
        return False
    where = columns.pop()
    if "module" in scope:
        if where != f"{os.path.basename(scope['module'])}+{scope['module_offset']}":
            return False
    elif where != ("code made at run time" if scope["generated"] else "in no module"):
        return False
    if scope["signal_trampoline"]:
        return columns == ["<signal handler called>"]
    if not place_matches(columns[1] if len(columns) > 1 else "", scope):
        return False
    if not scope["function"]:
        return columns[0] == scope["pc"]
    offset = "" if "inlined_into" in scope and scope["function"] else "+" + scope.get("symbol_offset", "")
    return brief_matches(columns[0], scope["function"]) or brief_matches(
        columns[0], scope["function"] + ("+" + scope["symbol_offset"] if "symbol_offset" in scope else offset))


ENDS = {"lost": "no way further up the stack was found", "too many": "more frames than are followed",
        "no time": "no time was left to follow the stack further"}


def same_stack(body, stack):
    """What is wrong, or nothing."""
    lines = [line for line in body if not line.startswith("  ...")]
    notes = [line[len("  ...  "):] for line in body if line.startswith("  ...")]
    facts = list(frame_lines(stack["frames"]))
    if len(lines) != len(facts):
        return f"{len(lines)} lines of frames, {len(facts)} in the JSON"
    for line, (number, scope) in zip(lines, facts):
        if not same_frame(line, number, scope):
            return f"{line!r} is not {scope}"
    wanted = []
    for fold in stack["repeated"]:
        many = "frame" if fold["frames"] == 1 else f"{fold['frames']} frames"
        wanted.append(f"the same {many} repeated {fold['times'] - 2} times ...")
    if stack["end"] != "complete":
        wanted.append(ENDS[stack["end"]])
    return "" if notes == wanted else f"{notes} is not {wanted}"


def same_threads(text, report, text_pids):
    groups = [item for item in text.sections if re.match(r"threads? ", item[0]) and "(crashed)" not in item[0]]
    firsts = [thread for thread in report["threads"] if "same_stack_as" not in thread]
    if len(groups) != len(firsts):
        return f"{len(groups)} groups of threads, {len(firsts)} in the JSON"
    for (heading, body), thread in zip(groups, firsts):
        members = 1 + sum(other.get("same_stack_as") == thread["tid"] for other in report["threads"])
        count = int(re.search(r": (\d+) x ", heading)[1]) if heading.startswith("threads ") else 1
        idle = re.search(r", idle in (.*?)( in .*)?:$", heading)
        if count != members or f'"{thread["name"] or ""}"' not in heading:
            return f"{heading!r} is not {members} x {thread['name']}"
        if (idle[1] if idle else None) != thread["idle_in"]:
            return f"{heading!r} is not idle in {thread['idle_in']}"
        if "stack" in thread and same_stack(body, thread["stack"]):
            return same_stack(body, thread["stack"])
        if "stack" not in thread and (len(body) != 1 or (thread["doing"] or "") not in body[0]):
            return f"{body} is not {thread}"
    return ""


def brief_handler(handler):
    """The module's path is left out in the text."""
    return re.sub(r"(^|\()/.*/", r"\1", handler)


def same_signals(body, report):
    if len(body) != len(report["signals"]):
        return f"{len(body)} rows of signals, {len(report['signals'])} in the JSON"
    for line, row in zip(body, report["signals"]):
        words = line.split(None, 3)
        count = re.search(r", (\d+) ignored so far", line)
        if (words[:3] != [row["signal"], row["action"], row["kernel"]]
                or (int(count[1]) if count else 0) != row["ignored"]
                or ("the last from" in line) != (row["last_sender"] is not None)
                or not words[3].startswith(brief_handler(row["asked"]))):
            return f"{line!r} is not {row}"
    return ""


def same_changes(body, report):
    lost = [line for line in body if "are no longer known" in line]
    body = [line for line in body if line not in lost]
    if len(body) != len(report["changes"]) or bool(lost) != (report["changes_lost"] > 0):
        return f"{len(body)} changes, {len(report['changes'])} in the JSON"
    for line, change in zip(body, report["changes"]):
        if not (line.split()[0] == change["signal"] and f", {change['verdict']} by thread " in line
                and f" through {change['hook']} in {brief_handler(change['caller'])}," in line
                and f" {brief_handler(change['old'])} -> {brief_handler(change['new'])}, " in line):
            return f"{line!r} is not {change}"
    return ""


def same_modules(body, report):
    wanted = []
    for module in report["modules"]:
        names = ", ".join(source["source"] + (f" in {source['file']}" if source["file"] else "")
                          for source in module["names_from"])
        wanted.append(f"  {module['low']}-{module['high']} {module['path']}{' (deleted)' if module['deleted'] else ''}"
                      f" build-id {module['build_id']}" + (f"; names from {names}" if names else "")
                      + (f"; {module['note']}" if module["note"] else ""))
    return "" if body == wanted else f"{body} is not {wanted}"


def same_registers(body, report, text_pids):
    """Values that are the process's or the thread's id differ between the runs."""
    ids = {f"0x{int(pid):016x}" for pid in [*text_pids, report["pid"], report["tid"]]}
    found = dict(re.findall(r"(\w+) (0x[0-9a-f]{16})", "\n".join(body)))
    wanted = {name: f"0x{int(value, 16):016x}" for name, value in report["registers"].items()}
    for name in wanted:
        if found.get(name) in ids and wanted[name] in ids:
            found[name] = wanted[name]
    return "" if found == wanted else f"{found} is not {wanted}"


def same_source(text, report):
    bodies, source = text.below("source of frame"), report["source"]
    if not source or not bodies:
        return "" if not source and not bodies else f"{bodies} is not {source}"
    wanted = [f"  {'>' if line['number'] == source['line'] else ' '} {line['number']:5}  {line['text']}"
              for line in source["lines"]] + ([f"  ({source['doubt']})"] if source["doubt"] else [])
    heading = text.headings("^source of frame")[0]
    if not (heading.startswith(f"source of frame #{source['frame']}") and heading.endswith(f" in {source['file']}:")):
        return f"{heading} is not {source}"
    return "" if bodies[0] == wanted else f"{bodies[0]} is not {wanted}"


def same_locals(text, report):
    bodies = text.below("arguments and variables")
    if report["locals"] is None or not bodies:
        return "" if report["locals"] is None and not bodies else f"{bodies} is not {report['locals']}"
    wanted = []
    for function in report["locals"]:
        wanted.append(f"  #{function['frame']:<3} {function['function']}:")
        for variable in function["variables"]:
            value = f" = {variable['value']}" if variable["value"] else f": {variable['reason']}"
            wanted.append(f"       {'argument ' if variable['argument'] else ''}{variable['name']}{value}")
        if function["left_out"]:
            wanted.append(f"       and {function['left_out']} more")
    return "" if bodies[0] == (wanted or ["  none are known"]) else f"{bodies[0]} is not {wanted}"


def same(text_path, json_path):
    text, report = Text(text_path), json_lines(json_path)[0]
    numbers = r"^sigguard: .*\[(\d+)\] thread (\d+) "
    pid, tid = re.match(numbers, text.head).groups()
    text_pids = {pid: "PID", tid: "TID"} if pid != tid else {pid: "PID"}
    json_pids = {str(report["pid"]): "PID", str(report["tid"]): "TID"} if pid != tid else {str(report["pid"]): "PID"}
    known = r"^(threads? |registers:|signals |changes of|modules with|source of|arguments and|degraded: |end of report)"
    diagnosis = [heading for heading, body in text.sections if not re.match(known, heading)]
    degraded = [heading[len("degraded: "):] for heading in text.headings("^degraded: ")]
    crashed = [body for heading, body in text.sections if heading.endswith("(crashed):")][0]
    trouble = {
        "head": "" if plain(text.head, text_pids) == plain(report["head"], json_pids) else "differs",
        "diagnosis": "" if [plain(line, text_pids) for line in diagnosis]
        == [plain(line, json_pids) for line in report["diagnosis"]] else f"{diagnosis} is not {report['diagnosis']}",
        "degraded": "" if degraded == report["degraded"] else f"{degraded} is not {report['degraded']}",
        "stack": same_stack(crashed, report["stack"]),
        "threads": same_threads(text, report, text_pids),
        "registers": same_registers(text.below("registers:")[0], report, text_pids),
        "signals": same_signals((text.below("signals ") or [[]])[0], report),
        "changes": same_changes((text.below("changes of") or [[]])[0], report),
        "modules": same_modules(text.below("modules with")[0], report),
        "source": same_source(text, report),
        "locals": same_locals(text, report),
    }
    for what, words in trouble.items():
        if words:
            print(f"{what}: {words}")
    return any(trouble.values())


if sys.argv[1] == "--same":
    sys.exit(bool(same(*sys.argv[2:4])))
elif sys.argv[1] in ("--status", "--trace"):
    sys.exit(bool(check(sys.argv[2:], sys.argv[1][2:])))
sys.exit(bool(check(sys.argv[1:], "report")))
