# Compressed debug information: inflated as far as it is read, in little memory, and never for longer than there is time.
load crash
guard_settings=("$unhurried")

# packed FROM TO: the same program with compressed debug sections
packed() {
        objcopy --compress-debug-sections=zlib "$1" "$2"
        has "$(readelf -SW "$2")" '\.debug_info .* C '
}

# shapes TO FLAGS...: the C program of the corpus, whose frames lie in two units
shapes() {
        gcc -O1 -o "$1" "${@:2}" "$ROOT/test/corpus/shapes.c" "$ROOT/test/corpus/visit.c"
}

# place_of PROGRAM SYMBOL: a line of a saved report with an address in it
place_of() {
        local address build_id
        address=$(nm "$1" | awk -v name="$2" '$3 == name { print $1 }')
        build_id=$(readelf -n "$1" | sed -n 's/.*Build ID: //p')
        printf 'sigguard: raw #0 pc 0x1%s %s+0x%s build-id %s  [registers]\n' "$address" "$1" "$address" "$build_id"
}

# named_in_mebibytes FILE: names the saved report; sets $output and $mebibytes, the most memory that this took
named_in_mebibytes() {
        output=$(python3 -c 'if True:
                import resource, subprocess, sys
                subprocess.run(sys.argv[1:])
                print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)' "$BUILD/sigguard-symbolize" "$1")
        mebibytes=$(tail -n 1 <<<"$output")
        echo "$output"
}

@test "frames are gdb's: C and C++, two compilers, DWARF 4 and 5" {
        need_cores
        local version probe way
        for version in 4 5; do
                shapes "$BATS_TEST_TMPDIR/shapes$version" -gdwarf-$version -gz
                crash c$version "$BATS_TEST_TMPDIR/shapes$version"
                is_complete c$version
                has "$(report c$version)" 'visit\.c:9:[0-9]+ .*shapes[45]\+0x'
                compare_later "$BATS_TEST_TMPDIR/shapes$version" c$version
        done
        for probe in cxx_ends cxx_ends_clang; do
                packed "$(probe $probe)" "$BATS_TEST_TMPDIR/$probe"
                for way in rethrown thread; do
                        crash $probe.$way "$BATS_TEST_TMPDIR/$probe" $way
                        died_of $probe.$way ABRT
                        is_complete $probe.$way
                        has "$(report $probe.$way)" "cxx_ends\.cc:[0-9]+:[0-9]+ .*$probe\+0x"
                        compare_later "$BATS_TEST_TMPDIR/$probe" $probe.$way
                done
        done
        compare_now
}

# frames_of DIR: the lines of the crashed thread's frames
frames_of() {
        report "$1" | grep -aE '^  (#| +inlined into )' | sed 's/ *[^ ]*+0x[0-9a-f]*$//'
}

# rust_stays_named PROGRAM: a form of the Rust service, packed, has the frames that the service itself has
rust_stays_named() {
        packed "$1" "$BATS_TEST_TMPDIR/service"
        # the main thread is elsewhere at each crash
        crash plain SIGGUARD_THREADS=crashed "$(probe rust_service)" null
        crash packed SIGGUARD_THREADS=crashed "$BATS_TEST_TMPDIR/service" null
        is_complete packed
        [ "$(frames_of plain | wc -l)" -ge 8 ]
        diff <(frames_of plain) <(frames_of packed)
}

@test "going back in a section finds the same as without compression, in Rust's large ones" {
        rust_stays_named "$(probe rust_service)"
}

@test "behind 640 MB that are of no use a function is named, in less than 64 MiB" {
        local program=$BATS_TEST_TMPDIR/shapes
        shapes "$program" -gdwarf-5
        python3 "$ROOT/test/inflate_units.py" "$program" "$program.behind" 1 640
        place_of "$program.behind" shapes_visit >"$BATS_TEST_TMPDIR/saved"
        named_in_mebibytes "$BATS_TEST_TMPDIR/saved"
        has "$output" '#0 +shapes_visit +.*visit\.c:13:1 '
        [ "$mebibytes" -lt 64 ]
}

@test "going back in a section that is too large for memory: Rust's names at the start of a long .debug_str" {
        local program=$BATS_TEST_TMPDIR/long
        objcopy --dump-section .debug_str="$program.strings" "$(probe rust_service)"
        head -c 64M /dev/zero | tr '\0' x >>"$program.strings"
        printf '\0' >>"$program.strings"
        objcopy --update-section .debug_str="$program.strings" "$(probe rust_service)" "$program"
        rust_stays_named "$program"
}

@test "what would be too large is not inflated, and the report says so" {
        local program=$BATS_TEST_TMPDIR/shapes
        shapes "$program" -gdwarf-5
        python3 "$ROOT/test/inflate_units.py" "$program" "$program.behind" 1 1500
        crash large "$program.behind"
        died_of large SEGV
        names_frames large measure_all descend descend descend each_shape shapes_visit main
        has "$(report large)" 'too large to inflate in time'
}

@test "no time for all of it: what was named before stays named, the rest has its names from .symtab, and the report says so" {
        local program=$BATS_TEST_TMPDIR/shapes json
        shapes "$program" -gdwarf-5
        python3 "$ROOT/test/inflate_units.py" "$program" "$program.behind" 1 200 slow
        for json in text json; do
                crash $json SIGGUARD_TIMEOUT_MS=800 SIGGUARD_REPORT=$json "$program.behind"
                died_of $json SEGV
                took_at_most $json 1500
                has "$(report $json)" 'reading debug information took too long; some names come from symbol tables, without source lines'
        done
        has "$(report text)" '^  #0 +shape_around +.*shapes\.h:[0-9]+'
        has "$(report text)" '^  #[0-9] +shapes_visit\+0x[0-9a-f]+ +shapes.behind\+0x'
        has "$(report text)" 'main +.*shapes\.c:50'
        has "$(report json)" '"shapes_visit"'
}

@test "damaged streams cost names and lines, never the report, in each section and at each place" {
        local program=$BATS_TEST_TMPDIR/shapes section offset size at
        packed "$(probe cxx_ends)" "$program"
        while read -r section offset size; do
                for at in 24 40 $((0x$size / 2)); do
                        cp "$program" "$program.damaged"
                        printf '\377\377\377\377' |
                                dd of="$program.damaged" bs=1 seek=$((0x$offset + at)) conv=notrunc status=none
                        crash damaged "$program.damaged" abort
                        died_of damaged ABRT
                        has "$(report damaged)" '^sigguard: end of report'
                        has "$(frames damaged)" '^main$'
                        lacks "$(report damaged)" 'helper died|failed over it'
                done
        done < <(readelf -SW "$program" | sed -nE 's/^ *\[ *[0-9]+\] (\.debug_[a-z_]+) +PROGBITS +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) .* C .*/\1 \2 \3/p')
        [ -n "$section$offset" ] || [ -s "$BATS_TEST_TMPDIR/damaged/report" ]
}
