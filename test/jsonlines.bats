# Lines for collectors of logs: JSON, fields of the journal, files that are renamed or emptied.
load helper
load journal
guard_settings=("$unhurried")

# lines_of FILE COUNT: waits for so many lines
lines_of() {
        wait_until 10 eval "[ \"\$(wc -l <'$1')\" -ge $2 ]"
}

@test "SIGGUARD_LOG_FORMAT=json: each line is one object, and names what text names" {
        start_guarded SIGGUARD_LOG_FORMAT=json SIGGUARD_POLICY=WINCH=ignore "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        lines_of "$err" 1
        kill -WINCH "$pid"
        lines_of "$err" 2
        [ "$(jq -s 'length' "$err")" = "$(wc -l <"$err")" ]
        [ "$(jq -r '[.level, .signal, .program, .pid] | join(" ")' "$err" | head -1)" = "warning SIGHUP answers $pid" ]
        has "$(jq -r .message "$err")" "^ignored SIGHUP from pid $$ \(.*; 1 so far$"
        age=$(($(date +%s) - $(jq .time_ns "$err" | head -1 | cut -c1-10)))
        [ "$age" -ge 0 ] && [ "$age" -lt 60 ]
        lacks "$(cat "$err")" "^sigguard"
}

@test "JSON lines are whole, whatever the name of the program" {
        name=$'a "b" \\ c\x01\xff'$(printf 'x%.0s' {1..200})
        cp "$(probe answers)" "$BATS_TEST_TMPDIR/$name"
        start_guarded SIGGUARD_LOG_FORMAT=json "$BATS_TEST_TMPDIR/$name"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        lines_of "$err" 1
        [ "$(wc -l <"$err")" = 1 ]
        jq -e '.program | startswith("a \"b\" \\x5c c\\x01\\xffxxx")' "$err"
        jq -e '.message | startswith("ignored SIGHUP")' "$err"
}

@test "each JSON line is one write of at most PIPE_BUF bytes" {
        plain strace -f -qq -s 5000 -e trace=write,pwritev2,sendto -o "$BATS_TEST_TMPDIR/trace" \
                env LD_PRELOAD="$GUARD" SIGGUARD_LOG_FORMAT=json "$(probe calls)" main raise:USR1 raise:HUP 2>"$BATS_TEST_TMPDIR/err"
        count=$(wc -l <"$BATS_TEST_TMPDIR/err")
        [ "$count" -ge 2 ]
        # a whole object with its end in the same call
        [ "$(grep -cE 'pwritev2\(2, \[\{iov_base="\{.*\}\\n", iov_len=[0-9]{2,3}\}|write\(2, "\{.*\}\\n", [0-9]{2,3}\)' \
                "$BATS_TEST_TMPDIR/trace")" -ge "$count" ]
}

@test "a wrong format of lines is named" {
        run guarded SIGGUARD_LOG_FORMAT=jason true
        has "$output" '^sigguard: SIGGUARD_LOG_FORMAT: "jason": expected text or json$'
}

@test "a mistake in another setting is an object as well, wherever it stands" {
        run -0 guarded SIGGUARD_LEVEL='a"b' SIGGUARD_LOG_FORMAT=json SIGGUARD_THREDS=all true
        [ "$(jq -r .message <<<"$output" | sort)" = 'SIGGUARD_LEVEL: "a"b": expected error, warning, info or debug
'"$(jq -r .message <<<"$output" | grep '^SIGGUARD_THREDS: no such setting')" ]
        [ "$(jq -r '[.level, .signal] | @json' <<<"$output" | sort -u)" = '["warning",null]' ]
}

# text_of FILE: the messages of the lines, as the text that they would be
text_of() {
        jq -r .message "$1"
}

without_numbers() {
        sed -E 's/0x[0-9a-f]+|\[[0-9]+\]|thread [0-9]+/N/g'
}

@test "a crash is told in objects, and their messages are the report in text" {
        run_for_status "$GUARD" SIGGUARD_LOG_FORMAT=json "$(probe crash_fault)" null_read main >/dev/null
        cp "$BATS_TEST_TMPDIR/status.err" "$BATS_TEST_TMPDIR/objects"
        [ "$(jq -s length "$BATS_TEST_TMPDIR/objects")" = "$(wc -l <"$BATS_TEST_TMPDIR/objects")" ]
        [ "$(jq -r '[.level, .signal, .program] | join(" ")' "$BATS_TEST_TMPDIR/objects" | sort -u)" = "critical SIGSEGV crash_fault" ]
        run_for_status "$GUARD" "$(probe crash_fault)" null_read main >/dev/null
        diff <(text_of "$BATS_TEST_TMPDIR/objects" | without_numbers) <(without_numbers <"$BATS_TEST_TMPDIR/status.err")
}

@test "the raw form is told in objects, and named later in them" {
        local log=$BATS_TEST_TMPDIR/log
        run_for_status "$GUARD" SIGGUARD_LOG_FORMAT=json "$(probe crash_filtered)" errno memfd_create execveat execve >/dev/null
        cp "$BATS_TEST_TMPDIR/status.err" "$log"
        has "$(text_of "$log")" "^sigguard: raw #0 pc "
        has "$(text_of "$log")" "^sigguard: raw end$"
        run sigguard symbolize "$log"
        has "$(jq -r .message <<<"$output")" "#0 +main.*crash_filtered\.c:[0-9]+"
        [ "$(jq -r .pid <<<"$output" | sort -u)" = "$(jq -r .pid "$log" | sort -u)" ]
}

@test "a long line of a report becomes several objects that a pipe takes whole" {
        local folder=$BATS_TEST_TMPDIR/deep
        while [ ${#folder} -lt 3700 ]; do folder=$folder/$(printf 'd%.0s' {1..200}); done
        # mkdir -p walks down, as the whole path is too long with what the report puts beside it
        mkdir -p "$folder"
        cp "$(probe crash_fault)" "$folder/program"
        run_for_status "$GUARD" SIGGUARD_LOG_FORMAT=json "$folder/program" null_read main >/dev/null
        cp "$BATS_TEST_TMPDIR/status.err" "$BATS_TEST_TMPDIR/objects"
        run_for_status "$GUARD" "$folder/program" null_read main >/dev/null
        [ "$(awk '{ print length($0) + 1 }' "$BATS_TEST_TMPDIR/objects" | sort -n | tail -1)" -le 4096 ]
        [ "$(jq -s length "$BATS_TEST_TMPDIR/objects")" = "$(wc -l <"$BATS_TEST_TMPDIR/objects")" ]
        [ "$(wc -l <"$BATS_TEST_TMPDIR/objects")" -gt "$(wc -l <"$BATS_TEST_TMPDIR/status.err")" ]
        [ "$(text_of "$BATS_TEST_TMPDIR/objects" | tr -d '\n' | without_numbers)" = \
                "$(tr -d '\n' <"$BATS_TEST_TMPDIR/status.err" | without_numbers)" ]
}

@test "a line in the journal has the field SIGGUARD_SIGNAL" {
        [ "$(id -u)" = 0 ] || skip "only root may put up a journal socket of its own"
        unshare --mount true 2>/dev/null || skip "mount namespaces are forbidden here"
        local command
        clean_command "$GUARD" SIGGUARD_LOG=journal "$(probe calls)" main raise:USR1
        plain --chdir="$BATS_TEST_TMPDIR" unshare --mount sh -c 'mount -t tmpfs none /run && exec "$@"' sh \
                python3 -c "$FAKE_JOURNAL" "$BATS_TEST_TMPDIR/entries" "${command[@]}" >"$BATS_TEST_TMPDIR/out" 2>&1
        text=$(tr -d '\0' <"$BATS_TEST_TMPDIR/entries")
        has "$text" '^PRIORITY=4$'
        has "$text" '^SIGGUARD_SIGNAL=SIGUSR1$'
        has "$text" 'ignored SIGUSR1 from'
}

@test "a log file that was renamed or emptied gets the next line where it belongs" {
        log=$BATS_TEST_TMPDIR/log
        start_guarded SIGGUARD_LOG="$log" "$(probe answers)"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        wait_for_line "$log" "ignored SIGHUP"
        mv "$log" "$log.1"
        kill -USR1 "$pid"
        wait_until 10 grep -q "ignored SIGUSR1" "$log"
        lacks "$(cat "$log.1")" SIGUSR1
        # copytruncate: no hole of zero bytes before the next line
        : >"$log"
        kill -USR2 "$pid"
        wait_until 10 grep -q "ignored SIGUSR2" "$log"
        has "$(head -c 9 "$log")" "^sigguard\["
}
