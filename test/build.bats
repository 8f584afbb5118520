# What is built, and what is installed: the wall around the library, and a copy of it that works from elsewhere.
load helper

# The names in the library's own tables, without their prefix
setting_names() {
        sed -n 's/^ *{"\([A-Z_]*\)", ".*read_.*/\1/p' "$ROOT/preload/settings.c"
}

signal_names() {
        sed -n '/^} rows/,/^};/p' "$ROOT/preload/policy.c" | grep -oE 'SIG[A-Z0-9]+'
}

make_targets() {
        sed -n 's/^\.PHONY: //p' "$ROOT/Makefile"
}

@test "the library depends on nothing and reaches outside only by the listed weak symbols" {
        "$ROOT/scripts/lint" wall
}

@test "the wall notices what must not be in the library" {
        cat >"$BATS_TEST_TMPDIR/bad.c" <<'END'
#include <stdio.h>
__thread int variable;
int shown_by_mistake(void) { return puts("x") + variable; }
END
        gcc -shared -fPIC -o "$BATS_TEST_TMPDIR/bad.so" "$BATS_TEST_TMPDIR/bad.c"
        LIBRARY=$BATS_TEST_TMPDIR/bad.so run "$ROOT/scripts/lint" wall
        [ "$status" = 1 ]
        has "$output" "needs another one"
        has "$output" "not weak"
        has "$output" "thread-local storage"
        has "$output" "exported symbols differ"
        has "$output" "undefined symbols differ"
        has "$output" "symbols have versions"
        has "$output" "INITFIRST is not set"
}

@test "the library keeps to control flow enforcement: it says so, and all that others call begins with a landing place" {
        [ "$(uname -m)" = x86_64 ] || skip "the marks are those of x86_64"
        local name code
        has "$(readelf -nW "$GUARD" 2>/dev/null)" 'x86 feature: IBT, SHSTK'
        objdump -d --no-show-raw-insn "$GUARD" >"$BATS_TEST_TMPDIR/code"
        for name in $(nm -D --defined-only "$GUARD" | sed -n 's/.* T //p'); do
                code=$(grep -A1 -E "<$name(@@.*)?>:\$" "$BATS_TEST_TMPDIR/code")
                has "$code" 'endbr64'
        done
        # whoever goes back over frames takes them off the shadow stack as well
        has "$(cat "$BATS_TEST_TMPDIR/code")" 'incsspq'
}

@test "an unchanged tree has nothing to build" {
        run make -C "$ROOT" --no-print-directory -q all
        [ "$status" = 0 ]
}

@test "make help lists every target" {
        run make -C "$ROOT" --no-print-directory help
        [ "$status" = 0 ]
        for target in $(make_targets); do
                has "$output" "^  make $target "
        done
}

@test "an installation works from its own place and is removed without a trace" {
        root=$BATS_TEST_TMPDIR/root
        make -C "$ROOT" --no-print-directory -s install DESTDIR="$root" PREFIX=/opt/guard
        [ -x "$root/opt/guard/libexec/sigguard/sigguard-symbolize" ]
        for file in README.md LICENSE THIRD-PARTY docs/containers.md docs/report.schema.json; do
                [ -s "$root/opt/guard/share/doc/sigguard/$file" ]
        done
        run plain "$root/opt/guard/bin/sigguard" --version
        [ "$output" = "sigguard $(cat "$ROOT/VERSION")" ]
        run plain "$root/opt/guard/bin/sigguard" run env
        has "$output" "^LD_PRELOAD=$root/opt/guard/lib/sigguard/libsigguard.so"
        run plain "$root/opt/guard/bin/sigguard" check env
        [ "$status" = 0 ]
        ln -s "$root/opt/guard/bin/sigguard" "$BATS_TEST_TMPDIR/link"
        run plain "$BATS_TEST_TMPDIR/link" check env
        [ "$status" = 0 ]
        make -C "$ROOT" --no-print-directory -s uninstall DESTDIR="$root" PREFIX=/opt/guard
        [ -z "$(find "$root" ! -type d)" ]
}

@test "the launcher says so when its library is missing" {
        mkdir -p "$BATS_TEST_TMPDIR/bin"
        cp "$ROOT/scripts/sigguard" "$ROOT/scripts/preloadable" "$ROOT/scripts/recipes" "$ROOT/scripts/units" "$BATS_TEST_TMPDIR/bin/"
        run plain sh "$BATS_TEST_TMPDIR/bin/sigguard" run true
        [ "$status" = 2 ]
        has "$output" "libsigguard.so was found neither"
}

@test "the launcher says so when its helper has no permission to run" {
        mkdir -p "$BATS_TEST_TMPDIR/bin"
        cp "$ROOT/scripts/sigguard" "$ROOT/scripts/preloadable" "$ROOT/scripts/recipes" "$ROOT/scripts/units" "$BATS_TEST_TMPDIR/bin/"
        cp "$BUILD/sigguard-symbolize" "$BATS_TEST_TMPDIR/bin/"
        chmod -x "$BATS_TEST_TMPDIR/bin/sigguard-symbolize"
        for subcommand in symbolize "trace 1" "status 1"; do
                # shellcheck disable=SC2086 # one or two words
                run plain sh "$BATS_TEST_TMPDIR/bin/sigguard" $subcommand
                [ "$status" = 126 ]
                has "$output" "^sigguard: .*/bin/sigguard-symbolize cannot be executed: expected a program with permission to run$"
        done
}

@test "a library whose path has a blank is refused, because the loader would split it" {
        mkdir -p "$BATS_TEST_TMPDIR/a b"
        cp "$ROOT/scripts/sigguard" "$ROOT/scripts/preloadable" "$ROOT/scripts/recipes" "$ROOT/scripts/units" "$GUARD" "$BATS_TEST_TMPDIR/a b/"
        run plain sh "$BATS_TEST_TMPDIR/a b/sigguard" run true
        [ "$status" = 2 ]
        has "$output" "space or a colon"
}

@test "set-up installs nothing when all is there" {
        { type -P dpkg-query && type -P apt-get; } >/dev/null || skip "this system has no apt"
        run "$ROOT/scripts/bootstrap" build test
        [ "$status" = 0 ]
        [ -z "$output" ]
        run "$ROOT/scripts/bootstrap" nonsense
        [ "$status" = 64 ]
}

@test "the README names every setting of the library and every signal of the policy" {
        for name in $(setting_names); do
                grep -q "^| \`SIGGUARD_$name" "$ROOT/README.md" || { echo "README.md lacks SIGGUARD_$name"; false; }
        done
        for name in $(signal_names); do
                grep -qE "^\\|.*\\b$name\\b" "$ROOT/README.md" || { echo "README.md lacks $name"; false; }
        done
}
