# sigguard trace: the threads of a living process, judged by gdb and the kernel, and a process that does not notice it.
load helper

# traced MODE...: starts the probe, which leaves its progress in $PROGRESS
traced() {
        PROGRESS=$BATS_TEST_TMPDIR/progress
        start_plain "$(probe traced)" "${1:-calm}" "$PROGRESS"
        wait_for_line "$out" ready
}

progress() {
        od -An -t u8 "$PROGRESS" | tr -d ' '
}

grows() {
        [ "$(progress)" -gt "$1" ]
}

# unharmed PID: nobody traces it, nothing of it is stopped, and it goes on
unharmed() {
        # some of them may end meanwhile
        cat /proc/"$1"/task/*/status >"$BATS_TEST_TMPDIR/threads" 2>/dev/null || true
        [ "$(grep ^TracerPid "$BATS_TEST_TMPDIR/threads" | tr -s '\t' ' ' | sort -u)" = "TracerPid: 0" ]
        run ! grep -E '^State:.[tT]' "$BATS_TEST_TMPDIR/threads"
        wait_until 5 grows "$(progress)"
}

# counted: ends the probe, whose own words say that no call of it was interrupted
counted() {
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 0" ]
        lacks "$(<"$out")" ' [1-9][0-9]* interrupted'
        [ "$(grep -c ', 0 interrupted$' "$out")" = 9 ]
        [ ! -s "$err" ]
}

# plainly: without the threads that move on between two looks, and without the choice among several names of one function
plainly() {
        grep -vE ' (spins|sleeps) ' | sed -E 's/ (__GI_)?_*([^ ]+)$/ \2/'
}

@test "the frames of all threads are those that gdb finds" {
        traced
        run -0 sigguard trace --json "$pid"
        jq -r '.threads[] | .tid as $tid | .name as $name | .stack.frames[] | select(.found_by != "tail call") |
                "frame \($tid) \($name) \(.pc) \((.inlined_into // [] | last | .function) // .function)"' <<<"$output" |
                plainly >"$BATS_TEST_TMPDIR/ours"
        gdb -batch -nx -ex "set backtrace past-main on" -p "$pid" -x "$ROOT/test/trace_frames.py" 2>/dev/null </dev/null | grep '^frame ' |
                plainly >"$BATS_TEST_TMPDIR/gdb"
        [ "$(wc -l <"$BATS_TEST_TMPDIR/gdb")" -gt 30 ]
        diff "$BATS_TEST_TMPDIR/gdb" "$BATS_TEST_TMPDIR/ours"
        [ "$(jq '.threads | length' <<<"$output")" = "$(ls "/proc/$pid/task" | wc -l)" ]
}

@test "each thread is shown with its number, its name and what it does" {
        traced
        run -0 sigguard trace "$pid"
        for thread in /proc/"$pid"/task/*; do
                has "$output" "^sigguard: thread ${thread##*/} \"$(<"$thread/comm")\""
        done
        has "$output" '"spins", running:$'
        has "$output" '"polls", idle in poll in wait_in:$'
        has "$output" '"waits", idle in futex wait in wait_in:$'
        has "$output" '^  #[0-9]+ +work +test/programs/traced.c:[0-9]+:[0-9]+ +traced\+0x'
        has "$output" "^  0x[0-9a-f]+-0x[0-9a-f]+ $(probe traced) build-id $(readelf -n "$(probe traced)" | sed -n 's/.*Build ID: //p')"
        [ "${lines[-1]}" = "sigguard: end of trace" ]
}

@test "a process that was traced twenty times goes on, and no call of it was interrupted" {
        traced
        for i in {1..20}; do
                run -0 sigguard trace "$pid"
                [ "$(grep -c '^sigguard: thread ' <<<"$output")" = 10 ]
        done
        unharmed "$pid"
        counted
}

@test "a guarded process can be traced like any other, and writes nothing" {
        start_guarded "$(probe traced)"
        wait_for_line "$out" ready
        run -0 sigguard trace "$pid"
        has "$output" '"polls", idle in poll'
        counted
}

@test "signals that arrive meanwhile are delivered, each of them" {
        traced
        "$(probe traced)" send "$pid" 200000 3>&- &
        local sender=$!
        for i in {1..10}; do run -0 sigguard trace "$pid"; done
        wait "$sender"
        unharmed "$pid"
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 0" ]
        has "$(<"$out")" '^200000 signals'
}

@test "threads that appear and end meanwhile do it no harm" {
        traced storm
        for i in {1..10}; do
                run sigguard trace "$pid"
                [ "$status" -le 1 ]
                has "$output" '"storm"'
                has "$output" '"polls", idle in poll'
        done
        unharmed "$pid"
        counted
        has "$(<"$out")" ' [1-9][0-9]+ threads$'
}

@test "a process that job control has stopped stays stopped" {
        traced
        kill -STOP "$pid"
        wait_until 5 grep -q '^State:.T' "/proc/$pid/status"
        run -0 sigguard trace "$pid"
        has "$output" '"spins", stopped by SIGSTOP:$'
        [ "$(grep -h '^State' "/proc/$pid"/task/*/status | sort -u)" = $'State:\tT (stopped)' ]
        kill -CONT "$pid"
        unharmed "$pid"
        # epoll_wait and its kind say EINTR after a SIGCONT anyhow (signal(7)); the others do not
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 0" ]
        has "$(<"$out")" '^(polls|reads|waits): 1 calls, 0 interrupted'
}

@test "a thread in uninterruptible sleep is listed with what the kernel tells, and goes on later" {
        traced vfork
        wait_until 5 grep -q '^State:.D' "/proc/$pid"/task/*/status
        run -1 sigguard trace "$pid"
        has "$output" '^  did not stop in time; in uninterruptible sleep in system call [0-9]+, waits in [a-z_]+$'
        has "$output" '"polls", idle in poll'
        wait_until 10 eval '! grep -q "^State:.D" "/proc/$pid"/task/*/status'
        unharmed "$pid"
        counted
}

# while_held SIGNAL: the process stands still since a slow reader holds it; then the reader gets the signal
while_held() {
        traced
        env -i --default-signal PATH="$CLEAN_PATH" strace -qq -o /dev/null -e trace=pread64 -e inject=pread64:delay_enter=1500000 \
                "$BUILD/sigguard-symbolize" --trace "$pid" >/dev/null 2>&1 3>&- &
        local strace=$!
        disown "$strace"
        wait_until 10 grep -q '^State:.t' "/proc/$pid/status"
        reader=$(cat "/proc/$strace/task/$strace/children")
        held="$strace $reader"
        kill -"$1" ${reader% }
}

teardown() {
        local one
        for one in ${held-}; do
                [[ $(cat "/proc/$one/comm" 2>/dev/null) != @(strace|sigguard-symbol) ]] || kill -KILL "$one"
        done
        stop_all
}

@test "a trace that is broken off or killed lets go at once" {
        for signal in INT TERM KILL; do
                while_held "$signal"
                wait_until 3 eval '[ "$(grep -h "^State:.t" "/proc/$pid"/task/*/status | wc -l)" = 0 ]'
                unharmed "$pid"
                counted
        done
}

@test "a trace that was stopped itself lets go after five seconds" {
        SECONDS=0
        while_held STOP
        wait_until 8 eval '[ "$(grep -h "^State:.t" "/proc/$pid"/task/*/status | wc -l)" = 0 ]'
        [ "$SECONDS" -ge 3 ]
        unharmed "$pid"
        counted
        kill -KILL ${reader% }
}

@test "a process that ends meanwhile is no riddle" {
        local answer
        for i in {1..8}; do
                traced
                "$BASH" -c 'sleep 0.0$2; kill -KILL $1' killer "$pid" "$i" 3>&- &
                answer=0
                output=$(sigguard trace "$pid" 2>&1) || answer=$?
                [ "$answer" -le 2 ]
                [ "$answer" != 2 ] || has "$output" "^sigguard: (there is no process $pid|$pid \(.*\) has ended)$"
                wait $!
        done
        # one that has ended, and whose parent does not ask for it
        start_plain bash -c 'sleep 0.3 & echo "$!"; exec sleep 100'
        wait_until 5 test -s "$out"
        local zombie
        zombie=$(<"$out")
        wait_until 5 grep -q '^State:.Z' "/proc/$zombie/status"
        run -2 sigguard trace "$zombie"
        has "$output" "^sigguard: $zombie \\(.*\\) has ended$"
}

@test "a process that is traced already says by whom" {
        traced
        strace -f -qq -o /dev/null -p "$pid" 3>&- &
        local strace=$!
        wait_until 5 grep -qE '^TracerPid:.[1-9]' "/proc/$pid/status"
        run -2 --separate-stderr sigguard trace "$pid"
        [ "$stderr" = "sigguard: $pid (traced) is traced already, by pid $strace (strace), and only one can do that at a time" ]
        kill -TERM "$strace"
        wait "$strace" || true
        unharmed "$pid"
}

@test "what cannot be traced is said in one line" {
        traced
        run -2 --separate-stderr setpriv --reuid 65534 --clear-groups "$BUILD/sigguard-symbolize" --trace "$pid"
        [ "$stderr" = "sigguard: $pid (traced) cannot be traced: it belongs to another user, so only root can do that" ]
        run -2 --separate-stderr sigguard trace 4194305
        [ "$stderr" = "sigguard: there is no process 4194305" ]
        run -2 --separate-stderr sigguard trace 12x
        [ "$stderr" = 'sigguard: "12x": expected the pid of a process' ]
        if [ -e /proc/2/comm ] && [ "$(cat /proc/2/comm)" = kthreadd ]; then
                run -2 --separate-stderr sigguard trace 2
                has "$stderr" '^sigguard: 2 \(kthreadd\) is a part of the kernel'
        fi
        for words in "" --json "1 2" "--no-such 1"; do
                # shellcheck disable=SC2086 # words
                run -64 --separate-stderr sigguard trace $words
                has "$stderr" '^sigguard: .*see sigguard trace --help$'
        done
        # with the same rights as the process it works without root, if the kernel is not told otherwise
        [ "$(cat /proc/sys/kernel/yama/ptrace_scope 2>/dev/null || echo 0)" = 0 ] || return 0
        start_plain setpriv --reuid 65534 --clear-groups "$(probe traced)"
        wait_for_line "$out" ready
        run -0 setpriv --reuid 65534 --clear-groups "$BUILD/sigguard-symbolize" --trace "$pid"
        has "$output" '"polls", idle in poll'
}

@test "process 1, and a process in another root and process namespace" {
        local root=$BATS_TEST_TMPDIR/root
        mkdir "$root"
        # a file system that is mounted nowhere else, as a container's
        start_plain unshare --mount --pid --fork bash -c 'mount -t tmpfs none "$1" &&
                cp --parents $(ldd "$2" | grep -oE "/[^ ]+") "$1" && cp "$2" "$1/service" && exec chroot "$1" /service' \
                container "$root" "$(probe traced)"
        wait_for_line "$out" ready
        local inside
        inside=$(cat "/proc/$pid/task/$pid/children")
        inside=${inside% }
        has "$(<"/proc/$inside/status")" '^NSpid:.*[[:space:]]1$'
        [ ! -e "$root/service" ]
        run -0 sigguard trace "$inside"
        has "$output" '"polls", idle in poll in wait_in:$'
        has "$output" '^  #[0-9]+ +work +test/programs/traced.c'
        # from its own namespace of processes it is number 1
        run -0 nsenter --target "$inside" --pid unshare --mount-proc "$BUILD/sigguard-symbolize" --trace 1
        has "$output" '^sigguard: thread 1 "service", idle in wait for a signal in main:$'
        kill -KILL "$inside"
}

@test "Go, a process without its main thread, and a program without debug information" {
        cp "$(probe traced)" "$BATS_TEST_TMPDIR/bare"
        strip "$BATS_TEST_TMPDIR/bare"
        start_plain "$BATS_TEST_TMPDIR/bare"
        wait_for_line "$out" ready
        run -0 sigguard trace "$pid"
        has "$output" '"polls", idle in poll'
        has "$output" '^  #2 +0x[0-9a-f]+ +bare\+0x[0-9a-f]+$'

        start_plain "$(probe go_service)" wait
        wait_for_line "$out" ready
        run -0 sigguard trace "$pid"
        has "$output" '^  #[0-9]+ +time\.Sleep +.*/runtime/time.go:[0-9]+|^  #0 +runtime\.(futex|epollwait)'
        has "$output" '^sigguard: threads?.* "go_service"'

        printf '#include <pthread.h>\n#include <stdio.h>\n#include <unistd.h>\nstatic void *rest(void *a) { puts("ready"); fflush(stdout); for (;;) pause(); return a; }\n%s\n' \
                'int main(void) { pthread_t t; pthread_create(&t, 0, rest, 0); pthread_exit(0); }' |
                gcc -g -x c - -o "$BATS_TEST_TMPDIR/headless" -pthread
        start_plain "$BATS_TEST_TMPDIR/headless"
        wait_for_line "$out" ready
        wait_until 5 grep -q '^State:.Z' "/proc/$pid/task/$pid/status"
        run -1 sigguard trace "$pid"
        has "$output" '^  ended, while other threads go on$'
        has "$output" 'idle in pause in rest:$'
}

@test "functions that node compiled have their names, if it was told to list them" {
        start_plain --chdir="$BATS_TEST_TMPDIR" /usr/bin/node --perf-basic-prof -e 'function busy_loop() { for (;;); }
                function service() { busy_loop(); } require("fs").writeSync(1, "ready\n"); service()'
        wait_for_line "$out" ready
        wait_until 5 eval 'sigguard trace "$pid" | grep -qE "^  #[0-9]+ +.*busy_loop .*code made at run time"'
        kill -KILL "$pid"
        rm -f "/tmp/perf-$pid.map"
        [ "$(wait_status)" = "signal 9 nocore" ]
}

@test "trace and status of a process in hundreds of groups, of which the kernel tells a lot" {
        [ "$(id -u)" = 0 ] || skip "only root can be in any group"
        start_guarded setpriv --groups "$(seq -s, 1000000001 1000000500)" "$(probe calls)" main wait
        wait_for_line "$out" ready
        run -0 sigguard trace "$pid"
        has "$output" '^  #[0-9]+ +main '
        run -0 sigguard status "$pid"
}
