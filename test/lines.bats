# Our own lines: where they go, and that writing them never kills, never waits, and a loss is told.
load helper

# The service's stderr is a FIFO that the test holds open as descriptor 9; its stdin is held as descriptor 8
start_on_fifos() {
        mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/errors"
        exec 8<>"$BATS_TEST_TMPDIR/in" 9<>"$BATS_TEST_TMPDIR/errors"
        INPUT=$BATS_TEST_TMPDIR/in ERRORS=$BATS_TEST_TMPDIR/errors start_guarded "$(probe answers)" 8>&- 9>&-
        wait_for_line "$out" ready
}

# still_answers WORD: within two seconds
still_answers() {
        echo "$1" >&8
        wait_for_line "$out" "answer: $1" 2
}

# read_until TEXT: all lines from descriptor 9 up to the one that has the text
read_until() {
        local line=
        lines_read=
        while [[ $line != *"$1"* ]]; do
                read -r -t 5 -u 9 line
                lines_read+=$line$'\n'
        done
}

teardown() {
        exec 8>&- 9>&-
        stop_all
}

@test "stderr's reader gone: the service lives and answers, and has no SIGPIPE pending" {
        start_on_fifos
        exec 9>&-
        local signal
        for signal in HUP USR1 USR2 PIPE; do
                kill -s "$signal" "$pid"
                still_answers "after $signal"
        done
        [ "$(signal_sets "$pid" SigPnd)$(signal_sets "$pid" ShdPnd)" = 00000000000000000000000000000000 ]
        [ "$(signal_sets "$pid" SigBlk)" = 0000000000000000 ]
}

@test "stderr's reader gone: the loss is told when there is a reader again" {
        start_on_fifos
        exec 9>&-
        kill -HUP "$pid"
        still_answers one
        exec 9<>"$BATS_TEST_TMPDIR/errors"
        kill -USR1 "$pid"
        read_until SIGUSR1
        has "$lines_read" "lost|dropped|not written|could not"
        lacks "$lines_read" "SIGHUP"
}

@test "stderr a full pipe: the service does not wait, and the loss is told when there is room" {
        start_on_fifos
        plain "$(probe fills)" "$BATS_TEST_TMPDIR/errors"
        kill -HUP "$pid"
        still_answers one
        kill -USR1 "$pid"
        still_answers two
        timeout 5 head -c 65536 <&9 >/dev/null
        kill -USR2 "$pid"
        read_until SIGUSR2
        has "$lines_read" "2 .*(lost|dropped|not written)|(lost|dropped|not written).* 2"
        lacks "$lines_read" "SIGHUP|SIGUSR1"
}

@test "a log file at the size limit: no SIGXFSZ, the service answers" {
        mkfifo "$BATS_TEST_TMPDIR/in"
        exec 8<>"$BATS_TEST_TMPDIR/in"
        head -c 4096 /dev/zero >"$BATS_TEST_TMPDIR/log"
        INPUT=$BATS_TEST_TMPDIR/in start_guarded SIGGUARD_LOG="$BATS_TEST_TMPDIR/log" prlimit --fsize=4096 "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        still_answers one
        [ "$(stat -c %s "$BATS_TEST_TMPDIR/log")" = 4096 ]
        [ "$(signal_sets "$pid" SigPnd)$(signal_sets "$pid" ShdPnd)" = 00000000000000000000000000000000 ]
        # the file is emptied as logrotate's copytruncate does it: then there is room again
        : >"$BATS_TEST_TMPDIR/log"
        kill -USR1 "$pid"
        still_answers two
        wait_for_line "$BATS_TEST_TMPDIR/log" SIGUSR1
        has "$(tr -d '\0' <"$BATS_TEST_TMPDIR/log")" "lost|dropped|not written|could not"
}

@test "stderr at the size limit: no SIGXFSZ, the service answers" {
        mkfifo "$BATS_TEST_TMPDIR/in"
        exec 8<>"$BATS_TEST_TMPDIR/in"
        INPUT=$BATS_TEST_TMPDIR/in start_guarded sh -c 'head -c 4096 /dev/zero >&2; exec prlimit --fsize=4096 "$0"' "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        still_answers one
        [ "$(signal_sets "$pid" SigPnd)$(signal_sets "$pid" ShdPnd)" = 00000000000000000000000000000000 ]
}

@test "stderr a full disk: the service answers" {
        mkfifo "$BATS_TEST_TMPDIR/in"
        exec 8<>"$BATS_TEST_TMPDIR/in"
        INPUT=$BATS_TEST_TMPDIR/in ERRORS=/dev/full start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        still_answers one
}

@test "stderr closed: the service answers and its first own descriptor gets none of our lines" {
        mkfifo "$BATS_TEST_TMPDIR/in"
        exec 8<>"$BATS_TEST_TMPDIR/in"
        INPUT=$BATS_TEST_TMPDIR/in start_guarded sh -c 'exec "$0" 2>&-' "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        still_answers one
        lacks "$(cat "$out")" sigguard
}

@test "a file or connection of the program's own that got the number of stderr gets none of our lines" {
        local kind
        for kind in file connection; do
                run -11 --separate-stderr guarded python3 "$BATS_TEST_DIRNAME/programs/reuses_stderr.py" $kind "$BATS_TEST_TMPDIR/data"
                [ "$output" = "the program's own" ]
        done
        # where a daemon has opened its log there, they are for it
        for kind in log appended pipe; do
                run -11 --separate-stderr guarded python3 "$BATS_TEST_DIRNAME/programs/reuses_stderr.py" $kind "$BATS_TEST_TMPDIR/data"
                has "$output" "^the program's ownsigguard.*ignored SIGHUP"
                has "$output" "crashed: SIGSEGV"
                has "$output" "sigguard: end of report"
        done
}

@test "a filter that refuses to block signals: our line leaves the mask alone" {
        run -0 --separate-stderr guarded SIGGUARD_OVERRIDE=veto "$(probe cannot_block)"
        has "$stderr" "vetoed signal"
        [ "$output" = 0000000000000000$'\n'0000000000000000 ]
}

@test "descriptors that were closed at the start stay closed" {
        run -0 --separate-stderr guarded bash -c 'exec 3>&1; exec ls /proc/self/fd 0<&- 2>&- 1>&3 3>&-'
        [ "$output" = "$(plain bash -c 'exec 3>&1; exec ls /proc/self/fd 0<&- 2>&- 1>&3 3>&-')" ]
}

@test "stderr a terminal of another session's foreground: no SIGTTOU stops the service" {
        run -0 plain python3 "$BATS_TEST_DIRNAME/programs/background_tty.py" "$GUARD" "$(probe answers)"
        has "$output" "running"
        has "$output" "SIGHUP"
        # a line that is not written by our handler, where all signals are blocked anyway
        run -0 plain python3 "$BATS_TEST_DIRNAME/programs/background_tty.py" "$GUARD" "$(probe answers)" SIGGUARD_LEVEL=loud
        has "$output" "running"
        has "$output" '"loud"'
}

@test "the program's own pending SIGPIPE is not consumed by our line" {
        run -0 --separate-stderr guarded "$(probe pends)"
        [ "$output" = "pending before: yes"$'\n'"pending after: yes" ]
        has "$stderr" "SIGUSR1"
}

@test "errno survives our handler" {
        run -0 --separate-stderr guarded "$(probe pends)" errno
        [ "$output" = "errno kept" ]
        has "$stderr" "SIGUSR1"
}

@test "lines go to SIGGUARD_LOG=/path, appended, and not to stderr" {
        echo "first line" >"$BATS_TEST_TMPDIR/log"
        start_guarded SIGGUARD_LOG="$BATS_TEST_TMPDIR/log" "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        wait_for_line "$BATS_TEST_TMPDIR/log" "sigguard[$pid]: ignored SIGHUP from pid $BASHPID"
        [ "$(head -n 1 "$BATS_TEST_TMPDIR/log")" = "first line" ]
        [ ! -s "$err" ]
        lacks "$(ls -l "/proc/$pid/fd")" "$BATS_TEST_TMPDIR/log"
}

@test "a log file that was moved away is made again" {
        start_guarded SIGGUARD_LOG="$BATS_TEST_TMPDIR/log" "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        wait_for_line "$BATS_TEST_TMPDIR/log" SIGHUP
        mv "$BATS_TEST_TMPDIR/log" "$BATS_TEST_TMPDIR/log.1"
        kill -USR1 "$pid"
        wait_for_line "$BATS_TEST_TMPDIR/log" SIGUSR1
}

@test "SIGGUARD_LOG=none is silence, and the signal is still swallowed" {
        mkfifo "$BATS_TEST_TMPDIR/in"
        exec 8<>"$BATS_TEST_TMPDIR/in"
        INPUT=$BATS_TEST_TMPDIR/in start_guarded SIGGUARD_LOG=none "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        kill -PIPE "$pid"
        still_answers one
        [ ! -s "$err" ]
}

@test "a log path that cannot be written: one line on stderr names it, and the lines go there" {
        start_guarded SIGGUARD_LOG="$BATS_TEST_TMPDIR/missing/log" "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        wait_for_line "$err" "SIGHUP"
        [ "$(grep -c "$BATS_TEST_TMPDIR/missing/log" "$err")" = 1 ]
}

@test "SIGGUARD_LOG=journal without a journal: the lines go to stderr" {
        [ ! -e /run/systemd/journal/socket ] || skip "this machine has a journal"
        start_guarded SIGGUARD_LOG=journal "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        wait_for_line "$err" "ignored SIGHUP"
}

@test "SIGGUARD_LEVEL=error hides what was ignored" {
        start_guarded SIGGUARD_LEVEL=error "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        wait_until 5 grep -q '^ShdPnd:.*0000000000000000' "/proc/$pid/status"
        wait_until 5 grep -q '^State:.*S' "/proc/$pid/status"
        [ -d "/proc/$pid" ]
        [ ! -s "$err" ]
}

@test "every level shows what the level above it shows" {
        local level count last=0
        for level in error warning info debug; do
                guarded SIGGUARD_LEVEL=$level "$(probe calls)" main raise:USR1 signal:USR1:handler signal:USR1:default \
                        2>"$BATS_TEST_TMPDIR/$level" >/dev/null
                count=$(wc -l <"$BATS_TEST_TMPDIR/$level")
                [ "$count" -ge "$last" ]
                last=$count
        done
        [ ! -s "$BATS_TEST_TMPDIR/error" ]
        has "$(cat "$BATS_TEST_TMPDIR/warning")" "ignored SIGUSR1"
}

@test "a sender's strange name cannot forge a line" {
        start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        plain python3 -c '
import os, signal, sys
open("/proc/self/comm", "w").write("x\nsigguard[1]:")
os.kill(int(sys.argv[1]), signal.SIGHUP)
open("/proc/self/comm", "w").write("\x1b[2J\x07")
os.kill(int(sys.argv[1]), signal.SIGUSR1)
import time
time.sleep(0.5)' "$pid"
        wait_for_line "$err" SIGUSR1
        [ "$(grep -c '^' "$err")" = 2 ]
        [ "$(grep -c "^sigguard\[$pid\]: ignored" "$err")" = 2 ]
        lacks "$(cat "$err")" $'[\x1b\x07]'
}

@test "a log file that the service may not open any more: its lines and its report go to stderr" {
        [ "$(id -u)" = 0 ] || skip "giving up rights takes root"
        mkdir -m 700 "$BATS_TEST_TMPDIR/private"
        start_guarded SIGGUARD_LOG="$BATS_TEST_TMPDIR/private/log" python3 -c 'import os, signal
os.setuid(65534)
print("ready", flush=True)
while True:
    signal.pause()'
        wait_for_line "$out" ready
        kill -USR1 "$pid"
        wait_for_line "$err" "ignored SIGUSR1"
        kill -SEGV "$pid"
        [[ $(wait_status) == "signal 11 "* ]]
        has "$(cat "$err")" "crashed: SIGSEGV"
        has "$(cat "$err")" "sigguard: end of report"
}

@test "a report for a full disk goes to stderr" {
        [[ $(guarded_status SIGGUARD_LOG=/dev/full "$(probe crash_fault)" null_read) == "signal 11 "* ]]
        has "$(cat "$BATS_TEST_TMPDIR/status.err")" "crashed: SIGSEGV"
        has "$(cat "$BATS_TEST_TMPDIR/status.err")" "sigguard: end of report"
        lacks "$(cat "$BATS_TEST_TMPDIR/status.err")" "degraded|raw #"
        [ "$(grep -c "could not be written" "$BATS_TEST_TMPDIR/status.err")" = 1 ]
}
