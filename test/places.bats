# Wherever a crash is, in a program of any kind, a library, a plugin or a callback: all frames, with names.
load crash

@test "a large optimized C++ program: demangled names, inlined frames and the virtual call" {
        crash large "$(probe crash_large)"
        died_of large SEGV
        has "$(cat "$BATS_TEST_TMPDIR/large/out")" '^recovered 1000$'
        is_complete large
        local text check price
        text=$(report large)
        price=$(line_of_code crash_large/shop.cc 'return *(const volatile int *)')
        check=$(line_of_code crash_large/shop.cc 'return price_of(looked_at)')
        has "$text" "^ +#0 +.*price_of.* +.*shop\.cc:$price:"
        has "$text" "^ +inlined into .*strict::check.*shop\.cc:$check:"
        # long names may be shortened, but not by the function's own name
        has "$text" '(#[0-9]+|inlined into) +.*std::_Function_handler<.*_M_invoke'
        has "$text" 'inlined into .*std::__invoke_r'
        has "$text" 'inlined into .*::visit'
        has "$text" '(#[0-9]+|inlined into) +shop::each'
        has "$text" '#[0-9]+ .*total<'
        has "$text" '#[0-9]+ +main .*crash_large\+0x'
        lacks "$text" '_ZN'
}

@test "a program that is not position-independent is named like any other" {
        crash nopie "$(probe crash_nopie)" readonly_write
        died_of nopie SEGV
        names_frames nopie readonly_write fault inner outer main
        is_complete nopie
}

@test "a stripped program: all frames, with module and offset" {
        crash stripped "$(probe crash_stripped)" null_read
        died_of stripped SEGV
        # null_read, fault, inner, outer and main are five frames without a name
        [ "$(report stripped | grep -cE '^ +#[0-4] .*crash_stripped\+0x[0-9a-f]+')" = 5 ]
        has "$(report stripped)" '^ +#[5-7] .*libc'
}

@test "a crash in a shared library, its static function included" {
        crash own "$(probe crash_library)" own
        died_of own SEGV
        names_frames own static_part static_part static_part crash_part_own main
        has "$(report own)" '^ +#0 +static_part.* +.*libcrash_part\.c:[0-9:]+ +.*libcrash_part\.so\+0x'
        is_complete own
}

@test "a crash in libc's strlen and memcpy goes on to the caller" {
        local way
        for way in strlen memcpy; do
                crash $way "$(probe crash_library)" $way
                died_of $way SEGV
                # one function with two names, and none where libc is stripped of its static symbols
                has "$(frames $way | sed -n 1p)" "${way/memcpy/mem(cpy|move)}|^\?\$"
                has "$(frames $way | sed -n 2p)" "^crash_part_$way\$"
                has "$(frames $way | sed -n 3p)" '^main$'
                head_line $way 'SIGSEGV, read of unmapped address 0x1[0-9a-f]+, at /.*libc[-.0-9]*\.so.*\+0x'
                is_complete $way
        done
}

@test "a crash in a plugin that was loaded at run time" {
        crash plugin "$(probe crash_library)" plugin
        died_of plugin SEGV
        names_frames plugin plugin_entry load_plugin main
        is_complete plugin
}

@test "a crash in a constructor that dlopen runs" {
        crash plugin PLUGIN_CRASH=1 "$(probe crash_library)" plugin
        died_of plugin SEGV
        names_frames plugin plugin_start
        has "$(frames plugin)" '^load_plugin$'
        is_complete plugin
}

@test "a crash in a qsort callback goes on through libc" {
        crash qsort "$(probe crash_callback)" qsort
        died_of qsort SEGV
        names_frames qsort compare
        has "$(frames qsort)" '^sort$'
        has "$(frames qsort)" '^main$'
        has "$(report qsort)" '^ +#[1-4] .*libc'
        is_complete qsort
}

@test "a crash in a signal handler goes on to what was interrupted, on the same and on another stack" {
        local way
        for way in signal altsignal; do
                crash $way "$(probe crash_callback)" $way
                died_of $way SEGV
                names_frames $way on_signal
                has "$(frames $way)" '^interrupted$'
                has "$(frames $way)" '^main$'
                is_complete $way
        done
        crash nested "$(probe crash_callback)" nested
        [ "$(frames nested | grep -c '^on_signal$')" = 2 ]
        has "$(frames nested)" '^interrupted$'
}

@test "a crash in a library's constructor before main" {
        crash start CRASH_START=1 "$(probe crash_start)"
        died_of start SEGV
        names_frames start library_start
        is_complete start
}

@test "a crash after main, in atexit and in a library's destructor" {
        crash atexit "$(probe crash_callback)" atexit
        died_of atexit SEGV
        names_frames atexit at_exit
        is_complete atexit
        crash end CRASH_END=1 "$(probe crash_start)"
        died_of end SEGV
        names_frames end library_end
        is_complete end
}

@test "a call that is a function's last instruction, a fault in the first one and the signal between: each in its own function" {
        crash borders "$(probe crash_borders)"
        died_of borders ABRT
        [ "$(frames borders | sed -n '/^give_up$/,/^main$/p' | xargs)" = "give_up <signal border_first never_returns last_call main" ]
        has "$(report borders)" "  last_call +[^ ]*/crash_borders\.c:$(line_of_code crash_borders.c '        never_returns(from)'):"
}

@test "paths of source files are short in the text, and whole in JSON" {
        local folder=$BATS_TEST_TMPDIR/a-folder-with-a-name/another-one-below-it/and-the-last-one
        mkdir -p "$folder"
        cp "$ROOT"/test/corpus/{shapes,visit}.c "$ROOT/test/corpus/shapes.h" "$folder/"
        gcc -g -O0 -o "$folder/program" "$folder/shapes.c" "$folder/visit.c"
        crash text "$folder/program"
        has "$(report text)" '  #0 +shape_side +[^ ]*and-the-last-one/shapes\.h:'
        lacks "$(report text | grep '  #')" "$folder/shapes"
        crash json SIGGUARD_REPORT=json "$folder/program"
        [ "$(report json | grep '^{' | jq -r '.stack.frames[0].file')" = "$folder/shapes.h" ]
}

@test "a library that was linked to an address of its own, as prelink does, is named in the head line and in the frames" {
        cd "$BATS_TEST_TMPDIR"
        echo 'int part(volatile int *from) { return *from + 1; }' >part.c
        echo 'int part(volatile int *from); int main(void) { return part(0) + 1; }' >main.c
        gcc -shared -fPIC -g -Wl,-Ttext-segment=0x30000000 -o libpart.so part.c
        gcc -g -o main main.c -L. -lpart -Wl,-rpath,"$PWD"
        crash prelinked "$PWD/main"
        died_of prelinked SEGV
        head_line prelinked 'SIGSEGV, .* at [^ ]*/libpart\.so\+0x30[0-9a-f]{6}$'
        names_frames prelinked part main
}
