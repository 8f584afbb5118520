# What each signal does to a program that never heard of us: the actions ignore, discard, report, leave and crash.
load helper

# sender PID: how the log names whoever sent a signal, as a regular expression
sender() {
        echo "from pid $1 \($(cat "/proc/$1/comm")\), uid $(id -u)"
}

survives() {
        local signal=$1 me=$BASHPID
        start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        is_disposition "$pid" "$signal" caught
        kill -s "$signal" "$pid"
        wait_for_line "$err" "ignored SIG$signal"
        has "$(cat "$err")" "^sigguard\[$pid\]: ignored SIG$signal $(sender "$me")"
        is_disposition "$pid" "$signal" caught
        [ "$(wc -l <"$err")" = 1 ]
}

dies_without_guard() {
        start_plain "$(probe answers)"
        wait_for_line "$out" ready
        kill -s "$1" "$pid"
        [[ $(wait_status) == "signal $(kill -l "$1") "* ]]
}

@test "SIGHUP does not kill a guarded program and its sender is named" { survives HUP; }
@test "SIGUSR1 does not kill a guarded program and its sender is named" { survives USR1; }
@test "SIGUSR2 does not kill a guarded program and its sender is named" { survives USR2; }
@test "SIGPIPE from outside does not kill a guarded program and its sender is named" { survives PIPE; }

@test "without the guard each of the four kills" {
        local signal
        for signal in HUP USR1 USR2 PIPE; do
                dies_without_guard "$signal"
        done
}

@test "a service still answers after every stray signal" {
        mkfifo "$BATS_TEST_TMPDIR/in"
        exec 9<>"$BATS_TEST_TMPDIR/in"
        INPUT=$BATS_TEST_TMPDIR/in start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        local signal
        for signal in HUP USR1 USR2 PIPE; do
                kill -s "$signal" "$pid"
                wait_for_line "$err" "SIG$signal"
                echo "after $signal" >&9
                wait_for_line "$out" "answer: after $signal"
        done
        exec 9>&-
        lacks "$(cat "$out")" "read:"
}

@test "a queued signal from another program names that program" {
        start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        plain python3 -c 'import os, signal, sys; print(os.getpid()); os.kill(int(sys.argv[1]), signal.SIGUSR1)' "$pid" \
                >"$BATS_TEST_TMPDIR/sender"
        wait_for_line "$err" "from pid $(cat "$BATS_TEST_TMPDIR/sender")"
}

write_is_named() {
        start_guarded "$(probe breaks)" "$1"
        wait_for_line "$out" ready
        has "$(cat "$out")" "write -1 Broken pipe"
        local fd
        fd=$(sed -n 's/^fd \([0-9]*\):.*/\1/p' "$out")
        has "$(cat "$err")" "^sigguard\[$pid\]: ignored SIGPIPE in thread $pid: $(own_write "$fd" "$2")"
        [ "$(wc -l <"$err")" = 1 ]
}

@test "SIGPIPE of an own write to a pipe names the thread and the descriptor" { write_is_named pipe "[^)]*pipe[^)]*"; }
@test "SIGPIPE of an own write to a TCP socket is named as such" { write_is_named tcp "TCP socket"; }
@test "SIGPIPE of an own write to a UNIX socket is named as such" { write_is_named unix "U[^)]*socket"; }

@test "without the guard a write to a dead peer kills" {
        [[ $(plain_status "$(probe breaks)" pipe) == "signal 13 "* ]]
        [[ $(plain_status "$(probe breaks)" tcp) == "signal 13 "* ]]
}

@test "a storm of one signal is one line" {
        start_guarded "$(probe breaks)" unix 500
        wait_for_line "$out" ready
        [ "$(grep -c "Broken pipe" "$out")" = 500 ]
        [ "$(grep -c SIGPIPE "$err")" = 1 ]
        local i
        for i in 1 2 3 4 5; do
                kill -HUP "$pid"
        done
        wait_for_line "$err" SIGHUP
        kill -USR1 "$pid"
        wait_for_line "$err" SIGUSR1
        [ "$(grep -c SIGHUP "$err")" = 1 ]
}

@test "after a minute the next line of a signal carries the count" {
        [ -n "${SLOW_TESTS-}" ] || skip "waits a minute; SLOW_TESTS=1 runs it"
        start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        wait_for_line "$err" SIGHUP
        kill -HUP "$pid"
        sleep 61
        kill -HUP "$pid"
        wait_until 5 test "$(grep -c SIGHUP "$err")" = 2
        has "$(tail -n 1 "$err")" "SIGHUP .*; 3 so far"
}

@test "discard is the kernel's own SIG_IGN: no wake-up and no log" {
        start_guarded SIGGUARD_POLICY="HUP=discard USR1,PIPE=discard" "$(probe answers)"
        wait_for_line "$out" ready
        local signal
        for signal in HUP USR1 PIPE; do
                is_disposition "$pid" "$signal" ignored
                kill -s "$signal" "$pid"
        done
        is_disposition "$pid" USR2 caught
        kill -USR2 "$pid"
        wait_for_line "$err" SIGUSR2
        lacks "$(cat "$err")" "SIGHUP|SIGUSR1|SIGPIPE"
}

@test "discard is inherited by children as with nohup" {
        run -0 guarded SIGGUARD_POLICY=USR1=discard "$(probe spawns)" execve
        in_set USR1 "$(sed -n 's/^SigIgn:\s*//p' <<<"$output")"
        out_of_set USR2 "$(sed -n 's/^SigIgn:\s*//p' <<<"$output")"
}

@test "report names who stopped a service, and it dies as it would have" {
        local signal me=$BASHPID
        for signal in TERM INT QUIT; do
                start_guarded SIGGUARD_POLICY="TERM,INT,QUIT=report" "$(probe answers)"
                wait_for_line "$out" ready
                kill -s "$signal" "$pid"
                [[ $(wait_status) == "signal $(kill -l "$signal") "* ]]
                has "$(cat "$err")" "^sigguard\[$pid\]: .*SIG$signal $(sender "$me")"
        done
}

@test "report lets the program's own handler run" {
        start_guarded SIGGUARD_POLICY=TERM=report "$(probe calls)" main signal:TERM:handler query:TERM wait
        wait_for_line "$out" ready
        kill -TERM "$pid"
        wait_for_line "$out" "handler of 15 ran"
        wait_for_line "$err" "SIGTERM from pid $BASHPID"
        [ -d "/proc/$pid" ]
        has "$(cat "$out")" "query 15: 0 errno 0, was handler"
}

@test "report hands a handler what the kernel would have handed it" {
        local call
        for call in sigaction+restart sigaction sigaction+resethand sigaction+nodefer; do
                same_as_plain SIGGUARD_POLICY=TERM=report "$(probe fidelity)" "$call"
                has "$output" "value 4711"
        done
        has "$(cat "$BATS_TEST_TMPDIR/same.err")" "SIGTERM from "
}

@test "report leaves a blocked signal to sigwait and signalfd" {
        same_as_plain SIGGUARD_POLICY=TERM=report python3 -c '
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
os.kill(os.getpid(), signal.SIGTERM)
print(signal.sigwaitinfo({signal.SIGTERM}).si_pid == os.getpid())'
}

@test "a discarded signal that the program handles itself is its own, and is discarded again after that" {
        run -0 guarded SIGGUARD_POLICY=HUP=discard "$(probe calls)" main signal:HUP:handler kernel:HUP raise:HUP signal:HUP:default \
                kernel:HUP raise:HUP
        has "$output" "kernel 1: handler"
        [ "$(grep -c "handler of 1 ran" <<<"$output")" = 1 ]
        has "$output" "kernel 1: ignored"
}

@test "report of a signal that is open for one call only: it dies as it would have" {
        [ "$(guarded_status SIGGUARD_POLICY=TERM=report "$(probe crash_sent)" let_in "$(kill -l TERM)")" = "signal 15 nocore" ]
        has "$(cat "$BATS_TEST_TMPDIR/status.err")" 'SIGTERM from itself; the process ends, as by default'
}

@test "report keeps an ignored signal ignored" {
        start_guarded --ignore-signal=TERM SIGGUARD_POLICY=TERM=report "$(probe answers)"
        wait_for_line "$out" ready
        kill -TERM "$pid"
        kill -USR1 "$pid"
        wait_for_line "$err" SIGUSR1
        [ -d "/proc/$pid" ]
}

@test "leave is untouched: the signal kills as ever, without a word from us" {
        start_guarded SIGGUARD_POLICY="USR1=leave" "$(probe answers)"
        wait_for_line "$out" ready
        is_disposition "$pid" USR1 default
        kill -USR1 "$pid"
        [[ $(wait_status) == "signal 10 "* ]]
        [ ! -s "$err" ]
}

@test "signals that no policy names are left alone" {
        start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        local signal
        for signal in INT QUIT ALRM TERM STKFLT CHLD CONT TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR RTMIN RTMAX; do
                is_disposition "$pid" "$signal" default
        done
        kill -TERM "$pid"
        [[ $(wait_status) == "signal 15 "* ]]
        [ ! -s "$err" ]
}

@test "crash signals have our handler, and no signal is blocked" {
        start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        local signal
        for signal in SEGV BUS ILL FPE ABRT TRAP SYS; do
                is_disposition "$pid" "$signal" caught
        done
        [ "$(signal_sets "$pid" SigBlk)" = 0000000000000000 ]
}

@test "crash can be chosen for another signal: a report, then death of that signal" {
        start_guarded SIGGUARD_POLICY="USR2=crash" "$(probe answers)"
        wait_for_line "$out" ready
        kill -USR2 "$pid"
        [[ $(wait_status) == "signal 12 "* ]]
        has "$(cat "$err")" "SIGUSR2"
}

@test "what was ignored at the start stays really ignored, without a word from us" {
        start_guarded --ignore-signal=HUP --ignore-signal=PIPE --ignore-signal=USR1 "$(probe answers)"
        wait_for_line "$out" ready
        local signal
        for signal in HUP PIPE USR1; do
                is_disposition "$pid" "$signal" ignored
                kill -s "$signal" "$pid"
        done
        is_disposition "$pid" USR2 caught
        kill -USR2 "$pid"
        wait_for_line "$err" SIGUSR2
        [ "$(wc -l <"$err")" = 1 ]
}

@test "a signal that was blocked at the start is still blocked, and swallowed when it arrives" {
        start_guarded --block-signal=USR1 "$(probe answers)"
        wait_for_line "$out" ready
        in_set USR1 "$(signal_sets "$pid" SigBlk)"
        kill -USR1 "$pid"
        in_set USR1 "$(signal_sets "$pid" ShdPnd)"
        is_disposition "$pid" USR1 caught
}

@test "an ignored signal does not cut a blocking read short" {
        mkfifo "$BATS_TEST_TMPDIR/in"
        exec 9<>"$BATS_TEST_TMPDIR/in"
        INPUT=$BATS_TEST_TMPDIR/in start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        wait_for_line "$err" SIGHUP
        echo hello >&9
        wait_for_line "$out" "answer: hello"
        exec 9>&-
        [ "$(cat "$out")" = "ready"$'\n'"answer: hello" ]
}

@test "nothing is printed while nothing happens" {
        start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        kill -TERM "$pid"
        wait_status
        [ ! -s "$err" ]
        [ "$(cat "$out")" = ready ]
}
