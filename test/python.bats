# Debian's Python: children, workers, faulthandler, its own handlers and servers work as ever, and its crashes are reported.
load crash
guard_settings=("$unhurried")

programs=$ROOT/test/programs

# sections DIR: what the report says of signals and their changes, without threads, addresses and times
sections() {
        report "$1" | sed -n '/^sigguard: signals /,/^sigguard: modules/p' | sed 's/thread [0-9]*//; s/0x[0-9a-f]*//g; s/, 20[0-9-]* [0-9:]* UTC//'
}

@test "subprocess by vfork and by fork, and posix_spawn: children have the signals that they have without us" {
        # the children that look are not guarded themselves, which would be another question
        same_as_plain SIGGUARD_SKIP=sed python3 "$programs/python_children.py" 1
        [ "$(grep -c 'nothing changed here: True' <<<"$output")" = 2 ]
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
        plain strace -f -qq -e trace=vfork,clone,execve -E LD_PRELOAD="$GUARD" python3 -c 'import subprocess; subprocess.run(["true"])' \
                2>"$BATS_TEST_TMPDIR/trace"
        has "$(cat "$BATS_TEST_TMPDIR/trace")" 'vfork\(|CLONE_VFORK' # aarch64 has no call of that name
}

@test "hundreds of children leave nothing in their parent's tables, and not a line in the log" {
        local count
        for count in 1 40; do
                crash "of$count" SIGGUARD_THREADS=crashed SIGGUARD_LEVEL=info SIGGUARD_SKIP=sed \
                        python3 "$programs/python_children.py" $count crash
                died_of "of$count" SEGV
                head_line "of$count" "SIGSEGV, sent by itself"
                is_complete "of$count"
                has "$(report "of$count" | head -n 1)" "crashed: SIGSEGV"
        done
        diff "$BATS_TEST_TMPDIR/of1/out" "$BATS_TEST_TMPDIR/of40/out"
        # six changes are the program's own, none is a child's
        [ "$(sections of1 | grep -c 'through sigaction')" = 6 ]
        diff <(sections of1) <(sections of40)
}

@test "multiprocessing by fork, spawn and forkserver works as ever, and each worker that crashes is one report" {
        local how
        for how in fork spawn forkserver; do
                same_as_plain --chdir="$BATS_TEST_TMPDIR" python3 "$programs/python_workers.py" $how
                has "$output" "the pool is broken"
                [ "$(grep -c ' crashed: SIGSEGV, sent by itself' "$BATS_TEST_TMPDIR/same.err")" = 2 ]
                [ "$(grep -c '^sigguard: end of report' "$BATS_TEST_TMPDIR/same.err")" = 2 ]
        done
}

# What faulthandler says, without addresses
faulthandler_says() {
        report "$1" | sed '/^sigguard: /,$d' | sed 's/0x[0-9a-f]*//g'
}

# dies NAME SIGNAL WHAT: with faulthandler, by a crash in a function that another calls: its own traceback, then our report
dies() {
        local code="
import ctypes, faulthandler, os, threading
def inner():
    $3
def outer():
    inner()
$4"
        crash "$1" python3 -X faulthandler -c "$code"
        crash_plain "$1.plain" python3 -X faulthandler -c "$code"
        died_alike "$1" "$1.plain"
        died_of "$1" "$2"
        has "$(faulthandler_says "$1")" '^Fatal Python error: '
        has "$(faulthandler_says "$1")" 'File "<string>", line 4 in inner'
        diff <(faulthandler_says "$1.plain") <(faulthandler_says "$1")
        [ "$(report "$1" | grep -c " crashed: SIG$2, ")" = 1 ]
        is_complete "$1"
        has "$(report "$1")" '^  #[0-9]+ +_PyEval_EvalFrameDefault'
}

@test "faulthandler's traceback of a crash is written as ever, then our report, then the same death" {
        dies null SEGV 'ctypes.string_at(0)' 'outer()'
        has "$(report null)" '^  #[0-9]+ +__strlen'
        dies read SEGV 'faulthandler._read_null()' 'outer()'
        dies fpe FPE 'faulthandler._sigfpe()' 'outer()'
        dies abort ABRT 'os.abort()' 'outer()'
        dies bus BUS 'os.kill(os.getpid(), 7)' 'outer()'
        dies ill ILL 'os.kill(os.getpid(), 4)' 'outer()'
        dies thread SEGV 'ctypes.string_at(0)' 'one = threading.Thread(target=outer); one.start(); one.join()'
        has "$(faulthandler_says thread)" '^Thread .*most recent call first'
}

@test "the report of a signal that faulthandler raised again tells where the first one happened" {
        dies null SEGV 'ctypes.string_at(0)' 'outer()'
        has "$(report null)" '^sigguard: the handler was called at __strlen.* in .*libc'
        dies abort ABRT 'os.abort()' 'outer()'
        has "$(report abort)" '^sigguard: the handler was called at .*kill.* in .*libc'
}

@test "a C stack overflow in Python is found by faulthandler on its own stack, then reported" {
        dies overflow SEGV 'faulthandler._stack_overflow()' 'outer()'
        has "$(report overflow)" 'the same frame repeated [0-9]+ times'
        # without faulthandler it is ours alone
        crash alone python3 -c 'import faulthandler; faulthandler._stack_overflow()'
        died_of alone SEGV
        has "$(report alone)" '^sigguard: .*stack overflow'
        is_complete alone
}

@test "faulthandler's register, chained or not, and dump_traceback_later work as ever" {
        same_as_plain python3 -c '
import faulthandler, os, signal, sys, time
signal.signal(signal.SIGUSR1, lambda *_: print("handler"))
for chain in (False, True):
    faulthandler.register(signal.SIGUSR1, file=sys.stdout, all_threads=False, chain=chain)
    os.kill(os.getpid(), signal.SIGUSR1)
    print(faulthandler.unregister(signal.SIGUSR1), flush=True)
os.kill(os.getpid(), signal.SIGUSR1)
faulthandler.register(signal.SIGUSR2, file=open(os.devnull, "w"), all_threads=True)
os.kill(os.getpid(), signal.SIGUSR2)
print(signal.getsignal(signal.SIGUSR2), faulthandler.unregister(signal.SIGUSR2))
reader, writer = os.pipe()
faulthandler.dump_traceback_later(0.01, file=writer)
print(b"Timeout" in os.read(reader, 100))
faulthandler.dump_traceback_later(0.01, file=open(os.devnull, "w"), exit=True)
time.sleep(5)'
        has "$output" "^handler$"
        has "$output" "^True$"
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
}

@test "faulthandler's register(chain=True) over nothing does not end the program, and what is left is guarded" {
        run -0 --separate-stderr guarded python3 -c '
import faulthandler, os, signal
faulthandler.register(signal.SIGUSR1, file=open(os.devnull, "w"), chain=True)
faulthandler.unregister(signal.SIGUSR1)
print(signal.getsignal(signal.SIGUSR1), flush=True)
os.execvp("sh", ["sh", "-c", "kill -USR1 $PPID; kill -USR1 $$; echo alive"]) if os.fork() == 0 else os.wait()
print("alive")'
        [ "$(grep -c alive <<<"$output")" = 2 ]
}

@test "a crash in a C extension is reported with its C frames, and the interpreter's below them" {
        local code='
import sys
sys.path.insert(0, sys.argv[1])
import libcrash_python
libcrash_python.fault()'
        crash module python3 -c "$code" "$BUILD/test"
        crash_plain module.plain python3 -c "$code" "$BUILD/test"
        died_alike module module.plain
        head_line module 'SIGSEGV, write to unmapped address 0x88, at .*/libcrash_python.so\+0x'
        names_frames module write_nowhere fault
        has "$(report module)" "^  #0 +write_nowhere +test/programs/libcrash_python.c:$(line_of_code libcrash_python.c '*where = 1;'):"
        has "$(frames module)" '^_PyEval_EvalFrameDefault$'
        has "$(frames module)" '^Py_BytesMain$'
        is_complete module
}

@test "handlers, masks, sigwait, wakeup descriptors, KeyboardInterrupt and asyncio's handlers work as ever" {
        same_as_plain python3 "$programs/python_signals.py"
        has "$output" "^end"
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
}

@test "a handler that asyncio removes leaves the signal guarded, where it would be deadly without us" {
        local code='
import asyncio, os, signal
async def main():
    loop = asyncio.get_running_loop()
    for number in (signal.SIGHUP, signal.SIGUSR1):
        loop.add_signal_handler(number, print, "handled")
        loop.remove_signal_handler(number)
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())'
        local number
        for number in HUP USR1; do
                start_plain python3 -c "$code"
                wait_for_line "$out" ready
                kill "-$number" "$pid"
                [[ $(wait_status) == "signal $(kill -l $number) "* ]]
        done
        start_guarded python3 -c "$code"
        wait_for_line "$out" ready
        for number in HUP USR1; do
                kill "-$number" "$pid"
                wait_for_line "$err" "ignored SIG$number from pid $BASHPID"
                is_running "$pid"
        done
        kill -INT "$pid"
        [[ $(wait_status) == "signal 2 "* ]]
        has "$(cat "$err")" KeyboardInterrupt
}

@test "KeyboardInterrupt ends a program by SIGINT, with its traceback and no line of ours" {
        local starter
        for starter in start_plain start_guarded; do
                $starter python3 -c '
import time
print("ready", flush=True)
time.sleep(60)'
                wait_for_line "$out" ready
                kill -INT "$pid"
                [[ $(wait_status) == "signal 2 "* ]]
                has "$(cat "$err")" KeyboardInterrupt
                lacks "$(cat "$err")" sigguard
        done
}

@test "Python that writes into head gets its BrokenPipeError, message and status as without us" {
        local pipeline='python3 -c "
for i in range(100000):
    print(i)" 2>errors | head -n 1; echo "${PIPESTATUS[@]}"; cat errors; rm errors'
        same_as_plain --chdir="$BATS_TEST_TMPDIR" bash -c "$pipeline"
        has "$output" BrokenPipeError
        # with the default disposition, as filters written in Python ask for it
        same_as_plain --chdir="$BATS_TEST_TMPDIR" bash -c "${pipeline/for i/import signal; signal.signal(signal.SIGPIPE, signal.SIG_DFL)
for i}"
        has "$output" "^141 0"
}
