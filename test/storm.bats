# The crash storm: many threads, random crashes at random instants, and every death judged (test/storm).
load helper

STORM=$BUILD/test/storm

@test "300 random crashes at random instants end in time, of the right signal, told, and leave nothing behind" {
        run make --no-print-directory -s -C "$ROOT" storm N=300
        echo "$output"
        [ "$status" = 0 ]
        has "$output" '^storm: 0 hangs, 0 wrong deaths, 0 over budget, 0 left a process behind, 0 failed in all$'
        has "$output" '^storm: ms from crash to death: min [0-9]+, median [0-9]+, 90% [0-9]+, 99% [0-9]+, max [0-9]+$'
}

@test "the storm notices a service that dies of another signal, and says how to repeat that run" {
        # with no guard at all the first stray signal kills it
        run "$STORM/storm" -n 5 -s 7 -k abort -o "$BATS_TEST_TMPDIR/failed" "$STORM/libstorm.so" "$STORM/service" \
                "$STORM/libstorm.so"
        [ "$status" = 1 ]
        has "$output" 'abort, signal 6\): it died of another signal; see .*; again: -s 7 -f [0-9]+ -n 1$'
        has "$output" '^storm: 0 hangs, [1-5] wrong deaths, .* [1-5] failed in all$'
        ls "$BATS_TEST_TMPDIR/failed"/*.txt
}
