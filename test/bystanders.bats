# A crash and those around it: the program's own handlers, children, parents and other threads.
load crash

@test "a program's own handler that recovers runs as ever, and there is no report" {
        crash own "$(probe crash_own)" recover
        [ "$(death own)" = "exit 0" ]
        [ "$(cat "$BATS_TEST_TMPDIR/own/out")" = $'own handler\nrecovered' ]
        [ -z "$(report own)" ]
}

@test "after a handler is taken away again the crash is reported" {
        crash again "$(probe crash_own)" again
        died_of again SEGV
        [ "$(cat "$BATS_TEST_TMPDIR/again/out")" = $'own handler\nrecovered' ]
        head_line again 'SIGSEGV, write to unmapped address 0x70'
        names_frames again crash main
        is_complete again
}

@test "a program's own handler runs once and first when it gives up, then comes the report" {
        local way
        for way in default return resethand; do
                crash $way "$(probe crash_own)" $way
                died_of $way SEGV
                [ "$(cat "$BATS_TEST_TMPDIR/$way/out")" = "own handler" ]
                head_line $way SIGSEGV,
                has "$(frames $way)" '^crash$'
                is_complete $way
        done
}

@test "a handler for SIGABRT that returns: it runs once, then report and death by SIGABRT" {
        crash abort "$(probe crash_own)" abort
        died_of abort ABRT
        [ "$(cat "$BATS_TEST_TMPDIR/abort/out")" = "own handler" ]
        head_line abort SIGABRT,
        has "$(frames abort)" '^main$'
        is_complete abort
}

@test "a service that waits for any child never sees one of ours" {
        for _ in 1 2 3 4 5; do
                crash wait "$(probe crash_wait)"
                died_of wait SEGV
                is_complete wait
                [ "$(cat "$BATS_TEST_TMPDIR/wait/out")" = ready ]
        done
}

@test "a forked child that crashes is reported by its own pid, and its parent lives" {
        local way child
        for way in child vfork; do
                crash $way "$(probe crash_fork)" $way
                [ "$(death $way)" = "exit 0" ]
                child=$(sed -n 's/^child \([0-9]*\) signal 11$/\1/p' "$BATS_TEST_TMPDIR/$way/out")
                [ -n "$child" ]
                # a vfork child has its parent's memory, and may leave the report to be done without
                [ $way = vfork ] ||
                        has "$(report $way)" "^sigguard: crash_fork\[$child\] thread $child .*SIGSEGV, .* 0x80,"
        done
}

@test "after a child's crash the parent's own is reported as well" {
        local way
        for way in child vfork; do
                crash $way "$(probe crash_fork)" $way parent
                died_of $way SEGV
                has "$(report $way)" '^sigguard: crash_fork.*SIGSEGV, write to unmapped address 0x98,'
                has "$(report $way | tail -n 1)" '^sigguard: end of report'
        done
}

@test "eight threads that crash at once: one death, a whole report and no hang" {
        for _ in 1 2 3; do
                crash many "$(probe crash_fork)" many
                died_of many SEGV
                took_at_most many 5500
                has "$(report many)" '^sigguard: crash_fork.*SIGSEGV, write to unmapped address 0x88'
                [ "$(report many | grep -c '^sigguard: end of report')" = 1 ]
                has "$(frames many)" '^thread_crash$'
        done
}

@test "SIGGUARD_DISABLE and a crash signal that is to be left: no report, the same death" {
        local setting
        crash_plain plain "$(probe crash_fault)" null_read
        for setting in SIGGUARD_DISABLE=1 SIGGUARD_POLICY=SEGV=leave; do
                crash off $setting "$(probe crash_fault)" null_read
                died_alike off plain
                [ -z "$(report off)" ]
        done
        crash other SIGGUARD_POLICY=SEGV=leave "$(probe crash_fault)" illegal_instruction
        head_line other SIGILL,
}
