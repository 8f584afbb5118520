# Node: it resets every signal when it starts and lives on, its wasm traps and its inspector work, and its crashes are told.
load crash
guard_settings=("$unhurried")

setup() {
        cd "$BATS_TEST_TMPDIR" || return # cores and profiles
        ulimit -c unlimited 2>/dev/null || true
}

node() {
        echo "$ROOT/test/programs/node_service.js"
}

# crash_both NAME [OPTION] MODE: guarded in the directory NAME, plain in NAME.plain
crash_both() {
        local name=$1
        shift
        crash "$name" node "${@:1:$#-1}" "$(node)" "${@: -1}"
        crash_plain "$name.plain" node "${@:1:$#-1}" "$(node)" "${@: -1}"
        died_alike "$name" "$name.plain"
}

# start RUN ARGUMENTS...: start_plain or start_guarded, until it is ready
start() {
        "start_$1" "${@:2}"
        wait_for_line "$out" ready
}

send() {
        kill "-$1" "$pid"
        wait_until 5 grep -q '^ShdPnd:.*0000000000000000' "/proc/$pid/status"
}

# goes_on_to NAME FUNCTION: a later frame of the crashed thread is this one; those between are there, with their places
goes_on_to() {
        local stack
        stack=$(report "$1" | sed -n '/(crashed):/,/^sigguard: thread.* idle/p' | grep -aE '^  #')
        has "$stack" "^  #[0-9]+ +$2[ +(]"
        # V8's own code has no unwind tables: what is found there is marked, and not without a place
        has "$stack" '^  #[0-9]+ .*(\+0x[0-9a-f]+|code made at run time)  \[frame pointer\]$'
        lacks "$stack" 'in no module'
        [ "$(grep -c . <<<"$stack")" -lt 80 ]
}

@test "start-up resets all signals to SIG_DFL: nothing is told, and stray HUP, USR2 and PIPE are harmless" {
        local name
        for name in HUP USR2; do
                start plain node "$(node)" wait
                kill "-$name" "$pid"
                [ "$(wait_status)" = "signal $(kill -l $name) nocore" ]
        done
        start guarded node "$(node)" wait
        [ ! -s "$err" ]
        for name in HUP USR2; do
                is_disposition "$pid" $name caught
        done
        for name in HUP USR2 PIPE; do
                for task in "/proc/$pid/task/"*; do kill "-$name" "${task##*/}"; done
                send $name
                is_running "$pid"
        done
        has "$(cat "$err")" "ignored SIGHUP from pid [0-9]+"
        has "$(cat "$err")" "ignored SIGUSR2 from pid [0-9]+"
        lacks "$(cat "$err")" "kept|changed|vetoed"
        kill -TERM "$pid"
        [ "$(wait_status)" = "signal 15 nocore" ]
}

@test "at its end Node restores the signals: nothing is told, same output, same status" {
        local mode
        for mode in exits throw overflow; do
                same_as_plain node "$(node)" $mode
                lacks "$(cat "$BATS_TEST_TMPDIR/same.err")" sigguard
        done
}

@test "process.on works as ever; a handler that was removed leaves the service protected again" {
        local name
        for name in HUP USR2 PIPE; do
                start plain node "$(node)" handlers
                kill -$name "$pid"
                wait_for_line "$out" "removed SIG$name"
                kill -$name "$pid"
                [ "$(wait_status)" = "signal $(kill -l $name) nocore" ]
                start guarded node "$(node)" handlers
                kill -$name "$pid"
                wait_for_line "$out" "removed SIG$name"
                send $name
                is_running "$pid"
                has "$(cat "$err")" "ignored SIG$name from pid [0-9]+"
        done
        kill -TERM "$pid"
        wait_for_line "$out" "removed SIGTERM"
        kill -TERM "$pid"
        [ "$(wait_status)" = "signal 15 nocore" ]
}

@test "process.kill of the own pid: TERM ends as ever, USR2 does after a handler that has cleaned up" {
        [ "$(plain_status node "$(node)" itself SIGTERM)" = "signal 15 nocore" ]
        [ "$(guarded_status node "$(node)" itself SIGTERM)" = "signal 15 nocore" ]
        local run
        for run in plain guarded; do
                start $run node "$(node)" once
                kill -USR2 "$pid"
                wait_for_line "$out" "cleaned up"
                [ "$(wait_status)" = "signal 12 nocore" ]
        done
}

@test "USR1 opens the inspector's port as ever" {
        local run port
        for run in plain guarded; do
                start $run node --inspect-port=127.0.0.1:0 "$(node)" wait
                kill -USR1 "$pid"
                wait_for_line "$err" "Debugger listening on ws://127.0.0.1:"
                port=$(sed -nE 's,.*ws://127.0.0.1:([0-9]+)/.*,\1,p' "$err")
                has "$(curl -s "http://127.0.0.1:$port/json/version")" '"Browser": "node.js/v'
                lacks "$(cat "$err")" sigguard
                stop "$pid"
        done
}

@test "wasm traps are errors that JavaScript catches, and they are faults" {
        same_as_plain node "$(node)" wasm
        has "$output" "'RuntimeError: memory access out of bounds': 1000"
        has "$output" "'RuntimeError: divide by zero': 500"
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
        # on aarch64 this V8 (10.2) compares addresses instead
        [ "$(uname -m)" = x86_64 ] || return 0
        plain strace -f -qq -e trace=none -e signal=SIGSEGV -o "$BATS_TEST_TMPDIR/faults" -E "LD_PRELOAD=$GUARD" \
                node "$(node)" wasm >/dev/null
        [ "$(grep -c 'SIGSEGV .*si_addr' "$BATS_TEST_TMPDIR/faults")" -gt 900 ]
}

@test "a fault in an addon: its C frames, then JavaScript's marked as what they are, and the same death" {
        crash_both fault fault
        died_of fault SEGV
        names_frames fault parse handle fault
        has "$(report fault)" "#0 +parse +test/programs/libnode_part.c:$(line_of_code libnode_part.c '/* here */'):"
        # Node's handler for wasm traps raises again what is none
        has "$(report fault)" '^sigguard: a handler of the program raised it again; the fault was a read of address 0x0; at parse'
        is_complete fault
        goes_on_to fault node::Start
        [ "$(report fault | grep -c ' crashed: ')" = 1 ]
}

@test "a fault in an addon that a worker thread runs, and one on a thread of the addon's own" {
        crash_both worker worker
        died_of worker SEGV
        names_frames worker parse handle fault
        goes_on_to worker start_thread
        is_complete worker
        crash_both thread thread
        died_of thread SEGV
        names_frames thread parse handle on_thread start_thread
        is_complete thread
}

@test "abort in an addon, process.abort and --abort-on-uncaught-exception: our report, and the same death" {
        crash_both end end
        died_of end ABRT
        head_line end "SIGABRT, abort\(\) was called"
        has "$(report end)" '#[0-9]+ +end +test/programs/libnode_part.c'
        crash_both abort abort
        died_of abort ABRT
        has "$(report abort)" '^sigguard: end of report'
        crash_both uncaught --abort-on-uncaught-exception throw
        has "$(report uncaught)" 'Uncaught Error: nobody catches this'
        has "$(report uncaught)" ' crashed: SIG(TRAP|ILL), '
        goes_on_to uncaught node::Start
}

@test "what spawn starts has the dispositions and the mask that it has without us" {
        same_as_plain SIGGUARD_SKIP=grep node "$(node)" child grep -E 'Sig(Cgt|Ign|Blk|Pnd)' /proc/self/status
        same_as_plain SIGGUARD_SKIP=env node "$(node)" child env --list-signal-handling true
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
}

@test "spawn, exec, fork, worker threads, cluster and the profiler work as ever, without a line from us" {
        local mode
        for mode in children workers cluster; do
                same_as_plain node "$(node)" $mode
                [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
        done
        same_as_plain node --prof "$(node)" wasm
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
        for log in isolate-*-v8.log; do
                has "$(cat "$log")" '^tick,'
        done
}
