# Go as a shared library inside programs that are not Go: C and Python, and two Go runtimes in one process.
load helper
guard_settings=("$unhurried")

first=$BUILD/test/libgo_library.so
second=$BUILD/test/libgo_library2.so

# same_end COMMAND...: guarded it ends as it does unguarded, and has written the same to its standard output before
same_end() {
        local expected wrote
        expected=$(plain_status "$@")
        wrote=$(cat "$BATS_TEST_TMPDIR/status.out")
        plain_text=$(cat "$BATS_TEST_TMPDIR/status.err")
        ended=$(guarded_status "$@")
        text=$(cat "$BATS_TEST_TMPDIR/status.err")
        [ "$ended" = "$expected" ] || { echo "$*: $ended, without us $expected" >&2; return 1; }
        [ "$(cat "$BATS_TEST_TMPDIR/status.out")" = "$wrote" ]
        has "$wrote" "works: 100"
}

one_report() {
        has "$text" "sigguard: end of report"
        [ "$(grep -c ' crashed: ' <<<"$text")" = 1 ]
}

# The functions of the goroutine that was locked to the thread, in Go's own words
goroutine() {
        sed -n '/^goroutine 17 /,/^$/p' <<<"$1" | grep -oE '^[a-zA-Z_.0-9]+\('
}

python_and_c() {
        printf '%s\n' "/usr/bin/python3 $ROOT/test/programs/go_host.py" "$(probe go_host)"
}

@test "a program with Go libraries works as ever: goroutines, garbage collection and a nil pointer that is recovered" {
        local host
        while read -r host; do
                for libraries in "$first" "$first $second"; do
                        same_as_plain $host nothing $libraries
                        [ "$(sort -u <<<"$output")" = "works: 100" ]
                        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
                done
        done < <(python_and_c)
}

@test "a write of the host to a broken connection is EPIPE with Go libraries inside, too; without us they do not save it" {
        local libraries
        for libraries in "$first" "$first $second"; do
                [[ $(plain_status "$(probe go_host)" writes $libraries) == "signal 13 "* ]]
                run -7 --separate-stderr guarded "$(probe go_host)" writes $libraries
                has "$output" "host write: Broken pipe"
                [ "$(grep -c "go write: Broken pipe" <<<"$output")" = "$(wc -w <<<"$libraries")" ]
                has "$stderr" "ignored SIGPIPE in thread [0-9]+: $(own_write "[0-9]+" "UNIX socket"); 1 so far"
        done
}

@test "Python that has given SIGPIPE back writes to a broken connection with Go libraries inside: an exception, no death" {
        [[ $(plain_status /usr/bin/python3 "$ROOT/test/programs/go_host.py" writes "$first") == "signal 13 "* ]]
        run -7 --separate-stderr guarded /usr/bin/python3 "$ROOT/test/programs/go_host.py" writes "$first" "$second"
        has "$output" "python write: Broken pipe"
        [ "$(grep -c "go write: Broken pipe" <<<"$output")" = 2 ]
}

@test "what the program has set to SIG_DFL before it loads Go stays guarded under Go" {
        run -7 --separate-stderr guarded "$(probe go_host)" reset-writes "$first"
        has "$output" "host write: Broken pipe"
        same_end "$(probe go_host)" reset-host-fault "$first"
        one_report
}

@test "signal.Notify in a Go library gets the signal, and after Reset a stray one is ignored and told again" {
        local libraries what
        for libraries in "$first" "$first $second"; do
                for what in notified reset-notified; do
                        [[ $(plain_status "$(probe go_host)" $what $libraries) == "signal 10 "* ]]
                        run -7 --separate-stderr guarded "$(probe go_host)" $what $libraries
                        [ "$(grep -c "notified of 10" <<<"$output")" = "$(wc -w <<<"$libraries")" ]
                        has "$output" "lives"
                        has "$stderr" "ignored SIGUSR1 from itself; 1 so far"
                done
        done
}

@test "a C fault in a call of a Go library: our report, Go's own traceback, and the end it has without us" {
        local host
        while read -r host; do
                same_end $host go_fault "$first"
                [[ $ended == "signal 6 "* ]]
                one_report
                has "$text" "#0 .*library_fault .*libgo_library.so"
                has "$text" "runtime.asmcgocall"
                has "$text" "main.go_fault"
                [ -n "$(goroutine "$plain_text")" ]
                [ "$(goroutine "$text")" = "$(goroutine "$plain_text")" ]
        done < <(python_and_c)
}

@test "a Go handler that the host has replaced and given back is Go's again: the end of a C fault is that without us" {
        same_end "$(probe go_host)" borrowed "$first"
        [[ $ended == "signal 6 "* ]]
        one_report
        [ -n "$(goroutine "$plain_text")" ]
        [ "$(goroutine "$text")" = "$(goroutine "$plain_text")" ]
}

@test "a C fault in a call of the first or the second of two Go libraries ends as without us, after one report" {
        same_end "$(probe go_host)" go_fault "$first" "$second"
        one_report
        has "$text" "#0 .*library_fault .*libgo_library2.so"
        same_end "$(probe go_host)" thread-go "$first" "$second"
        one_report
        has "$text" "#0 .*library_fault .*libgo_library.so"
        [ -n "$(goroutine "$plain_text")" ]
        [ "$(goroutine "$text")" = "$(goroutine "$plain_text")" ]
}

@test "a fault in the host's own code, on its main thread or another, ends as without us, after one report" {
        local libraries what
        for libraries in "$first" "$first $second"; do
                for what in host-fault thread-fault; do
                        same_end "$(probe go_host)" $what $libraries
                        [[ $ended == "signal 11 "* ]]
                        one_report
                        has "$text" "#0 +host_fault .*test/programs/go_host.c:[0-9]+"
                done
        done
        same_end /usr/bin/python3 "$ROOT/test/programs/go_host.py" own-fault "$first"
        [[ $ended == "signal 11 "* ]]
        one_report
}

@test "abort() of the host with Go libraries inside is reported and ends as without us" {
        same_end "$(probe go_host)" host-abort "$first" "$second"
        [[ $ended == "signal 6 "* ]]
        one_report
        same_end /usr/bin/python3 "$ROOT/test/programs/go_host.py" abort "$first"
        [[ $ended == "signal 6 "* ]]
        one_report
}

@test "a panic that a Go library does not recover is told by Go as ever, and ends as without us" {
        local host
        while read -r host; do
                same_end $host go_panic "$first"
                [[ $ended == "signal 6 "* ]]
                has "$text" "^panic: runtime error: invalid memory address or nil pointer dereference"
                [ "$(goroutine "$text")" = "$(goroutine "$plain_text")" ]
                # Go has told first; then it aborts, which is a crash like any other
                [ "$(grep -nE '^panic: | crashed: ' <<<"$text" | head -1 | cut -d: -f2)" = panic ]
                has "$text" "crashed: SIGABRT"
        done < <(python_and_c)
}
