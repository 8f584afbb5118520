# JSON: docs/report.schema.json is what reports and statuses look like, and they carry the facts of the text.
load crash

guard_settings=("$unhurried")

setup_file() {
        # Callers without unwind tables, symbols and frame pointers: a stack scan is all that is left. On aarch64 libc's own
        # frame pointer is still in the register, and a number that libc has drawn in another.
        printf '%s\n' '#ifdef __aarch64__' '#define FORGET __asm__ volatile("mov x29, xzr; mov x5, xzr")' '#else' \
                '#define FORGET (void)0' '#endif' \
                'int leaf(volatile int *p) { return *p; }' 'int middle(volatile int *p) { return leaf(p) + 1; }' \
                'int main(void) { FORGET; return middle(0) + 1; }' >"$BATS_FILE_TMPDIR/scan.c"
        gcc -O0 -fno-asynchronous-unwind-tables -fno-unwind-tables -fomit-frame-pointer -s -o "$BATS_FILE_TMPDIR/scan" "$BATS_FILE_TMPDIR/scan.c"
}

# json NAME ARGUMENTS...: a crash that is reported as JSON
json() {
        local name=$1
        shift
        crash "$name" SIGGUARD_REPORT=json "$@"
        [ "$(grep -c '^{' "$BATS_TEST_TMPDIR/$name/report")" = 1 ] || { echo "$name: no JSON"; return 1; }
        reports+=("$BATS_TEST_TMPDIR/$name/report")
}

# all_valid: the validator accepts each of the reports
all_valid() {
        [ ${#reports[@]} = "$1" ]
        /usr/bin/python3 "$ROOT/test/schema.py" "${reports[@]}"
}

# fact NAME FILTER: jq's answer about the report
fact() {
        grep '^{' "$BATS_TEST_TMPDIR/$1/report" | jq -r "$2"
}

@test "the schema closes every object and describes every key in a sentence" {
        local schema=$ROOT/docs/report.schema.json
        [ "$(jq '[.. | objects | select(.type == "object" and .additionalProperties != false)] | length' "$schema")" = 0 ]
        [ "$(jq '[.. | objects | select(has("properties")) | .properties[]] | length' "$schema")" -gt 80 ]
        [ -z "$(jq -r '[.. | objects | select(has("properties")) | .properties | to_entries[] |
                select((.value.description // "") | test("^[^ ]+ .*[.]$") | not) | .key] | .[]' "$schema")" ]
}

@test "the report of each crash signal is as the schema says" {
        local reports=() mode
        for mode in null_read truncated_read illegal_instruction division breakpoint forbidden_call; do
                # only x86_64 traps integer division by zero
                if [ $mode = division ] && [ "$(uname -m)" != x86_64 ]; then
                        json $mode "$(probe crash_sent)" raise 8
                else
                        json "$mode" "$(probe crash_fault)" "$mode"
                fi
        done
        json abort "$(probe crash_sent)" abort 6
        all_valid 7
        [ "$(for mode in null_read truncated_read illegal_instruction division breakpoint forbidden_call abort; do
                fact "$mode" .signal_name
        done | xargs)" = "SIGSEGV SIGBUS SIGILL SIGFPE SIGTRAP SIGSYS SIGABRT" ]
        [ "$(fact null_read .address) $(fact abort .address)" = "0x18 null" ]
}

@test "reports with threads, recursion, a C++ exception, Go frames, a stack scan and a chain are as the schema says" {
        local reports=()
        json thread "$(probe crash_fault)" null_read thread
        [ "$(fact thread '.threads | length')" = 1 ]
        json recursion "$(probe crash_overflow)" mutual
        [ "$(fact recursion '.stack.repeated[0].frames')" = 2 ]
        json exception "$(probe cxx_ends)" derived
        has "$(fact exception '.diagnosis[]')" 'uncaught C\+\+ exception shop::order_error'
        json go "$(probe go_service)" fault
        has "$(fact go '.stack.frames[].function')" '^main\.work$'
        json scan "$BATS_FILE_TMPDIR/scan"
        has "$(fact scan '.stack.frames[].found_by')" '^stack scan$'
        json chain SIGGUARD_OVERRIDE=TERM=chain "$(probe chains)" main:sigaction:TERM:handler main:raise:SEGV
        [ "$(fact chain '.signals[] | select(.signal == "SIGTERM") | .chain | length')" = 1 ]
        json overridden LINKS= SIGGUARD_OVERRIDE=veto "$(probe chains)" main:sigaction:HUP:handler main:raise:SEGV
        has "$(fact overridden '.changes[].verdict')" vetoed
        all_valid 7
}

@test "reports with a sender, hostile names, degradations and all that can be asked for are as the schema says" {
        local reports=() odd=$BATS_TEST_TMPDIR/$'odd "name"\n\033[31m \xff\xe2\x80\xae'
        json sent "$(probe crash_sent)" other 11
        cp "$(probe crash_fault)" "$odd"
        json odd SIGGUARD_LOCALS=1 SIGGUARD_SOURCE=1 "$odd" null_read
        json nowhere SIGGUARD_REPORT_DIR=/nowhere "$(probe crash_fault)" null_read
        has "$(fact nowhere '.degraded[]')" '/nowhere'
        json asked SIGGUARD_LOCALS=1 SIGGUARD_SOURCE=1 "$(probe crash_variables)"
        [ "$(fact asked '.locals | map(.function) | index("main") != null') $(fact asked '.source.lines | length')" = "true 9" ]
        json jump SIGGUARD_LOCALS=1 SIGGUARD_SOURCE=1 "$(probe crash_fault)" null_call
        json unsized "$(probe crash_unsized)"
        json stripped SIGGUARD_LOCALS=1 SIGGUARD_SOURCE=1 "$(probe crash_stripped)" null_read
        json crashed SIGGUARD_THREADS=crashed "$(probe crash_fault)" null_read thread
        all_valid 8
}

@test "under a budget too small for names, the JSON that comes is as the schema says and tells what is missing" {
        local reports=() budget
        for budget in 100 150; do
                crash small SIGGUARD_REPORT=json SIGGUARD_TIMEOUT_MS=$budget "$(probe crash_large)"
                died_of small SEGV
                if grep -q '^{' "$BATS_TEST_TMPDIR/small/report"; then
                        cp "$BATS_TEST_TMPDIR/small/report" "$BATS_TEST_TMPDIR/$budget"
                        reports+=("$BATS_TEST_TMPDIR/$budget")
                else
                        has "$(report small)" 'degraded: '
                fi
        done
        [ ${#reports[@]} = 0 ] || all_valid ${#reports[@]}
}

@test "sigguard status --json is as the schema says" {
        start_guarded SIGGUARD_OVERRIDE="TERM=chain USR1=veto" "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        wait_for_line "$err" "ignored SIGHUP"
        "$ROOT/scripts/sigguard" status --json "$pid" >"$BATS_TEST_TMPDIR/status.json"
        /usr/bin/python3 "$ROOT/test/schema.py" --status "$BATS_TEST_TMPDIR/status.json"
}

@test "sigguard trace --json is as the schema says, and so is a report that sigguard symbolize has read" {
        start_guarded "$(probe traced)" calm "$BATS_TEST_TMPDIR/progress"
        wait_for_line "$out" ready
        "$ROOT/scripts/sigguard" trace --json "$pid" >"$BATS_TEST_TMPDIR/trace.json"
        /usr/bin/python3 "$ROOT/test/schema.py" --trace "$BATS_TEST_TMPDIR/trace.json"
        local reports=()
        cp "$(probe crash_stripped)" "$BATS_TEST_TMPDIR/gone"
        json report "$BATS_TEST_TMPDIR/gone" null_read
        rm "$BATS_TEST_TMPDIR/gone"
        "$ROOT/scripts/sigguard" symbolize "$BATS_TEST_TMPDIR/report/report" >"$BATS_TEST_TMPDIR/named" || [ $? = 1 ]
        reports=("$BATS_TEST_TMPDIR/named")
        all_valid 1
        jq -e '.stack.frames | any(.not_named)' <(grep '^{' "$BATS_TEST_TMPDIR/named")
}

@test "what does not belong in a report is refused: the validator is awake" {
        local reports=()
        json report "$(probe crash_fault)" null_read
        local change bad=$BATS_TEST_TMPDIR/bad
        for change in '.more = 1' 'del(.pid)' '.stack.frames[0].note = "x"' '.stack.frames[0].pc = 12' '.signals[0].rule = "never"' \
                '.schema = 2' '.threads = [{}]' '.stack.end = null'; do
                fact report "$change" | jq -c . >"$bad"
                run -1 /usr/bin/python3 "$ROOT/test/schema.py" "$bad"
        done
}

# same NAME ARGUMENTS...: the crash as text and as JSON, at the same addresses, says the same
same() {
        local form
        mkdir -p "$BATS_TEST_TMPDIR/$1"
        for form in text json; do
                crash same SIGGUARD_REPORT=$form "${@:2}"
                cp "$BATS_TEST_TMPDIR/same/report" "$BATS_TEST_TMPDIR/$1/$form"
        done
        /usr/bin/python3 "$ROOT/test/schema.py" --same "$BATS_TEST_TMPDIR/$1/text" "$BATS_TEST_TMPDIR/$1/json" ||
                { echo "($1)"; cat "$BATS_TEST_TMPDIR/$1/text"; return 1; }
}

@test "text and JSON carry the same facts of the same crash" {
        setarch -R true 2>/dev/null || skip "programs cannot be given the same addresses twice here"
        same threads setarch -R "$(probe crash_fault)" null_read thread
        same recursion setarch -R "$(probe crash_overflow)" mutual
        same asked SIGGUARD_LOCALS=1 SIGGUARD_SOURCE=1 setarch -R "$(probe crash_variables)"
        same scan setarch -R "$BATS_FILE_TMPDIR/scan"
        same exception setarch -R "$(probe cxx_ends)" derived
        same changes SIGGUARD_OVERRIDE="TERM=chain HUP=veto" setarch -R "$(probe chains)" main:sigaction:HUP:handler \
                main:sigaction:TERM:handler main:sigaction:USR1:handler main:raise:SEGV
        same degraded SIGGUARD_REPORT_DIR=/nowhere SIGGUARD_THREADS=crashed setarch -R "$(probe crash_fault)" null_call
}
