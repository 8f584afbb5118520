# Where names come from: every place that debug information can be in, and never a name from a file that did not run.
load crash

# What another distribution or machine has in /usr/lib/debug must not count: an empty directory is mounted there
with_empty_debug_root() {
        unshare --mount "$([ "$(id -u)" = 0 ] && echo --propagation=private || echo --map-root-user)" sh -c '
                mount -t tmpfs none /usr/lib/debug && exec "$@"' sh "$@"
}

# source_of DIR MODULE: what the report says of where the names of this module came from
source_of() {
        report "$1" | sed -n "s,^  0x.*/$2\( (deleted)\)\? build-id [^ ;]*,,p"
}

# open_folder: a new $folder, with the guard in it, that every user can reach
open_folder() {
        folder=$(mktemp -d /tmp/sigguard.XXXXXX)
        cp "$GUARD" "$folder/"
        chmod -R a+rwX "$folder"
}

teardown() {
        stop_all
        [ -z "${folder-}" ] || rm -rf "$folder"
}

# build NAME FLAGS...: the C program of the corpus
build() {
        local to=$1
        shift
        (cd "$BATS_TEST_TMPDIR/programs" && gcc -O1 "$@" -c "$ROOT/test/corpus/shapes.c" "$ROOT/test/corpus/visit.c" &&
                gcc -O1 "$@" -o "$to" shapes.o visit.o)
}

# renamed FROM TO BUILD-ID: a program whose code is the same, but whose functions have other names
renamed() {
        objcopy --redefine-sym gone_inner=wrong_inner --redefine-sym gone_outer=wrong_outer \
                --redefine-sym static_part=wrong_part --strip-debug "$1" "$2"
        [ -z "${3-}" ] || {
                printf '\4\0\0\0\24\0\0\0\3\0\0\0GNU\0%.20s' "$3" >"$BATS_TEST_TMPDIR/note"
                objcopy --update-section .note.gnu.build-id="$BATS_TEST_TMPDIR/note" "$2"
        }
}

@test "gdb agrees with every frame: compilers, levels, DWARF 4 and 5, and all the places where debug information can be" {
        mkdir -p /usr/lib/debug 2>/dev/null || true
        with_empty_debug_root true || skip "this session may not mount anything (unshare --mount)"
        run with_empty_debug_root timeout $((${CORPUS:+9}300 * patience)) python3 "$ROOT/test/corpus/corpus.py" "$BUILD" "$BATS_TEST_TMPDIR/corpus" \
                ${CORPUS:+all}
        echo "$output" | tail -n 40
        [ "$status" = 0 ]
        local crashes
        crashes=$(sed -nE 's/^([0-9]+) crashes of .*/\1/p' <<<"$output")
        [ "$crashes" -ge 200 ]
        echo "# $(tail -n 1 <<<"$output")" >&3
}

@test "a program that is deleted while it runs keeps its names and lines" {
        cp "$(probe crash_gone)" "$BATS_TEST_TMPDIR/gone"
        crash deleted "$BATS_TEST_TMPDIR/gone" "$BATS_TEST_TMPDIR/gone" ""
        died_of deleted SEGV
        names_frames deleted gone_inner gone_outer main
        has "$(report deleted)" "#0 +gone_inner +.*crash_gone\.c:$(line_of_code crash_gone.c 'return *from')"
        has "$(report deleted)" '/gone \(deleted\) build-id .*names from DWARF'
}

@test "a program that is replaced while it runs: no name of the new file, with and without a build-id" {
        local id
        for id in --strip-debug --remove-section=.note.gnu.build-id; do
                objcopy $id "$(probe crash_gone)" "$BATS_TEST_TMPDIR/gone"
                renamed "$BATS_TEST_TMPDIR/gone" "$BATS_TEST_TMPDIR/new" "$([ $id != --strip-debug ] || echo 01234567890123456789)"
                crash replaced "$BATS_TEST_TMPDIR/gone" "$BATS_TEST_TMPDIR/gone" "$BATS_TEST_TMPDIR/new"
                died_of replaced SEGV
                lacks "$(report replaced)" wrong_
                names_frames replaced gone_inner gone_outer main
        done
}

@test "a library that is replaced while it runs: no name of the new file, its own exported names from memory" {
        local library=$BATS_TEST_TMPDIR/libcrash_part.so
        cp "$(probe libcrash_part.so)" "$library"
        renamed "$library" "$BATS_TEST_TMPDIR/new" 01234567890123456789
        crash replaced "$(probe crash_gone)" "$library" "$BATS_TEST_TMPDIR/new" "$library"
        died_of replaced SEGV
        lacks "$(report replaced)" wrong_
        has "$(frames replaced)" '^crash_part_own$'
        # whoever may read /proc/PID/map_files has the old file still
        if [ "$(id -u)" = 0 ] && with_empty_debug_root true; then
                names_frames replaced static_part static_part static_part crash_part_own main
        fi
}

@test "a library that is replaced, and no privilege to read the old one: exported names from memory, and it is said" {
        [ "$(id -u)" = 0 ] || skip "only root can start a program of another user"
        open_folder
        cp "$(probe crash_gone)" "$(probe libcrash_part.so)" "$folder/"
        renamed "$folder/libcrash_part.so" "$folder/new" 01234567890123456789
        chmod 777 "$folder"
        crash less LD_PRELOAD="$folder/libsigguard.so" setpriv --reuid=65534 --regid=65534 --clear-groups \
                --inh-caps=-all --bounding-set=-all "$folder/crash_gone" "$folder/libcrash_part.so" "$folder/new" \
                "$folder/libcrash_part.so"
        died_of less SEGV
        lacks "$(report less)" wrong_
        has "$(frames less)" '^crash_part_own$'
        has "$(source_of less libcrash_part.so)" 'names from memory; the file was replaced since the program started'
}

@test "a debug file with another checksum or build-id gives no names" {
        local id folder=$BATS_TEST_TMPDIR/programs
        mkdir "$folder"
        cd "$folder"
        for id in none sha1; do
                build "p-$id" -g -Wl,--build-id=$id
                objcopy --only-keep-debug "p-$id" "p-$id.debug"
                objcopy --strip-all --add-gnu-debuglink="p-$id.debug" "p-$id"
                crash right "$folder/p-$id"
                has "$(frames right)" '^descend$'
                # the same but for one name
                build "q-$id" -g -Ddescend=another -Wl,--build-id=$id
                objcopy --only-keep-debug "q-$id" "p-$id.debug"
                crash wrong "$folder/p-$id"
                died_of wrong SEGV
                lacks "$(report wrong)" 'another|descend'
                has "$(report wrong)" 'its debug file does not belong to it'
        done
}

@test "a shared file of dwz with another number gives no names, and it is said: GNU's and DWARF 5's" {
        local folder=$BATS_TEST_TMPDIR/programs form
        mkdir "$folder"
        cd "$folder"
        printf '\4\0\0\0\24\0\0\0\3\0\0\0GNU\0%.20s' 01234567890123456789 >gnu_debugaltlink
        printf '\5\0\1\0\024%.20s' 01234567890123456789 >debug_sup
        for form in gnu_debugaltlink debug_sup; do
                build one "-gdwarf-$([ $form = debug_sup ] && echo 5 || echo 4)"
                cp one two
                crash whole "$folder/one"
                # shellcheck disable=SC2046 # one option or none
                dwz $([ $form = gnu_debugaltlink ] || echo --dwarf-5) -m shared.dwz -M "$PWD/shared.dwz" one two
                crash right "$folder/one"
                has "$(report right)" 'names from DWARF, shared DWARF in .*/shared\.dwz'
                diff <(frames whole) <(frames right)
                if [ $form = debug_sup ]; then
                        objcopy --update-section .debug_sup=debug_sup shared.dwz
                else
                        objcopy --update-section .note.gnu.build-id=gnu_debugaltlink shared.dwz
                fi
                crash wrong "$folder/one"
                died_of wrong SEGV
                has "$(report wrong)" "\.$form.*not found"
                # what the symbol table has is there still, and nothing else
                has "$(frames wrong)" '^descend$'
                lacks "$(comm -13 <(frames right | sort -u) <(frames wrong | sort -u))" '[^?]'
                rm one two shared.dwz
        done
}

@test "split DWARF that is not there is said; a FIFO in its place is not waited for" {
        local folder=$BATS_TEST_TMPDIR/programs
        mkdir "$folder"
        cd "$folder"
        build split -g -gsplit-dwarf
        rm ./*.dwo
        mkfifo shapes.dwo
        crash split "$folder/split"
        died_of split SEGV
        took_at_most split 2500
        has "$(frames split)" '^descend$'
        has "$(source_of split split)" 'names from \.symtab; .*\.dwo.*not found'
}

@test "debug information that zstd has compressed is said, wherever it is, and the symbol table names the frames" {
        local folder=$BATS_TEST_TMPDIR/programs file
        mkdir "$folder"
        cd "$folder"
        build plain -gdwarf-4
        objcopy --compress-debug-sections=zstd plain whole || skip "this objcopy does not know zstd"
        readelf -tW whole | grep -q ZSTD || skip "this objcopy has left the sections as they are"
        objcopy --only-keep-debug whole separate.debug
        objcopy --strip-all --add-gnu-debuglink=separate.debug plain separate
        cp plain shared
        cp plain other
        dwz -m common -M "$PWD/common" shared other
        objcopy --compress-debug-sections=zstd common
        build split -g -gsplit-dwarf
        for file in *.dwo; do
                objcopy --compress-debug-sections=zstd "$file"
        done
        for file in whole separate shared split; do
                crash $file "$folder/$file"
                died_of $file SEGV
                has "$(frames $file)" '^descend$'
                has "$(source_of $file $file)" 'names from \.symtab.*; debug information for it is compressed by zstd'
        done
}

@test "mini debug information that is damaged is said, and is no way to fill the memory" {
        local folder=$BATS_TEST_TMPDIR/programs
        mkdir "$folder"
        cd "$folder"
        build plain
        head -c 300000000 /dev/zero | xz -0 >bomb.xz
        head -c 3000 /dev/urandom >rubbish.xz
        local what
        for what in bomb rubbish; do
                objcopy --strip-all --add-section .gnu_debugdata=$what.xz plain $what
                crash $what "$folder/$what"
                died_of $what SEGV
                took_at_most $what 3000
                has "$(report $what)" 'gnu_debugdata is damaged, or too large'
                has "$(report $what)" '^(<2>)?sigguard: end of report'
        done
}

# jit DIR LINES...: a program whose made code is described by these lines; @ is its address
jit() {
        local dir=$1 map
        shift
        printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/map"
        crash_from "$BATS_TEST_TMPDIR/map" "$dir" SIGGUARD_THREADS=crashed "$(probe crash_jit)"
        map=$(cat "$BATS_TEST_TMPDIR/$dir/out")
        [[ $map == /tmp/perf-*.map ]] && rm "$map"
}

# crash_from FILE DIR ARGUMENTS...: with that standard input
crash_from() {
        local input=$1 dir=$2
        shift 2
        crash "$dir" sh -c 'input=$1; shift; exec "$@" <"$input"' sh "$input" env "$@"
}

@test "code of a JIT compiler has the names of /tmp/perf-PID.map; the last line about an address counts" {
        jit named '@ 40 old_name' '1000 10 elsewhere' '@ 40 Interpreter:sum /srv/app.js:12' '0 10 last'
        died_of named SEGV
        has "$(report named)" '^  #0 +Interpreter:sum /srv/app\.js:12\+0x[0-9a-f]+ +code made at run time'
        # there are no unwind rules for such code
        has "$(report named)" '^  #1 +main .*\[frame pointer\]'
        lacks "$(report named)" 'old_name|elsewhere'
}

@test "a map of JIT code cannot do harm: odd lines, control characters, sizes that are too large or too small" {
        jit odd "@ 7 too_short" "zz 10 word" "@ 40" "@" "" " @ 40 blank" "@ 40 $(printf 'a\033[31mred\177')"
        died_of odd SEGV
        has "$(report odd)" '^  #0 +a\\x1b\[31mred\\x7f'
        lacks "$(report odd)" 'too_short'
        jit long "@ 40 $(head -c 200000 /dev/zero | tr '\0' x)" "@ 40 seen"
        has "$(report long)" '^  #0 +seen\+0x'
        jit short "@ 7 too_short"
        lacks "$(report short)" 'too_short'
}

@test "a map of JIT code that another user has made is not believed" {
        [ "$(id -u)" = 0 ] || skip "only root can make a file of another user"
        open_folder
        cp "$(probe crash_jit)" "$folder/"
        cat >"$folder/plant" <<'END'
#!/bin/sh
map=/tmp/perf-$$.map
echo '200000000100 40 planted' >"$map"
echo "$map"
chown "$1" "$map"
shift
exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
END
        chmod 755 "$folder/plant"
        local owner
        for owner in 65534 65533; do
                crash $owner LD_PRELOAD="$folder/libsigguard.so" "$folder/plant" $owner "$folder/crash_jit" /dev/null
                rm "$(head -n 1 "$BATS_TEST_TMPDIR/$owner/out")"
                died_of $owner SEGV
        done
        has "$(report 65534)" '^  #0 +planted\+0x'
        has "$(report 65533)" '^  #0 +0x[0-9a-f]+ +code made at run time'
        lacks "$(report 65533)" ' planted\+'
}

@test "a crash in the vdso is named from memory, and goes on to the caller" {
        [ "$(plain_status --chdir="$BATS_TEST_TMPDIR" "$(probe crash_vdso)")" != "exit 255" ] || skip "the clock is no matter of the vdso here"
        crash vdso "$(probe crash_vdso)"
        died_of vdso SEGV
        has "$(report vdso)" '^  #0 +__(vdso|kernel)_clock_gettime\+0x[0-9a-f]+ +\[vdso\]\+0x'
        has "$(frames vdso)" '^main$'
        has "$(source_of vdso '\?\[vdso\]')" 'names from \.dynsym'
}

@test "an assembler function without a size is named where nothing else can be meant, and marked" {
        crash unsized "$(probe crash_unsized)"
        died_of unsized SEGV
        has "$(report unsized)" '^  #0 +edge_unsized\+0x[0-9a-f]+ .*\[symbol without a size\]'
        crash nameless "$(probe crash_unsized)" nameless
        died_of nameless SEGV
        lacks "$(report nameless)" edge_
        has "$(report nameless)" '^  #0 +0x[0-9a-f]+ +crash_unsized\+0x'
        has "$(frames nameless)" '^main$'
}

@test "names of C++, Rust (both ways) and D are readable" {
        cd "$BATS_TEST_TMPDIR"
        local name names=0 want=(
                "_ZN4shop4ringIiE5visitERKS1_=shop::ring<int>::visit(shop::ring<int> const&)"
                "_ZN5parts4each17h0123456789abcdefE=parts::each"
                "_ZN47_\$LT\$parts..Kitchen\$u20\$as\$u20\$parts..Scale\$GT\$5weigh17h0123456789abcdefE=<parts::Kitchen as parts::Scale>::weigh"
                "_RNvCskwGfYPst2Cb_7mycrate3foo=mycrate::foo"
                "_D3app4core4sumsFAiZi=app.core.sums(int[])"
                "_D3app4core3addFiZi.isra.0=app.core.add(int) [clone .isra.0]"
        )
        for name in "${want[@]}"; do
                printf '.globl "%s"\n.type "%s",%%function\n"%s": .skip 16\n.size "%s",16\n' "${name%%=*}" "${name%%=*}" \
                        "${name%%=*}" "${name%%=*}"
        done >names.s
        printf '.section .note.GNU-stack,"",%%progbits\n' >>names.s
        gcc -shared -nostdlib -Wl,--build-id -o libnames.so names.s
        local id
        id=$(readelf -n libnames.so | sed -n 's/.*Build ID: //p')
        for name in "${want[@]}"; do
                printf 'sigguard: raw #%d pc 0x1 %s+0x%s build-id %s  [registers]\n' $((names++)) "$PWD/libnames.so" \
                        "$(nm libnames.so | awk -v n="${name%%=*}" '$3 == n { print $1 }')" "$id"
        done >raw
        run "$BUILD/sigguard-symbolize" raw
        [ "$status" = 0 ]
        echo "$output"
        for name in "${want[@]}"; do
                grep -qF " ${name#*=}+0x0" <<<"$output"
        done
}

@test "lambdas, generic ones and those with a capture, are called that, inside the function that they are in" {
        cd "$BATS_TEST_TMPDIR"
        g++ -g -O0 -o routes "$ROOT/test/corpus/routes.cc" "$ROOT/test/corpus/travel.cc"
        crash nested "$PWD/routes" nested
        died_of nested SEGV
        has "$(report nested)" '^  #0 +main::\{lambda\}::operator\(\)<std::unique_ptr<routes::stop>&> +[^ ]*/routes\.cc:[0-9]+:'
        has "$(report nested)" '^  #1 +main::\{lambda\}::operator\(\) +[^ ]*/routes\.cc:[0-9]+:'
}
