# The documents say what is true: every test that they name is there, and every test of a runtime is named.
load helper

# named_tests DOCUMENT: "file.bats: test name" of each row of its tables
named_tests() {
        sed -nE 's/^\|.*\| `([a-z0-9_]+\.bats)`: (.*) \|$/\1: \2/p' "$ROOT/docs/$1"
}

# all_tests FILE...: the same of the tests that there are
all_tests() {
        for file in "$@"; do
                sed -nE "s/^@test \"(.*)\" \{$/${file##*/}: \1/p" "$file" | sed 's/\\\(["$]\)/\1/g'
        done
}

# none_missing LINES THERE: each line of the one sorted file is in the other; shows those that are not
none_missing() {
        local missing
        missing=$(comm -23 "$1" "$2")
        [ -z "$missing" ] || { printf '%s\n' "$missing" >&2; return 1; }
}

@test "every test that docs/runtimes.md names is there" {
        named_tests runtimes.md | sort >"$BATS_TEST_TMPDIR/named"
        all_tests "$ROOT"/test/*.bats | sort >"$BATS_TEST_TMPDIR/there"
        [ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -gt 150 ]
        none_missing "$BATS_TEST_TMPDIR/named" "$BATS_TEST_TMPDIR/there"
        # each row of a table has one
        [ "$(grep -c '^| [^-]' "$ROOT/docs/runtimes.md")" = \
                $(($(wc -l <"$BATS_TEST_TMPDIR/named") + $(grep -c '^| program ' "$ROOT/docs/runtimes.md"))) ]
}

@test "every test of a runtime, a chain, a sender and a status is in docs/runtimes.md" {
        local name
        for name in go go_native go_libraries go_runtime rust cplusplus jvm node python handlers servers chain sender status; do
                all_tests "$ROOT/test/$name.bats"
        done | sort >"$BATS_TEST_TMPDIR/there"
        named_tests runtimes.md | sort >"$BATS_TEST_TMPDIR/named"
        none_missing "$BATS_TEST_TMPDIR/there" "$BATS_TEST_TMPDIR/named"
}

@test "every test that docs/platforms.md names is there, and every test of a platform is named" {
        named_tests platforms.md | sort >"$BATS_TEST_TMPDIR/named"
        all_tests "$ROOT"/test/*.bats | sort >"$BATS_TEST_TMPDIR/there"
        [ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -gt 40 ]
        none_missing "$BATS_TEST_TMPDIR/named" "$BATS_TEST_TMPDIR/there"
        local name
        for name in aarch64 musl glibc loaders; do
                all_tests "$ROOT/test/$name.bats"
        done | sort >"$BATS_TEST_TMPDIR/there"
        none_missing "$BATS_TEST_TMPDIR/there" "$BATS_TEST_TMPDIR/named"
}
