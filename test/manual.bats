# The manuals and the completion of bash: complete, clean, and of one mind with --help and with the library's settings.
load helper

manuals() {
        echo "$ROOT/docs/man/sigguard.1" "$ROOT/docs/man/libsigguard.7"
}

# settings_of_library: the names behind SIGGUARD_ that the library reads
settings_of_library() {
        sed -n 's/^ *{"\([A-Z_]*\)", ".*read_.*/\1/p' "$ROOT/preload/settings.c"
}

# same EXPECTED ACTUAL: two lists of lines, in any order
same() {
        diff <(sort -u <<<"$1") <(sort -u <<<"$2")
}

# options_of SUBCOMMAND: those that its --help explains; the settings are explained once, for run
options_of() {
        case $1 in systemd | dockerfile) set -- run ;; esac
        sh "$ROOT/scripts/sigguard" "$1" --help | grep -oE '(^|[ [])--[a-z][a-z-]*' | tr -d ' ['
}

# section TEXT FROM TO: the lines between two regular expressions
section() {
        sed -n "/$2/,/$3/p" <<<"$1"
}

@test "the manuals are shown without a warning" {
        for page in $(manuals); do
                run --separate-stderr plain LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -l "$page"
                [ "$status" = 0 ]
                [ -z "$stderr" ]
                # shellcheck disable=SC2154 # run sets it
                [ "${#lines[@]}" -gt 40 ]
        done
}

@test "libsigguard(7) has every setting of the library, and README too" {
        expected=$(settings_of_library)
        [ "$(wc -l <<<"$expected")" -ge 12 ]
        same "$expected" "$(sed -n 's/^\.It Ev SIGGUARD_//p' "$ROOT/docs/man/libsigguard.7")"
        same "$expected" "$(sed -n 's/^| `SIGGUARD_\([A-Z_]*\)` .*/\1/p' "$ROOT/README.md")"
}

@test "libsigguard(7) has every word that a setting may be" {
        page=$(plain LC_ALL=C.UTF-8 man -l "$ROOT/docs/man/libsigguard.7")
        words=$(sed -n '/^static const struct setting settings/,/^};/s/.*{"[A-Z_]*", "\([^"]*\)".*/\1/p' \
                "$ROOT/preload/settings.c" | grep -oE '\b(ignore|discard|report|crash|leave|allow|log|protect|veto|chain|std[a-z]+|journal|none|error|warning|info|debug|text|json|all|crashed)\b')
        [ "$(sort -u <<<"$words" | wc -l)" = 21 ]
        for word in $words; do
                has "$page" "(^|[^a-z])$word([^a-z]|\$)"
        done
}

@test "sigguard(1) has the subcommands and options of --help, and no others" {
        source_page=$(cat "$ROOT/docs/man/sigguard.1")
        names=$(sh "$ROOT/scripts/sigguard" --help | sed -n 's/^  sigguard \([a-z]*\) .*/\1/p')
        [ "$(wc -w <<<"$names")" -ge 7 ]
        same "$names" "$(section "$source_page" '^.Sh DESCRIPTION' '^.Sh ENVIRONMENT' | sed -n 's/^\.It Cm //p')"
        for name in $names; do
                case $name in systemd | dockerfile) continue ;; esac
                options=$(options_of "$name")
                described=$(section "$source_page" "^.It Cm $name\$" '^.It Cm \|^.Pp$' | sed -n 's/^\.It Fl -\([a-z-]*\).*/--\1/p')
                same "$options" "$described"
        done
}

@test "sigguard run has an option for every setting, in its manual too" {
        expected=$(settings_of_library | tr '[:upper:]_' '[:lower:]-')
        same "$expected" "$(section "$(cat "$ROOT/docs/man/sigguard.1")" '^.It Cm run$' '^.It Cm check$' |
                sed -n 's/^\.It Fl -\([a-z-]*\).*/\1/p')"
}

# completed WORD...: what bash offers for the last of them
completed() {
        plain bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sigguard; printf "%s\n" "${COMPREPLY[@]}"' \
                "$ROOT/scripts/completion" sigguard "$@"
}

@test "bash completes subcommands, as --help has them" {
        names=$(sh "$ROOT/scripts/sigguard" --help | sed -n 's/^  sigguard \([a-z]*\) .*/\1/p')
        same "$names"$'\n'"--help"$'\n'"--version" "$(completed "")"
        [ "$(completed st)" = status ]
}

@test "bash completes the options of each subcommand, as its --help has them" {
        for name in run check status trace symbolize systemd dockerfile; do
                options=$(options_of "$name")
                same "$options"$'\n'--help "$(completed "$name" --)"
        done
}

@test "bash completes what an option may be, files and processes" {
        [ "$(completed run --level w)" = warning ]
        same "$(printf 'all\ncrashed')" "$(completed run --threads "")"
        [ "$(completed symbolize "$ROOT/READ")" = "$ROOT/README.md" ]
        [ "$(completed check --unit "$ROOT/VER")" = "$ROOT/VERSION" ]
        has "$(completed trace $$)" "^$$\$"
        has "$(completed run enable-no-such; completed run en)" '^env$'
}

@test "bash finds the completion where make install puts it" {
        make -C "$ROOT" --no-print-directory -s install DESTDIR="$BATS_TEST_TMPDIR" PREFIX=/usr
        run plain XDG_DATA_DIRS="$BATS_TEST_TMPDIR/usr/share" bash -c \
                '. /usr/share/bash-completion/bash_completion; _completion_loader sigguard; complete -p sigguard'
        has "$output" "_sigguard sigguard"
        run plain MANPATH="$BATS_TEST_TMPDIR/usr/share/man" LC_ALL=C.UTF-8 man sigguard
        has "$output" "sigguard $(cat "$ROOT/VERSION")"
        run plain MANPATH="$BATS_TEST_TMPDIR/usr/share/man" LC_ALL=C.UTF-8 man libsigguard
        has "$output" "SIGGUARD_POLICY"
}
