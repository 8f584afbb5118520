# Go with C inside: what the guard shows the Go runtime makes it leave to us what is ours, and keep what is Go's.
load helper
guard_settings=("$unhurried")

service() {
        probe go_service
}

# same_end WHAT...: the wait status is that of the unguarded run
same_end() {
        local expected
        expected=$(plain_status GOTRACEBACK="${TRACEBACK-single}" "$(service)" "$@")
        [ "$(guarded_status GOTRACEBACK="${TRACEBACK-single}" "$(service)" "$@")" = "$expected" ] || { echo "not $expected" >&2; return 1; }
        text=$(cat "$BATS_TEST_TMPDIR/status.err")
}

@test "a write to a broken connection on a thread that Go does not own: EPIPE instead of death, and the thread is named" {
        [[ $(plain_status "$(service)" write) == "signal 13 "* ]]
        run -0 --separate-stderr guarded "$(service)" write
        has "$output" "foreign write: Broken pipe"
        has "$stderr" "ignored SIGPIPE in thread [0-9]+: $(own_write "[0-9]+" "TCP socket"); 1 so far"
}

@test "under chain, too, broken connections and stray SIGPIPEs do not end a Go service" {
        run -0 --separate-stderr guarded SIGGUARD_OVERRIDE=chain "$(service)" write
        has "$output" "foreign write: Broken pipe"
        has "$stderr" "ignored SIGPIPE in thread [0-9]+: $(own_write "[0-9]+" "TCP socket"); 1 so far"
        start_guarded SIGGUARD_OVERRIDE=chain "$(service)" wait
        wait_for_line "$out" ready
        for task in "/proc/$pid/task/"*; do kill -PIPE "${task##*/}"; done
        wait_until 5 nothing_pends "$pid"
        is_running "$pid"
}

@test "stray HUP, USR1 and USR2 do not end a Go service, on whatever thread they are delivered" {
        local number
        for number in HUP USR1 USR2; do
                start_plain "$(service)" wait
                wait_for_line "$out" ready
                # a thread of its own is what Go would be killed on; HUP kills anyway
                for task in "/proc/$pid/task/"*; do kill "-$number" "${task##*/}" 2>/dev/null || break; done
                [ "$number" != HUP ] || [[ $(wait_status) == "signal "* ]]
        done
        for number in HUP USR1 USR2; do
                start_guarded "$(service)" wait
                wait_for_line "$out" ready
                for task in "/proc/$pid/task/"*; do kill "-$number" "${task##*/}"; done
                wait_until 5 nothing_pends "$pid"
                is_disposition "$pid" "$number" caught
                # the first ones have been dealt with, whatever became of them
                for task in "/proc/$pid/task/"*; do kill "-$number" "${task##*/}"; done
                wait_until 5 nothing_pends "$pid"
                is_running "$pid"
                kill -KILL "$pid"
        done
}

@test "a C fault inside a cgo call: C frames go on into the goroutine's, then Go's own traceback and its status 2" {
        same_end fault
        has "$text" "^sigguard: go_service\[[0-9]+\] thread [0-9]+ .* crashed: SIGSEGV, read of unmapped address 0x0"
        [ "$(grep -oE '^  #[0-9]+ +(outer|runtime.asmcgocall|main\._Cfunc_outer|main\.work|main\.main|runtime\.main|runtime\.goexit)' <<<"$text" |
                head -7 | awk '{ print $2 }' | tr '\n' ' ')" = \
                "outer runtime.asmcgocall main._Cfunc_outer main.work main.main runtime.main runtime.goexit " ]
        has "$text" "main.work .*go_service.go:[0-9]+"
        [ "$(grep -c ' crashed: ' <<<"$text")" = 1 ]
        has "$text" "^SIGSEGV: segmentation violation"
        has "$text" "^goroutine 1 "
        # Go's part comes after ours
        [ "$(grep -nE '^sigguard: end of report|^goroutine 1 ' <<<"$text" | head -1 | cut -d: -f2-)" = "sigguard: end of report" ]
}

@test "a Go program without its build-id note is known as Go as well" {
        local named
        for named in go_service_unnamed go_service_stripped; do
                run -0 readelf -n "$(probe $named)"
                lacks "$output" "^ *Go "
                run -2 --separate-stderr guarded "$(probe $named)" fault
                has "$stderr" "sigguard: end of report"
                has "$stderr" "^goroutine 1 "
                run -0 --separate-stderr guarded "$(probe $named)" write
                has "$output" "foreign write: Broken pipe"
                same_as_plain "$(probe $named)" recover
        done
}

@test "a nil pointer in Go code stays Go's business: recovered as ever, and not a line from us" {
        same_as_plain "$(service)" recover
        run -2 --separate-stderr guarded "$(service)" panic
        lacks "$stderr" sigguard
        has "$stderr" "nil pointer dereference"
}

@test "abort inside cgo: our report, then Go's dump and its status 2" {
        same_end abort
        has "$text" "crashed: SIGABRT, abort\(\) was called"
        has "$text" "#[0-9]+ +end_here "
        has "$text" "^SIGABRT: abort"
        [ "$(grep -c ' crashed: ' <<<"$text")" = 1 ]
}

@test "FPE, BUS, ILL and TRAP in C code: one report, then Go's own words and the end it has without us" {
        local signal
        for signal in FPE BUS ILL TRAP; do
                # only x86_64 traps integer division by zero
                [ "$signal" != FPE ] || [ "$(uname -m)" = x86_64 ] || continue
                same_end fault-by "$(kill -l $signal)"
                has "$text" "crashed: SIG$signal, "
                has "$text" "#0 +fault_by .*go_service.go:[0-9]+"
                [ "$(grep -c ' crashed: ' <<<"$text")" = 1 ]
                has "$text" "sigguard: end of report"
                has "$text" "^goroutine 1 "
        done
}

@test "a fault on a thread that Go does not know: a native report and the same death as without us" {
        same_end foreign
        has "$text" "#0 +outer "
        has "$text" "sigguard: end of report"
        [ "$(grep -c ' crashed: ' <<<"$text")" = 1 ]
}

@test "signal.Notify of everything does not make a C fault an endless loop: it ends by the signal, after one report" {
        [[ $(guarded_status "$(service)" notify-all) == "signal 11 "* ]]
        [ "$(grep -c ' crashed: ' "$BATS_TEST_TMPDIR/status.err")" = 1 ]
}

@test "signal.Notify, Ignore and Reset work as ever, and after Reset the guard is back" {
        start_guarded "$(service)" notify
        wait_for_line "$out" ready
        has "$(cat "$out")" "notified of user defined signal 1"
        has "$(cat "$out")" "notified of hangup"
        has "$(cat "$out")" "ignored: true"
        is_disposition "$pid" HUP caught
        kill -USR1 "$pid"
        kill -HUP "$pid"
        wait_for_line "$err" "ignored SIGHUP from pid"
        wait_until 5 grep -q '^ShdPnd:.*0000000000000000' "/proc/$pid/status"
        is_running "$pid"
}

@test "GOTRACEBACK=crash ends by SIGABRT with its core as without us" {
        TRACEBACK=crash same_end fault
        has "$text" "sigguard: end of report"
        [ "$(grep -c ' crashed: ' <<<"$text")" = 1 ]
}

@test "what os/exec starts has default dispositions" {
        run -0 --separate-stderr plain "$(service)" child
        local expected=$output
        # the child is guarded in its turn, which is not the question
        run -0 --separate-stderr guarded SIGGUARD_SKIP=grep "$(service)" child
        [ "$output" = "$expected" ] || { echo "$output" >&2; return 1; }
}

@test "a C library's handler without SA_ONSTACK gets the flag, is told once, and reads back what it set" {
        start_plain "$(service)" handler
        wait_for_line "$out" ready
        kill -TERM "$pid"
        wait_for_line "$out" "handled on the thread's own stack"
        start_guarded "$(service)" handler
        wait_for_line "$out" ready
        has "$(cat "$out")" "reads back as it was set"
        kill -TERM "$pid"
        wait_for_line "$out" "handled on the alternate stack"
        is_running "$pid"
        [ "$(grep -c 'added SA_ONSTACK to the handler of SIGTERM' "$err")" = 1 ]
}
