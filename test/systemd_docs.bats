# Every command of docs/systemd.md is run in a booted Debian, and does what the document says.
bats_require_minimum_version 1.5.0
load helper
load machine
load docs_commands

setup_file() {
        machine_boot
}

setup() {
        machine_needed
}

teardown_file() {
        machine_off
}

# begin_web: the unit of docs/systemd.md, a small web service, without the drop-in
begin_web() {
        in_machine rm -rf /etc/systemd/system/web.service.d
        unit web "ExecStart=/opt/probes/demo_service"
        begin web
        web=$(property web MainPID)
}

# ask_web PATH: one request to it
ask_web() {
        web=$(property web MainPID)
        wait_until 10 web_is_ready
        in_machine bash -c "exec 5<>/dev/tcp/127.0.0.1/$(web_port); printf 'GET $1 HTTP/1.0\r\n\r\n' >&5; cat <&5" || true
}

web_port() {
        in_machine journalctl --quiet -o cat _PID="$web" | sed -n 's/^ready on port //p'
}

web_is_ready() {
        [ -n "$(web_port)" ]
}

@test "the drop-in is the one that is shown, and the commands see the guard at work" {
        begin_web
        in_machine sh -e <<<"$(docs_commands systemd.md "Guard a unit")"
        [ "$(property web MainPID)" != "$web" ]
        [ "$(in_machine cat /etc/systemd/system/web.service.d/sigguard.conf)" = "$(docs_shown systemd.md "Guard a unit")" ]
        run -0 in_machine sh -e <<<"$(docs_commands systemd.md "See that it works")"
        has "$output" "^web: nothing in it keeps the guard out\.$"
        has "$output" "^ *SIGHUP +guard +ignore"
        in_machine systemctl kill -s HUP web
        tells web "ignored SIGHUP"
        run -0 in_machine sh -e <<<"$(docs_commands systemd.md "Who sent a signal")"
        has "$output" "$(docs_shown systemd.md "Who sent a signal" | sed 's/[][().]/\\&/g; s/[0-9][0-9][0-9]*/[0-9]+/')$"
        in_machine sh -e <<<"$(docs_commands systemd.md "Take the guard away")"
        has "$(in_machine sigguard status "$(property web MainPID)" 2>&1 || true)" "not guarded"
}

@test "who stopped the service is in its journal" {
        begin_web
        in_machine mkdir -p /etc/systemd/system/web.service.d
        in_machine sh -e <<<"$(docs_commands systemd.md "Who stopped the service")"
        in_machine systemctl stop web
        is_property web Result success
        tells web "SIGTERM from"
        run -0 in_machine sh -e <<<"$(docs_commands systemd.md "The answer")"
        has "$output" "SIGTERM from pid 1 \(systemd\), uid 0, unit init\.scope; the process ends, as by default$"
}

@test "the commands show the report of a crash, and how the unit ended" {
        begin_web
        guard web
        begin web
        in_machine systemctl restart web
        ask_web /greet
        fails web signal 11
        tells web '^sigguard: end of report'
        run -0 in_machine sh -e <<<"$(docs_commands systemd.md "The report of a crash")"
        has "$output" "demo_service.* crashed: SIGSEGV"
        has "$output" "#0 +count_visit +test/programs/demo_service\.c:"
        run -0 in_machine sh -e <<<"$(docs_commands systemd.md "Restart=")"
        [ "$output" = $'Result=signal\nNRestarts=0\nExecMainStatus=11' ]
}

@test "with SIGGUARD_LOG=journal the commands find the entry and its fields" {
        begin_web
        in_machine mkdir -p /etc/systemd/system/web.service.d
        in_machine sh -e <<<"$(docs_commands systemd.md "One entry with fields")"
        ask_web /alive
        in_machine systemctl kill -s HUP web
        ask_web /greet
        fails web signal 11
        tells web '^sigguard: end of report'
        run -0 in_machine sh -e <<<"$(docs_commands systemd.md "The entry")"
        has "$output" "ignored SIGHUP from pid 1 "
        has "$output" "^ +#0 +count_visit +test/programs/demo_service\.c:"
        has "$(grep '^{' <<<"$output" | tail -n 1 | jq -r .SIGGUARD_REPORT)" "#0 +count_visit +"
}

@test "a living service shows its stacks and goes on" {
        begin_web
        ask_web /alive
        run -0 in_machine sh -e <<<"$(docs_commands systemd.md "A service that hangs")"
        has "$output" "#[0-9]+ +worker +test/programs/demo_service\.c:"
        has "$(ask_web /alive)" "^alive$"
}

@test "all commands of docs/systemd.md are run" {
        docs_all_run systemd.md
}
