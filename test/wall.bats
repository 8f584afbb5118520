# The wall around signal-context code: what it can reach, how deep its stack gets; and that a breach of it is noticed.
load helper

# The objects of the unchanged sources are made once; a breach then compiles one file again.
setup_file() {
        mkdir "$BATS_FILE_TMPDIR/objects"
        make --no-print-directory -s -C "$ROOT" wall WORK="$BATS_FILE_TMPDIR/objects" >"$BATS_FILE_TMPDIR/whole" 2>&1 ||
                true # told by the first test
}

setup() {
        COPY=$BATS_TEST_TMPDIR/tree
        mkdir "$COPY"
        (cd "$ROOT" && find test -name '*.mk' -exec cp --parents '{}' "$COPY" ';')
        cp -rp "$ROOT/preload" "$ROOT/hooks" "$ROOT/scripts" "$ROOT/Makefile" "$ROOT/VERSION" "$COPY"
        cp -rp "$BATS_FILE_TMPDIR/objects" "$BATS_TEST_TMPDIR/objects"
}

# breach CODE [FUNCTION...]: CODE at the start of a function that every crash comes through, behind these FUNCTIONs
breach() {
        local code=$1
        shift
        awk -v code="$code" -v before="$*" '
                /^void die_of\(/ { print before; inside = 1 }
                { print }
                inside && /^\{/ { print code; inside = 0 }
        ' "$ROOT/preload/insignal/die.c" >"$COPY/preload/insignal/die.c"
        run make --no-print-directory -s -C "$COPY" wall WORK="$BATS_TEST_TMPDIR/objects"
        [ "$status" != 0 ] || { echo "nobody noticed: $code"; return 1; }
}

@test "signal-context code reaches nothing outside its list, stays under 2 KiB of stack, and allocates nothing" {
        cat "$BATS_FILE_TMPDIR/whole"
        grep -qx 'wall: nothing found' "$BATS_FILE_TMPDIR/whole"
}

@test "the wall notices a call of a libc function" {
        breach 'puts("dying");' 'int puts(const char *);'
        has "$output" 'die.c reaches puts'
}

@test "the wall notices signal-context code that asks the settings" {
        breach '(void)settings_matches("a", 1, "a");' '#include "settings.h"'
        has "$output" 'die.c reaches settings_matches'
}

@test "the wall notices a deep stack" {
        breach 'volatile char large[4096]; large[signal] = 1; (void)large[0];'
        has "$output" 'deliver uses [0-9]+ bytes of stack, more than 2048'
        has "$output" '[0-9]+  die_of'
}

@test "the wall notices a frame without a fixed size" {
        breach 'volatile char some[signal]; some[0] = 1; (void)some[0];'
        has "$output" 'die_of has no fixed size'
}

@test "the wall notices recursion" {
        breach 'deeper(signal);' \
                '__attribute__((noinline)) static void deeper(int n) { if (n) deeper(n - 1); *(volatile int *)&n = 1; }'
        has "$output" 'recursion through .*deeper'
}

@test "the wall notices a call through a pointer that it does not know" {
        breach 'reach();' 'void (*reach)(void);'
        has "$output" '1 calls through pointers in preload/insignal/die.c, scripts/wall knows 0'
}

@test "the wall notices memory that is allocated on the crash path" {
        breach '(void)sys(__NR_mmap, 0, 4096, 3, 0x22, -1, 0);'
        has "$output" 'preload/insignal/die.c:[0-9]+:.*__NR_mmap'
        has "$output" 'memory is allocated on the crash path'
}
