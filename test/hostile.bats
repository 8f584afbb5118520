# Crashes with a stack, a thread, a lock or a handler in a bad state: the death is the unguarded one, and in time.
load hostile

@test "a smashed return address" {
        hostile return "$(probe hostile_stack)" return
        head_line return 'SIGSEGV, execution of unmapped address 0x123456789000'
        has "$(frames return)" '^main$'
        hostile thread "$(probe hostile_stack)" return thread
        head_line thread 'SIGSEGV, execution of unmapped address 0x123456789000'
}

@test "a stack pointer that points into rubbish, to no memory and to address 0" {
        local way
        for way in garbage unmapped null; do
                hostile $way "$(probe hostile_stack)" $way
                has "$(report $way)" '^ +#0 +crash '
                hostile $way.thread "$(probe hostile_stack)" $way thread
                has "$(report $way.thread)" '^ +#0 +crash '
        done
}

@test "a stack overflow of a coroutine, and of a thread with the smallest stack that there is" {
        hostile coroutine "$(probe hostile_stack)" coroutine
        has "$(frames coroutine | head -n 1)" '^recurse$'
        has "$(report coroutine)" '^sigguard: .*stack overflow'
        hostile small "$(probe hostile_stack)" small thread
        has "$(frames small | head -n 1)" '^recurse$'
        has "$(report small)" '^sigguard: .*stack overflow'
        is_complete small
}

@test "64 threads that crash at once: one head line, one report, one death" {
        for _ in 1 2 3; do
                hostile many "$(probe hostile_many)" 64
                [ "$(report many | grep -cE '^sigguard: (end of report|raw end)')" = 1 ]
                has "$(frames many)" '^crash_with_others$'
        done
}

# faulty WAY PLACE: a crash whose handler crashes at this place, too
faulty() {
        GUARD=$INJECTED crash "$1$2" "$(probe hostile_inject)" "$1" "$2"
        [ "$(cat "$BATS_TEST_TMPDIR/$1$2/out")" = set ]
        crash_plain "$1$2.plain" "$(probe hostile_inject)" "$1" "$2"
        died_alike "$1$2" "$1$2.plain"
        took_at_most "$1$2" 5500
}

INJECTED=$BUILD/inject/libsigguard.so

@test "each step of the handler crashes itself, before its work and behind it: the first signal is the one that kills" {
        local place
        for place in {1..10}; do
                faulty fault $place
                faulty fault $((place + 50))
        done
}

@test "a step that crashed itself is named in the report" {
        local place
        for place in 1 2 3 51 52 53; do
                faulty fault $place
                # without what the first step learns there is no name to begin the line with
                [ $place = 1 ] || head_line fault$place SIGSEGV,
                is_degraded fault$place 'step of .* (failed|crashed) itself'
        done
        # the helper could not be started: the raw form says so
        faulty fault 4
        is_degraded fault4 'step of .* (failed|crashed) itself'
        has "$(report fault4)" '^sigguard: raw #0 '
        # and where no helper can be had, so that the handler must do it alone
        for place in 6 56 59; do
                GUARD=$INJECTED crash raw$place prlimit --nofile=4 "$(probe hostile_inject)" fault $place
                died_of raw$place SEGV
                head_line raw$place SIGSEGV,
                has "$(report raw$place)" '^sigguard: raw end'
                # what could be collected before is there
                [ $place = 6 ] || has "$(report raw$place)" '^sigguard: raw #0 pc 0x[0-9a-f]+ .*hostile_inject'
                [ $place = 59 ] || is_degraded raw$place 'step of .* (failed|crashed) itself'
        done
}

@test "each step of the handler crashes itself after abort: the process still dies of SIGABRT" {
        local place
        for place in {1..10} 51 54 57 59 60; do
                faulty abort $place
                [[ $(death abort$place) == "signal 6 "* ]]
        done
}

@test "the watcher crashes at its start, when it serves and at its end" {
        local place
        for place in 20 21 22; do
                faulty fault $place
                head_line fault$place SIGSEGV,
                has_end fault$place
        done
}

@test "a constructor that runs before ours crashes: the same death; after its first call of ours it is reported, too" {
        local first=$BUILD/test/libhostile_first.so
        crash early LD_PRELOAD="$GUARD $first" HOSTILE_FIRST=crash "$(probe crash_fault)" null_read
        crash_plain plain LD_PRELOAD="$first" HOSTILE_FIRST=crash "$(probe crash_fault)" null_read
        died_alike early plain
        took_at_most early 2500
        crash hook LD_PRELOAD="$GUARD $first" HOSTILE_FIRST=hook "$(probe crash_fault)" null_read
        died_alike hook plain
        head_line hook 'SIGSEGV, write to unmapped address 0x50,'
        has "$(frames hook | head -n 1)" '^hostile_first$'
        has_end hook
}

@test "thousands of mappings below the stack: its frames are there" {
        hostile mapped "$(probe hostile_state)" mappings 6000
        names_frames mapped main __libc_start_call_main
        is_complete mapped
}

@test "another thread holds the loader's lock" {
        hostile loading LD_LIBRARY_PATH="$BUILD/test" "$(probe hostile_state)" loading
        names_frames loading main
        has "$(report loading)" '^ +#[0-9]+ +hostile_first '
        is_complete loading
}

@test "a thread that libc does not know, with and without a thread pointer" {
        local way
        for way in thread zero; do
                hostile $way "$(probe hostile_clone)" $way
                has "$(frames $way | head -n 1)" '^crash_in_clone$'
                is_complete $way
        done
}

@test "faults that were blocked by a raw system call: the kernel kills as without us" {
        crash block "$(probe hostile_state)" block
        crash_plain plain "$(probe hostile_state)" block
        died_alike block plain
        took_at_most block 2500
}

@test "docs/crash-path.md names only tests that there are, and no row is without one" {
        local rows
        rows=$(grep -E '^\| ' "$ROOT/docs/crash-path.md" | grep -vE '^\| (step|-+) ')
        [ "$(wc -l <<<"$rows")" -gt 40 ]
        [ "$(grep -cvE '\| [a-z_]+: "[^|]*" \|$' <<<"$rows")" = 0 ]
        # each "file: "name", "name"; file: "name"" as lines of file and name, against what the files have
        sed -E 's/.* \| ([^|]*) \|$/\1/; s/; ([a-z_]+): /\n\1: /g' <<<"$rows" |
                awk -F'"' '{ sub(/: $/, "", $1); for (i = 2; i < NF; i += 2) print $1 "\t" $i }' |
                sort -u >"$BATS_TEST_TMPDIR/wanted"
        for file in "$ROOT"/test/*.bats; do
                sed -nE "s/^@test \"(.*)\" \{.*/$(basename "$file" .bats)\t\1/p" "$file"
        done | sort >"$BATS_TEST_TMPDIR/there"
        [ "$(wc -l <"$BATS_TEST_TMPDIR/wanted")" -gt 60 ]
        comm -23 "$BATS_TEST_TMPDIR/wanted" "$BATS_TEST_TMPDIR/there" | tee "$BATS_TEST_TMPDIR/missing"
        [ ! -s "$BATS_TEST_TMPDIR/missing" ]
}
