# The walk of DIEs that names functions is our own, for speed: libdw, which takes its time, must see the same trees.
load helper

# compared FILE...: all trees in them; sets $units, $dies, $ranges and $returns
compared() {
        run timeout 120 "$BUILD/test/dies" "$@"
        echo "$output"
        [ "$status" = 0 ]
        read -r units dies ranges returns <<<"$(tail -n 1 <<<"$output" | tr -dc '0-9 ')"
}

# built COMPILER FLAGS...: a C++ program with templates, lambdas and inlined calls; sets $built
built() {
        local kind=$*
        built=$BATS_TEST_TMPDIR/${kind//[^a-z0-9+-]/_}
        (cd "$BATS_TEST_TMPDIR" && "$1" -std=c++17 -w -O2 "${@:2}" -pthread -o "$built" \
                "$ROOT/test/programs/cxx_ends.cc" "$ROOT/test/corpus/sum.cc")
}

@test "every DIE, range and return address is where libdw finds it: two compilers, DWARF 2 to 5" {
        local compiler version
        for compiler in g++ clang++; do
                command -v $compiler >/dev/null || skip "$compiler is not installed (scripts/bootstrap check)"
                for version in 2 3 4 5; do
                        built $compiler -gdwarf-$version
                        compared "$built"
                        [ "$units" -ge 2 ]
                        [ "$dies" -ge 3000 ]
                        [ "$ranges" -ge 200 ]
                        [ "$returns" -ge 20 ] || [ $version -lt 4 ]
                done
        done
}

@test "and in 64-bit DWARF, type units, split DWARF and its .dwo files, without optimization and with sections for all" {
        local flags
        for flags in "-g -gdwarf64" "-gdwarf-5 -fdebug-types-section" "-gdwarf-4 -gsplit-dwarf" "-gdwarf-5 -gsplit-dwarf" \
                "-g -O0" "-g -ffunction-sections -Wl,--gc-sections" "-g3 -gstrict-dwarf"; do
                # shellcheck disable=SC2086 # flags are words
                built g++ $flags
                compared "$built"
                [ "$units" -ge 2 ]
        done
        compared "$BATS_TEST_TMPDIR"/*.dwo
        [ "$dies" -ge 1000 ]
}

@test "and in what rustc and Go write, and in compressed debug files" {
        compared "$(probe rust_service)"
        [ "$dies" -ge 100000 ]
        compared "$(probe go_service)"
        [ "$ranges" -ge 10000 ]
        built g++ -g -gz
        compared "$built"
        objcopy --only-keep-debug --compress-debug-sections=zlib-gnu "$built" "$built.debug"
        compared "$built.debug"
        [ "$dies" -ge 1000 ]
}
