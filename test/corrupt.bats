# Crashes of processes that are in a bad way already: a broken heap, malloc's lock held, no descriptors. Never a hang.
load crash

@test "glibc's own words about a corrupted heap are in the report" {
        crash free "$(probe crash_heap)" free
        died_of free ABRT
        head_line free SIGABRT,
        has "$(report free)" '^sigguard: .*free\(\): invalid pointer'
        has "$(frames free)" '^main$'
        is_complete free
        crash double "$(probe crash_heap)" double
        died_of double ABRT
        has "$(report double)" '^sigguard: .*double free or corruption'
        is_complete double
}

@test "a crash inside malloc, with its lock held, is reported whole" {
        crash unsorted "$(probe crash_heap)" unsorted
        died_of unsorted SEGV
        took_at_most unsorted 5500
        head_line unsorted SIGSEGV,
        has "$(frames unsorted)" 'malloc'
        has "$(frames unsorted)" '^crash_in_malloc$'
        is_complete unsorted
}

@test "a crash while other threads are inside malloc is reported whole" {
        for _ in 1 2 3 4 5; do
                crash held "$(probe crash_heap)" held
                died_of held SEGV
                took_at_most held 5500
                names_frames held main
                is_complete held
        done
}

@test "with descriptors 0-2 closed the report goes to SIGGUARD_LOG's file" {
        crash closed SIGGUARD_LOG="$BATS_TEST_TMPDIR/log" "$(probe crash_fds)" closed
        died_of closed SEGV
        [ ! -s "$BATS_TEST_TMPDIR/closed/report" ]
        mv "$BATS_TEST_TMPDIR/log" "$BATS_TEST_TMPDIR/closed/report"
        head_line closed 'SIGSEGV, write to unmapped address 0x8,'
        names_frames closed main
        is_complete closed
}

@test "with descriptors 0-2 closed the report goes to SIGGUARD_REPORT_DIR" {
        mkdir "$BATS_TEST_TMPDIR/reports"
        crash closed SIGGUARD_REPORT_DIR="$BATS_TEST_TMPDIR/reports" "$(probe crash_fds)" closed
        died_of closed SEGV
        [ "$(find "$BATS_TEST_TMPDIR/reports" -type f | wc -l)" = 1 ]
        cp "$BATS_TEST_TMPDIR"/reports/* "$BATS_TEST_TMPDIR/closed/report"
        head_line closed 'SIGSEGV, write to unmapped address 0x8,'
        names_frames closed main
}

@test "with descriptors 0-2 closed and nowhere else to go the death is still the same" {
        crash closed "$(probe crash_fds)" closed
        crash_plain plain "$(probe crash_fds)" closed
        died_alike closed plain
}

@test "with all descriptors used up there is a report or the raw form" {
        crash full "$(probe crash_fds)" full
        died_of full SEGV
        took_at_most full 5500
        head_line full 'SIGSEGV, write to unmapped address 0x8,'
        if grep -q '^sigguard: end of report' "$BATS_TEST_TMPDIR/full/report"; then
                names_frames full main
        else
                has "$(report full)" '^sigguard: .*degraded: '
                has "$(report full)" '^sigguard: raw #0 pc 0x[0-9a-f]+ .*crash_fds\+0x'
        fi
}
