# Runs a guarded program in the background of a terminal with tostop, sends it SIGHUP, and shows whether it runs: GUARD PROGRAM NAME=VALUE...
import fcntl, os, pty, select, signal, sys, termios, time

guard, program, *settings = sys.argv[1:]
main_end, terminal = pty.openpty()
reader, writer = os.pipe()
session = os.fork()
if session == 0:
    os.setsid()
    os.close(main_end)
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    flags = termios.tcgetattr(terminal)
    flags[3] |= termios.TOSTOP
    termios.tcsetattr(terminal, termios.TCSANOW, flags)
    service = os.fork()
    if service == 0:
        os.setpgid(0, 0)
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(writer, 1)
        os.dup2(terminal, 2)
        os.execve(program, [program], {"LD_PRELOAD": guard, "PATH": os.environ["PATH"], **dict(one.split("=", 1) for one in settings)})
    select.select([reader], [], [], 3)
    os.kill(service, signal.SIGHUP)
    deadline = time.monotonic() + 5
    state = ""
    while time.monotonic() < deadline:
        status = open(f"/proc/{service}/status").read()
        state = next(line.split()[1] for line in status.splitlines() if line.startswith("State:"))
        pending = next(line.split()[1] for line in status.splitlines() if line.startswith("ShdPnd:"))
        if state == "T" or (state == "S" and int(pending, 16) == 0):
            break
        time.sleep(0.02)
    print({"S": "running", "T": "stopped"}.get(state, state), flush=True)
    os.kill(service, signal.SIGKILL)
    os.waitpid(service, 0)
    os._exit(0)
os.close(terminal)
os.waitpid(session, 0)
os.set_blocking(main_end, False)
try:
    print(os.read(main_end, 4096).decode())
except OSError:
    print("nothing on the terminal")
