# Programs with crash handlers of their own: each does its work as ever, then there is one report, and then the same death.
load crash
guard_settings=("$unhurried")

# both NAME ARGUMENTS... (as for crash): guarded and not; the same output, status and core flag
both() {
        local name=$1
        shift
        crash "$name" "$@"
        crash_plain "$name.plain" "$@"
        same_output "$name"
        died_alike "$name" "$name.plain"
}

# Where things are mapped differs from run to run.
same_output() {
        diff <(grep -v ^address "$BATS_TEST_TMPDIR/$1.plain/out") <(grep -v ^address "$BATS_TEST_TMPDIR/$1/out") && return 0
        echo "(< without the guard, > with it)"
        return 1
}

# one_report NAME SIGNAL: whole, of this signal, the only one
one_report() {
        head_line "$1" "SIG$2, "
        is_complete "$1"
        [ "$(report "$1" | grep -c '^sigguard: end of report')" = 1 ]
}

# reporter_ends WAY [FAULT:SIGNAL...]: by its own work first, then a report, then as without us; the cores are the same
reporter_ends() {
        local way=$1 kind signal
        shift
        need_cores
        for kind in "${@:-null_read:SEGV}"; do
                signal=${kind#*:}
                # only x86_64 traps integer division by zero
                [ "$signal" != FPE ] || [ "$(uname -m)" = x86_64 ] || continue
                both "$signal" "$(probe reporter)" "$way" "${kind%:*}"
                [ "$(grep -c "^reporter: signal $(kill -l "$signal") code " "$BATS_TEST_TMPDIR/$signal/out")" = 1 ]
                died_of "$signal" "$signal"
                one_report "$signal" "$signal"
                compare_later "$(probe reporter)" "$signal" "$signal.plain"
        done
        # which thread gets a kill of the process is the kernel's choice
        if [ "$way" != default-kill ]; then
                both thread "$(probe reporter)" "$way" null_write thread
                one_report thread SEGV
                compare_later "$(probe reporter)" thread thread.plain
        fi
        compare_now
}

# When the handler returns, abort() raises the signal again, from another line of its own: the report is of the first time.
abort_ends() {
        both abort "$(probe reporter)" "$1" abort
        died_of abort ABRT
        one_report abort ABRT
        has "$(frames abort)" '^work$'
}

@test "a reporter that restores the disposition it found and returns" {
        reporter_ends old-return null_read:SEGV division:FPE
        abort_ends old-return
        both trap "$(probe reporter)" old-return breakpoint
        if [ "$(uname -m)" = x86_64 ]; then
                # the program goes on behind a breakpoint
                [ "$(death trap)" = "exit 64" ]
                lacks "$(report trap)" sigguard
        else
                # it comes to the breakpoint again
                died_of trap TRAP
                one_report trap TRAP
        fi
}

@test "a reporter that restores the disposition it found and raises the signal again" {
        reporter_ends old-raise null_read:SEGV breakpoint:TRAP abort:ABRT
}

@test "a reporter that asks for SIG_DFL and raises the signal again" {
        reporter_ends default-raise truncated_read:BUS illegal_instruction:ILL abort:ABRT
}

@test "a reporter that asks for SIG_DFL and kills its process with the signal" {
        reporter_ends default-kill null_read:SEGV breakpoint:TRAP abort:ABRT
}

@test "a reporter that asks for SIG_DFL and sends its thread the signal by system call" {
        reporter_ends tgkill null_read:SEGV abort:ABRT
}

@test "a reporter that asks for SIG_DFL and queues the signal again as it was" {
        reporter_ends requeue null_read:SEGV breakpoint:TRAP abort:ABRT
}

@test "a reporter that calls the handler that was there before it" {
        reporter_ends chain null_read:SEGV abort:ABRT
}

@test "a reporter whose handler the kernel resets (SA_RESETHAND)" {
        reporter_ends resethand null_read:SEGV division:FPE
        abort_ends resethand
}

@test "a reporter that ends the process itself: its status wins, nothing of its work is lost, and there is no report" {
        local kind
        for kind in null_read abort breakpoint; do
                both exit "$(probe reporter)" exit $kind
                [ "$(death exit)" = "exit 42" ]
                has "$(cat "$BATS_TEST_TMPDIR/exit/out")" "^reporter: signal"
                [ -z "$(report exit)" ]
        done
}

@test "a reporter that aborts: its handler for SIGABRT runs as well, then one report of the abort" {
        both abort "$(probe reporter)" abort null_read
        died_of abort ABRT
        one_report abort ABRT
        names_frames abort __pthread_kill_implementation
        has "$(frames abort)" '^null_read$'
}

@test "a handler that recovers by siglongjmp thousands of times, with and without an alternate stack: as ever, then a report" {
        local way
        for way in "" "full" "nodefer" "ownstack onstack" "onstack nodefer"; do
                # shellcheck disable=SC2086 # none, one or several words
                both "jump" "$(probe recovers)" 5000 1 $way
                has "$(cat "$BATS_TEST_TMPDIR/jump/out")" "^recovered 5000 times"
                died_of jump SEGV
                one_report jump SEGV
                names_frames jump fault main
        done
        # without the mask the program must not have blocked the signal
        both jump "$(probe recovers)" 5000 0 nodefer
        has "$(cat "$BATS_TEST_TMPDIR/jump/out")" "^recovered 5000 times"
        one_report jump SEGV
}

@test "siglongjmp that leaves the signal blocked: the second fault ends the program as without us" {
        both jump "$(probe recovers)" 2 0
        died_of jump SEGV
        has "$(cat "$BATS_TEST_TMPDIR/jump/out")" "^recovered once"
}

@test "a fault while every signal is blocked is reported, and ends as without us" {
        local way
        need_cores
        for way in sigprocmask pthread_sigmask handler; do
                both "$way" "$(probe masked)" "$way"
                died_of "$way" SEGV
                one_report "$way" SEGV
                has "$(frames "$way" | head -n 1)" '^fault$'
                compare_later "$(probe masked)" "$way" "$way.plain"
        done
        compare_now
}

@test "all 64 dispositions and masks read as without us at the start, changed, and restored" {
        # what the guard shows of HUP is nohup's
        plain --ignore-signal=HUP "$(probe all64)" >"$BATS_TEST_TMPDIR/expected"
        guarded "$(probe all64)" >"$BATS_TEST_TMPDIR/seen" 2>"$BATS_TEST_TMPDIR/err"
        diff "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/seen"
        [ "$(grep -c handler "$BATS_TEST_TMPDIR/seen")" = 60 ]
        [ ! -s "$BATS_TEST_TMPDIR/err" ]
}

@test "sigwait, sigwaitinfo, sigtimedwait and signalfd get every HUP, USR1 and USR2, also with other threads there" {
        local way threads number starter
        for way in sigwait sigwaitinfo sigtimedwait signalfd; do
                for threads in "" threads; do
                        for starter in start_plain start_guarded; do
                                # shellcheck disable=SC2086 # none or one word
                                $starter "$(probe takes)" $way $threads
                                wait_for_line "$out" ready
                                for number in 1 10 12 1 10 12; do
                                        kill "-$number" "$pid"
                                        wait_until 5 grep -q '^ShdPnd:.*0000000000000000' "/proc/$pid/status"
                                done
                                kill -TERM "$pid"
                                [ "$(wait_status)" = "exit 0" ]
                                [ "$(tr '\n' ' ' <"$out")" = "ready took 1 took 10 took 12 took 1 took 10 took 12 took 15 " ]
                                [ ! -s "$err" ]
                        done
                done
        done
}

@test "timers, SIGEV_THREAD, asynchronous files and SIGIO work as without us" {
        local way
        for way in usr1 thread aio sigio setsig; do
                same_as_plain "$(probe asks_kernel)" $way
                has "$output" "^(signal|thread with value)"
                [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
        done
}

@test "a timer whose signal nobody handles does not end the program, and the log says that it was its own" {
        [[ $(plain_status "$(probe asks_kernel)" timer) == "signal 10 "* ]]
        run -0 --separate-stderr guarded "$(probe asks_kernel)" timer
        has "$stderr" "ignored SIGUSR1 from a timer or request of its own"
}

# asan NAME ARGUMENTS... with what stands before them in the array options
asan() {
        both "$1" ASAN_OPTIONS="verify_asan_link_order=0:$options" "$program" "$2"
        # addresses and pids apart, it says the same as without us
        diff <(asan_says "$1.plain") <(asan_says "$1")
}

asan_says() {
        report "$1" | grep -a AddressSanitizer | sed 's/==[0-9]*==//; s/0x[0-9a-f]*/ADDRESS/g'
}

@test "a program built with AddressSanitizer: its own report and status, and ours of what it leaves to us" {
        local program options
        for program in "$(probe asan_faults)" "$(probe asan_faults_clang)"; do
                options=
                asan fine fine
                [ "$(death fine)" = "exit 0" ]
                [ -z "$(report fine)" ]
                asan freed freed
                has "$(report freed)" "heap-use-after-free"
                asan leak leak
                has "$(report leak)" "detected memory leaks"
                asan fault fault
                [ "$(death fault)" = "exit 1" ]
                has "$(report fault)" "AddressSanitizer: SEGV on unknown address"
                lacks "$(report fault)" sigguard
                asan abort abort
                died_of abort ABRT
                one_report abort ABRT
                options=handle_segv=0
                asan fault fault
                one_report fault SEGV
                names_frames fault makes main
                options=abort_on_error=1:disable_coredump=0
                asan freed freed
                died_of freed ABRT
                has "$(report freed)" "heap-use-after-free"
                has "$(report freed)" "^sigguard: end of report"
                has "$(report freed)" '^  #[0-9]+ +makes .*asan_faults\.c:'
        done
}

@test "gcc's AddressSanitizer wants to be loaded first: the launcher knows and tells it, and says what to do without it" {
        local sanitized
        sanitized=$(probe asan_faults)
        run ! guarded "$sanitized" fine
        has "$output" "ASan runtime does not come first"
        run -0 plain "$ROOT/scripts/sigguard" check "$sanitized"
        has "$output" "can be guarded; but only by sigguard run or with ASAN_OPTIONS=verify_asan_link_order=0"
        run -1 plain ASAN_OPTIONS=color=never "$ROOT/scripts/sigguard" run -- "$sanitized" fault
        has "$output" "SEGV on unknown address"
        run -134 plain --chdir="$BATS_TEST_TMPDIR" ASAN_OPTIONS=color=never "$ROOT/scripts/sigguard" run -- "$sanitized" abort
        has "$output" "^sigguard: end of report"
        # clang's is in the program
        run -0 plain "$ROOT/scripts/sigguard" check "$(probe asan_faults_clang)"
        lacks "$output" AddressSanitizer
        run -0 guarded "$(probe asan_faults_clang)" fine
}

# daemonized WAY: it runs as a daemon, whose pid is left in $daemon; its log is a file
daemonized() {
        local dir=$BATS_TEST_TMPDIR/$1
        mkdir -p "$dir"
        run -0 guarded --chdir="$dir" SIGGUARD_LOG="$dir/log" "$(probe daemonizes)" "$1" "$dir/pid"
        wait_until 5 grep -q ready "$dir/pid"
        daemon=$(sed -n 's/^ready //p' "$dir/pid")
        started+=("$daemon")
        is_running "$daemon"
}

@test "a daemon is guarded like any other: stray signals are named with its pid, and its crash is one report" {
        local way daemon log
        for way in daemon twice; do
                daemonized $way
                log=$BATS_TEST_TMPDIR/$way/log
                kill -HUP "$daemon"
                wait_until 5 grep -q "^sigguard\[$daemon\]: ignored SIGHUP from pid $BASHPID" "$log"
                is_running "$daemon"
                kill -TERM "$daemon"
                wait_until 10 is_gone "$daemon"
                has "$(cat "$log")" "^sigguard: daemonizes\[$daemon\] thread $daemon .* crashed: SIGSEGV, write to unmapped address 0x58"
                [ "$(grep -c ' crashed: ' "$log")" = 1 ]
                [ "$(grep -c '^sigguard: end of report' "$log")" = 1 ]
                [ -s "$(core_of $way)" ]
        done
}

@test "setsid and nohup start what they start with the dispositions that it would have without us" {
        local starter
        for starter in "setsid --wait" nohup; do
                # shellcheck disable=SC2086 # two words
                same_as_plain SIGGUARD_SKIP=grep $starter grep -E '^Sig(Ign|Cgt|Blk)' /proc/self/status
        done
        has "$output" "SigIgn.*1$"
        # shown to the guarded child as well
        run -0 guarded setsid --wait "$(probe all64)"
        has "$output" "^1: 0 ignored"
        has "$output" "^10: 0 default"
}
