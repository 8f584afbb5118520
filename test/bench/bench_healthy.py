# The rows of a healthy process: start-up, memory, sigaction, threads, SIGPIPE, and servers under load.
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from bench_result import Group
from bench_run import BENCH, CLEAN, GUARD, QUICK, by_turns, preload, preloads, program, rounds, turns, waiting


def start_up(key, what, command, count, active, dormant):
    group = Group(key, "Start-up of `%s`" % what, "ms", "From before the program is started until its end has been told.")
    turns(group, count, {name: (settings, command) for name, settings in preloads().items()})
    group.row(key + "-bare", "start of %s, active" % what, "sigguard", "no preload", "at most %.2f×" % active, most=active)
    group.row(key + "-empty", "start of %s, active" % what, "sigguard", "an empty library", "at most +0.02 ms", more=0.02)
    group.row(key + "-dormant", "start of %s, dormant" % what, "sigguard, dormant", "an empty library",
              "within noise", noise=True)
    for peer in list(preloads())[4:]:
        group.row("", "start of %s, active" % what, "sigguard", peer)
    return group


def startup():
    return [start_up("start-true", "/bin/true", ["/bin/true"], rounds(800), 1.08, True),
            start_up("start-python", "python3 -c pass", ["/usr/bin/python3", "-c", "pass"], rounds(96), 1.01, True)]


def private_dirty(pid):
    """KiB"""
    with open("/proc/%d/smaps_rollup" % pid) as rollup:
        return int(re.search(r"^Private_Dirty: *(\d+)", rollup.read(), re.M).group(1))


def memory():
    group = Group("memory", "Private memory of an idle process", "KiB",
                  "Private_Dirty of /proc/PID/smaps_rollup; a thread's share is a 64th of what 64 more threads cost.")
    threads = Group("memory-thread", "Private memory of each further thread", "KiB")
    for _ in range(rounds(5)):
        for name, settings in preloads().items():
            used = []
            for count in (1, 65):
                with waiting(settings, [program("idle"), str(count)]) as pid:
                    used.append(private_dirty(pid))
            group.add(name, used[0])
            threads.add(name, (used[1] - used[0]) / 64)
    group.row("memory-idle", "private memory of an idle process", "sigguard", "an empty library", "at most +64 KiB", more=64)
    group.row("memory-dormant", "the same, dormant", "sigguard, dormant", "an empty library", "at most +64 KiB", more=64)
    for peer in list(preloads())[4:]:
        group.row("", "private memory of an idle process", "sigguard", peer)
    threads.row("memory-thread", "private memory of a further thread", "sigguard", "no preload", "at most +16 KiB", more=16)
    return [group, threads]


def sigaction():
    groups = []
    guarded, unguarded = str(int(signal.SIGUSR2)), str(int(signal.SIGWINCH))
    every = preloads()
    for what, number, aim in (("query", guarded, 0.1), ("set", guarded, None), ("signal", guarded, None),
                              ("query", unguarded, 1.02), ("set", unguarded, 1.02), ("signal", unguarded, 1.02)):
        kind = "guarded" if number == guarded else "unguarded"
        text = "%s, %s signal" % ({"query": "sigaction() asks", "set": "sigaction() sets", "signal": "signal()"}[what], kind)
        group = Group("sigaction-%s-%s" % (what, kind), text, "ns", "A call, in the least of 20 loops of 5,000.")
        variants = {name: (every[name], [program("calls"), what, number])
                    for name in ("no preload", "sigguard", "libjsig") if name in every}
        if what != "signal":
            variants["raw rt_sigaction"] = ({}, [program("calls"), "raw-" + what, number])
        by_turns(group, rounds(16), variants)
        group.row(group.key, text, "sigguard", "no preload", "at most %.3g×" % aim if aim else "",
                  **({"most": aim} if aim else {}))
        for peer in ("libjsig", "raw rt_sigaction"):
            group.row("", text, "sigguard", peer)
        groups.append(group)
    return groups


def threads():
    groups = []
    variants = {"no preload": preload(), "sigguard": preload(GUARD), "mmap per thread": preload(program("per_thread.so")),
                "on the thread's own stack": preload(program("own_stack.so"))}
    for at_once, count, text in ((1, 2000, "one after the other"), (64, 60, "64 at once")):
        group = Group("threads-%d" % at_once, "A thread made and joined, %s" % text, "µs",
                      "The median of a process's %d rounds." % count)
        by_turns(group, rounds(24), {name: (settings, [program("threads"), str(at_once), str(count)])
                                     for name, settings in variants.items()}, 1000)
        group.row(group.key, "thread made and joined, " + text, "sigguard", "no preload", "at most 1.03×", most=1.03)
        for peer in ("mmap per thread", "on the thread's own stack"):
            group.row("", "thread made and joined, " + text, "sigguard", peer)
        groups.append(group)
    return groups


def sigpipe():
    group = Group("sigpipe", "A request whose peer hangs up before the answer (TCP)", "µs",
                  "The guard swallows a SIGPIPE for each; the others are without the guard.")
    ask_for = str(rounds(4000))
    by_turns(group, rounds(16), {"sigguard": (preload(GUARD, SIGGUARD_LOG="none"), [program("hangup"), "default", ask_for]),
                                 "SIG_IGN": ({}, [program("hangup"), "ignore", ask_for]),
                                 "MSG_NOSIGNAL": ({}, [program("hangup"), "nosignal", ask_for])}, 1000)
    for peer in ("SIG_IGN", "MSG_NOSIGNAL"):
        group.row("sigpipe-" + peer.lower().replace("_", "-"), "a request whose peer hangs up", "sigguard", peer,
                  "at least 0.98× the throughput", most=1 / 0.98)
    return [group]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(address):
    for _ in range(500):
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        with socket.socket(family) as one, contextlib.suppress(OSError):
            one.connect(address)
            return
        time.sleep(0.02)
    raise RuntimeError("the server does not answer")


@contextlib.contextmanager
def server(settings, command, address):
    process = subprocess.Popen(command, env=dict(CLEAN, **settings), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        answers(address)
        yield
    finally:
        process.terminate()
        process.wait()


def nginx(settings, folder):
    port = free_port()
    os.makedirs(folder)
    with open(os.path.join(folder, "index.html"), "w") as page:
        page.write("ready\n" * 100)
    with open(os.path.join(folder, "conf"), "w") as conf:
        conf.write("daemon off; master_process off; pid %s/pid; error_log stderr; events {}\nhttp { access_log off; "
                   "client_body_temp_path %s/body; proxy_temp_path %s/proxy; fastcgi_temp_path %s/fastcgi; "
                   "uwsgi_temp_path %s/uwsgi; scgi_temp_path %s/scgi; server { listen 127.0.0.1:%d; root %s; } }\n"
                   % ((folder,) * 6 + (port, folder)))
    load = ["wrk", "-t1", "-c8", "-d%ds" % (1 if QUICK else 2), "http://127.0.0.1:%d/" % port]
    return (server(settings, ["nginx", "-c", os.path.join(folder, "conf"), "-p", folder], ("127.0.0.1", port)), load,
            r"Requests/sec: *([\d.]+)")


def redis(settings, folder):
    os.makedirs(folder)
    address = os.path.join(folder, "socket")
    load = ["redis-benchmark", "-s", address, "-t", "get", "-n", "30000" if QUICK else "100000", "-c", "8", "--csv"]
    return (server(settings, ["redis-server", "--port", "0", "--unixsocket", address, "--save", "", "--dir", folder], address),
            load, r'"GET","([\d.]+)"')


def load():
    groups = []
    for name, start in (("nginx", nginx), ("redis-server", redis)):
        if not shutil.which(name):
            continue
        group = Group("load-" + name, "A request to %s under load" % name, "µs", "One over the throughput, both at 8 connections.")
        with tempfile.TemporaryDirectory(dir=BENCH) as folder, contextlib.ExitStack() as both:
            loads = {}
            for variant in ("no preload", "sigguard"):
                started, command, wanted = start(preloads()[variant], os.path.join(folder, variant.split()[0]))
                both.enter_context(started)
                loads[variant] = command
            for turn in range(rounds(10)):
                for variant in sorted(loads, reverse=turn % 2 == 1):
                    said = subprocess.run(loads[variant], env=CLEAN, check=True, stdout=subprocess.PIPE).stdout.decode()
                    group.add(variant, 1e6 / float(re.search(wanted, said).group(1)))
        group.row(group.key, "request to %s under load" % name, "sigguard", "no preload", "1.00× within noise", noise=True)
        groups.append(group)
    return groups
