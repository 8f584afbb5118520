# A short fuzz run of everything that reads what others wrote (test/fuzz); make fuzz FUZZ_SECONDS=600 for a long one.
load helper

# fuzzed TARGET: ten seconds, from the inputs in test/fuzz/corpus and what earlier runs have found
fuzzed() {
        command -v clang >/dev/null || skip "clang is not installed (scripts/bootstrap check)"
        run make --no-print-directory -s -C "$ROOT" fuzz FUZZ="$1" FUZZ_SECONDS="${FUZZ_SECONDS:-10}"
        echo "$output" | tail -n 60
        [ "$status" = 0 ]
        has "$output" 'number_of_executed_units: [0-9]{2}'
}

@test "no setting breaks the reader of the settings" {
        fuzzed settings
}

@test "no question of a lying helper breaks the handler, and each is answered by one packet" {
        fuzzed serve
}

@test "no saved report breaks its reader" {
        fuzzed raw
}

@test "no answer of a lying process breaks the helper" {
        fuzzed helper
}

@test "no file with debug information breaks what reads it" {
        fuzzed elf
}
