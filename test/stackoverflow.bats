# A stack overflow is reported as one, in the main thread and in others, with the recursion folded.
load crash
guard_settings=("$unhurried")

# overflows NAME FUNCTION ARGUMENTS...
overflows() {
        local name=$1 function=$2
        shift 2
        crash "$name" "$(probe crash_overflow)" "$@"
        crash_plain "$name.plain" "$(probe crash_overflow)" "$@"
        died_alike "$name" "$name.plain"
        died_of "$name" SEGV
        head_line "$name" SIGSEGV,
        has "$(report "$name")" '^sigguard: .*stack overflow'
        is_complete "$name"
        [ "$(report "$name" | wc -l)" -lt 300 ] || { echo "not folded: $(report "$name" | wc -l) lines"; return 1; }
        # the first frame can be one that was called last, without stack left
        has "$(frames "$name" | head -n 3)" "^$function\$"
}

@test "a stack overflow of the main thread is told, folded, and still ends at main" {
        overflows main recurse plain
        has "$(report main)" '^sigguard: .*stack overflow.*(main thread|thread [0-9]+)'
        has "$(report main)" '[0-9]{4,} (more|times|frames|levels|x)|× ?[0-9]{4,}|[0-9]{4,} ?×'
        has "$(frames main)" '^main$'
}

@test "a stack overflow of another thread is told, folded, and still ends where the thread began" {
        overflows thread recurse plain thread
        has "$(report thread)" '[0-9]{4,} (more|times|frames|levels|x)|× ?[0-9]{4,}|[0-9]{4,} ?×'
        has "$(frames thread)" '^worker$'
}

@test "a recursion of two functions is folded too" {
        overflows mutual 'p[io]ng' mutual
        has "$(frames mutual)" '^main$'
        overflows mutual.thread 'p[io]ng' mutual thread
        has "$(frames mutual.thread)" '^worker$'
}

@test "variables that are larger than the stack are told, in the main thread and in another one" {
        overflows main large large
        has "$(report main)" '^sigguard: stack overflow of the main thread .*: it has no room for the 6553[0-9] KiB of a function.s variables; at large\+'
        names_frames main large worker main
        overflows thread large large thread
        has "$(report thread)" '^sigguard: stack overflow of thread .*: it has no room for the 6553[0-9] KiB of a function.s variables; at large\+'
}

@test "the core of a stack overflow is the original one" {
        need_cores
        local thread
        for thread in "" thread; do
                # shellcheck disable=SC2086 # $thread is none or one word
                crash core$thread "$(probe crash_overflow)" plain $thread
                # shellcheck disable=SC2086
                crash_plain plain$thread "$(probe crash_overflow)" plain $thread
                rm "$BATS_TEST_TMPDIR/core$thread/report"
                printf '%s\t%s\t%s\t-\t%s\n' core$thread "$(probe crash_overflow)" "$(core_of core$thread)" \
                        "$(core_of plain$thread)" >>"$BATS_TEST_TMPDIR/compare"
        done
        COMPARE_FROM=1 compare_now
}
