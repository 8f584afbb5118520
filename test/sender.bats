# Who sent a signal: pid, name, uid, and the unit or control group that the sender belongs to.
load helper
guard_settings=("$unhurried")

# sent_from GROUPS SIGNAL PROGRAM...: a shell whose /proc/PID/cgroup says GROUPS (in a mount namespace of its own) sends
# the signal to the guarded program; $text has what that wrote, $status how it ended.
sent_from() {
        printf "$1" >"$BATS_TEST_TMPDIR/groups"
        rm -f "$BATS_TEST_TMPDIR/out"
        run unshare --mount bash -c '
                groups=$1 out=$2 signal=$3
                shift 3
                mount --bind "$groups" "/proc/$$/cgroup" || exit 99
                "$@" >"$out" 2>&1 &
                service=$!
                until grep -q ready "$out"; do sleep 0.02; done
                kill "-$signal" "$service"
                until grep -q "SIG$signal" "$out"; do sleep 0.02; done
                kill -KILL "$service" 2>/dev/null
                wait "$service"' sender "$BATS_TEST_TMPDIR/groups" "$BATS_TEST_TMPDIR/out" "$2" \
                env -i "LD_PRELOAD=$GUARD" "SIGGUARD_POLICY=${policy-TERM=report}" "${@:3}"
        [ "$status" != 99 ] || { echo "$output" >&2; return 1; }
        text=$(<"$BATS_TEST_TMPDIR/out")
}

waits() {
        sent_from "$1" TERM "$(probe calls)" main wait
}

@test "a sender in a systemd unit is told with its unit, under version 2 and version 1 control groups" {
        waits '0::/system.slice/logrotate.service\n'
        has "$text" "SIGTERM from pid [0-9]+ \(bash\), uid 0, unit logrotate\.service; the process ends, as by default$"
        waits '0::/user.slice/user-1000.slice/user@1000.service/app.slice/editor.scope\n'
        has "$text" "uid 0, unit editor\.scope;"
        waits '12:pids:/system.slice/other.service\n2:memory:/system.slice/other.service\n1:name=systemd:/system.slice/cron.service\n0::/\n'
        has "$text" "uid 0, unit cron\.service;"
        waits '1:name=systemd:/system.slice/old.service\n0::/system.slice/new.service/payload\n'
        has "$text" "uid 0, unit new\.service;"
}

@test "a sender in a container is told with its control group, of a long one the end" {
        waits '0::/docker/0123456789abcdef\n'
        has "$text" "uid 0, cgroup /docker/0123456789abcdef;"
        waits '13:pids:/docker/4242\n0::/\n'
        has "$text" "uid 0, cgroup /docker/4242;"
        waits '0::/kubepods/besteffort/pod11111111-2222-3333-4444-555555555555/0123456789abcdef0123456789abcdef0123456789abcdef\n'
        has "$text" "uid 0, cgroup \.\.\.[0-9/-]*-555555555555/0123456789abcdef0123456789abcdef0123456789abcdef;"
}

@test "a sender in no group of its own is told without one" {
        waits '12:pids:/\n0::/\n'
        has "$text" "SIGTERM from pid [0-9]+ \(bash\), uid 0; the process ends"
        waits ''
        has "$text" "SIGTERM from pid [0-9]+ \(bash\), uid 0; the process ends"
}

@test "a group with a hostile name stays one harmless line" {
        waits '0::/a\033[31mb.service\n'
        has "$text" 'unit a\\x1b\[31mb\.service;'
        waits "1:x:/$(printf 'y%.0s' {1..3000})\\n0::/system.slice/behind.service\\n"
        has "$text" "unit behind\.service;"
        waits "0::/$(printf '%0800d' 0 | sed 's,0,///,g').service"
        has "$text" "SIGTERM from pid [0-9]+ \(bash\), uid 0[^;]{0,120}; the process ends"
}

@test "a swallowed signal and a crash that was sent are told with the sender's unit as well" {
        local policy=
        sent_from '0::/system.slice/logrotate.service\n' HUP "$(probe calls)" main wait
        has "$text" "ignored SIGHUP from pid [0-9]+ \(bash\), uid 0, unit logrotate\.service; 1 so far"
        sent_from '0::/system.slice/chaos.service\n' SEGV "$(probe calls)" main wait
        has "$text" "crashed: SIGSEGV, sent by pid [0-9]+ \(bash\), uid 0, unit chaos\.service, at "
}

second_is_written() {
        sigguard status --json "$pid" | jq -e '.signals[] | select(.signal == "SIGHUP" and .ignored == 2)' >/dev/null
}

@test "the last sender in the ledger is the one of the last signal, also when its line was not written" {
        start_guarded "$(probe calls)" main wait
        wait_for_line "$out" ready
        (exec -a one bash -c 'kill -HUP "$1"; :' one "$pid")
        wait_for_line "$err" "ignored SIGHUP"
        cp "$(command -v bash)" "$BATS_TEST_TMPDIR/second"
        # it stays until it is written down: of a sender that has ended there is no name
        "$BATS_TEST_TMPDIR/second" -c 'kill -HUP "$1"; read -r -t 20' two "$pid" < <(
                wait_until 10 second_is_written
                echo)
        kill -SEGV "$pid"
        wait_status >/dev/null
        has "$(<"$err")" "^  SIGHUP +ignore +guard +ignored, 2 ignored so far, the last from pid [0-9]+ \(second\), uid 0"
        [ "$(grep -c "ignored SIGHUP" "$err")" = 1 ]
}

@test "report names the sender of a signal that a Go service has asked for, and Go gets it" {
        start_guarded SIGGUARD_POLICY=TERM=report "$(probe go_notified)"
        wait_for_line "$out" ready
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 0" ]
        has "$(<"$out")" "notified of terminated"
        has "$(<"$err")" "SIGTERM from pid [0-9]+ \([^)]*\), uid 0.*; passed to the program's handler"
}
