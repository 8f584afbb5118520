# What the Go runtime does with signals of its own: preemption, alternate stacks, children, its dumps, its rule for SIGPIPE.
load crash
guard_settings=("$unhurried")

# One test wants a core, and has a directory for it.
setup() {
        ulimit -S -c 0
}

runtime() {
        probe go_runtime
}

# cpu_ms COMMAND...: the processor time of one run; on one processor, or it tells how long idle ones looked for work
cpu_ms() {
        local TIMEFORMAT='%U %S'
        { time "$@" GOMAXPROCS=1 "$(runtime)" collect >"$BATS_TEST_TMPDIR/timed.out" 2>"$BATS_TEST_TMPDIR/timed.err"; } 2>&1 |
                awk '{ print int(($1 + $2) * 1000) }'
}

least() {
        printf '%s\n' "$@" | sort -n | head -1
}

@test "SIGURG preempts loops without calls a thousand times, the collector goes on, and nothing is logged" {
        TIME_LIMIT=40 run -0 --separate-stderr guarded "$(runtime)" preempt
        [ "$output" = "preempted a thousand times, collected: true" ]
        [ -z "$stderr" ]
}

@test "Go code that allocates, collects and makes threads is not slower with us" {
        local i without='' with=''
        # by turns, since others may use the machine
        for i in 1 2 3 4 5; do
                without=$(least $without "$(cpu_ms plain)")
                with=$(least $with "$(cpu_ms guarded)")
        done
        [ ! -s "$BATS_TEST_TMPDIR/timed.err" ]
        [ "$with" -lt $((without * 3 / 2 + 50)) ] || { echo "$with ms with us, $without ms without" >&2; return 1; }
}

@test "threads that runtime.LockOSThread ends come and go by the hundred, under signals, and their alternate stacks are used again" {
        same_as_plain "$(runtime)" locked
        [ "$output" = "not recovered: 0 as many mappings: true" ]
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
}

@test "a C library that takes the alternate stack of a Go thread away does not disarm it: Go recovers from a fault there" {
        [ "$(plain_status "$(runtime)" stacks)" = "exit 2" ]
        has "$(cat "$BATS_TEST_TMPDIR/status.err")" "non-Go code disabled sigaltstack"
        run -0 --separate-stderr guarded "$(runtime)" stacks
        [ "$(grep -c "^a stack: 1 recovered: true$" <<<"$output")" = 6 ]
        [ -z "$stderr" ]
}

# children OPTION...: what the children saw, and the dispositions of their parent once it has given HUP back
children() {
        "$@" "$(runtime)" children
        wait_for_line "$out" ready
        seen=$(cat "$out")
        handled=$(signal_sets "$pid" SigCgt)
        ignored=$(signal_sets "$pid" SigIgn)
}

@test "children of os/exec have default dispositions and no descriptor of ours, and leave nothing in their parent" {
        local expected expected_ignored signal
        children start_plain
        expected=$seen expected_ignored=$ignored
        has "$expected" "^60 times "
        has "$expected" "^notified of hangup"
        # the children are guarded in their turn, which is not the question
        children start_guarded "SIGGUARD_SKIP=sh dash grep"
        [ "$seen" = "$expected" ] || { diff <(echo "$expected") <(echo "$seen") >&2; return 1; }
        [ "$ignored" = "$expected_ignored" ]
        for signal in HUP USR1 USR2 PIPE TERM; do in_set "$signal" "$handled"; done
        # signal.Reset has put us back, which a table that a child had changed would not know
        kill -HUP "$pid"
        wait_for_line "$err" "ignored SIGHUP from pid"
        is_running "$pid"
        [ "$(wc -l <"$err")" = 1 ]
}

@test "children of a Go service run by the dozen without a line from us" {
        run -0 --separate-stderr guarded "$(runtime)" children-only
        [ -z "$stderr" ]
}

@test "a broken standard output ends a Go program by SIGPIPE as without us, and other writes are EPIPE" {
        [[ $(plain_status "$(runtime)" stdout) == "signal 13 "* ]]
        [[ $(guarded_status "$(runtime)" stdout) == "signal 13 "* ]]
        [ "$(cat "$BATS_TEST_TMPDIR/status.err")" = "write: broken pipe" ]
        [[ $(guarded_status SIGGUARD_OVERRIDE=chain "$(runtime)" stdout) == "signal 13 "* ]]
        [ "$(cat "$BATS_TEST_TMPDIR/status.err")" = "write: broken pipe" ]
}

@test "signal.Notify of SIGPIPE hears of Go's own broken writes as ever" {
        local expected
        [ "$(plain_status "$(runtime)" stdout-notify)" = "exit 0" ]
        expected=$(cat "$BATS_TEST_TMPDIR/status.err")
        [ "$(grep -c "^notified of broken pipe" <<<"$expected")" = 2 ]
        [ "$(guarded_status "$(runtime)" stdout-notify)" = "exit 0" ]
        [ "$(cat "$BATS_TEST_TMPDIR/status.err")" = "$expected" ]
}

@test "SIGQUIT makes Go dump its goroutines and exit with 2 as ever, without a word from us" {
        start_guarded "$(runtime)" wait
        wait_for_line "$out" ready
        kill -QUIT "$pid"
        [ "$(wait_status)" = "exit 2" ]
        has "$(cat "$err")" "^SIGQUIT: quit"
        has "$(cat "$err")" "^goroutine 1 "
        lacks "$(cat "$err")" sigguard
}

# told: what Go itself tells of the first goroutine, and of its registers; none at GOTRACEBACK=none
told() {
        sed '/^sigguard: .* crashed: /,/^sigguard: end of report/d' "$BATS_TEST_TMPDIR/status.err" |
                sed -nE 's/^(panic: .*|SIG[A-Z]+: .*|fatal error: .*|goroutine [0-9]+ \[[a-z ]*).*/\1/p; s/^([a-zA-Z_.0-9]+)\(.*/\1/p' |
                sed '/^goroutine 2 /,$d'
}

@test "GOTRACEBACK none, single, all, system and crash: Go tells as much and ends as without us" {
        local level what expected go_told
        for level in none single all system crash; do
                for what in fault abort panic; do
                        expected=$(plain_status GOTRACEBACK=$level "$(probe go_service)" $what)
                        go_told=$(told)
                        [ "$(guarded_status GOTRACEBACK=$level "$(probe go_service)" $what)" = "$expected" ]
                        # for a fault Go says "unexpected signal" or the signal, by the way it came
                        diff <(grep -v '^fatal error\|^SIG\|^runtime\.' <<<"$go_told") <(told | grep -v '^fatal error\|^SIG\|^runtime\.')
                        [ "$what" = panic ] || has "$(cat "$BATS_TEST_TMPDIR/status.err")" "sigguard: end of report"
                        [ "$level" != single ] || has "$(told)" "^main\."
                done
        done
}

@test "GOTRACEBACK=crash ends at once, not after rounds of SIGQUIT through all threads" {
        local expected
        expected=$(plain_status GOTRACEBACK=crash "$(probe go_service)" fault)
        [[ $expected == "signal 6 "* ]]
        lacks "$(cat "$BATS_TEST_TMPDIR/status.err")" "^SIGQUIT"
        [ "$(TIME_LIMIT=4 guarded_status GOTRACEBACK=crash "$(probe go_service)" fault)" = "$expected" ]
        lacks "$(cat "$BATS_TEST_TMPDIR/status.err")" "^SIGQUIT"
}

@test "GOTRACEBACK=crash leaves a core as without us, and gdb shows the C fault in its first thread" {
        local program
        program=$(probe go_service)
        ulimit -S -c unlimited || skip "this session may not write cores (ulimit -Hc is $(ulimit -Hc))"
        crash guarded GOTRACEBACK=crash "$program" fault-elsewhere
        crash_plain unguarded GOTRACEBACK=crash "$program" fault-elsewhere
        died_alike guarded unguarded
        run -0 gdb -nx -batch -ex backtrace "$program" "$BATS_TEST_TMPDIR/guarded/"core*
        # on aarch64 Go's handler is the last frame for gdb, with and without us
        has "$output" "$([ "$(uname -m)" = x86_64 ] && echo ' outer \(pointer=0x0\)' || echo ' runtime\.sigtramp \(')"
}
