# Function names without what tools write differently: used by the programs that compare our frames with gdb's.
import re


def bare(name):
    """A C++ or Rust name without parameters, template arguments, return type and the many ways to write a lambda."""
    if name.startswith("<signal handler"):
        return name
    name = re.sub(r"\+0x[0-9a-f]+$", "", name)
    name = name.replace(" -> ", " ").replace("operator()", "operator@").replace("(anonymous namespace)", "{anonymous}")
    name = re.sub(r"\{lambda[^}]*\}", "", name)
    name = re.sub(r"operator(<<=?|>>=?|<=|>=|<|>|->\*?)", "operator@@", name)
    for brackets in (r"<[^<>]*>", r"\([^()]*\)"):
        before = None
        while before != name:
            before, name = name, re.sub(brackets, "", name)
    name = re.sub(r"\[clone [^]]*\]|\bconst\s*$", "", name).strip()
    name = re.sub(r"(\.(isra|part|constprop|cold|localalias|lto_priv|abi0)[.\d]*)+$", "", name)
    return re.sub(r"(::)+", "::", name.split(" ")[-1])
