# Service and tool: programs that a guarded service starts as filters behave as without us, and say nothing.
load helper

# A repository whose log is larger than any pipe, so that git notices that head is gone
setup_file() {
        local repository=$BATS_FILE_TMPDIR/repository
        plain git -c init.defaultBranch=main init -q "$repository"
        yes "one line of a long message" | head -n 20000 >"$BATS_FILE_TMPDIR/message"
        plain git -C "$repository" -c user.name=a -c user.email=a@b -c gc.auto=0 -c core.pager=cat commit -q --allow-empty \
                -F "$BATS_FILE_TMPDIR/message"
}

# as_without_us COMMAND...: output, status, standard error and about the duration are those of an unguarded run
as_without_us() {
        local before status expected_status plain_time guarded_time
        before=${EPOCHREALTIME/[.,]/}
        plain "$@" >"$BATS_TEST_TMPDIR/plain.out" 2>"$BATS_TEST_TMPDIR/plain.err" && expected_status=0 || expected_status=$?
        plain_time=$((${EPOCHREALTIME/[.,]/} - before))
        before=${EPOCHREALTIME/[.,]/}
        guarded "$@" >"$BATS_TEST_TMPDIR/guarded.out" 2>"$BATS_TEST_TMPDIR/guarded.err" && status=0 || status=$?
        guarded_time=$((${EPOCHREALTIME/[.,]/} - before))
        diff "$BATS_TEST_TMPDIR/plain.out" "$BATS_TEST_TMPDIR/guarded.out" >&2
        diff "$BATS_TEST_TMPDIR/plain.err" "$BATS_TEST_TMPDIR/guarded.err" >&2
        [ "$status" = "$expected_status" ] || { echo "status $status, without us $expected_status" >&2; return 1; }
        [ "$guarded_time" -lt $((plain_time * 2 + 1000000)) ] || { echo "$guarded_time us, without us $plain_time" >&2; return 1; }
}

# The service is a shell, then a program that is none: it runs the pipeline by popen and by system
from_every_service() {
        as_without_us bash -c "$1; echo \"\${PIPESTATUS[@]}\""
        as_without_us sh -c "$1"
        as_without_us "$(probe runs)" "bash -c '$1; echo \"\${PIPESTATUS[@]}\"'"
        as_without_us python3 -c 'import subprocess, sys; print(subprocess.run(["bash", "-c", sys.argv[1]], capture_output=True))' \
                "$1; echo \${PIPESTATUS[@]}"
}

@test "git log into head ends as without us" {
        from_every_service "git -C $BATS_FILE_TMPDIR/repository log | head -n 1"
        has "$(cat "$BATS_TEST_TMPDIR/guarded.out")" "commit"
}

@test "an endless perl into head ends as without us" { from_every_service 'perl -e "print 1 while 1" | head -c 10'; }
@test "yes into head ends as without us" { from_every_service 'yes | head -n 1'; }
@test "seq, sort and a reader of one line end as without us" {
        from_every_service 'seq 100000 | sort -n | (read -r one; echo "$one")'
}
@test "Python as a filter into head ends as without us" {
        from_every_service 'python3 -c "while True: print(1)" 2>&1 | head -n 1'
}
@test "a filter whose pipe is a UNIX socket ends as without us" {
        as_without_us python3 -c '
import socket, subprocess
ours, theirs = socket.socketpair()
child = subprocess.Popen(["perl", "-e", "print 1 while 1"], stdout=theirs)
theirs.close()
ours.recv(1)
ours.close()
print(child.wait(timeout=15))'
        has "$(cat "$BATS_TEST_TMPDIR/guarded.out")" "^-13$"
}

@test "an endless loop in a shell into head ends as without us" {
        local shell
        for shell in sh bash dash "busybox sh"; do
                as_without_us bash -c "$shell -c 'while :; do echo; done | head -n 1'"
                as_without_us bash -c "$shell -c 'while :; do echo y; done' | head -n 1; echo \"\${PIPESTATUS[@]}\""
        done
}

@test "a shell script that traps HUP works as without us" {
        local shell
        for shell in sh bash dash; do
                as_without_us "$shell" -c 'trap "echo got it" HUP; kill -HUP $$; echo after'
                has "$(cat "$BATS_TEST_TMPDIR/guarded.out")" "got it"
                as_without_us "$shell" -c 'trap "echo got USR1" USR1; trap "echo got PIPE" PIPE; kill -USR1 $$; kill -PIPE $$'
                as_without_us "$shell" -c 'trap "" HUP; kill -HUP $$; echo after; trap - HUP; trap'
                as_without_us "$shell" -c 'trap "echo end" EXIT; (trap "echo inner" HUP; kill -HUP "$(exec sh -c "echo \$PPID")"; :)'
        done
}

@test "a shell that was given nothing survives HUP, and has SIGPIPE as without us" {
        mkfifo "$BATS_TEST_TMPDIR/in"
        exec 9<>"$BATS_TEST_TMPDIR/in"
        local shell
        for shell in sh bash dash; do
                INPUT=$BATS_TEST_TMPDIR/in start_guarded "$shell" -c 'echo ready; read -r word; echo "read $word"; kill -PIPE $$'
                wait_for_line "$out" ready
                is_disposition "$pid" PIPE default
                is_disposition "$pid" HUP caught
                kill -HUP "$pid"
                wait_for_line "$err" "ignored SIGHUP"
                echo on >&9
                [[ $(wait_status) == "signal 13 "* ]]
                has "$(cat "$out")" "read on"
        done
        exec 9>&-
}

@test "GNU parallel ends as without us" {
        from_every_service "parallel --will-cite -k -j2 \"echo {}; exit {}\" ::: 0 1 2 | cat"
        from_every_service "parallel --will-cite -k -j2 seq {} ::: 100000 100000 | head -n 3"
}

@test "a tool survives a stray signal as everything does, but says nothing" {
        start_guarded "$(probe runs)" "$(probe answers) | cat >&2"
        wait_for_line "$err" ready
        local tool
        tool=$(pgrep -x answers -P "$(pgrep -P "$pid" -x sh)")
        is_disposition "$tool" HUP caught
        kill -HUP "$tool"
        kill -USR1 "$tool"
        wait_until 1 test -e "/proc/$tool"
        # no third thing to wait for: the tool has taken both when nothing is pending, and a line would be there by then
        wait_until 5 grep -q '^ShdPnd:.*0000000000000000' "/proc/$tool/status"
        wait_until 5 grep -q '^State:.*S' "/proc/$tool/status"
        [ "$(cat "$err")" = ready ]
        kill -KILL "$tool"
}

@test "a tool's write to another descriptor than 1 and 2 does not kill it" {
        run -0 --separate-stderr guarded "$(probe runs)" "$(probe breaks) tcp 3 exit | cat"
        [ "$(grep -c "Broken pipe" <<<"$output")" = 3 ]
        [ -z "$stderr" ]
}

@test "a program that SIGGUARD_ONLY names is no tool" {
        local filter='$n = 0; while ($n < 20) { syswrite(STDOUT, "x") or $n++; select(undef, undef, undef, 0.005) } print STDERR "lived\n"'
        run -0 --separate-stderr guarded SIGGUARD_ONLY="runs perl" "$(probe runs)" "perl -e '$filter' | true"
        has "$stderr" "lived"
        run -0 --separate-stderr guarded "$(probe runs)" "perl -e '$filter' | true"
        lacks "$stderr" "lived|sigguard"
}

@test "a child that shares the service's own stdout and stderr is part of the service and speaks" {
        start_guarded "$(probe runs)" "exec $(probe answers)"
        wait_for_line "$out" ready
        local child
        child=$(pgrep -P "$pid")
        kill -USR1 "$child"
        wait_for_line "$err" "sigguard[$child]: ignored SIGUSR1"
}

@test "a service under tini that shares its stdout, a pipe, is a service" {
        mkfifo "$BATS_TEST_TMPDIR/pipe"
        cat "$BATS_TEST_TMPDIR/pipe" >"$BATS_TEST_TMPDIR/read" 3>&- &
        OUTPUT=$BATS_TEST_TMPDIR/pipe start_guarded tini -s -- "$(probe answers)"
        wait_for_line "$BATS_TEST_TMPDIR/read" ready
        local service
        service=$(pgrep -P "$pid")
        # tini passes HUP on
        kill -HUP "$pid"
        wait_for_line "$err" "sigguard[$service]: ignored SIGHUP from pid $pid (tini)"
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 143" ]
        lacks "$(cat "$err")" "SIGTERM"
}

@test "a service under tini whose stdout pipe has lost its reader lives on" {
        mkfifo "$BATS_TEST_TMPDIR/pipe" "$BATS_TEST_TMPDIR/in"
        exec 8<>"$BATS_TEST_TMPDIR/in" 9<>"$BATS_TEST_TMPDIR/pipe"
        INPUT=$BATS_TEST_TMPDIR/in OUTPUT=$BATS_TEST_TMPDIR/pipe start_guarded tini -s -- "$(probe answers)" 8>&- 9>&-
        read -r -t 10 -u 9 line
        [ "$line" = ready ]
        exec 9>&-
        echo one >&8
        wait_for_line "$err" "ignored SIGPIPE"
        has "$(cat "$err")" "$(own_write 1 ".*")"
        [ -n "$(pgrep -P "$pid")" ]
        exec 8>&-
        kill -TERM "$pid"
        wait_status
}

@test "the brake: after ten thousand SIGPIPEs in a row on a dead fd 1 the default action is taken, and said" {
        mkfifo "$BATS_TEST_TMPDIR/pipe"
        exec 9<>"$BATS_TEST_TMPDIR/pipe"
        OUTPUT=$BATS_TEST_TMPDIR/pipe start_guarded perl -e 'while (1) { syswrite(STDOUT, 1); $n++; print STDERR "$n\n" if $n == 9000 }' 9>&-
        read -r -t 10 -N 1 -u 9 byte
        [ "$byte" = 1 ]
        exec 9>&-
        [[ $(wait_status 15) == "signal 13 "* ]]
        has "$(cat "$err")" "^9000$"
        has "$(cat "$err")" "^sigguard\[$pid\]: .*SIGPIPE.*10,?000|^sigguard\[$pid\]: .*10,?000.*SIGPIPE"
}

@test "the mark on LD_PRELOAD is made of separators only and does not grow" {
        run -0 guarded sh -c 'env | grep ^LD_PRELOAD; sh -c "sh -c \"env | grep ^LD_PRELOAD\""'
        has "${lines[0]}" "^LD_PRELOAD=${GUARD}[ :]+$"
        [ "${lines[0]}" = "${lines[1]}" ]
}

@test "stdbuf, which appends a library of its own to LD_PRELOAD, starts filters as well" {
        as_without_us bash -c 'stdbuf -oL yes | head -n 1; echo "${PIPESTATUS[@]}"'
        has "$(cat "$BATS_TEST_TMPDIR/guarded.out")" "^141 0$"
}

@test "a filter that writes by splice ends as without us" {
        head -c 100000 /dev/zero >"$BATS_TEST_TMPDIR/file"
        as_without_us bash -c "$(probe splices) $BATS_TEST_TMPDIR/file | head -c 8 | wc -c; echo \"\${PIPESTATUS[@]}\""
        has "$(cat "$BATS_TEST_TMPDIR/guarded.out")" "^141 0 0$"
}
