# Rust: its runtime's own messages come first, then our report; panics that are caught are nobody's business but Rust's.
load crash
guard_settings=("$unhurried")

rust() {
        probe rust_service
}

# both NAME ARGUMENTS...: with and without the guard, and the same death; $text is what the guarded one wrote
both() {
        local name=$1
        shift
        crash "$name" "$@"
        crash_plain "$name.plain" "$@"
        died_alike "$name" "$name.plain" || return 1
        text=$(report "$name")
}

# in_order REGEX...: lines of $text match these, each behind the one before
in_order() {
        local rest=$text at
        while [ $# -gt 0 ]; do
                at=$(grep -naE -m 1 -- "$1" <<<"$rest" | cut -d : -f 1)
                [ -n "$at" ] || { printf 'nothing matches /%s/ in what is left of:\n%s\n' "$1" "$text" >&2; return 1; }
                rest=$(tail -n +$((at + 1)) <<<"$rest")
                shift
        done
}

@test "a stack overflow of the main thread: Rust's message, then the report with the folded recursion, and SIGABRT as without us" {
        both main "$(rust)" overflow
        [[ $(death main) == "signal 6 "* ]]
        in_order "^thread 'main' has overflowed its stack" "^sigguard: .* crashed: SIGABRT" \
                '^sigguard: stack overflow of the main thread "rust_service"' \
                "^sigguard: endless recursion: rust_service::recurse calls itself, [0-9]{4,} times" \
                " rust_service::recurse " "the same frame repeated [0-9]{4,} times" " rust_service::main " "end of report"
        is_complete main
}

@test "a stack overflow of a spawned thread: Rust names it, and so does the report" {
        both thread "$(rust)" overflow-thread
        [[ $(death thread) == "signal 6 "* ]]
        in_order "^thread 'worker-7' has overflowed its stack" '^sigguard: .* thread [0-9]+ "worker-7" crashed: SIGABRT' \
                "^sigguard: this happened in the program's own handler of SIGSEGV" \
                '^sigguard: stack overflow of thread "worker-7": its [0-9]+ KiB are used up; at (rust_service::recurse|core::)' \
                "^sigguard: endless recursion: rust_service::recurse calls itself, [0-9]{4,} times" \
                "the same frame repeated [0-9]{4,} times" " start_thread " "end of report"
        is_complete thread
        has "$(frames thread)" "^rust_service::worker::\{\{closure\}\}|^std::thread::"
}

@test "the cause of a stack overflow is in the JSON report as well" {
        crash json SIGGUARD_REPORT=json "$(rust)" overflow-thread
        has "$(report json)" '"diagnosis":\[.*"stack overflow of thread .*"endless recursion: rust_service::recurse calls itself'
}

@test "a stack overflow in a thread's last destructor, when Rust has taken its stack back, is reported on ours" {
        crash last "$(rust)" overflow-last
        # nobody but us has a stack there on which a handler could run
        crash_plain last.plain "$(rust)" overflow-last
        [[ $(death last.plain) == "signal 11 "* ]]
        [ ! -s "$BATS_TEST_TMPDIR/last.plain/report" ]
        text=$(report last)
        in_order '^sigguard: .* thread [0-9]+ "worker-7" crashed: SIG' '^sigguard: stack overflow of thread "worker-7"' \
                " rust_service::recurse " "end of report"
}

@test "panic=abort: the panic's message, then the report with readable names (v0 mangling), and the same death" {
        both abort "$(probe rust_service_abort)" panic
        if [ "$(uname -m)" = aarch64 ]; then
                # there the library's last functions, which do not return, keep nothing of where they were called from
                in_order "^thread 'main' panicked" "^sigguard: .* crashed: SIGABRT, abort\(\) was called" \
                        " panic_abort::__rust_start_panic" "no way further up the stack" "end of report"
                return
        fi
        in_order "^thread 'main' panicked at 'no header in \"GET\"'" "^sigguard: .* crashed: SIGABRT, abort\(\) was called" \
                " panic_abort::__rust_start_panic" " core::panicking::panic_fmt " \
                " rust_service::parse_header(::<&str>)? +test/programs/rust_service.rs:[0-9]+" " rust_service::main " "end of report"
        lacks "$text" "[ (]_(R|ZN)[A-Za-z0-9_]"
        is_complete abort
        both abort.thread "$(probe rust_service_abort)" panic-thread
        in_order "^thread 'worker-7' panicked" '^sigguard: .* thread [0-9]+ "worker-7" crashed: SIGABRT' " rust_service::parse_header" \
                " start_thread " "end of report"
}

@test "panic=unwind: nothing of ours, whether the panic is caught, joined or ends the program" {
        local how
        for how in caught panic panic-thread; do
                same_as_plain "$(rust)" "$how"
                lacks "$(cat "$BATS_TEST_TMPDIR/same.err")" sigguard
                has "$(cat "$BATS_TEST_TMPDIR/same.err")" panicked
        done
        run -0 --separate-stderr guarded "$(rust)" caught
        [ "$output" = $'caught: true\njoined: true' ]
}

@test "a panic while a panic is unwound: Rust's word on it, the report, and the same death" {
        both twice "$(rust)" panic-twice
        in_order "panicked at 'no header in \"first\"'" "panicked at 'no header in \"second\"'" "panicked while panicking" \
                "^sigguard: .* crashed: SIG(ABRT|ILL)" " <rust_service::Loud as core::ops::drop::Drop>::drop" "end of report"
}

@test "a null pointer in unsafe code: Rust's handler lets it pass, the report names frames down to it (legacy mangling)" {
        both null "$(rust)" null
        died_of null SEGV
        head_line null "SIGSEGV, read of unmapped address 0x0"
        in_order "^sigguard: a null pointer; at core::ptr::" \
                " <rust_service::request::Reader as rust_service::request::Fields>::first +test/programs/rust_service.rs:[0-9]+" \
                " rust_service::main::\{\{closure\}\} " " start_thread " "end of report"
        lacks "$text" "_ZN|17h[0-9a-f]{16}"
        is_complete null
}

@test "process::abort and an illegal instruction: a report each, and the death that it would have been" {
        both ends "$(rust)" abort
        died_of ends ABRT
        in_order "abort\(\) was called" " std::process::abort " " rust_service::main "
        both trap "$(rust)" trap
        died_of trap ILL
        in_order "crashed: SIGILL" " rust_service::(trap|main) "
        [ "$(uname -m)" != x86_64 ] || has "$text" "the program stopped itself with ud2"
}

@test "Rust ignores SIGPIPE for itself as ever: its write answers BrokenPipe" {
        local guard reader
        for guard in start_plain start_guarded; do
                rm -f "$BATS_TEST_TMPDIR"/pipe "$BATS_TEST_TMPDIR/in"
                mkfifo "$BATS_TEST_TMPDIR/pipe" "$BATS_TEST_TMPDIR/in"
                exec 8<>"$BATS_TEST_TMPDIR/in"
                # it reads a line and goes away
                head -n 1 "$BATS_TEST_TMPDIR/pipe" >"$BATS_TEST_TMPDIR/line" 3>&- 8>&- &
                reader=$!
                INPUT=$BATS_TEST_TMPDIR/in OUTPUT=$BATS_TEST_TMPDIR/pipe "$guard" "$(rust)" pipe
                wait "$reader"
                [ "$(cat "$BATS_TEST_TMPDIR/line")" = ready ]
                is_disposition "$pid" PIPE ignored
                echo >&8
                exec 8>&-
                [ "$(wait_status)" = "exit 0" ]
                [ "$(cat "$err")" = BrokenPipe ]
        done
}

@test "what Command starts dies of SIGPIPE as ever when its reader has gone, silently, guarded as it is" {
        local program
        for program in "yes" "perl -e print(1)while(1)" "cat /dev/zero" "sh -c yes|cat"; do
                # shellcheck disable=SC2086 # a command's words
                same_as_plain "$(rust)" child $program
                [ ! -s "$BATS_TEST_TMPDIR/same.err" ] || { cat "$BATS_TEST_TMPDIR/same.err"; return 1; }
                has "$output" "SIGPIPE|exit status: 141"
        done
}

@test "what Command starts has the dispositions that it has without us" {
        # whether the child's own guard shows is another question
        same_as_plain SIGGUARD_SKIP=grep "$(rust)" shows
        has "$output" "^SigIgn:.*[02468ace]...$"
}

@test "11,000 threads, 50 at a time, leave no alternate stack behind" {
        local more
        run -0 --separate-stderr guarded "$(rust)" burst
        [ -z "$stderr" ]
        more=${output%% *}
        [ "$more" -lt 200 ] || { echo "$output"; return 1; }
}
