# What the launcher prints for units and images, and what it finds in a unit that keeps the guard out.
load helper

setup() {
        work=$BATS_TEST_TMPDIR
        unset "${!SIGGUARD_@}"
        ln -sf "$(type -P busybox)" "$work/ash"
}

sigguard() {
        TIME_LIMIT=30 plain "${shell:-sh}" "$ROOT/scripts/sigguard" "$@"
}

# unit LINE...: a service that is well guarded, with these lines more
unit() {
        {
                printf '[Unit]\nDescription=Environment=LD_PRELOAD=/no\n[Service]\nExecStart=-/bin/sleep 1000\n'
                printf 'IgnoreSIGPIPE=no\nEnvironment="LD_PRELOAD=%s"\n' "$GUARD"
                printf '%s\n' "$@"
                printf '[Install]\nWantedBy=multi-user.target\n'
        } >"$work/one.service"
}

# finds REGEX, passes: what the check says about the unit, the same in each shell
finds() {
        run -1 sigguard check --unit "$work/one.service"
        has "$output" "^one.service: $1"
}

passes() {
        run -0 sigguard check --unit "$work/one.service"
        has "$output" "^one.service: nothing in it keeps the guard out"
}

@test "the drop-in is accepted by systemd, and each of its settings has a reason" {
        run -0 sigguard systemd --policy "TERM=report" 'FOO=50% of "it" \ there' one
        mkdir "$work/one.service.d"
        printf '%s\n' "$output" >"$work/one.service.d/sigguard.conf"
        has "$output" "^Environment=\"LD_PRELOAD=$GUARD\"$"
        has "$output" '^Environment="SIGGUARD_POLICY=TERM=report"$'
        has "$output" '^Environment="FOO=50%% of \\"it\\" \\\\ there"$'
        [ "$(grep -B1 '^IgnoreSIGPIPE=no$' <<<"$output" | grep -c '^#')" = 1 ]
        [ "$(grep -B1 '^RestartForceExitStatus=SIGPIPE SIGHUP$' <<<"$output" | grep -c '^#')" = 1 ]
        printf '[Service]\nExecStart=/bin/sleep 1\n' >"$work/one.service"
        run -0 plain systemd-analyze verify --man=no "$work/one.service"
        lacks "$output" "sigguard.conf"
        # and the judge does see the file
        echo 'IgnoreSIGPIPE=perhaps' >>"$work/one.service.d/sigguard.conf"
        run plain systemd-analyze verify --man=no "$work/one.service"
        has "$output" "sigguard.conf:.*perhaps"
}

@test "the check finds nothing wrong with a unit that has the drop-in" {
        printf '[Service]\nExecStart=/bin/sleep 1\n' >"$work/one.service"
        finds "LD_PRELOAD does not name libsigguard.so"
        mkdir "$work/one.service.d"
        sigguard systemd one >"$work/one.service.d/sigguard.conf"
        passes
        lacks "$output" "SIGPIPE"
}

@test "a drop-in is for a service" {
        for words in "" "one two" one.socket a/b "--no-such x one" --policy; do
                # shellcheck disable=SC2086 # words
                run -64 sigguard systemd $words
                has "$output" "^sigguard: .*sigguard systemd --help"
        done
}

@test "the lines for a Dockerfile quote what is special in them" {
        run -0 sigguard dockerfile --policy 'TERM=report' 'FOO=$HOME "\' service
        has "$output" '^COPY libsigguard.so /opt/sigguard/libsigguard.so$'
        has "$output" '^ENV LD_PRELOAD=/opt/sigguard/libsigguard.so$'
        has "$output" '^ENV SIGGUARD_ONLY="service"$'
        has "$output" '^ENV FOO="\\\$HOME \\"\\\\"$'
        # every line is a comment or an instruction
        lacks "$output" '^([^#CE]|$)'
        run -0 sigguard dockerfile --only "a b*"
        has "$output" '^ENV SIGGUARD_ONLY="a b\*"$'
        run -64 sigguard dockerfile
        has "$output" "name the program to guard, or give --only"
        run -64 sigguard dockerfile FOO=$'a\nb' service
        has "$output" "FOO has a line break"
}

@test "a unit that is well guarded passes" {
        unit
        passes
}

@test "LD_PRELOAD that the unit removes is found" {
        unit UnsetEnvironment=LD_PRELOAD
        finds "UnsetEnvironment=LD_PRELOAD removes LD_PRELOAD"
        unit "UnsetEnvironment=FOO \\" "   LD_PRELOAD=$GUARD"
        finds "UnsetEnvironment=LD_PRELOAD=.* removes LD_PRELOAD"
        unit UnsetEnvironment=LD_PRELOAD UnsetEnvironment=
        passes
        unit Environment=
        finds "LD_PRELOAD does not name"
        unit Environment= "PassEnvironment=FOO LD_PRELOAD"
        finds "note: PassEnvironment=LD_PRELOAD hands on only"
        unit "#UnsetEnvironment=LD_PRELOAD"
        passes
}

@test "a file of variables that replaces LD_PRELOAD is found" {
        echo 'LD_PRELOAD="/lib/other.so"' >"$work/variables"
        unit "EnvironmentFile=-$work/variables"
        finds "LD_PRELOAD does not name"
}

@test "a library that is not where the unit says is found" {
        unit Environment=LD_PRELOAD=/no/such/libsigguard.so
        finds "LD_PRELOAD names /no/such/libsigguard.so, and there is no"
        unit "RootDirectory=$work/empty"
        finds "LD_PRELOAD names $GUARD, and there is no $work/empty$GUARD"
}

@test "a filter of system calls that forbids the helper is found, and whether it refuses or kills" {
        local refuse=$'\n'"SystemCallErrorNumber=EPERM"
        for filter in "~@process$refuse" "~clone:EPERM" "~socketpair" "~execveat" "~execve:kill execveat:ENOSYS" \
                "@system-service"$'\n'"SystemCallFilter=~@process$refuse"; do
                unit "SystemCallFilter=$filter"
                finds "SystemCallFilter forbids .*(clone|socketpair|memfd_create|exec).* raw lines"
        done
        for filter in "~@process" "~clone" "~@process:kill$refuse" "~@io-event" "~@network-io" "@system-service"$'\n'"SystemCallFilter=~sendto"; do
                unit "SystemCallFilter=$filter"
                finds "SystemCallFilter kills for .*(clone|ppoll|sendto), .* ends as SIGSYS"
        done
        for filter in "@default" "@basic-io @file-system @process" "@default @signal" "~madvise"; do
                unit "SystemCallFilter=$filter"
                finds "SystemCallFilter kills for .*(rt_sigaction|madvise), .* would not run"
        done
        unit "SystemCallFilter=~@signal$refuse"
        finds "SystemCallFilter forbids rt_sigaction, so the guard can take no signal"
        unit "SystemCallFilter=~@io-event$refuse"
        finds "SystemCallFilter forbids ppoll, so the guard can write no line"
        for filter in "~memfd_create:EPERM" "~memfd_create"; do
                unit "SystemCallFilter=$filter"
                passes
                has "$output" "note: SystemCallFilter forbids memfd_create, so only an installed"
        done
        for filter in @system-service "~execve" "~execveat$refuse" "~@debug @mount" "~@process"$'\n'"SystemCallFilter=" \
                "@system-service"$'\n'"SystemCallFilter=~@privileged @resources" \
                "@process @ipc @network-io @io-event @signal madvise"; do
                unit "SystemCallFilter=$filter"
                passes
                lacks "$output" "note:"
        done
}

@test "the groups of system calls are those of systemd" {
        source "$ROOT/scripts/units"
        local groups expected
        groups=$(systemd-analyze syscall-filter | awk '/^@/ { group = $1 } /^ / && $1 != "#" { print $1, group }')
        for call in $(sed -n '/^check_unit_filter/,/^}/s/.*(those [a-z]* \([a-z_ ]*\)).*/\1/p' "$ROOT/scripts/units" | sort -u) execve; do
                expected=$(sed -n "s/^$call //p" <<<"$groups")
                # a group may hold others: @system-service does
                has "$groups" "^($call$(printf '|%s' $expected)) @system-service$"
                [ "$(groups_of "$call" | tr ' ' '\n' | sort)" = "$(printf '%s\n' "$call" $expected @system-service | sort -u)" ]
        done
}

@test "systemd's own ignoring of SIGPIPE and its clean ends are told, and are no fault" {
        unit IgnoreSIGPIPE=yes Restart=on-failure NoNewPrivileges=true
        passes
        has "$output" "note: systemd ignores SIGPIPE"
        has "$output" "note: for systemd a death by SIGPIPE is clean"
        has "$output" "note: NoNewPrivileges=yes does not disturb"
        unit Restart=on-failure "RestartForceExitStatus=SIGPIPE SIGHUP"
        passes
        lacks "$output" "note:"
}

@test "the program of a unit is judged like any other, and sudo's clean environment is told" {
        echo 'int main(void) { return 7; }' >"$work/static.c"
        gcc -static -o "$work/static" "$work/static.c"
        unit ExecStart= "ExecStart=@-$work/static name"
        finds "its program $work/static cannot be guarded: it is statically linked"
        cp "$(type -P env)" "$work/sudo"
        unit "ExecStart=$work/sudo -u nobody sleep 1"
        run sigguard check --unit "$work/one.service"
        has "$output" "^sudo clears the environment"
        run sigguard check "$work/sudo"
        has "$output" "^sudo clears the environment"
}

@test "a unit is found by its name, and one that is not there is told" {
        run -1 sigguard check --unit systemd-logind
        has "$output" "^systemd-logind: LD_PRELOAD does not name"
        run -2 sigguard check --unit no-such-unit
        has "$output" "^sigguard: there is no unit no-such-unit"
        run -64 sigguard check --unit
}

@test "a missing helper is told" {
        mkdir "$work/bundle"
        cp "$ROOT"/scripts/{sigguard,preloadable,recipes,units} "$GUARD" "$work/bundle/"
        run -0 plain sh "$work/bundle/sigguard" check
        has "$output" "sigguard-symbolize is not installed: crashes are reported all the same"
}

@test "units and images are the same in dash, busybox and bash" {
        unit "SystemCallFilter=~@process" UnsetEnvironment=SIGGUARD_LOG
        for words in "check --unit $work/one.service" "systemd --policy TERM=report one" "dockerfile --log=/x service" \
                "systemd --help" "dockerfile --help"; do
                # shellcheck disable=SC2086 # words
                expected=$(shell=dash sigguard $words 2>&1) || true
                [ -n "$expected" ]
                # shellcheck disable=SC2086
                [ "$(shell=bash sigguard $words 2>&1 || true)" = "$expected" ]
                # shellcheck disable=SC2086
                [ "$(shell=$work/ash sigguard $words 2>&1 || true)" = "$expected" ]
        done
}
