# The report shows every thread where it was, and the threads themselves do not notice that they were asked.
load hostile

# threads NAME MODE COUNT KIND...: threads_wait guarded
threads() {
        local name=$1
        shift
        crash "$name" "$PATIENT" "$(probe threads_wait)" "$@"
        died_of "$name" SEGV
        took_at_most "$name" 5500
        head_line "$name" 'SIGSEGV, write to unmapped address 0x98,'
}

# thread_named DIR NAME: what the report has of this thread, up to the next one
thread_named() {
        report "$1" | awk -v name="\"$2\"" '/^sigguard: / { on = /^sigguard: threads? [0-9]/ && index($0, name) } on'
}

# listed DIR NAME: how many threads of this name the report has, alone or in groups ("threads 12, 14-43: 31 x ...")
listed() {
        report "$1" | sed -nE "s/^sigguard: threads? ([0-9, -]+)(: [0-9]+ x)? \"$2\".*:\$/\1/p" | tr , '\n' |
                awk -F- '{ sum += NF == 2 ? $2 - $1 + 1 : 1 } END { print sum + 0 }'
}

@test "each thread is shown by its name and where it waits, the crashed one first" {
        threads all crash 1 futex read nanosleep poll spin
        is_complete all
        has "$(report all | grep -E '^sigguard: threads? [0-9]' | head -n 1)" \
                '^sigguard: thread [0-9]+ "threads_wait" \(crashed\):$'
        [ "$(report all | grep -cE '^sigguard: thread [0-9]+ "')" = 6 ]
        local kind
        for kind in futex read nanosleep poll spin; do
                has "$(thread_named all $kind)" " in_$kind "
                has "$(thread_named all $kind)" ' worker_loop '
                has "$(thread_named all $kind)" ' start_thread '
        done
}

@test "gdb sees the threads of the guarded core where those of the unguarded one are: futex, read, nanosleep, poll" {
        need_cores
        local kinds="futex read nanosleep poll"
        # shellcheck disable=SC2086 # several words
        threads guarded crash 2 $kinds
        # shellcheck disable=SC2086
        crash_plain plain "$(probe threads_wait)" crash 2 $kinds
        died_alike guarded plain
        compare_later "$(probe threads_wait)" guarded plain
        COMPARE_THREADS=1 compare_now
}

@test "threads with equal stacks are one group" {
        threads group crash 32 futex
        is_complete group
        has "$(report group)" '^sigguard: threads [0-9][0-9, -]*: 32 x "futex", idle in futex wait in in_futex:$'
        [ "$(listed group futex)" = 32 ]
        [ "$(report group | grep -c ' in_futex ')" = 1 ]
}

@test "a stack is shown to its end, however much lies between its frames" {
        threads deep crash 40 deep futex
        is_complete deep
        [ "$(listed deep deep)" = 40 ]
        has "$(thread_named deep deep)" '^sigguard: threads .*: 40 x "deep", idle in poll in in_poll:$'
        has "$(thread_named deep deep)" ' in_deep '
        has "$(thread_named deep deep)" ' start_thread '
}

@test "more than 256 threads: 256 are in the report, and it says that there are more" {
        threads many crash 300 futex
        has "$(report many)" '^sigguard: degraded: there are more than 256 threads'
        has "$(report many)" '^sigguard: end of report'
        # in how many groups depends on how many answered in time
        [ "$(listed many futex)" = 256 ]
}

@test "a thread that blocks even libc's own signals is listed with what the kernel tells of it" {
        threads blocked crash 1 blocked read
        has "$(report blocked)" '^sigguard: degraded: some threads did not stop in time'
        has "$(report blocked)" '^sigguard: end of report'
        has "$(thread_named blocked blocked)" 'did not stop in time; in system call (7|73)[^0-9]'
        has "$(thread_named blocked read)" ' in_read '
}

@test "a thread that the kernel does not let go (vfork) is listed with what the kernel tells of it" {
        crash vfork "$(probe threads_wait)" crash 1 vfork read
        took_at_most vfork 5500
        [[ $(death vfork) == "signal 11 "* ]]
        head_line vfork 'SIGSEGV, write to unmapped address 0x98,'
        has "$(report vfork)" '^sigguard: degraded: some threads did not stop in time'
        has "$(thread_named vfork vfork)" 'did not stop in time; in system call (56|220)[^0-9]'
        has "$(thread_named vfork read)" ' in_read '
}

@test "SIGGUARD_THREADS=crashed: the crashed thread alone, and the others are not asked" {
        crash alone SIGGUARD_THREADS=crashed "$(probe threads_wait)" crash 1 futex blocked
        died_of alone SEGV
        is_complete alone
        [ "$(report alone | grep -cE '^sigguard: threads? [0-9]')" = 1 ]
        took_at_most alone 5500
}

@test "process 1 lives on after SIGSEGV and SIGABRT from inside, and its sleeping threads do not notice" {
        [ "$(id -u)" = 0 ] || skip "only root may make namespaces"
        local number
        for number in 6 11; do
                crash_plain init$number unshare --pid --fork --mount-proc --kill-child env "$PATIENT" \
                        LD_PRELOAD="$GUARD" "$(probe hostile_init)" raise $number
                [ "$(death init$number)" = "exit 7" ]
                took_at_most init$number 4000
                [ "$(cat "$BATS_TEST_TMPDIR/init$number/out")" = $'ready 1\nalive' ]
                is_complete init$number
                # our handler was put back
                [ "$(report init$number | grep -c '^sigguard: end of report')" = 2 ]
                has "$(frames init$number)" '^main$'
                has "$(report init$number)" ' sleeper '
                has "$(report init$number)" ' poller '
        done
}

@test "SIGABRT to a service that hangs, as systemd's watchdog sends it: where every thread hangs" {
        OUTPUT=$BATS_TEST_TMPDIR/out ERRORS=$BATS_TEST_TMPDIR/err start_guarded --chdir="$BATS_TEST_TMPDIR" \
                "$PATIENT" "$(probe threads_wait)" wait 1 futex read spin
        wait_for_line "$out" ready
        kill -ABRT "$pid"
        [[ $(wait_status) == "signal 6 "* ]]
        mkdir -p "$BATS_TEST_TMPDIR/hung"
        cp "$err" "$BATS_TEST_TMPDIR/hung/report"
        head_line hung "SIGABRT, sent by pid [0-9]+ \(.*\), uid $(id -u)"
        is_complete hung
        has "$(frames hung)" '^in_poll$'
        local kind
        for kind in futex read spin; do
                has "$(thread_named hung $kind)" " in_$kind "
        done
}

@test "no room for another queued signal (RLIMIT_SIGPENDING 0): the threads are asked in another way" {
        crash full "$PATIENT" "$(probe hostile_state)" thread thread limit sigpending 0
        crash_plain plain "$(probe hostile_state)" thread thread limit sigpending 0
        died_alike full plain
        is_complete full
        [ "$(report full | grep -c ' sleep_well ')" -ge 1 ]
        lacks "$(report full)" 'did not stop'
        # what is given back is queued as well
        crash abort "$PATIENT" prlimit --sigpending=0 "$(probe crash_sent)" raise 6
        crash_plain abort.plain prlimit --sigpending=0 "$(probe crash_sent)" raise 6
        died_alike abort abort.plain
        is_complete abort
}

@test "a thread that the kernel runs in the process (io_uring) is none of the program's, and is not waited for" {
        crash uring "$PATIENT" "$(probe hostile_state)" uring thread
        [ "$(death uring)" != "exit 65" ] || skip "there is no io_uring here: $(report uring)"
        died_of uring SEGV
        is_complete uring
        [ "$(listed uring sleeper)" = 1 ]
        lacks "$(report uring)" "iou-"
}

@test "the first thread has ended before the others: it is not waited for" {
        crash first "$PATIENT" "$(probe hostile_state)" thread first
        died_of first SEGV
        names_frames first crash_there
        is_complete first
        [ "$(listed first sleeper)" = 1 ]
}
