# docs/reading-a-report.md, docs/troubleshooting.md and the README's report: what they show is what comes.
load helper
load docs_commands

guard_settings=("$unhurried")

setup_file() {
        export installed=$BATS_FILE_TMPDIR/installed
        make -s -C "$ROOT" install PREFIX="$installed"
}

setup() {
        work=$BATS_TEST_TMPDIR
        cp "$(probe demo_service)" "$work/demo_service"
        cp "$(probe demo_service)" "$work/web"
        unset "${!SIGGUARD_@}"
        shopt -u nullglob
}

# follow COMMANDS: in $work, as a document has them, with the installation in $installed; sets $output
follow() {
        local script
        script=$(sed "s,/usr/local/,$installed/,g" <<<"$1")
        # other files' tests may run a program of this name at the same time
        run env PATH="$installed/bin:$CLEAN_PATH" bash -uc "pidof() { command pidof '$work'/\"\$1\"; }; cd '$work'"$'\n'"$script"
        printf '%s\n' "$output"
}

# crash_demo COMMAND...: the demo service gets the signals of "make demo" and then the request that it does not expect
crash_demo() {
        local port name
        start_guarded --chdir="$work" "$@"
        wait_for_line "$out" "ready on port"
        port=$(sed -n 's/^ready on port //p' "$out")
        for name in HUP USR1 USR2; do
                kill -$name "$pid"
                wait_for_line "$err" "ignored SIG$name"
        done
        curl -sN --max-time 10 "http://127.0.0.1:$port/stream" 2>/dev/null | head -n 1 >/dev/null || true
        wait_for_line "$err" "ignored SIGPIPE"
        curl -s --max-time 5 "http://127.0.0.1:$port/greet" || true
        has "$(wait_status 30)" "^signal 11 "
        cp "$err" "$work/service.log"
}

# shape: a report without what differs from run to run and machine to machine: numbers, paths, and what is known of libc;
# and without registers where they are not those of x86_64, which the documents show
shape() {
        local registers=none
        [ "$(uname -m)" = x86_64 ] || registers='(r[a-z0-9]+|x[0-9]+|pc) +0x'
        sed -nE '/ crashed: SIG/,/^sigguard: end of report/p' | grep -vE "^  #.* libc\.so\.6\+|^  0x.*/libc\.so|^ +$registers" |
                sed -E 's/0x[0-9a-f]+/N/g; s/[0-9a-f]{40}/N/g; s/[0-9]+/N/g; s,/[^ ]*/,/,g; s/threads N[-N, ]*:/threads N:/; s/ +/ /g; s/\((demo|bash)\)/(sender)/; s/, (unit|cgroup) .*//'
}

@test "reading-a-report.md: its report is what the service of make demo leaves" {
        crash_demo ./demo_service
        diff <(docs_blocks reading-a-report.md | awk -F '\t' '$1 == "shown"' | cut -f 3- | shape) <(shape <"$work/service.log")
}

@test "reading-a-report.md: every mark that a frame can have is explained" {
        local mark marks
        marks=$(sed -n '/^const char \*unwind_doubt/,/^}/s/.*return "\(.*\)";/\1/p' "$ROOT/preload/symbolize/unwind.c")
        [ "$(grep -c . <<<"$marks")" -ge 5 ]
        while read -r mark; do
                grep -qF "\`[$mark]\`" "$ROOT/docs/reading-a-report.md" || { echo "not explained: $mark"; false; }
        done <<<"$marks"$'\nsymbol without a size'
        grep -qF '`<signal handler called>`' "$ROOT/docs/reading-a-report.md"
}

@test "README: the report is the beginning of what the service of make demo leaves" {
        local shown
        crash_demo ./demo_service
        shown=$(sed -n '/ crashed: SIG/,/^```/p' "$ROOT/README.md" | grep -vxF '```')
        diff <(shape <<<"$shown") <(shape <"$work/service.log" | head -n "$(shape <<<"$shown" | wc -l)")
        [ "$(shape <<<"$shown" | wc -l)" -gt 5 ]
}

@test "reading-a-report.md: the first line is found, an offset is a line of the source" {
        crash_demo ./demo_service
        follow "$(docs_commands reading-a-report.md "How to read a report")"
        [ "$(wc -l <<<"$output")" = 1 ]
        local offset
        offset=$(sed -n 's/^sigguard: .* crashed: .*demo_service+\(0x[0-9a-f]*\)$/\1/p' "$work/service.log")
        follow "$(docs_commands reading-a-report.md "The crashed thread" | sed "s/0x12a0/$offset/")"
        has "$output" '^count_visit$'
        has "$output" 'demo_service.c:31'
        follow "$(docs_commands reading-a-report.md "What could not be done")"
        [ "$output" = "$(cat "$work/service.log")" ]
}

@test "reading-a-report.md: source lines and variables are added where they are asked for" {
        local command
        command=$(docs_commands reading-a-report.md "More in a report")
        mkdir -p "$work/test/programs"
        GUARD="" crash_demo PATH="$installed/bin:$CLEAN_PATH" bash -c "exec $command"
        has "$(cat "$work/service.log")" 'request = '
        lacks "$(cat "$work/service.log")" "degraded"
}

# below HEADING: what troubleshooting.md commands there, and what comes
below() {
        follow "$(docs_commands troubleshooting.md "$1")"
}

@test "troubleshooting.md: nothing of the guard is to be seen" {
        local name why
        start_plain "$work/web"
        wait_for_line "$out" ready
        below "Nothing of the guard is to be seen"
        has "$output" "$pid \(web\) is not guarded: no libsigguard.so is loaded in it"
        has "$output" '^\./web can be guarded\.$'
        stop "$pid"
        # the other answers of the table
        cc -static -o "$work/web" "$ROOT/test/programs/ordered.c"
        start_guarded SIGGUARD_SKIP=demo_service "$work/demo_service"
        wait_for_line "$out" ready
        follow "sigguard check ./web; sigguard status $pid"
        has "$output" "it is statically linked"
        has "$output" "is not guarded: SIGGUARD_ONLY, SIGGUARD_SKIP or SIGGUARD_DISABLE leaves it out"
}

@test "troubleshooting.md: the loader complains" {
        below "The loader complains"
        [ -z "$output" ]
        follow "$(docs_commands troubleshooting.md "The loader complains" | sed 's,/lib/,/none/,')"
        has "$output" "^ERROR: ld.so: object '.*libsigguard.so' from LD_PRELOAD cannot be preloaded"
}

@test "troubleshooting.md: a setting does not work" {
        local commands shown
        commands=$(docs_commands troubleshooting.md "A setting does not work")
        shown=$(docs_shown troubleshooting.md "A setting does not work")
        follow "$(sed -n 1p <<<"$commands")"
        [ "$output" = "$shown" ]
        start_guarded SIGGUARD_LEVEL=info "$work/web"
        wait_for_line "$out" ready
        follow "$(sed 1d <<<"$commands")"
        has "$output" '^SIGGUARD_LEVEL=info$'
}

@test "troubleshooting.md: who ends the service" {
        local command
        command=$(docs_commands troubleshooting.md "A signal still ends the service" | sed "s,/usr/local/,$installed/,")
        start_plain --chdir="$work" bash -c "${command/ .\/web/ exec .\/web}"
        wait_for_line "$out" ready
        kill -TERM "$pid"
        [ "$(wait_status)" = "signal 15 nocore" ]
        has "$(cat "$err")" "^sigguard\[$pid\]: .*SIGTERM from pid $$ \(bash\), uid 0"
}

@test "troubleshooting.md: raw lines, a helper that cannot be executed, nowhere to write" {
        run_for_status "$GUARD" "$(probe crash_filtered)" errno memfd_create execveat execve >/dev/null
        cp "$BATS_TEST_TMPDIR/status.err" "$work/service.log"
        has "$(cat "$work/service.log")" "^sigguard: raw #0"
        has "$(cat "$work/service.log")" "^sigguard: degraded: the helper could not be started"
        below "There are only raw lines"
        has "$output" '^ +#0 .* test/programs/crash_filtered.c:'
        has "$output" '^sigguard: SIGGUARD_HELPER: "/etc/passwd": expected a program that can be executed'
        below "The report went elsewhere: a full disk, a read-only root"
        has "$output" '^sigguard: SIGGUARD_LOG: "/no/such/folder/log": expected a file that can be written'
        has "$output" '^sigguard: SIGGUARD_REPORT_DIR: "/no/such/folder": expected a directory that can be written'
}

@test "troubleshooting.md: a log on a full disk leaves the report on standard error" {
        [ "$(id -u)" = 0 ] || skip "only root can mount a small disk"
        run unshare --mount bash -c "mount -t tmpfs -o size=4k none /mnt && head -c 4096 /dev/zero >/mnt/full
                SIGGUARD_LOG=/mnt/log SIGGUARD_TIMEOUT_MS=20000 LD_PRELOAD=$GUARD $(probe ordered) <<<fault"
        has "$output" '^sigguard: ordered\[[0-9]+\] .*crashed: SIGSEGV'
        has "$output" '^  #0   carry_out'
        [ "$(grep -cF 'sigguard: SIGGUARD_LOG: "/mnt/log": could not be written (the report is on stderr instead)' <<<"$output")" = 1 ]
}

@test "troubleshooting.md: names, early returns and what it costs" {
        local offset
        offset=0x$(nm "$work/web" | sed -n 's/^0*\([0-9a-f]*\) t greet$/\1/p')
        follow "$(docs_commands troubleshooting.md "Names are missing or wrong" | sed "s/0x12a0/$offset/")"
        has "$output" '^greet$'
        below "Calls return early"
        has "$output" '^The settings are right\.$'
        printf '#!/bin/sh\n[ "$1" = --version ] && echo 1.0\n' >"$work/web"
        below "Is it slow? Is it big?"
        [ "$(grep -c '^1\.0$' <<<"$output")" = 2 ]
        lacks "$output" sigguard
}

@test "troubleshooting.md: a service that hangs, and one with AddressSanitizer" {
        start_plain "$work/web"
        wait_for_line "$out" ready
        below "The service hangs"
        has "$output" '^  #[0-9] +main +test/programs/demo_service.c:'
        stop "$pid"
        printf 'int main(void)\n{\n\treturn 0;\n}\n' | gcc -fsanitize=address -x c -o "$work/web" -
        follow "LD_PRELOAD=$GUARD ./web"
        has "$output" "ASan runtime does not come first"
        below "AddressSanitizer stops the program"
        lacks "$output" .
}

@test "README: the commands of its use are those of the guides" {
        local command found=0
        while read -r command; do
                cat "$ROOT"/docs/*.md | grep -qF -- "$command" || { echo "no guide has: $command" >&2; return 1; }
                found=$((found + 1))
        done < <(sed -n '/^## Use it/,/^## What happens/s/^    \(.*[^ ]\)  *#.*/\1/p; /^## Use it/,/^## What happens/s/^    \([^#]*\)$/\1/p' "$ROOT/README.md")
        [ "$found" -ge 14 ]
}

# A page's places that a link may name: its ids, and its headings as GitHub makes ids of them.
places_of() {
        sed -n 's/.*<a id="\([^"]*\)">.*/\1/p' "$1"
        sed -n 's/^##* //p' "$1" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

@test "README and guides: no link leads nowhere" {
        local page link target
        cd "$ROOT"
        for page in README.md docs/*.md; do
                for link in $(grep -o '](.[^)]*)' "$page" | sed 's/^](//; s/)$//'); do
                        target=$page
                        [ -z "${link%%#*}" ] || target=$(dirname "$page")/${link%%#*}
                        [ -e "$target" ] || { echo "$page: $link" >&2; return 1; }
                        [ "$link" = "${link%%#*}" ] || places_of "$target" | grep -qxF -e "${link#*#}" ||
                                { echo "$page: $link is no place of $target" >&2; return 1; }
                done
        done
}

@test "every command of reading-a-report.md and troubleshooting.md is run" {
        local heading
        docs_all_run reading-a-report.md
        docs_blocks troubleshooting.md | awk -F '\t' '$1 == "sh" { print $2 }' | sort -u >"$work/headings"
        [ -s "$work/headings" ]
        while read -r heading; do
                grep -qF -e "below \"$heading\"" -e "docs_commands troubleshooting.md \"$heading\"" "$BATS_TEST_FILENAME" ||
                        { echo "no test runs the commands of \"$heading\"" >&2; return 1; }
        done <"$work/headings"
}
