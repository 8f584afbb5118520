"""Works in processes that multiprocessing makes by fork, spawn or forkserver; some are ended, some crash."""
import multiprocessing
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

LOOK_AT = (signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE, signal.SIGTERM, signal.SIGSEGV)


def signals(_=None):
    return [str(signal.getsignal(number)).split(" at ")[0] for number in LOOK_AT]


def crash():
    os.kill(os.getpid(), signal.SIGSEGV)


def main():
    how = multiprocessing.get_context(sys.argv[1])
    with how.Pool(2) as pool:
        print(pool.map(abs, range(-50, 50)), pool.map(signals, range(2)))
    for work in (crash, signal.pause):
        child = how.Process(target=work)
        child.start()
        if work is signal.pause:
            child.terminate()
        child.join()
        print("ended", child.exitcode)
    with ProcessPoolExecutor(2, mp_context=how) as pool:
        try:
            pool.submit(crash).result()
        except BrokenProcessPool:
            print("the pool is broken")
    print(signals())


if __name__ == "__main__":
    main()
