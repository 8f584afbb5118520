# musl: the same libsigguard.so in programs of the other libc, which has no unwind tables: policy, overrides, threads, crashes.
load crash

guard_settings=("$unhurried")

# musl_probe NAME: the program of that name as musl's compiler makes it
musl_probe() {
        probe "$1_musl"
}

# same_as_libc PROGRAM ARGUMENTS...: what the program reads back is as without the guard
same_as_libc() {
        local program
        program=$(musl_probe "$1")
        shift
        output=$(guarded "$program" "$@" 2>"$BATS_TEST_TMPDIR/err") || return 1
        [ -n "$output" ]
        diff <(plain "$program" "$@" | grep -v ^kernel) <(grep -v ^kernel <<<"$output") >&2
}

@test "musl: the programs are of musl's loader alone, which takes the library as it is" {
        start_guarded "$(musl_probe demo_service)"
        wait_for_line "$out" ready
        grep -q "$GUARD" "/proc/$pid/maps"
        grep -q musl "/proc/$pid/maps"
        [ -z "$(grep -h 'libc.so.6\|ld-linux' "/proc/$pid/maps")" ]
}

@test "musl: stray signals do not kill, their sender is named, and without the guard they kill" {
        local signal
        start_guarded "$(musl_probe demo_service)"
        wait_for_line "$out" ready
        for signal in HUP USR1 USR2 PIPE; do
                is_disposition "$pid" $signal caught
                kill -s $signal "$pid"
                wait_for_line "$err" "ignored SIG$signal from pid $$ "
        done
        is_running "$pid"
        for signal in HUP USR1 USR2; do
                start_plain "$(musl_probe demo_service)"
                wait_for_line "$out" ready
                kill -s $signal "$pid"
                [[ $(wait_status) == "signal $(kill -l $signal) "* ]]
        done
}

@test "musl: every setter answers as without us, and the kernel keeps our handler in the place of the default action" {
        local call signal
        for call in sigaction signal bsd_signal __sysv_signal sigset; do
                for signal in USR1 PIPE SEGV ABRT TERM; do
                        same_as_libc calls main "$call:$signal:handler" "query:$signal" "$call:$signal:second" "query:$signal" \
                                "$call:$signal:ignore" "query:$signal" "$call:$signal:default" "query:$signal" "kernel:$signal"
                        [ $signal = TERM ] || lacks "$output" "^kernel $(kill -l $signal): default"
                done
        done
}

@test "musl: a veto answers success, and the handler that was asked for never runs" {
        output=$(guarded SIGGUARD_OVERRIDE="USR1=veto" "$(musl_probe calls)" main sigaction:USR1:handler raise:USR1 2>"$BATS_TEST_TMPDIR/err")
        has "$output" '^sigaction 10: 0 errno 0'
        lacks "$output" 'handler of 10 ran'
        has "$(cat "$BATS_TEST_TMPDIR/err")" 'SIGUSR1'
}

@test "musl: masks read back as they were set, and no fault is blocked in the kernel" {
        same_as_libc masks sigprocmask:block:HUP+SEGV+BUS+TERM
        has "$output" '^kernel main: 0x4001$'
        same_as_libc masks pthread_sigmask:set:SEGV+USR1
        has "$output" '^kernel main: 0x200$'
}

@test "musl: every thread has an alternate stack, and reads back its own" {
        local where
        for where in main thread; do
                same_as_libc stacks $where
                has "$output" '^kernel start: other flags 0 enough'
                has "$output" '^kernel own: own flags 0 enough'
                has "$output" '^kernel disabled: other flags 0 enough'
        done
}

# leads_to_start NAME FUNCTION...: these functions stand in the crashed thread's stack, in this order, down to _start
leads_to_start() {
        local name=$1 start='(.* )?_start'
        # there _start and what it calls reach the last one by jumps: a function of libc's, without a name, is the outermost
        [ "$(uname -m)" = x86_64 ] || start='\? $'
        shift
        has "$(frames "$name" | tr '\n' ' ')" "$(printf '%s( .*)? ' "$@")$start"
        is_complete "$name"
}

@test "musl: abort() and a failed assertion lead to main, though musl has no unwind tables" {
        [ "$(readelf -wF /lib/ld-musl-*.so.1 2>/dev/null | grep -c FDE)" -lt 50 ] # those of a few lines of assembly and of libgcc
        local way
        for way in abort assert; do
                crash $way "$(musl_probe crash_sent)" $way 6
                crash_plain $way.plain "$(musl_probe crash_sent)" $way 6
                died_alike $way $way.plain
                head_line $way 'SIGABRT, abort\(\) was called'
                leads_to_start $way raise abort inner main
        done
        has "$(report assert)" 'Assertion failed: number == 4711'
        leads_to_start assert abort __assert_fail inner main
}

@test "musl: a fault in a callback leads through qsort or exit to main" {
        crash qsort "$(musl_probe crash_callback)" qsort
        leads_to_start qsort compare qsort_r sort main
        crash exit "$(musl_probe crash_callback)" atexit
        leads_to_start exit at_exit exit main
}

@test "musl: a fault in a signal handler leads through what was interrupted to main, on whatever stack it runs" {
        local way
        for way in signal altsignal nested; do
                crash $way "$(musl_probe crash_callback)" $way
                leads_to_start $way on_signal raise interrupted main
                has "$(report $way)" '<signal handler called>'
        done
        [ "$(frames nested | grep -c '^on_signal$')" = 2 ]
}

@test "musl: faults end as without us, with core, in the main thread and in another one" {
        local thread
        for thread in "" thread; do
                # shellcheck disable=SC2086 # none or one word
                crash "fault$thread" "$(musl_probe crash_fault)" null_read $thread
                # shellcheck disable=SC2086
                crash_plain "plain$thread" "$(musl_probe crash_fault)" null_read $thread
                died_alike "fault$thread" "plain$thread"
                head_line "fault$thread" "SIGSEGV, read of unmapped address 0x18"
                has "$(frames "fault$thread" | tr '\n' ' ')" "^null_read fault inner outer "
                is_complete "fault$thread"
        done
}

@test "musl: a stack overflow is told, of a thread and of the main thread" {
        crash thread "$(musl_probe crash_overflow)" plain thread
        has "$(report thread)" 'stack overflow of thread "crash_overflow_"'
        crash main "$(musl_probe crash_overflow)" mutual
        has "$(report main)" 'stack overflow of the main thread'
}
