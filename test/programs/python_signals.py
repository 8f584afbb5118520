"""What Python's signal module and asyncio do with the signals that the guard looks after, told step by step."""
import asyncio
import os
import signal
import socket
import time

GUARDED = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE)


def told(number, _frame):
    print("handler of", number)


for number in GUARDED:
    print(number, signal.getsignal(number), signal.signal(number, told), signal.getsignal(number) is told)
    os.kill(os.getpid(), number)
    signal.raise_signal(number)
    print(signal.signal(number, signal.SIG_IGN) is told, signal.signal(number, signal.SIG_IGN))
    os.kill(os.getpid(), number)

# whether a call goes on behind a handler: Python itself repeats it (PEP 475), so the handler ends it
reader, writer = os.pipe()
for interrupts in (True, False):
    signal.signal(signal.SIGUSR1, told)
    signal.siginterrupt(signal.SIGUSR1, interrupts)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    signal.signal(signal.SIGALRM, lambda *_: (os.kill(os.getpid(), signal.SIGUSR1), os.write(writer, b"x")))
    print("read", os.read(reader, 1))

ours, theirs = socket.socketpair()
ours.setblocking(False)
print("wakeup", signal.set_wakeup_fd(ours.fileno()))
os.kill(os.getpid(), signal.SIGUSR1)
print("woken by", theirs.recv(1), signal.set_wakeup_fd(-1) == ours.fileno())

all_of_them = signal.valid_signals()
signal.pthread_sigmask(signal.SIG_BLOCK, all_of_them)
print("blocked", sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))))
for number in (signal.SIGHUP,) + GUARDED:
    os.kill(os.getpid(), number)
print("pending", sorted(map(int, signal.sigpending())))
print("waited", sorted(int(signal.sigwait(all_of_them)) for _ in range(4)))
print("nothing more", signal.sigtimedwait(all_of_them, 0))
signal.pthread_sigmask(signal.SIG_UNBLOCK, all_of_them)
print("blocked", signal.pthread_sigmask(signal.SIG_BLOCK, []))

try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)
except KeyboardInterrupt:
    print("KeyboardInterrupt")


async def loop_handlers():
    loop, seen = asyncio.get_running_loop(), asyncio.Queue()
    for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM):
        loop.add_signal_handler(number, seen.put_nowait, number)
        os.kill(os.getpid(), number)
        print("loop saw", await seen.get())
        print("removed", loop.remove_signal_handler(number), loop.remove_signal_handler(number))
    loop.add_signal_handler(signal.SIGUSR1, seen.put_nowait, "from a child")
    process = await asyncio.create_subprocess_exec("sh", "-c", f"kill -USR1 {os.getpid()}")
    print(await process.wait(), await seen.get())
    loop.remove_signal_handler(signal.SIGUSR1)

signal.signal(signal.SIGUSR1, told)
asyncio.run(loop_handlers())
print("end")
