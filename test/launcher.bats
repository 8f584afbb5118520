# The launcher: what can be guarded and what cannot, how settings are checked, and that a run is the command's own.
load helper

setup() {
        work=$BATS_TEST_TMPDIR
        unset "${!SIGGUARD_@}"
}

sigguard() {
        TIME_LIMIT=30 plain "${settings[@]}" "${shell:-sh}" "$ROOT/scripts/sigguard" "$@"
}

# with NAME=VALUE...: settings in the environment of the following calls
with() {
        settings=("$@")
}

# copy_of_probe NAME: a small dynamic program to be changed
copy_of_probe() {
        cp "$(probe status)" "$work/$1"
}

# patch FILE OFFSET BYTE: writes one byte (octal) into a file
patch() {
        printf "%b" "\\0$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

cannot() {
        run sigguard check "$1"
        [ "$status" = 1 ]
        has "$output" "^$1.* cannot be guarded: .*$2"
        [ "$(grep -c "$1" <<<"$output")" = 1 ]
}

can() {
        run sigguard check "$1"
        [ "$status" = 0 ]
        has "$output" "^$1.* can be guarded.*$2"
}

@test "every subcommand has a help, and none of them is an error" {
        for words in --help "run --help" "check --help" "symbolize --help" "trace --help" "systemd --help" "dockerfile --help"; do
                # shellcheck disable=SC2086 # one or two words
                run sigguard $words
                [ "$status" = 0 ]
                has "$output" "sigguard"
        done
}

@test "the version is that of the tree" {
        run sigguard --version
        [ "$status" = 0 ]
        [ "$output" = "sigguard $(cat "$ROOT/VERSION")" ]
}

@test "wrong usage ends with 64 and one line" {
        for words in "" no-such --no-such run "run --" "run --no-such x true" "run --policy" "run -x" "check --x" "systemd" "dockerfile" \
                "check a b"; do
                # shellcheck disable=SC2086 # words
                run sigguard $words
                [ "$status" = 64 ]
                [ "${#lines[@]}" = 1 ]
                has "$output" "^sigguard: .*--help"
        done
}

@test "a dynamic program can be guarded" {
        can "$(probe status)"
}

@test "a command is found as the shell finds it" {
        run sigguard check env
        [ "$status" = 0 ]
        has "$output" "^env can be guarded"
}

@test "a static program cannot be guarded, and the answer says what can be done" {
        echo 'int main(void) { return 7; }' >"$work/static.c"
        gcc -static -o "$work/static" "$work/static.c"
        cannot "$work/static" "statically linked"
        has "$output" "trap '' HUP USR1 USR2 PIPE"
        run sigguard run -- "$work/static"
        [ "$status" = 7 ]
        has "$output" "runs without the guard: it is statically linked"
}

@test "a static PIE cannot be guarded, the loader itself can" {
        echo 'int main(void) { return 7; }' >"$work/static.c"
        gcc -static-pie -o "$work/static" "$work/static.c"
        cannot "$work/static" "statically linked"
        can "$(readelf -l "$(probe status)" | sed -n 's,.*interpreter: \(.*\)\],\1,p')"
}

@test "a setuid program of another user cannot be guarded" {
        [ "$(id -u)" = 0 ] || skip "only root can make one"
        copy_of_probe other
        chown nobody "$work/other"
        chmod u+s "$work/other"
        cannot "$work/other" "setuid"
}

@test "a setgid program of another group cannot be guarded" {
        [ "$(id -u)" = 0 ] || skip "only root can make one"
        copy_of_probe other
        chgrp nogroup "$work/other"
        chmod g+s "$work/other"
        cannot "$work/other" "setgid"
}

@test "a program with file capabilities can be guarded for root alone" {
        [ "$(id -u)" = 0 ] || skip "only root can give capabilities"
        copy_of_probe capable
        setcap cap_net_bind_service+ep "$work/capable" || skip "this file system has no capabilities"
        can "$work/capable" "only for root, because it has file capabilities"
        chmod 755 "$work" "$work/capable"
        run setpriv --reuid=65534 --clear-groups sh "$ROOT/scripts/sigguard" check "$work/capable"
        [ "$status" != 126 ] || skip "another user cannot read the tree"
        has "$output" "cannot be guarded: (it has file capabilities|no such file)"
}

@test "what the check says about capabilities is what the loader does" {
        [ "$(id -u)" = 0 ] || skip "only root can give capabilities"
        cp "$(type -P env)" "$work/capable"
        setcap cap_net_bind_service+ep "$work/capable" || skip "this file system has no capabilities"
        # The loader removes LD_PRELOAD from the environment of a program that it runs in secure mode.
        run guarded "$work/capable"
        has "$output" "^LD_PRELOAD="
}

@test "a program for another architecture cannot be guarded" {
        copy_of_probe foreign
        patch "$work/foreign" 18 26 # EM_S390, 22
        cannot "$work/foreign" "built for s390x"
        copy_of_probe narrow
        patch "$work/narrow" 4 1
        patch "$work/narrow" 18 3
        cannot "$work/narrow" "built for 32-bit x86"
}

@test "a damaged program cannot be guarded" {
        head -c 40 "$(probe status)" >"$work/short"
        chmod +x "$work/short"
        cannot "$work/short" "neither an ELF program nor a script"
        : >"$work/empty"
        chmod +x "$work/empty"
        cannot "$work/empty" "neither an ELF program nor a script"
}

@test "a program whose loader is missing cannot be guarded" {
        echo 'int main(void) { return 0; }' >"$work/odd.c"
        gcc -Wl,--dynamic-linker=/no/such/loader -o "$work/odd" "$work/odd.c"
        cannot "$work/odd" "its loader /no/such/loader does not exist"
}

@test "a script is judged by its interpreter" {
        printf '#!/bin/sh -e\nexit 3\n' >"$work/script"
        chmod +x "$work/script"
        can "$work/script" ""
        has "$output" "a script for /bin/sh"
        printf '#! /usr/bin/env -S FOO=1 cat -n\n' >"$work/through-env"
        chmod +x "$work/through-env"
        can "$work/through-env" ""
        has "$output" "a script for [a-z/]*/cat"
        printf '#!/no/such/interpreter\n' >"$work/orphan"
        chmod +x "$work/orphan"
        cannot "$work/orphan" "its interpreter /no/such/interpreter cannot be started: no such file"
}

@test "a script for a static interpreter cannot be guarded" {
        echo 'int main(void) { return 7; }' >"$work/static.c"
        gcc -static -o "$work/static" "$work/static.c"
        printf '#!%s\n' "$work/static" >"$work/script"
        chmod +x "$work/script"
        cannot "$work/script" "statically linked"
}

@test "what is missing, a folder or not executable is told as such" {
        cannot "$work/nothing" "no such file"
        cannot "$work" "it is a directory"
        : >"$work/plain"
        cannot "$work/plain" "it is not executable"
        # nobody ever writes into it
        mkfifo -m 755 "$work/fifo"
        cannot "$work/fifo" "it is not a file"
        run sigguard run "$work/fifo"
        [ "$status" = 126 ]
        run sigguard check no-such-command
        [ "$status" = 1 ]
        has "$output" "no such command in PATH"
}

@test "a program that was cut off, as by a full disk, is no static one" {
        local size
        for size in 64 100 500; do
                head -c "$size" "$BUILD/test/status" >"$work/cut"
                chmod +x "$work/cut"
                cannot "$work/cut" "it is cut off"
        done
        head -c 20 "$BUILD/test/status" >"$work/cut"
        cannot "$work/cut" "neither an ELF program nor a script"
}

@test "a file with blanks and stars in its name is judged like any other" {
        copy_of_probe 'a * b'
        run sigguard check "$work/a * b"
        [ "$status" = 0 ]
        has "$output" "a \* b can be guarded"
}

@test "right settings are right" {
        with SIGGUARD_POLICY="TERM=report USR1=leave" SIGGUARD_OVERRIDE="protect HUP=veto" SIGGUARD_ONLY=service
        run sigguard check
        [ "$status" = 0 ]
        [ "$output" = "The settings are right." ]
}

@test "a wrong setting is named with the word and what was expected" {
        with SIGGUARD_POLICY="TERM=repot"
        run sigguard check
        [ "$status" = 1 ]
        has "$output" "SIGGUARD_POLICY.*TERM=repot.*report"
}

@test "a wrong setting is found although the library is told to keep away" {
        for quiet in SIGGUARD_DISABLE=1 SIGGUARD_ONLY=service SIGGUARD_SKIP='*'; do
                with "$quiet" SIGGUARD_LEVEL=loud
                run sigguard check
                [ "$status" = 1 ]
                has "$output" "SIGGUARD_LEVEL.*loud"
        done
}

@test "a setting that does not exist is found" {
        with SIGGUARD_POLICE="TERM=report"
        run sigguard check
        [ "$status" = 1 ]
        has "$output" "POLICE"
}

@test "a wrong setting and a program that cannot be guarded are told together" {
        with SIGGUARD_LEVEL=loud
        run sigguard check /no/such
        [ "$status" = 1 ]
        has "$output" "SIGGUARD_LEVEL"
        has "$output" "/no/such cannot be guarded"
}

@test "run starts the command with the guard and the settings, and nothing is printed" {
        run sigguard run --policy "TERM=report" --report-dir=/tmp SIGGUARD_LEVEL=info FOO="a b" -- env
        [ "$status" = 0 ]
        has "$output" "^LD_PRELOAD=$GUARD"
        has "$output" "^SIGGUARD_POLICY=TERM=report$"
        has "$output" "^SIGGUARD_REPORT_DIR=/tmp$"
        has "$output" "^SIGGUARD_LEVEL=info$"
        has "$output" "^FOO=a b$"
        lacks "$output" "^sigguard"
}

@test "run knows every setting of the library" {
        names=$(sed -n 's/^ *{"\([A-Z_]*\)", ".*read_.*/\1/p' "$ROOT/preload/settings.c")
        [ "$(wc -w <<<"$names")" -ge 12 ]
        help=$(sigguard run --help)
        for name in $names; do
                option=--$(tr '[:upper:]_' '[:lower:]-' <<<"$name")
                has "$help" "( |^)$option( |$)"
                value=1
                [ "$name" != DISABLE ] || value=
                run sigguard run "$option" $value env
                has "$output" "^SIGGUARD_$name=1$"
        done
}

@test "run puts the guard in front of another preload, and never twice" {
        with LD_PRELOAD=libm.so.6
        run sigguard run env
        has "$output" "^LD_PRELOAD=$GUARD:libm.so.6"
        with LD_PRELOAD="$GUARD"
        run sigguard run env
        [ "$(grep -o libsigguard.so <<<"$output" | wc -l)" = 1 ]
}

@test "run keeps the command's arguments, status and standard input" {
        run sigguard run -- sh -c 'cat; printf "%s\n" "$@"; exit 5' x 'a b' '*' '' <<<"input"
        [ "$status" = 5 ]
        [ "$output" = "$(printf 'input\na b\n*\n\n')" ] || [ "${lines[*]}" = "input a b *" ]
}

@test "run of a missing command ends as in a shell" {
        run sigguard run no-such-command
        [ "$status" = 127 ]
        : >"$work/plain"
        run sigguard run "$work/plain"
        [ "$status" = 126 ]
}

@test "run keeps the signal that the command died of" {
        # shellcheck disable=SC2016 # for the inner shell
        killed=(sh -c 'kill -TERM $$')
        expected=$(plain_status "${killed[@]}")
        [[ $expected == "signal 15"* ]]
        [ "$(plain_status sh "$ROOT/scripts/sigguard" run "${killed[@]}")" = "$expected" ]
}

@test "a service under run survives a SIGHUP" {
        start_plain sh "$ROOT/scripts/sigguard" run "$(probe answers)"
        wait_for_line "$out" ready
        is_disposition "$pid" HUP caught
        kill -HUP "$pid"
        wait_for_line "$err" "ignored SIGHUP"
}

@test "symbolize hands its input to the helper" {
        run sigguard symbolize <<<"a line that is no frame"
        has "$output" "a line that is no frame"
}

@test "the launcher answers the same in dash, busybox and bash" {
        printf '#!/bin/sh -e\n' >"$work/script"
        chmod +x "$work/script"
        for program in "$work/script" "$(probe status)" /etc/passwd nothing; do
                expected=$(shell=dash sigguard check "$program" 2>&1) || true
                [ -n "$expected" ]
                [ "$(shell=bash sigguard check "$program" 2>&1 || true)" = "$expected" ]
                ln -sf "$(type -P busybox)" "$work/ash"
                [ "$(shell=$work/ash sigguard check "$program" 2>&1 || true)" = "$expected" ]
        done
}

@test "the launcher works without binutils and without getcap" {
        mkdir "$work/bin"
        for tool in od dd tr head cut cat dirname readlink id sh env true command; do
                path=$(type -P "$tool") && ln -s "$path" "$work/bin/$tool"
        done
        with PATH="$work/bin"
        run sigguard check "$(probe status)"
        [ "$status" = 0 ]
        has "$output" "can be guarded"
}

@test "a word that only looks like a setting is a command" {
        for word in =x a-b=x 1=x; do
                run -127 sigguard run "$word" x
                [ "$output" = "sigguard: $word: no such command in PATH" ]
        done
}

@test "an empty command, and a value where there is none, are told as such" {
        run sigguard run ""
        [ "$status.$output" = "64.sigguard: run needs a command; see sigguard run --help" ]
        run sigguard check ""
        [ "$status.$output" = "64.sigguard: the name of the command is empty; see sigguard check --help" ]
        run sigguard run --disable=1 true
        [ "$status.$output" = "64.sigguard: --disable takes no value; see sigguard run --help" ]
}
