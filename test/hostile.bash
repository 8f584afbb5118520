# What the tests of hostile states share: judged against the unguarded run, and told what the report lacks.
load crash

# Other threads have a fiftieth of the budget to answer, which is too short where the whole test suite runs at once. The
# crash must end in 5500 ms all the same (took_at_most).
PATIENT=SIGGUARD_TIMEOUT_MS=20000

# hostile NAME ARGUMENTS... (as for crash): guarded and unguarded; the same death, in time, nothing left, a head line
# and a report that has an end
hostile() {
        local name=$1
        shift
        crash "$name" "$PATIENT" "$@"
        crash_plain "$name.plain" "$@"
        judged "$name"
}

judged() {
        died_alike "$1" "$1.plain"
        took_at_most "$1" 5500
        head_line "$1" "${HEAD-SIGSEGV, }"
        has_end "$1"
}

# has_end DIR: the whole report, or raw frames; and what is missing is named
has_end() {
        is_complete "$1" 2>/dev/null || named_degraded "$1"
}

named_degraded() {
        has "$(report "$1")" '^(<2>)?sigguard: degraded: [a-z]+' &&
                has "$(report "$1")" '^(<2>)?sigguard: (end of report|raw end)'
}

# is_degraded DIR REGEX: the report says in these words what could not be done
is_degraded() {
        named_degraded "$1"
        has "$(report "$1")" "^(<2>)?sigguard: degraded: .*($2)"
}

need_root() {
        [ "$(id -u)" = 0 ] || skip "only root may $1"
}

# for_everyone: a directory that another user can read, with the library and hostile_state in it
for_everyone() {
        open=$BATS_TEST_TMPDIR/open
        mkdir -p "$open"
        cp "$GUARD" "$(probe hostile_state)" "$(probe crash_fault)" "$(probe hostile_spy)" "$open/"
        chmod -R a+rX "$open"
        # other files' folders come and go there at the same time
        chmod a+rx "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
}
