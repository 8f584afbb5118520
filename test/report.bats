# The report itself: its order, and where it goes.
load crash
load journal

# line_of DIR REGEX: the number of the first line that matches
line_of() {
        report "$1" | grep -naE -m 1 -- "$2" | cut -d : -f 1
}

# in_order DIR REGEX...: each is there, and after the one before
in_order() {
        local dir=$1 last=0 line regex
        shift
        for regex in "$@"; do
                line=$(line_of "$dir" "$regex")
                if [ -z "$line" ] || [ "$line" -le "$last" ]; then
                        echo "/$regex/ is not there or too early"
                        report "$dir"
                        return 1
                fi
                last=$line
        done
}

# read_json FILE: there is one line of JSON; what a parser made of it is left in $facts, a fact per line
read_json() {
        [ "$(grep -c '^{' "$1")" = 1 ]
        grep '^{' "$1" | python3 -m json.tool >"$BATS_TEST_TMPDIR/facts"
        facts=$(cat "$BATS_TEST_TMPDIR/facts")
}

# one_whole_report REPORTS DIR: the directory REPORTS holds one whole report of the run in DIR, and nothing else
one_whole_report() {
        [ "$(find "$1" -mindepth 1 | wc -l)" = 1 ] || { ls -la "$1"; return 1; }
        cp "$1"/* "$BATS_TEST_TMPDIR/$2/report"
        head_line "$2" 'SIGSEGV, read of unmapped address 0x18,'
        names_frames "$2" null_read fault inner outer main
        is_complete "$2"
}

@test "head line, diagnosis, frames, registers, signals, modules, end: in the order of trust" {
        crash order "$(probe crash_fault)" null_read thread
        in_order order '^sigguard: crash_fault\[[0-9]+\] thread [0-9]+ "worker 3" crashed: SIGSEGV' \
                '^sigguard: .*null pointer' '^ +#0 +null_read' '^ +#4 +worker' '^sigguard: registers' \
                '^ +SIGSEGV +crash' 'crash_fault .*[0-9a-f]{40}' '^sigguard: end of report'
        report order | tail -n 1 | grep -q '^sigguard: end of report'
}

@test "the registers are those of the fault" {
        need_cores
        crash registers "$(probe crash_fault)" null_read
        local core names name value count=0
        core=$(core_of registers)
        names="rax rbx rcx rdx rsi rdi rbp rsp rip r8 r15"
        [ "$(uname -m)" = x86_64 ] || names="x0 x1 x29 x30 sp pc"
        while read -r name value _; do
                value=${value#0x}
                count=$((count + 1))
                has "$(report registers)" "(^|[^a-z0-9])${name}[ =:]+(0x)?0*$value([^0-9a-f]|\$)"
        done < <(gdb -batch -nx -ex "info registers $names" "$(probe crash_fault)" "$core" 2>/dev/null </dev/null |
                 grep -E '^[a-z0-9]+ +0x')
        [ $count = "$(wc -w <<<"$names")" ]
}

@test "a module's build-id is the file's" {
        crash modules "$(probe crash_fault)" null_read
        local id
        id=$(readelf -n "$(probe crash_fault)" | sed -n 's/^ *Build ID: //p')
        has "$(report modules)" "crash_fault.*$id|$id.*crash_fault"
}

@test "SIGGUARD_LOG: the report goes to a file, behind what is there" {
        local log=$BATS_TEST_TMPDIR/log
        echo "an older line" >"$log"
        crash file SIGGUARD_LOG="$log" "$(probe crash_fault)" null_read
        died_of file SEGV
        [ -z "$(report file)" ]
        [ "$(head -n 1 "$log")" = "an older line" ]
        cp "$log" "$BATS_TEST_TMPDIR/file/report"
        head_line file 'SIGSEGV, read of unmapped address 0x18,'
        names_frames file null_read fault
        is_complete file
}

@test "SIGGUARD_LOG=none: not a word, the same death" {
        crash none SIGGUARD_LOG=none "$(probe crash_fault)" null_read
        crash_plain plain "$(probe crash_fault)" null_read
        died_alike none plain
        [ -z "$(report none)" ]
}

@test "SIGGUARD_REPORT_DIR: one file per crash, whole" {
        local reports=$BATS_TEST_TMPDIR/reports
        mkdir "$reports"
        crash dir SIGGUARD_REPORT_DIR="$reports" "$(probe crash_fault)" null_read
        died_of dir SEGV
        head_line dir 'SIGSEGV, read of unmapped address 0x18,'
        one_whole_report "$reports" dir
        crash dir SIGGUARD_REPORT_DIR="$reports" "$(probe crash_fault)" null_read
        [ "$(find "$reports" -type f | wc -l)" = 2 ]
}

@test "SIGGUARD_REPORT_DIR with SIGGUARD_LOG=none: the file alone" {
        local reports=$BATS_TEST_TMPDIR/reports
        mkdir "$reports"
        crash dir SIGGUARD_LOG=none SIGGUARD_REPORT_DIR="$reports" "$(probe crash_fault)" null_read
        died_of dir SEGV
        [ -z "$(report dir)" ]
        one_whole_report "$reports" dir
}

@test "a report directory that is missing or forbidden: the report is on stderr and says so" {
        local reports=$BATS_TEST_TMPDIR/nowhere
        crash missing SIGGUARD_REPORT_DIR="$reports" "$(probe crash_fault)" null_read
        died_of missing SEGV
        names_frames missing null_read fault
        has "$(report missing)" "degraded: .*$reports|degraded: .*director"
        has "$(report missing)" '^sigguard: end of report'
        [ ! -e "$reports" ]
        crash file SIGGUARD_REPORT_DIR=/dev/null "$(probe crash_fault)" null_read
        died_of file SEGV
        names_frames file null_read fault
        has "$(report file)" degraded
}

@test "a full report directory: no half file, the report is on stderr and says so" {
        [ "$(id -u)" = 0 ] || skip "only root may mount a file system to fill it"
        local reports=$BATS_TEST_TMPDIR/reports
        mkdir "$reports"
        mount -t tmpfs -o size=8k sigguard-test "$reports" 2>/dev/null || skip "mounting is forbidden here"
        head -c 8192 /dev/zero >"$reports/filler" 2>/dev/null || true
        crash full SIGGUARD_REPORT_DIR="$reports" "$(probe crash_fault)" null_read
        local files
        files=$(find "$reports" -mindepth 1 ! -name filler)
        umount "$reports"
        died_of full SEGV
        [ -z "$files" ] || { echo "left behind: $files"; false; }
        names_frames full null_read fault
        has "$(report full)" 'degraded: .*(space|full|director|file)'
}

@test "SIGGUARD_REPORT=json is one line of JSON with a version and the same facts" {
        crash json SIGGUARD_REPORT=json "$(probe crash_fault)" null_read thread
        died_of json SEGV
        read_json "$BATS_TEST_TMPDIR/json/report"
        has "$facts" '"(version|schema[a-z_]*)": '
        has "$facts" '"SIGSEGV"'
        has "$facts" '"worker 3"'
        has "$facts" '"(null_read|null_read\(\)|null_read\(void\))"'
        has "$facts" '"crash_fault"'
        has "$facts" 'crash_fault\.h'
        lacks "$(report json)" '^ +#0'
}

@test "JSON in a report directory is the same line" {
        local reports=$BATS_TEST_TMPDIR/reports
        mkdir "$reports"
        crash dir SIGGUARD_REPORT=json SIGGUARD_REPORT_DIR="$reports" "$(probe crash_fault)" null_read
        read_json "$(find "$reports" -type f)"
        has "$facts" '"SIGSEGV"'
}

@test "text from outside is escaped: a program name with quotes, an escape character and a line end" {
        local odd=$BATS_TEST_TMPDIR/$'odd "name"\n\033[31m'
        cp "$(probe crash_fault)" "$odd"
        crash odd "$odd" null_read
        died_of odd SEGV
        lacks "$(report odd)" $'\033'
        has "$(report odd)" '^sigguard: .*odd.*crashed: SIGSEGV'
        crash json SIGGUARD_REPORT=json "$odd" null_read
        read_json "$BATS_TEST_TMPDIR/json/report"
}

@test "on journald's stderr each line carries a priority" {
        local log=$BATS_TEST_TMPDIR/journal.text
        touch "$log"
        REPORT_TO=$log crash journal JOURNAL_STREAM="$(stat -c %d:%i "$log")" "$(probe crash_fault)" null_read
        died_of journal SEGV
        has "$(cat "$log")" '^<2>sigguard: crash_fault'
        has "$(cat "$log")" '^<2> +#0 +null_read'
        lacks "$(cat "$log")" '^[^<]'
}

@test "SIGGUARD_LOG=journal: the report goes to the journal, with a priority" {
        [ "$(id -u)" = 0 ] || skip "only root may put up a journal socket of its own"
        unshare --mount true 2>/dev/null || skip "mount namespaces are forbidden here"
        local entries=$BATS_TEST_TMPDIR/entries text command
        clean_command "$GUARD" SIGGUARD_LOG=journal "$(probe crash_fault)" null_read
        plain --chdir="$BATS_TEST_TMPDIR" unshare --mount sh -c 'mount -t tmpfs none /run && exec "$@"' sh \
                python3 -c "$FAKE_JOURNAL" "$entries" "${command[@]}" 2>"$BATS_TEST_TMPDIR/err"
        [ ! -s "$BATS_TEST_TMPDIR/err" ] || { cat "$BATS_TEST_TMPDIR/err"; false; }
        text=$(tr -d "\0" <"$entries")
        has "$text" '^PRIORITY=2$'
        has "$text" 'sigguard: crash_fault.*SIGSEGV, read of unmapped address 0x18,'
        has "$text" '#0 +null_read'
}

@test "stderr is a full pipe that nobody reads: the right death within the budget" {
        local fifo=$BATS_TEST_TMPDIR/fifo
        mkfifo "$fifo"
        exec 9<>"$fifo"
        timeout 0.3 cat /dev/zero >&9 || true
        REPORT_TO=$fifo crash pipe "$(probe crash_fault)" null_read
        exec 9>&-
        died_of pipe SEGV
        took_at_most pipe 5500
}

@test "stderr is a full pipe: the report directory still gets its file" {
        local fifo=$BATS_TEST_TMPDIR/fifo reports=$BATS_TEST_TMPDIR/reports
        mkfifo "$fifo"
        mkdir "$reports"
        exec 9<>"$fifo"
        timeout 0.3 cat /dev/zero >&9 || true
        REPORT_TO=$fifo crash pipe SIGGUARD_REPORT_DIR="$reports" "$(probe crash_fault)" null_read
        exec 9>&-
        died_of pipe SEGV
        [ "$(find "$reports" -type f | wc -l)" = 1 ]
        has "$(cat "$reports"/*)" '^ +#0 +null_read'
}

@test "stderr's reader is gone: the right death, not SIGPIPE" {
        exec 8> >(:)
        wait $!
        REPORT_TO=/dev/fd/8 crash gone "$(probe crash_fault)" null_read
        exec 8>&-
        died_of gone SEGV
}

@test "a reader that is slow gets the whole report" {
        local fifo=$BATS_TEST_TMPDIR/fifo
        mkfifo "$fifo"
        while IFS= read -r line; do
                sleep 0.005
                printf '%s\n' "$line"
        done <"$fifo" >"$BATS_TEST_TMPDIR/read" 3>&- &
        REPORT_TO=$fifo crash slow "$(probe crash_fault)" null_read
        wait $!
        died_of slow SEGV
        cp "$BATS_TEST_TMPDIR/read" "$BATS_TEST_TMPDIR/slow/report"
        names_frames slow null_read fault
        is_complete slow
}
