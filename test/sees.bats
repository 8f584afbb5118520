# What a program sees of the guard: as little as protects it, and its children nothing at all.
load helper

# Under the guard HUP looks ignored, as under nohup; everything else looks as it would without us.
same_as_nohup() {
        local expected expected_status=0 status=0
        expected=$(plain --ignore-signal=HUP "$@" 2>/dev/null) || expected_status=$?
        output=$(guarded "$@" 2>/dev/null) || status=$?
        diff <(echo "$expected") <(echo "$output") >&2 && [ "$status" = "$expected_status" ]
}

signal_lines() {
        grep -E '^(Sig|Shd)[A-Z][a-z]+:' | grep -v SigQ
}

# children_see WAY [ENV OPTION]...: the kernel's view of a child is the one of an unguarded run
children_see() {
        local way=$1
        shift
        guarded "$@" "$(probe spawns)" "$way" | signal_lines >"$BATS_TEST_TMPDIR/guarded"
        plain "$@" "$(probe spawns)" "$way" | signal_lines >"$BATS_TEST_TMPDIR/plain"
        [ -s "$BATS_TEST_TMPDIR/plain" ]
        diff "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/guarded" >&2
}

@test "queries say: HUP is ignored, everything else is default" {
        local calls=() signal
        for signal in HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM CHLD XFSZ SYS 34 64; do
                calls+=("query:$signal")
        done
        same_as_nohup "$(probe calls)" main "${calls[@]}"
        has "$output" "query 1: 0 errno 0, was ignored"
        has "$output" "query 10: 0 errno 0, was default"
}

@test "though the queries say so, the kernel has our handler" {
        run -0 guarded "$(probe calls)" main query:HUP kernel:HUP kernel:USR1 kernel:PIPE kernel:SEGV
        [ "$(grep -c '^kernel .* foreign' <<<"$output")" = 4 ]
}

@test "env --list-signal-handling sees HUP ignored and nothing else" {
        run -0 guarded env --list-signal-handling true
        [ "$output" = "$(plain --ignore-signal=HUP env --list-signal-handling true 2>&1)" ]
        has "$output" "^HUP .*: IGNORE$"
        [ "${#lines[@]}" = 1 ]
}

@test "Python sees HUP ignored and nothing else" {
        same_as_nohup python3 -c '
import signal
for one in sorted(signal.valid_signals()):
    print(int(one), str(signal.getsignal(one)))'
        has "$output" "^1 (1|.*SIG_IGN)$"
}

@test "what was ignored at the start is a query's SIG_IGN" {
        same_as_plain --ignore-signal=HUP --ignore-signal=PIPE --ignore-signal=USR2 --ignore-signal=TERM "$(probe calls)" main \
                query:HUP query:PIPE query:USR2 query:TERM kernel:HUP kernel:PIPE kernel:USR2 kernel:TERM
}

@test "a crash signal ignored at the start is a query's SIG_IGN" {
        same_as_plain --ignore-signal=SEGV --ignore-signal=ABRT "$(probe calls)" main query:SEGV query:ABRT
}

@test "a discarded signal is a query's SIG_IGN" {
        run -0 guarded SIGGUARD_POLICY=USR1=discard "$(probe calls)" main query:USR1 kernel:USR1
        has "$output" "query 10: 0 errno 0, was ignored"
        has "$output" "kernel 10: ignored"
}

@test "asking for SIG_DFL where nothing of the program's was puts our handler back without a word" {
        local signal
        for signal in HUP USR1 USR2 PIPE; do
                run -0 --separate-stderr guarded "$(probe calls)" main "sigaction:$signal:default" "kernel:$signal" "query:$signal"
                has "$output" "kernel .* foreign"
                has "$output" "query .*, was default"
                [ -z "$stderr" ]
        done
}

@test "a program's own SIG_IGN goes to the kernel as it is, and to its children" {
        local signal
        for signal in USR1 USR2 PIPE; do
                same_as_plain "$(probe calls)" main "signal:$signal:ignore" "kernel:$signal" "query:$signal"
                has "$output" "kernel .* ignored"
        done
        # nohup.c asks for this with HUP, directly
        run -0 guarded "$(probe calls)" main signal:HUP:ignore kernel:HUP query:HUP
        has "$output" "kernel 1: ignored"
        run -0 guarded python3 -c '
import os, signal
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
os.environ.pop("LD_PRELOAD")
os.execv("/bin/cat", ["cat", "/proc/self/status"])'
        in_set USR1 "$(sed -n 's/^SigIgn:\s*//p' <<<"$output")"
}

@test "a child started by execve has default dispositions" { children_see execve; }
@test "a child started by fork and exec has default dispositions" { children_see fork; }
@test "a child started by vfork and exec has default dispositions" { children_see vfork; }
@test "a child started by posix_spawn has default dispositions" { children_see posix_spawn; }
@test "a child started by system has default dispositions" { children_see system; }
@test "a child started by popen has default dispositions" { children_see popen; }

@test "a child of a program started under nohup keeps HUP ignored" {
        local way
        for way in execve fork vfork posix_spawn system popen; do
                children_see "$way" --ignore-signal=HUP
                in_set HUP "$(sed -n 's/^SigIgn:\s*//p' "$BATS_TEST_TMPDIR/guarded")"
        done
}

@test "a child of a program started with SIGPIPE ignored, as under systemd, keeps it ignored" {
        local way
        for way in execve posix_spawn system; do
                children_see "$way" --ignore-signal=PIPE --ignore-signal=USR1
                in_set PIPE "$(sed -n 's/^SigIgn:\s*//p' "$BATS_TEST_TMPDIR/guarded")"
        done
}

@test "what guarded nohup starts has HUP ignored in the kernel" {
        run -0 guarded nohup cat /proc/self/status
        in_set HUP "$(sed -n 's/^SigIgn:\s*//p' <<<"$output")"
        start_guarded nohup "$(probe answers)"
        wait_for_line "$out" ready
        is_disposition "$pid" HUP ignored
}

@test "a guarded child is guarded again, from a clean start" {
        run -0 guarded "$(probe calls)" main signal:USR1:ignore signal:USR2:handler
        start_guarded env "$(probe answers)"
        wait_for_line "$out" ready
        is_disposition "$pid" HUP caught
        is_disposition "$pid" USR1 caught
}

@test "the guard brings no thread, no descriptor and no pending signal" {
        start_guarded "$(probe answers)"
        wait_for_line "$out" ready
        [ "$(ls "/proc/$pid/task" | wc -l)" = 1 ]
        [ "$(ls "/proc/$pid/fd" | wc -l)" = 3 ]
        [ "$(signal_sets "$pid" SigPnd)$(signal_sets "$pid" ShdPnd)" = 00000000000000000000000000000000 ]
}

@test "environ is the one that was given, but for the mark on LD_PRELOAD" {
        guarded NAME=value env | sed "s|^\(LD_PRELOAD=$GUARD\)[ :]*$|\1|" | sort >"$BATS_TEST_TMPDIR/guarded"
        plain NAME=value LD_PRELOAD="$GUARD" SIGGUARD_DISABLE=1 env | grep -v SIGGUARD_DISABLE | sort >"$BATS_TEST_TMPDIR/plain"
        diff "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/guarded"
}

@test "queries of guarded signals make no system call, and a change asks nothing about modules" {
        run -0 plain strace -qq -o "$BATS_TEST_TMPDIR/calls" -E LD_PRELOAD="$GUARD" "$(probe queries)"
        [ "$output" = $'ask\nchange\nend' ]
        [ "$(sed -n '/^write.*"ask/,/^write.*"change/p' "$BATS_TEST_TMPDIR/calls" | grep -c .)" = 2 ]
        # modules are looked at by rt_sigprocmask with an impossible how
        lacks "$(sed -n '/^write.*"change/,/^write.*"end/p' "$BATS_TEST_TMPDIR/calls")" "^rt_sigprocmask\((0xff|-1)"
}

@test "a program's data that it does not look at stays on the disk" {
        local without with
        run -0 plain "$(probe large_data)"
        without=$(grep -oE '[0-9]+' <<<"$output")
        run -0 guarded "$(probe large_data)"
        with=$(grep -oE '[0-9]+' <<<"$output")
        echo "$without kB without, $with kB with" >&2
        [ "$with" -lt $((without + 1500)) ]
}
