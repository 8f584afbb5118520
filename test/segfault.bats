# The settings of libSegFault: whoever used that library keeps them.
load helper

# dispositions SETTING...: the kernel's view of the signals that libSegFault knows, and of TRAP
dispositions() {
        local signal seen=
        start_guarded "$@" "$(probe answers)"
        wait_for_line "$out" ready
        for signal in SEGV ILL BUS STKFLT ABRT FPE TRAP; do
                [ "$(disposition "$pid" "$signal")" = default ] || seen="$seen $signal"
        done
        [ ! -s "$err" ] || cat "$err"
        stop "$pid"
        echo "${seen# }"
}

@test "SEGFAULT_SIGNALS says which signals leave a report" {
        [ "$(dispositions SEGFAULT_SIGNALS='bus Segv')" = "SEGV BUS TRAP" ]
        [ "$(dispositions SEGFAULT_SIGNALS='abrt,stkflt')" = "STKFLT ABRT TRAP" ]
        [ "$(dispositions SEGFAULT_SIGNALS=ALL)" = "SEGV ILL BUS STKFLT ABRT FPE TRAP" ]
        [ "$(dispositions SEGFAULT_SIGNALS='xsegv segvx nothing all' | tail -n 1)" = "TRAP" ]
        [ "$(dispositions SEGFAULT_SIGNALS=)" = "TRAP" ]
        [ "$(dispositions FOO=bar)" = "SEGV ILL BUS ABRT FPE TRAP" ]
}

@test "a word that SEGFAULT_SIGNALS does not know is told, and a path that is too long" {
        local long
        long=$(printf '/%01100d' 0)
        run -0 guarded SEGFAULT_SIGNALS='sgv,bus term' SEGFAULT_OUTPUT_NAME="$long" true
        has "${lines[0]}" '^sigguard: SEGFAULT_SIGNALS: "sgv": expected segv, ill, bus'
        has "${lines[1]}" '^sigguard: SEGFAULT_SIGNALS: "term": expected segv, ill, bus'
        has "${lines[2]}" '^sigguard: SEGFAULT_OUTPUT_NAME: "/0000.*": expected a path of less than 1024 bytes'
        [ "${#lines[@]}" = 3 ]
        # an empty one is as good as none
        run -0 guarded SEGFAULT_SIGNALS= SEGFAULT_OUTPUT_NAME= SEGFAULT_USE_ALTSTACK=1 true
        [ -z "$output" ]
        run -0 guarded SEGFAULT_SIGNALS=all true
        [ -z "$output" ]
}

@test "SIGGUARD_POLICY wins over SEGFAULT_SIGNALS" {
        [ "$(dispositions SEGFAULT_SIGNALS=segv SIGGUARD_POLICY='BUS=crash SEGV=leave')" = "BUS TRAP" ]
}

@test "a crash under SEGFAULT_SIGNALS=segv ends as ever, with a report for that signal alone" {
        [ "$(guarded_status SEGFAULT_SIGNALS=segv "$(probe crash_fault)" null_read)" = "$(plain_status "$(probe crash_fault)" null_read)" ]
        run guarded SEGFAULT_SIGNALS=segv "$(probe crash_fault)" null_read
        has "$output" "crashed: SIGSEGV"
        run guarded SEGFAULT_SIGNALS=fpe "$(probe crash_fault)" null_read
        lacks "$output" "sigguard"
        [ "$status" = 139 ]
}

@test "SEGFAULT_OUTPUT_NAME is the file of the report, and is not there before" {
        guarded SEGFAULT_OUTPUT_NAME="$BATS_TEST_TMPDIR/unused" true
        [ ! -e "$BATS_TEST_TMPDIR/unused" ]
        run guarded SEGFAULT_OUTPUT_NAME="$BATS_TEST_TMPDIR/report" SEGFAULT_USE_ALTSTACK=1 "$(probe crash_fault)" null_read
        lacks "$output" "crashed"
        has "$(cat "$BATS_TEST_TMPDIR/report")" "crashed: SIGSEGV"
        has "$(cat "$BATS_TEST_TMPDIR/report")" "^  #0 "
        # from the folder in which the program was started
        run guarded --chdir="$BATS_TEST_TMPDIR" SEGFAULT_OUTPUT_NAME=relative "$(probe crash_fault)" null_read
        has "$(cat "$BATS_TEST_TMPDIR/relative")" "crashed: SIGSEGV"
}

@test "SIGGUARD_LOG wins over SEGFAULT_OUTPUT_NAME" {
        run guarded SIGGUARD_LOG=stderr SEGFAULT_OUTPUT_NAME="$BATS_TEST_TMPDIR/report" "$(probe crash_fault)" null_read
        has "$output" "crashed: SIGSEGV"
        [ ! -e "$BATS_TEST_TMPDIR/report" ]
}
