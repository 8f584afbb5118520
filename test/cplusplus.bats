# C++: what the runtime ends a program for is in the report, and what it survives is survived as ever.
load crash
guard_settings=("$unhurried")

# ends WAY: with and without the guard; the same death by SIGABRT, the same words of the runtime, then one complete report
ends() {
        crash "$1" "$(probe "${PROBE:-cxx_ends}")" "$1"
        crash_plain "$1.plain" "$(probe "${PROBE:-cxx_ends}")" "$1"
        died_of "$1" ABRT && died_alike "$1" "$1.plain" && head_line "$1" SIGABRT && is_complete "$1" || return 1
        text=$(report "$1")
        if [ "$(grep -aB 1000 -m 1 '^sigguard: ' <<<"$text" | sed '$d')" != "$(report "$1.plain")" ]; then
                echo "not what the runtime says without us:"
                report "$1"
                return 1
        fi
}

# says WAY TEXT: it ends so, and the line behind the head is this text, up to the place
says() {
        local line
        ends "$1" || return 1
        line=$(grep -a -A 1 ' crashed: SIGABRT' <<<"$text" | tail -n 1)
        [[ $line == "sigguard: $2; at "* || $line == "sigguard: $2" ]] && return 0
        printf 'expected: sigguard: %s; at ...\ngot:      %s\n' "$2" "$line"
        return 1
}

@test "an uncaught exception: the report says its type, what() and who threw it" {
        says runtime "uncaught C++ exception std::runtime_error: nobody catches this"
        has "$text" "^terminate called after throwing an instance of 'std::runtime_error'"
        says derived "uncaught C++ exception shop::order_error: order 12 is empty"
        says mixed "uncaught C++ exception shop::mixed_error: in the second base"
        says system "uncaught C++ exception std::system_error: asking: Connection timed out"
        says rethrown "uncaught C++ exception std::logic_error: the second"
        has "$text" "at rethrown\(\)\+0x[0-9a-f]+ in .*/cxx_ends\+0x"
        says stored "uncaught C++ exception std::runtime_error: stored"
}

@test "what the library throws is placed at who called the library" {
        says range "uncaught C++ exception std::out_of_range: vector::_M_range_check: __n (which is 3) >= this->size() (which is 0)"
        has "$text" "exception std::out_of_range: .*; at std::vector<.*_M_range_check.* in .*/cxx_ends\+0x"
        PROBE=cxx_ends_static says range \
                "uncaught C++ exception std::out_of_range: vector::_M_range_check: __n (which is 3) >= this->size() (which is 0)"
        has "$text" "exception std::out_of_range: .*; at ways::.*lambda.* in .*/cxx_ends_static\+0x"
}

@test "an exception with a what() of its own is told by its base's text, and that it is only that" {
        says spoken "uncaught C++ exception shop::spoken_error: its std::logic_error part says: base's text"
        says file "uncaught C++ exception std::filesystem::__cxx11::filesystem_error: its std::runtime_error part says:"` \
                `" cannot get file size: No such file or directory"
}

@test "an exception without a text is told by its type, a thrown text or number with its value" {
        says plain "uncaught C++ exception shop::plain_error"
        says allocation "uncaught C++ exception std::bad_alloc"
        says text "uncaught C++ exception char const*: only a text"
        says string "uncaught C++ exception std::__cxx11::basic_string<...>: a string that is long enough for the heap"
        says number "uncaught C++ exception int: -42"
}

@test "an exception's text cannot forge lines, and a very long one is cut" {
        says hostile 'uncaught C++ exception std::runtime_error: \x1b[31mred\x0aand a line of its own'
        # the runtime's own words are not ours to change
        [ "$(grep -ac 'and a line of its own$' <<<"$text")" = 1 ]
        ends long
        has "$text" "^sigguard: uncaught C\+\+ exception std::runtime_error: x{500,2000}\.\.\."
}

@test "a damaged exception type, twice a base of itself, costs no time" {
        says damaged "uncaught C++ exception ring"
        took_at_most damaged 3000
}

@test "the exception is in the JSON report as well" {
        crash json SIGGUARD_REPORT=json "$(probe cxx_ends)" derived
        has "$(report json)" '"diagnosis":\["uncaught C\+\+ exception shop::order_error: order 12 is empty; at '
}

@test "an exception that leaves a thread, a noexcept function or a destructor is told with what stopped it" {
        says thread "uncaught C++ exception std::runtime_error: in a thread"
        has "$(frames thread)" '^start_thread$'
        says noexcept "uncaught C++ exception std::runtime_error: kept in; stopped by a function that must not throw"
        says destructor "uncaught C++ exception shop::order_error: out of a destructor; stopped by a function that must not throw"
}

@test "the exception is found with the runtime inside the program and in what clang compiled" {
        local build way
        for build in cxx_ends_static cxx_ends_clang; do
                PROBE=$build says derived "uncaught C++ exception shop::order_error: order 12 is empty"
                PROBE=$build says thread "uncaught C++ exception std::runtime_error: in a thread"
                PROBE=$build says noexcept "uncaught C++ exception std::runtime_error: kept in; stopped by a function that must not throw"
                PROBE=$build says nothing "std::terminate was called without an exception"
        done
}

@test "an own terminate handler runs first, then the report names the exception" {
        says own "uncaught C++ exception shop::order_error: with an own terminate handler"
        has "$text" "^own terminate handler"
}

@test "abort() in a catch block tells the exception that was being handled, and does not call it uncaught" {
        says handled "this happened while a C++ exception was handled: std::runtime_error: being handled"
}

@test "abort() in a catch block of a library that a program without C++ has loaded tells the exception as well" {
        cat >"$BATS_TEST_TMPDIR/plugin.cc" <<'END'
#include <cstdlib>
#include <stdexcept>
extern "C" void handle()
{
        try {
                throw std::length_error("too much");
        } catch (...) {
                abort();
        }
}
END
        g++ -g -shared -fPIC -o "$BATS_TEST_TMPDIR/plugin.so" "$BATS_TEST_TMPDIR/plugin.cc"
        crash plugin python3 -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1]).handle()' "$BATS_TEST_TMPDIR/plugin.so"
        died_of plugin ABRT
        has "$(report plugin)" '^sigguard: this happened while a C\+\+ exception was handled: std::length_error: too much$'
        has "$(frames plugin)" '^handle$'
}

@test "std::terminate without an exception is told as that, with its caller" {
        says joinable "std::terminate was called without an exception"
        has "$text" "without an exception; at std::thread::~thread\(\)"
        says nothing "std::terminate was called without an exception"
        says terminate "std::terminate was called without an exception"
}

@test "a pure virtual call and a failed check of the C++ library are told in words, with their callers" {
        says virtual "a pure virtual function was called: its object is still being made, or already destroyed"
        has "$text" "^pure virtual method called"
        has "$text" "already destroyed; at shop::shape::draw\(\)"
        says checked "a check of the C++ library failed (_GLIBCXX_ASSERTIONS)"
        has "$text" "Assertion '__n < this->size\(\)' failed"
        has "$text" "_GLIBCXX_ASSERTIONS\); at std::vector<.*operator\[\]"
}

@test "assert(), a smashed stack and a fortified strcpy: the report repeats what libc said; a plain abort() has nothing to add" {
        ends assert
        has "$text" "^sigguard: the program aborted itself: cxx_ends: .*cxx_ends.cc:[0-9]+: .*Assertion .many == 1. failed"
        says smash "the program aborted itself: *** stack smashing detected ***: terminated"
        says fortify "the program aborted itself: *** buffer overflow detected ***: terminated"
        has "$text" "#[0-9]+ +(fortify|strcpy)"
        ends abort
        lacks "$text" "aborted itself|exception"
}

@test "signal handlers that throw: faults, a sent signal and abort() become exceptions as ever, whatever their flags" {
        local build lines
        for build in cxx_goes_on cxx_goes_on_clang; do
                same_as_plain "$(probe $build)" translate
                [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
                has "$output" "^Segmentation fault became an exception: signal 11, "
                has "$output" "^Aborted became an exception: signal 6, "
        done
        # only x86_64 traps integer division by zero
        [ "$(uname -m)" = x86_64 ] && lines=24 || lines=18
        [ "$(plain "$(probe cxx_goes_on)" translate | wc -l)" = "$lines" ]
}

@test "exceptions, pthread_exit and pthread_cancel run destructors and cleanup handlers in guarded threads" {
        local build
        for build in cxx_goes_on cxx_goes_on_clang; do
                same_as_plain "$(probe $build)" threads
                [ "$output" = "300 destroyed, 300 cleaned up" ]
                [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
        done
}

@test "10,000 threads that throw, exit and are cancelled leave no alternate stack behind" {
        run -0 --separate-stderr guarded "$(probe cxx_goes_on)" many
        [ -z "$stderr" ]
        [ "${output%% *}" -lt 200 ] || { echo "$output"; return 1; }
}

@test "a terminate handler that calls exit, _exit or longjmp ends it as ever, without a report" {
        local way
        for way in exit _exit longjmp; do
                same_as_plain "$(probe cxx_goes_on)" "$way"
                has "$output" "^own terminate handler"
                [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
        done
}
