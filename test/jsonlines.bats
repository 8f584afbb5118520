# Lines for collectors of logs: JSON, fields of the journal, files that are renamed or emptied.
load helper

FAKE_JOURNAL='
import os, socket, subprocess, sys, threading
os.makedirs("/run/systemd/journal")
journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.bind("/run/systemd/journal/socket")
def read():
    with open(sys.argv[1], "wb", buffering=0) as file:
        while (entry := journal.recv(1 << 20)) != b"end":
            file.write(entry + b"\n")
reader = threading.Thread(target=read)
reader.start()
subprocess.run(sys.argv[2:], restore_signals=False)
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"end", "/run/systemd/journal/socket")
reader.join()
'

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
        now=$(($(date +%s) * 1000))
        [ $((now - $(jq .time_ms "$err" | head -1))) -lt 60000 ]
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
        jq -e '.program | startswith("a \"b\" \\ c\u0001\u00ffxxx")' "$err"
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
        has "$output" 'SIGGUARD_LOG_FORMAT: "jason": expected text or json'
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
