# The table for the terminal, and docs/benchmarks.md with its plots.
import datetime
import os
import platform
import re
import subprocess

from bench_plot import plot
from bench_run import BUILD, HERE

ROOT = os.path.dirname(os.path.dirname(HERE))
COLUMNS = ("row", "guard", "peer", "ratio", "aim", "met")


def table(groups):
    rows = [dict(zip(COLUMNS, ("row", "guard", "peer", "ratio (95%)", "aim", "met?")))]
    rows += [row for group in groups for row in group.rows]
    widths = [max(len(row[column]) for row in rows) for column in COLUMNS]
    return "\n".join("  ".join(row[column].ljust(width) for column, width in zip(COLUMNS, widths)).rstrip() for row in rows)


def explanations():
    """By the key of a row: what a profile said about an aim that was missed."""
    with open(os.path.join(HERE, "explanations.md")) as file:
        parts = re.split(r"^## (.+)\n", file.read(), flags=re.M)[1:]
    return {key.strip(): text.strip() for keys, text in zip(parts[::2], parts[1::2]) for key in keys.split(",")}


def unexplained(groups):
    known = explanations()
    return [row["key"] for group in groups for row in group.rows if row["met"] == "no" and row["key"] not in known]


def setting():
    """Asked for before the page is written, which would change what git says of the commit."""
    with open("/proc/cpuinfo") as info:
        text = info.read()
    model = re.search(r"^(?:model name|CPU implementer)\s*: (.*)", text, re.M)
    with open("/proc/meminfo") as info:
        memory = int(re.search(r"(\d+)", info.read()).group(1)) / 1048576
    with open("/proc/loadavg") as load:
        busy = load.read().split()[0]
    version = platform.release().split("-")[0]
    return "commit %s on %s, %d cores, %.0f GiB, Linux %s, %s; load when it began: %s" % (
        commit(), model.group(1) if model else platform.machine(), os.cpu_count(), memory, version, " ".join(platform.libc_ver()), busy)


def commit():
    done = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return done.stdout.decode().strip() or "unknown"


def cells(*values):
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"


def page(groups, failed, where, minutes):
    known = explanations()
    out = ["<!-- Written by make bench; what missed aims are explained by is in test/bench/explanations.md. -->",
           "# The guard beside others", "",
           "`make bench` measures this page and its plots in one run. Guard and peers take turns, so that a busy machine "
           "disturbs them alike; the ratio is the median of the rounds' ratios, in parentheses its 95 % interval. *Within "
           "noise*: the interval has the aim in it, or the difference is smaller than half of what lies between the peer's "
           "own quartiles.", "",
           "- %s, %.0f minutes" % (datetime.date.today().isoformat(), minutes),
           "- " + where,
           "- Part of it: `make bench ROWS=\"startup threads\"`; fewer rounds: `make bench QUICK=1`. Neither writes this page.",
           "", cells("row", "guard", "peer", "ratio (95 %)", "aim", "met?"), "|---|---|---|---|---|---|"]
    missed = []
    for group in groups:
        for row in group.rows:
            if row["aim"]:
                met = row["met"]
                if met == "no":
                    met = "[no](#%s)" % row["key"]
                    missed.append(row)
                out.append(cells(*[row[column] for column in COLUMNS[:5]], met))
    out += ["", "## Why an aim was missed", ""] if missed else []
    said = {}
    for row in missed:
        text = known.get(row["key"], "Not explained yet.")
        out += ['<a id="%s"></a>**%s, %s:** %s (%s).' % (row["key"], row["row"], row["aim"], row["guard"], row["ratio"]), ""]
        out += ["As for *%s*." % said[text] if text in said else text, ""]
        said.setdefault(text, "%s, %s" % (row["row"], row["aim"]))
    for group in groups:
        out += ["## " + group.title, ""]
        out += [group.note, ""] if group.note else []
        out += ["![%s](benchmarks/%s.svg)" % (group.title, group.key), ""]
        without_aim = [row for row in group.rows if not row["aim"]]
        if without_aim:
            out += [cells("guard", "peer", "ratio (95 %)"), "|---|---|---|"]
            out += [cells(row["guard"], row["peer"], row["ratio"]) for row in without_aim] + [""]
        out += ["- " + line for line in group.lines] + ([""] if group.lines else [])
    if failed:
        out += ["## Not measured", ""] + ["- %s: %s" % entry for entry in failed] + [""]
    return "\n".join(out)


def write(groups, failed, where, minutes):
    plots = os.path.join(ROOT, "docs", "benchmarks")
    os.makedirs(plots, exist_ok=True)
    for old in os.listdir(plots):
        os.unlink(os.path.join(plots, old))
    for group in groups:
        with open(os.path.join(plots, group.key + ".svg"), "w") as file:
            file.write(plot(group))
    with open(os.path.join(ROOT, "docs", "benchmarks.md"), "w") as file:
        file.write(page(groups, failed, where, minutes).replace(BUILD, "build"))
