# Units of a booted Debian under the drop-in that the launcher prints: systemd, its journal and the kernel are the judges.
bats_require_minimum_version 1.5.0
load helper
load machine

setup_file() {
        machine_boot
}

setup() {
        machine_needed
}

teardown_file() {
        machine_off
}

# check_says NAME REGEX: what the launcher says of the unit beforehand
check_says() {
        has "$(in_machine sigguard check --unit "$1")" "^$1: $2"
}

passes() {
        check_says "$1" "nothing in it keeps the guard out\.$"
}

@test "a stray SIGHUP kills a unit without the drop-in; with it, it lives and the journal names systemd" {
        unit plain "ExecStart=/opt/probes/calls main wait"
        unit stray "ExecStart=/opt/probes/calls main wait"
        guard stray
        begin plain stray
        tells plain ready
        tells stray ready
        check_says plain "LD_PRELOAD does not name libsigguard.so"
        passes stray
        in_machine systemctl kill -s HUP plain stray
        wait_until 10 is_property plain ActiveState inactive
        tells stray "^sigguard\[$(property stray MainPID)\]: ignored SIGHUP from pid 1 \(systemd\), uid 0, unit init\.scope; 1 so far$"
        is_property stray ActiveState active
        is_property stray NRestarts 0
}

@test "what another unit sends is told with the name of that unit" {
        unit target "ExecStart=/opt/probes/calls main wait"
        guard target
        begin target
        tells target ready
        unit rotate Type=oneshot "ExecStart=/bin/sh -c 'kill -USR1 $(property target MainPID); sleep 1'"
        begin rotate
        tells target "ignored SIGUSR1 from pid [0-9]+ \(sh\), uid 0, unit rotate\.service; 1 so far$"
        is_property target ActiveState active
}

@test "a crash's report is in the journal of its unit, each line of it with the priority crit" {
        unit crash "ExecStart=/opt/probes/crash_fault null_read thread"
        guard crash
        begin crash
        fails crash signal 11
        tells crash '^sigguard: end of report'
        has "$(journal crash)" '#0 +null_read +test/programs/crash_fault\.h:'
        # the program's own line is no part of it, nor is what systemd says meanwhile
        [ "$(journal crash -p crit | head -n 1)" = "$(journal crash | grep ' crashed: SIGSEGV, read of unmapped address 0x18, at ')" ]
        [ "$(journal crash -p crit)" = "$(journal crash _TRANSPORT=stdout | sed -n '/ crashed: /,/end of report/p')" ]
        [ "$(journal crash -o json | jq -r 'select(.MESSAGE | test("crashed: ")) | .PRIORITY')" = 2 ]
}

@test "with SIGGUARD_LOG=journal the line of a swallowed signal can be asked for by its signal" {
        unit named "ExecStart=/opt/probes/calls main wait"
        guard named --log journal
        begin named
        tells named ready
        in_machine systemctl kill -s USR2 named
        in_machine systemctl kill -s HUP named
        tells named "ignored SIGHUP"
        local entry
        entry=$(journal named -o json SIGGUARD_SIGNAL=SIGUSR2)
        [ "$(wc -l <<<"$entry")" = 1 ]
        [ "$(jq -r '.PRIORITY, .SYSLOG_IDENTIFIER, ._SYSTEMD_UNIT' <<<"$entry")" = $'4\nsigguard\nnamed.service' ]
        has "$(jq -r .MESSAGE <<<"$entry")" "ignored SIGUSR2 from pid 1 \(systemd\), uid 0, unit init\.scope; 1 so far$"
}

@test "with SIGGUARD_LOG=journal a report is one entry with fields" {
        unit fields "ExecStart=/opt/probes/crash_fault null_read thread"
        guard fields --log journal
        begin fields
        fails fields signal 11
        tells fields '^sigguard: end of report'
        local entry
        entry=$(journal fields -o json | jq -c 'select(.SIGGUARD_REPORT)')
        [ "$(wc -l <<<"$entry")" = 1 ]
        [ "$(jq -r '.SIGGUARD_SIGNAL, .PRIORITY, .SYSLOG_IDENTIFIER, ._SYSTEMD_UNIT' <<<"$entry")" = $'SIGSEGV\n2\nsigguard\nfields.service' ]
        [ "$(jq -r .SIGGUARD_PID <<<"$entry")" = "$(property fields ExecMainPID)" ]
        has "$(jq -r .MESSAGE <<<"$entry")" "thread $(jq -r .SIGGUARD_TID <<<"$entry") \"worker 3\" crashed: SIGSEGV"
        has "$(jq -r .SIGGUARD_REPORT <<<"$entry")" '#0 +null_read +test/programs/crash_fault\.h:'
        has "$(jq -r .SIGGUARD_REPORT <<<"$entry")" '^sigguard: end of report'
}

@test "a report that is too large for a datagram is one entry, too" {
        unit large "ExecStart=/opt/probes/crash_deep 1000"
        guard large --log journal SIGGUARD_REPORT=json
        begin large
        fails large signal 11
        tells large ' crashed: SIGSEGV'
        journal large --all -o json >"$BATS_TEST_TMPDIR/entries"
        # as systemd has it: net.core.wmem_default is what a datagram may have
        jq -j '.SIGGUARD_REPORT // empty' "$BATS_TEST_TMPDIR/entries" >"$BATS_TEST_TMPDIR/report"
        [ "$(stat -c %s "$BATS_TEST_TMPDIR/report")" -gt "$(cat /proc/sys/net/core/wmem_default)" ]
        [ "$(jq '[.stack.frames[] | select(.function == "deeper")] | length' "$BATS_TEST_TMPDIR/report")" = 1001 ]
}

# end_of NAME: all that systemd says of its end
end_of() {
        in_machine systemctl show -p Result,ExecMainCode,ExecMainStatus,NRestarts,SubState,ActiveState "$1"
}

@test "Restart= starts a crashing service as often as without the drop-in, and gives up alike" {
        local name
        for name in twice again; do
                unit $name Restart=on-failure RestartSec=10ms "ExecStart=/opt/probes/crash_fault null_read"
                printf '[Unit]\nStartLimitIntervalSec=100\nStartLimitBurst=3\n' |
                        in_machine sh -c "cat >>/etc/systemd/system/$name.service"
        done
        guard again
        begin twice again
        fails twice signal 11
        fails again signal 11
        wait_until 30 is_property again NRestarts 3
        [ "$(end_of twice)" = "$(end_of again)" ]
        [ "$(journal again | grep -c '^sigguard: end of report')" = 3 ]
}

@test "a death by SIGPIPE or SIGHUP restarts a unit with the drop-in; without it systemd takes it for a clean end" {
        local signal
        for signal in PIPE HUP; do
                unit "clean$signal" IgnoreSIGPIPE=no Restart=on-failure "ExecStart=/bin/sh -c 'kill -$signal \$\$\$\$; exit 1'"
                unit "forced$signal" Restart=on-failure RestartSec=1h "ExecStart=/bin/sh -c 'kill -$signal \$\$\$\$; exit 1'"
                guard "forced$signal" --policy "PIPE,HUP=leave"
        done
        begin cleanPIPE forcedPIPE cleanHUP forcedHUP
        for signal in PIPE HUP; do
                wait_until 10 is_property "forced$signal" SubState auto-restart
                wait_until 10 is_property "clean$signal" ActiveState inactive
                is_property "forced$signal" ExecMainStatus "$(kill -l $signal)"
        done
}

@test "IgnoreSIGPIPE=no lets the guard see a broken pipe, which systemd's default hides from it" {
        local name program='pipe(R, W); close R; syswrite(W, "x") || print STDERR "wrote nothing: $!\n"; sleep 1000'
        for name in hidden seen; do
                unit $name "ExecStart=/usr/bin/perl -e '${program//\$/\$\$}'"
                guard $name
        done
        printf '[Service]\nIgnoreSIGPIPE=yes\n' | in_machine tee /etc/systemd/system/hidden.service.d/z.conf >/dev/null
        begin hidden seen
        tells hidden "^wrote nothing: Broken pipe"
        tells seen "^wrote nothing: Broken pipe"
        tells seen "ignored SIGPIPE.*: write to fd [0-9]+ \(pipe\)"
        lacks "$(journal hidden)" SIGPIPE
        has "$(in_machine grep SigIgn "/proc/$(property hidden MainPID)/status")" '1080$'
        has "$(in_machine grep SigIgn "/proc/$(property seen MainPID)/status")" '0080$'
        check_says hidden "note: systemd ignores SIGPIPE for it"
        lacks "$(in_machine sigguard check --unit seen)" SIGPIPE
}

@test "the watchdog's SIGABRT of a hung service leaves the stacks of all its threads" {
        unit hung WatchdogSec=1 "ExecStart=/opt/probes/threads_wait wait 2 futex read poll"
        unit hungplain WatchdogSec=1 "ExecStart=/opt/probes/threads_wait wait 2 futex read poll"
        guard hung
        begin hung hungplain
        fails hung watchdog 6
        fails hungplain watchdog 6
        tells hung '^sigguard: end of report'
        has "$(journal hung)" ' crashed: SIGABRT, sent by pid 1 \(systemd\), uid 0, unit init\.scope'
        local kind
        for kind in futex read poll; do
                has "$(journal hung)" "#[0-9]+ +in_$kind "
        done
}

hardening=(NoNewPrivileges=yes ProtectSystem=strict SystemCallFilter=@system-service MemoryDenyWriteExecute=yes PrivateTmp=yes
        DynamicUser=yes ProtectHome=yes PrivateDevices=yes ProtectKernelTunables=yes ProtectControlGroups=yes ProtectProc=invisible
        ProcSubset=pid "RestrictAddressFamilies=AF_UNIX AF_INET" RestrictNamespaces=yes LockPersonality=yes CapabilityBoundingSet=)

@test "a hardened unit lives through SIGHUP, and its crash is reported with names and all threads" {
        unit hardened "${hardening[@]}" "ExecStart=/opt/probes/crash_fault null_read thread"
        unit hardcalm "${hardening[@]}" "ExecStart=/opt/probes/calls main wait"
        guard hardened
        guard hardcalm
        begin hardcalm hardened
        passes hardened
        tells hardcalm ready
        in_machine systemctl kill -s HUP hardcalm
        tells hardcalm 'ignored SIGHUP from pid 1, uid 0; 1 so far$'
        is_property hardcalm ActiveState active
        fails hardened signal 11
        tells hardened '^sigguard: end of report'
        has "$(journal hardened)" '#0 +null_read +test/programs/crash_fault\.h:'
        has "$(journal hardened)" '#[0-9]+ +main +test/programs/crash_fault\.c:'
        lacks "$(journal hardened)" 'degraded|raw #'
}

# one for each row: NAME, what the check says, signal of the end, what the journal has; then the unit's lines
filtered() {
        unit "$1" "ExecStart=/opt/probes/crash_fault null_read" "${@:5}"
        guard "$1"
        begin "$1"
        check_says "$1" "$2"
        fails "$1" signal "$3"
        [ -z "$4" ] || tells "$1" "$4"
}

@test "what the check says of a filter of system calls is what a crash then does" {
        local names='#0 +null_read +test/programs' raw='^sigguard: raw #0 .*crash_fault\+0x' head='crashed: SIGSEGV' row=0
        filtered usual "nothing in it" 11 "$names" SystemCallFilter=@system-service "SystemCallFilter=~@privileged @resources"
        filtered debug "nothing in it" 11 "$names" "SystemCallFilter=~@debug @mount @clock @reboot"
        filtered memory "note: SystemCallFilter forbids memfd_create, so only an installed" 11 "$names" SystemCallFilter=~memfd_create
        filtered exec "SystemCallFilter forbids execveat, so a crash cannot start" 11 "$raw" SystemCallFilter=~execveat
        filtered socket "SystemCallFilter forbids socketpair, so a crash cannot start" 11 "$raw" SystemCallFilter=~socketpair
        filtered clone "SystemCallFilter kills for clone, so a crash leaves its first line" 31 "$head" SystemCallFilter=~@process
        filtered start "SystemCallFilter kills for madvise, which the guard" 31 "" \
                "SystemCallFilter=@basic-io @file-system @memory @signal @process @io-event @network-io"
        local refuse=SystemCallErrorNumber=EPERM
        filtered ememory "note: SystemCallFilter forbids memfd_create, so only an installed" 11 "$names" SystemCallFilter=~memfd_create $refuse
        filtered eexec "nothing in it" 11 "$names" SystemCallFilter=~execveat $refuse
        filtered esocket "SystemCallFilter forbids socketpair, so a crash cannot start" 11 "$raw" SystemCallFilter=~socketpair $refuse
        filtered eclone "SystemCallFilter forbids clone, so a crash cannot start" 11 "$raw" SystemCallFilter=~@process $refuse
        filtered eword "SystemCallFilter forbids clone, so a crash cannot start" 11 "$raw" SystemCallFilter=~clone:EPERM
        filtered ewait "SystemCallFilter forbids ppoll sendto, so the guard can write no line" 11 "" \
                "SystemCallFilter=~@io-event @network-io" $refuse
        lacks "$(journal ewait)" 'crashed'
        has "$(journal socket)" 'degraded: .*the child that started the helper was killed'
        has "$(journal eclone)" 'degraded: .*a child for the helper could not be started: operation not permitted'
        # the last that kills: without us this service lives until its crash
        unit startplain "ExecStart=/opt/probes/crash_fault null_read" \
                "SystemCallFilter=@basic-io @file-system @memory @signal @process @io-event @network-io"
        begin startplain
        fails startplain signal 11
}

@test "a report reaches the unit's journal although journald was busy when its sender ended" {
        local journald
        journald=$(property systemd-journald MainPID)
        unit late "ExecStart=/opt/probes/crash_fault null_read"
        guard late --log journal
        in_machine systemctl daemon-reload
        in_machine sh -c "kill -STOP $journald"
        in_machine systemctl start --no-block late
        wait_until 5 helper_waits || true
        in_machine sh -c "kill -CONT $journald"
        fails late signal 11
        tells late '^sigguard: end of report'
}

@test "what is sent to a whole unit does not end those that make its report" {
        local journald helper blocked
        journald=$(property systemd-journald MainPID)
        unit all "ExecStart=/opt/probes/crash_fault null_read"
        guard all --log journal
        in_machine systemctl daemon-reload
        in_machine sh -c "kill -STOP $journald"
        in_machine systemctl start --no-block all
        wait_until 5 helper_waits || { in_machine sh -c "kill -CONT $journald"; false; }
        in_machine systemctl kill -s ABRT all
        in_machine systemctl kill -s TERM all
        # the helper's parent is the one that started it
        in_machine sh -c 'helper=$(grep -lz "^sigguard-symbolize" /proc/[0-9]*/cmdline)
                kill -SEGV $(sed -n "s/^PPid:.//p" "${helper%/cmdline}/status")'
        in_machine sh -c "kill -CONT $journald"
        fails all signal 11
        tells all '^sigguard: end of report'
        # what the service itself had to say is by its pid, in whatever unit's journal
        lacks "$(in_machine journalctl -o cat _PID="$(property all ExecMainPID)")" 'degraded|raw #'
}

# the helper has sent its report and waits for journald
helper_waits() {
        in_machine sh -c 'for helper in $(grep -lz "^sigguard-symbolize" /proc/[0-9]*/cmdline); do grep nanosleep ${helper%/*}/wchan; done'
}

@test "systemd-analyze accepts the drop-in, with all kinds of settings" {
        unit verified "ExecStart=/opt/probes/calls main wait"
        guard verified --policy "TERM=report USR1=leave" --log journal 'WORDS=50%n of "it" \ there'
        in_machine systemctl daemon-reload
        [ -z "$(in_machine systemd-analyze verify --man=no verified.service 2>&1)" ]
        begin verified
        tells verified ready
        has "$(in_machine cat "/proc/$(property verified MainPID)/environ" | tr "\0" "\n")" \
                '^WORDS=50%n of "it" \\ there$'
        # and it would have seen a mistake
        in_machine sh -c 'echo IgnoreSIGPIPE=perhaps >>/etc/systemd/system/verified.service.d/sigguard.conf'
        has "$(in_machine systemd-analyze verify --man=no verified.service 2>&1)" 'sigguard\.conf:.*perhaps'
}
