# Runs on an aarch64 machine: what the tests of aarch64.bats look at, a file per case below /cases, printed at the end.
ulimit -c unlimited
guard=LD_PRELOAD=$PWD/build/libsigguard.so
probes=$PWD/build/test
mkdir /cases

# case_of NAME COMMAND...: its output, and how it ended as crash_outer tells it
case_of() {
        local name=$1
        shift
        echo "machine: case $name"
        mkdir "/work.$name"
        (
                cd "/work.$name" || exit
                timeout 60 "$probes/crash_outer" "/cases/$name.status" env SIGGUARD_TIMEOUT_MS=30000 "$@" </dev/null
        ) >"/cases/$name" 2>&1
        tail -n +2 "/cases/$name.status" >>"/cases/$name"
        rm "/cases/$name.status"
}

# guarded_and_plain NAME COMMAND...
guarded_and_plain() {
        local name=$1
        shift
        case_of "$name" "$guard" "$@"
        case_of "$name.plain" "$@"
}

grep -m1 Features /proc/cpuinfo >/cases/processor
LD_SHOW_AUXV=1 /bin/true | grep MINSIGSTKSZ >>/cases/processor

env "$guard" "$probes/demo_service" >/cases/stray 2>&1 &
service=$!
# until_true COMMAND: for at most 30 seconds
until_true() {
        for _ in {1..300}; do
                ! "$@" || return 0
                sleep 0.1
        done
        echo "machine: it never came to be: $*"
}
four_ignored() {
        [ "$(grep -c ignored /cases/stray)" -ge 4 ]
}
until_true grep -q ready /cases/stray
for signal in HUP USR1 USR2 PIPE; do
        kill -s $signal $service
done
until_true four_ignored
kill -0 $service && echo "it lives" >>/cases/stray
kill -KILL $service

guarded_and_plain fault "$probes/crash_fault" null_write
guarded_and_plain thread "$probes/crash_fault" null_read thread
guarded_and_plain assert "$probes/crash_sent" assert 6
guarded_and_plain forbidden "$probes/crash_fault" forbidden_call
guarded_and_plain sent "$probes/crash_sent" raise 7
case_of nowhere "$guard" "$probes/crash_fault" noncanonical_read
case_of jump "$guard" "$probes/crash_fault" wild_jump
case_of qsort "$guard" "$probes/crash_callback" qsort
case_of handler "$guard" "$probes/crash_callback" altsignal
guarded_and_plain overflow "$probes/crash_overflow" plain thread
case_of signed "$guard" "$probes/crash_fault_signed" null_read
case_of floats "$guard" "$probes/crash_floats"
case_of leaf "$guard" "$probes/crash_floats_tableless"
case_of tableless "$guard" "$probes/crash_fault_tableless" null_read
case_of frameless "$guard" "$probes/crash_fault_frameless" null_read
calls="sigaction:USR1:handler+fullmask query:USR1 raise:USR1 signal:USR1:default query:USR1 signal:SEGV:handler query:SEGV
        signal:SEGV:ignore query:SEGV sigset:PIPE:handler query:PIPE sigaction:TERM:handler+resethand query:TERM"
# shellcheck disable=SC2086 # one word per call
guarded_and_plain answers "$probes/calls" main $calls
guarded_and_plain stack "$probes/stackinhandler"
guarded_and_plain masks "$probes/masks" sigprocmask:block:HUP+SEGV+ABRT+TERM+64 pthread_sigmask:unblock:HUP

for core in /work.fault /work.fault.plain; do
        gdb -batch -nx -ex 'p $_siginfo.si_signo' -ex 'p $_siginfo._sifields._sigfault.si_addr' -ex bt \
                "$probes/crash_fault" "$core"/core* 2>/dev/null | grep -E '^(\$|#)' >"/cases/core${core#/work.fault}"
done

for name in /cases/*; do
        echo "== ${name#/cases/}"
        cat "$name"
done
