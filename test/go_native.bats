# Go with Rust and with C++ inside: threads that Go does not know, and exceptions that nobody catches.
load helper
guard_settings=("$unhurried")

same_end() {
        local expected
        expected=$(plain_status "$@")
        plain_text=$(cat "$BATS_TEST_TMPDIR/status.err")
        ended=$(guarded_status "$@")
        text=$(cat "$BATS_TEST_TMPDIR/status.err")
        [ "$ended" = "$expected" ] || { echo "$*: $ended, without us $expected" >&2; return 1; }
        has "$text" "sigguard: end of report"
        [ "$(grep -c ' crashed: ' <<<"$text")" = 1 ]
}

# first_frames N: the names of the first frames of the crashed thread
first_frames() {
        sed -n '/ (crashed):$/,/^sigguard:/p' <<<"$text" | sed -nE 's/^  #[0-9]+ +([^ ]+).*/\1/p' | head -"$1" | tr '\n' ' '
}

thread_named() {
        local task
        for task in "/proc/$1/task/"*; do
                [ "$(cat "$task/comm")" != "$2" ] || printf '%s\n' "${task##*/}"
        done
}

@test "a Rust thread in a Go service writes to a broken connection: EPIPE instead of death, thread and fd are named, Go serves on" {
        [[ $(plain_status "$(probe go_rust)" write) == "signal 13 "* ]]
        run -0 --separate-stderr guarded "$(probe go_rust)" write
        [ "$(grep -c "rust write: Broken pipe (os error 32)" <<<"$output")" = 3 ]
        has "$output" "^served$"
        has "$stderr" "^sigguard\[[0-9]+\]: ignored SIGPIPE in thread [0-9]+: $(own_write "[0-9]+" "TCP socket"); 1 so far"
        [ "$(wc -l <<<"$stderr")" = 1 ]
}

@test "each SIGPIPE of the Rust thread is counted, and the thread in the log is that thread" {
        local thread
        [[ $(guarded_status "$(probe go_rust)" write-and-fault) == "signal 11 "* ]]
        thread=$(sed -n 's/^rust thread //p' "$BATS_TEST_TMPDIR/status.out")
        text=$(cat "$BATS_TEST_TMPDIR/status.err")
        has "$text" "ignored SIGPIPE in thread $thread: $(own_write "[0-9]+" ".*")"
        has "$text" "^  SIGPIPE .* 3 ignored so far"
}

@test "stray HUP, USR1 and USR2 on a Rust thread kill a Go service without us, and with us do nothing" {
        local signal thread
        for signal in HUP USR1 USR2; do
                start_plain "$(probe go_rust)" wait
                wait_for_line "$out" ready
                kill "-$signal" "$(thread_named "$pid" rust-worker)"
                [[ $(wait_status) == "signal $(kill -l "$signal") "* ]]
        done
        start_guarded "$(probe go_rust)" wait
        wait_for_line "$out" ready
        thread=$(thread_named "$pid" rust-worker)
        [ -n "$thread" ]
        for signal in HUP USR1 USR2; do
                kill "-$signal" "$thread"
                wait_until 5 nothing_pends "$pid"
                is_running "$pid"
        done
        wait_for_line "$err" "ignored SIGHUP from pid"
}

@test "a fault on a Rust thread that Go does not know: Rust's frames with names and lines, and the death it has without us" {
        same_end "$(probe go_rust)" fault
        [[ $ended == "signal 11 "* ]]
        has "$text" 'thread [0-9]+ "rust-worker" crashed: SIGSEGV, write to unmapped address 0x28'
        has "$text" "#0 +go_rust::fault +test/programs/go_rust.rs:[0-9]+"
        # who waits for it is followed from Rust through cgo into Go
        has "$text" "go_rust::rust_fault +test/programs/go_rust.rs:[0-9]+"
        has "$text" "runtime.asmcgocall"
        has "$text" "main.main +.*go_rust.go:[0-9]+"
}

@test "an uncaught C++ exception inside cgo: the C++ stack into the goroutine's, then Go's dump and its status 2" {
        same_end "$(probe go_throw)" uncaught
        [ "$ended" = "exit 2" ]
        has "$text" "^terminate called after throwing an instance of 'std::runtime_error'"
        has "$text" "crashed: SIGABRT, abort\(\) was called"
        has "$(first_frames 20)" "std::terminate\(\).* __cxa_throw.* parse throw_uncaught runtime.asmcgocall (runtime.cgocall )?main._Cfunc_throw_uncaught main.request main.main "
        has "$text" "parse +test/programs/go_throw.cpp:[0-9]+"
        has "$text" "main.request +.*go_throw.go:[0-9]+"
        # then Go's own, as without us
        [ "$(grep -nE '^sigguard: end of report|^SIGABRT: abort' <<<"$text" | head -1 | cut -d: -f2-)" = "sigguard: end of report" ]
        go_part() { sed -n '/^goroutine 1 /,/^$/p' <<<"$1" | grep -oE '^[a-zA-Z_.0-9]+\('; }
        [ -n "$(go_part "$plain_text")" ]
        [ "$(go_part "$text")" = "$(go_part "$plain_text")" ]
}

@test "an uncaught C++ exception on a thread that Go does not know: a native report and the same death" {
        same_end "$(probe go_throw)" thread
        [[ $ended == "signal 6 "* ]]
        has "$text" "parse +test/programs/go_throw.cpp:[0-9]+"
}

@test "C++ exceptions that are caught inside cgo are nobody's business" {
        same_as_plain "$(probe go_throw)" caught
        [ "$output" = "caught: 1000" ]
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
}
