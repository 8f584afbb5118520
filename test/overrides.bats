# The override rules allow, log, protect and veto: what reaches the kernel, what the program reads back, what is told.
load helper

calls() {
        run -0 --separate-stderr guarded "${rule[@]}" "$(probe calls)" "$@"
}

# told VERDICT SIGNAL: one of our lines has the signal's name, the verdict and the caller's module and offset
told() {
        has "$stderr" "^sigguard\[[0-9]+\]: .*SIG$2"
        has "$(grep "SIG$2" <<<"$stderr")" "$1"
        has "$(grep "SIG$2" <<<"$stderr")" "${3:-calls}\+0x[0-9a-f]+"
}

kernel_has() {
        has "$output" "^kernel $(kill -l "$1"): $2"
}

reads_back() {
        has "$output" "^query $(kill -l "$1"): 0 errno 0, was $2"
}

@test "protect: the program's own handler for a stray signal passes and runs" {
        local signal rule=()
        for signal in HUP USR1 USR2 PIPE; do
                calls main "signal:$signal:handler" "kernel:$signal" "query:$signal" "raise:$signal"
                kernel_has "$signal" handler
                reads_back "$signal" handler
                has "$output" "handler of $(kill -l "$signal") ran"
                [ -z "$stderr" ]
        done
}

@test "protect: SIG_DFL after a handler puts ours back, is told at level info, and the signal does not kill" {
        local signal rule=(SIGGUARD_OVERRIDE=protect SIGGUARD_LEVEL=info)
        for signal in HUP USR1 USR2 PIPE; do
                calls main "signal:$signal:handler" "signal:$signal:default" "kernel:$signal" "query:$signal" "stray:$signal"
                kernel_has "$signal" foreign
                reads_back "$signal" default
                has "$stderr" "kept.*SIG$signal.*calls\+0x[0-9a-f]+"
        done
}

@test "protect: a handler for a crash signal goes straight into the kernel, SIG_DFL brings the report back" {
        local signal rule=()
        for signal in SEGV BUS ILL FPE TRAP SYS; do
                calls main "kernel:$signal" "sigaction:$signal:handler+siginfo" "kernel:$signal" "signal:$signal:default" \
                        "kernel:$signal" "query:$signal"
                [ "$(grep "^kernel" <<<"$output" | cut -d' ' -f3 | tr '\n' ' ')" = "foreign handler foreign " ]
                reads_back "$signal" default
                [ -z "$stderr" ]
        done
}

@test "protect: a handler for SIGABRT runs, and reads back" {
        local rule=()
        calls main signal:ABRT:handler query:ABRT raise:ABRT signal:ABRT:default query:ABRT
        has "$output" "handler of 6 ran"
        has "$output" "query 6: 0 errno 0, was handler"
        [ "$output" = "$(plain "$(probe calls)" main signal:ABRT:handler query:ABRT raise:ABRT signal:ABRT:default query:ABRT)" ]
}

@test "veto: a handler does not pass, is told with its caller, answers success and reads back" {
        local signal rule=(SIGGUARD_OVERRIDE=veto)
        for signal in HUP USR1 USR2 PIPE SEGV BUS FPE ABRT SYS; do
                calls main "sigaction:$signal:handler+restart" "kernel:$signal" "query:$signal"
                has "$output" "^sigaction .*: 0 errno 0"
                kernel_has "$signal" foreign
                reads_back "$signal" "handler flags $(flags 0x10000000)"
                told "vetoed|kept" "$signal"
        done
}

@test "veto: the refused handler does not run, and the signal is swallowed and named" {
        local signal rule=(SIGGUARD_OVERRIDE=veto)
        for signal in HUP USR1 USR2 PIPE; do
                calls main "signal:$signal:handler" "raise:$signal"
                lacks "$output" "handler of"
                has "$stderr" "ignored SIG$signal"
        done
}

@test "veto: SIG_DFL does not pass either" {
        local signal rule=(SIGGUARD_OVERRIDE=veto)
        for signal in HUP USR1 USR2 PIPE; do
                calls main "signal:$signal:default" "kernel:$signal" "query:$signal" "raise:$signal"
                kernel_has "$signal" foreign
                reads_back "$signal" default
        done
}

@test "veto: SIG_IGN of a stray signal passes, so that nohup works" {
        local signal rule=(SIGGUARD_OVERRIDE=veto)
        for signal in HUP USR1 USR2 PIPE; do
                calls main "signal:$signal:ignore" "kernel:$signal" "query:$signal"
                kernel_has "$signal" ignored
                reads_back "$signal" ignored
        done
        start_guarded SIGGUARD_OVERRIDE=veto nohup "$(probe answers)"
        wait_for_line "$out" ready
        is_disposition "$pid" HUP ignored
}

@test "veto: a handler after the program's own SIG_IGN leaves our handler in the kernel" {
        local rule=(SIGGUARD_OVERRIDE=veto)
        calls main signal:USR1:ignore signal:USR1:handler kernel:USR1 query:USR1
        kernel_has USR1 foreign
        reads_back USR1 handler
}

@test "a blanket veto leaves ILL and TRAP alone, naming them does not" {
        local signal rule=(SIGGUARD_OVERRIDE=veto)
        for signal in ILL TRAP; do
                calls main "signal:$signal:handler" "kernel:$signal"
                kernel_has "$signal" handler
        done
        rule=(SIGGUARD_OVERRIDE="ILL=veto TRAP=veto")
        for signal in ILL TRAP; do
                calls main "signal:$signal:handler" "kernel:$signal" "query:$signal"
                kernel_has "$signal" foreign
                reads_back "$signal" handler
                told "vetoed|kept" "$signal"
        done
}

@test "a rule for one signal holds for that signal only" {
        local rule=(SIGGUARD_OVERRIDE="protect HUP=veto USR1,PIPE=allow")
        calls main signal:HUP:handler kernel:HUP signal:USR2:handler kernel:USR2 signal:USR1:handler signal:USR1:default kernel:USR1 \
                signal:USR2:default kernel:USR2
        kernel_has HUP foreign
        kernel_has USR1 default
        [ "$(grep '^kernel 12' <<<"$output" | cut -d' ' -f3 | tr '\n' ' ')" = "handler foreign " ]
        told "vetoed|kept" HUP
}

@test "allow: every change passes without a word, SIG_DFL too" {
        local signal want rule=(SIGGUARD_OVERRIDE=allow)
        for signal in HUP USR1 USR2 PIPE SEGV ABRT; do
                for want in handler ignore default; do
                        calls main "sigaction:$signal:$want" "kernel:$signal" "query:$signal"
                        [ "$(tail -n 2 <<<"$output")" = \
                                "$(plain "$(probe calls)" main "sigaction:$signal:$want" "kernel:$signal" "query:$signal" | tail -n 2)" ]
                        [ -z "$stderr" ]
                done
        done
}

@test "allow: a program that asks for SIG_DFL dies of the signal" {
        [[ $(guarded_status SIGGUARD_OVERRIDE=allow "$(probe calls)" main signal:USR1:default raise:USR1) == "signal 10 "* ]]
}

@test "log: every change passes and is told with its caller" {
        local signal rule=(SIGGUARD_OVERRIDE=log)
        for signal in HUP USR1 USR2 PIPE SEGV; do
                calls main "sigaction:$signal:handler" "kernel:$signal" "query:$signal" 
                kernel_has "$signal" handler
                reads_back "$signal" handler
                told "" "$signal"
                calls main "sigaction:$signal:default" "kernel:$signal"
                kernel_has "$signal" default
                told "" "$signal"
        done
}

@test "log: a query is not a change" {
        local rule=(SIGGUARD_OVERRIDE=log)
        calls main query:HUP query:USR1 query:SEGV
        [ -z "$stderr" ]
}

@test "signals that are not guarded are never judged" {
        local rule=(SIGGUARD_OVERRIDE=veto)
        calls main signal:TERM:handler kernel:TERM query:TERM raise:TERM sigaction:CHLD:ignore+nocldstop kernel:CHLD \
                signal:INT:default sigset:ALRM:handler kernel:ALRM sigignore:34 kernel:34
        [ "$output" = "$(plain "$(probe calls)" main signal:TERM:handler kernel:TERM query:TERM raise:TERM \
                sigaction:CHLD:ignore+nocldstop kernel:CHLD signal:INT:default sigset:ALRM:handler kernel:ALRM \
                sigignore:34 kernel:34)" ]
        [ -z "$stderr" ]
}

@test "a signal under report keeps its rule: the program's handler runs, its SIG_DFL kills" {
        local rule=(SIGGUARD_POLICY=TERM=report)
        calls main signal:TERM:handler raise:TERM query:TERM
        has "$output" "handler of 15 ran"
        [[ $(guarded_status SIGGUARD_POLICY=TERM=report "$(probe calls)" main signal:TERM:handler signal:TERM:default raise:TERM) == \
                "signal 15 "* ]]
}

# save_and_restore CALL: begins and ends with the same handler, flags and kernel's view; HUP is read as under nohup
save_and_restore() {
        local signal ignored
        for signal in HUP USR1 USR2 PIPE SEGV ABRT; do
                calls main "kernel:$signal" "query:$signal" "$1:$signal:handler" "$1:$signal:saved" "kernel:$signal" "query:$signal"
                [ "$(sed -n 1p <<<"$output")" = "$(sed -n 5p <<<"$output")" ]
                kernel_has "$signal" foreign
                ignored=()
                [ "$signal" != HUP ] || ignored=(--ignore-signal=HUP)
                [ "$(grep -v ^kernel <<<"$output")" = "$(plain "${ignored[@]}" "$(probe calls)" main "query:$signal" \
                        "$1:$signal:handler" "$1:$signal:saved" "query:$signal")" ]
        done
}

@test "save, change, restore by sigaction ends where it began" {
        local rule=()
        save_and_restore sigaction
}

@test "save, change, restore by signal ends where it began" {
        local rule=()
        save_and_restore signal
}

@test "save, change, restore under veto ends where it began" {
        local rule=(SIGGUARD_OVERRIDE=veto)
        save_and_restore sigaction
        save_and_restore signal
}

@test "a handler that was asked for with SA_RESETHAND runs once, then the signal is swallowed" {
        local signal rule=()
        for signal in HUP USR1 USR2 PIPE; do
                calls main "sigaction:$signal:handler+resethand" "raise:$signal" "query:$signal" "raise:$signal" "kernel:$signal"
                [ "$(grep -c "handler of" <<<"$output")" = 1 ]
                reads_back "$signal" default
                kernel_has "$signal" foreign
        done
}

@test "SA_RESETHAND on a crash signal: the handler runs once, then SIG_DFL is read back and the report is armed" {
        local signal rule=()
        for signal in SEGV BUS ABRT; do
                calls main "sigaction:$signal:handler+resethand" "query:$signal" "raise:$signal" "query:$signal" "kernel:$signal"
                [ "$(grep -c "handler of" <<<"$output")" = 1 ]
                [ "$(grep -v ^kernel <<<"$output")" = "$(plain "$(probe calls)" main "sigaction:$signal:handler+resethand" \
                        "query:$signal" "raise:$signal" "query:$signal")" ]
                kernel_has "$signal" foreign
        done
}

at_start() {
        local preload=$1 call=$2
        run -0 --separate-stderr guarded LD_PRELOAD="$preload" CALLS="$call" "${rule[@]}" "$(probe calls)" main query:USR1 kernel:USR1
}

@test "a constructor of a library preloaded before or after us is judged" {
        local preload rule=(SIGGUARD_OVERRIDE=veto) other=$BUILD/test/libcaller.so
        for preload in "$GUARD:$other" "$other:$GUARD"; do
                at_start "$preload" signal:USR1:handler
                has "$output" "signal 10 handler: was default errno 0"
                kernel_has USR1 foreign
                told "vetoed|kept" USR1 libcaller.so
        done
}

@test "a constructor of a library that the program links is judged" {
        local rule=(SIGGUARD_OVERRIDE=veto)
        run -0 --separate-stderr guarded "${rule[@]}" CALLS="sigaction:USR1:handler kernel:USR1 query:USR1" "$(probe linked)"
        kernel_has USR1 foreign
        reads_back USR1 handler
        told "vetoed|kept" USR1 libcaller.so
}

@test "a constructor's handler passes under protect, and is the program's own" {
        local preload rule=() other=$BUILD/test/libcaller.so
        for preload in "$GUARD:$other" "$other:$GUARD"; do
                run -0 --separate-stderr guarded LD_PRELOAD="$preload" CALLS="signal:USR1:handler kernel:USR1 query:USR1" true
                kernel_has USR1 handler
                reads_back USR1 handler
                [ -z "$stderr" ]
        done
}

@test "when another library runs first of all, its calls are still judged" {
        local preload rule=(SIGGUARD_OVERRIDE=veto) other=$BUILD/test/libcaller_first.so
        for preload in "$GUARD:$other" "$other:$GUARD"; do
                at_start "$preload" signal:USR1:handler
                kernel_has USR1 foreign
                told "vetoed|kept" USR1 libcaller_first.so
        done
}

@test "a handler that was in the kernel before us is taken over as the program's own" {
        local rule=() other=$BUILD/test/libcaller_first.so
        run -0 --separate-stderr guarded LD_PRELOAD="$GUARD:$other" CALLS="past_hooks:HUP:handler" "$(probe calls)" main query:HUP raise:HUP
        has "$output" "handler of 1 ran"
        lacks "$output" "query 1: .*was (default|ignored)"
}

@test "calls from a signal handler are judged" {
        local rule=(SIGGUARD_OVERRIDE=veto)
        calls handler signal:USR1:handler sigaction:HUP:handler -- kernel:USR1 query:USR1 kernel:HUP raise:USR1
        kernel_has USR1 foreign
        kernel_has HUP foreign
        reads_back USR1 handler
        told "vetoed|kept" USR1
        rule=()
        calls handler signal:USR1:handler signal:USR1:default -- kernel:USR1 query:USR1 stray:USR1
        kernel_has USR1 foreign
        reads_back USR1 default
}

@test "calls from many threads at once end in one consistent state" {
        local rule=()
        calls threads signal:USR1:handler signal:USR1:default query:USR1 sigaction:SEGV:handler sigaction:SEGV:default -- \
                sigaction:USR1:default kernel:USR1 query:USR1 sigaction:SEGV:default kernel:SEGV query:SEGV stray:USR1
        kernel_has USR1 foreign
        kernel_has SEGV foreign
        reads_back USR1 default
        rule=(SIGGUARD_OVERRIDE=veto)
        calls threads signal:USR1:handler sigset:USR1:second query:USR1 -- kernel:USR1 sigaction:USR1:second query:USR1
        kernel_has USR1 foreign
        reads_back USR1 second
        told "vetoed|kept" USR1
}

setters="sigaction __sigaction signal bsd_signal ssignal sysv_signal __sysv_signal sigset"

# The kernel's view of USR1, by rule, after a handler was asked for and after it was taken away again
expected_in_kernel() {
        case $1 in
        allow | log) echo "handler default" ;;
        protect) echo "handler foreign" ;;
        veto) echo "foreign foreign" ;;
        esac
}

# asked_in PLACE COMMAND...: the kernel's view is the rule's and the caller is told, or not, as the rule says
asked_in() {
        local place=$1 name=$2 call=$3 expected
        shift 3
        for rule in allow log protect veto; do
                run -0 --separate-stderr guarded SIGGUARD_OVERRIDE=$rule SIGGUARD_LEVEL=info "$@"
                expected=$(expected_in_kernel $rule)
                # SA_RESETHAND is ours to carry out, so the slot stays ours
                [[ $call != *sysv_signal || $rule != protect ]] || expected="foreign foreign"
                [ "$(grep '^kernel 10' <<<"$output" | cut -d' ' -f3 | xargs)" = "$expected" ] || {
                        echo "$rule, $call, $place: the kernel has $(grep '^kernel 10' <<<"$output")" >&2
                        return 1
                }
                case $rule in
                allow) lacks "$stderr" SIGUSR1 ;;
                *) has "$stderr" "SIGUSR1.*$name\+0x[0-9a-f]+" ;;
                esac
        done
}

@test "each rule holds for each entry point, called from main" {
        local call
        for call in $setters; do
                asked_in main calls "$call" "$(probe calls)" main "$call:USR1:handler" kernel:USR1 "$call:USR1:default" kernel:USR1
        done
}

@test "each rule holds for each entry point, called from a signal handler" {
        local call
        for call in $setters; do
                asked_in handler calls "$call" "$(probe calls)" handler "$call:USR1:handler" kernel:USR1 "$call:USR1:default" kernel:USR1
        done
}

@test "each rule holds for each entry point, called from a constructor, whatever the order of preloading" {
        local call preload other=$BUILD/test/libcaller.so
        for call in $setters; do
                for preload in "$GUARD:$other" "$other:$GUARD"; do
                        asked_in constructor libcaller.so "$call" LD_PRELOAD="$preload" \
                                CALLS="$call:USR1:handler kernel:USR1 $call:USR1:default kernel:USR1" cat /dev/null
                done
        done
}

@test "each rule holds for each entry point, called from many threads at once" {
        local call
        for call in $setters; do
                asked_in threads calls "$call" "$(probe calls)" threads "$call:USR1:handler" query:USR1 "$call:USR1:second" -- \
                        "$call:USR1:handler" kernel:USR1 "$call:USR1:default" kernel:USR1
        done
}

@test "signals that arrive while handlers come and go kill nobody, and no forked child waits for a lock" {
        TIME_LIMIT=60 run -0 --separate-stderr guarded "$(probe handlerstorm)"
        [ "$output" = "0 children failed, handlers ran" ]
}

@test "a library that is opened later is judged and told by its name" {
        run -0 --separate-stderr guarded SIGGUARD_OVERRIDE=veto CALLS="signal:USR1:handler kernel:USR1" python3 -c '
import ctypes, sys
ctypes.CDLL(sys.argv[1])' "$BUILD/test/libcaller.so"
        kernel_has USR1 foreign
        has "$stderr" "vetoed.*SIGUSR1.*libcaller.so\+0x"
}

@test "a repeated refused change does not flood the log" {
        local rule=(SIGGUARD_OVERRIDE=veto)
        calls threads signal:USR1:handler
        [ "$(grep -c USR1 <<<"$stderr")" -le 10 ]
}

@test "a handler that cleans up, asks for SIG_DFL and raises its signal again ends the program, as it wants to" {
        local number
        for number in 1 10 13; do
                start_guarded "$(probe gives_up)" "$number"
                wait_for_line "$out" ready
                kill "-$number" "$pid"
                [[ $(wait_status) == "signal $number "* ]]
                has "$(cat "$out")" "cleaned up"
        done
}

@test "a program that takes its handler away and then sends the signal to itself ends of it, as it wants to" {
        local how
        for how in raise kill; do
                [[ $(plain_status "$(probe calls)" main signal:USR1:handler signal:USR1:default "$how:USR1") == "signal 10 "* ]]
                [[ $(guarded_status "$(probe calls)" main signal:USR1:handler signal:USR1:default "$how:USR1") == "signal 10 "* ]]
        done
        python='import os, signal, sys
def last(number, frame):
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
signal.signal(signal.SIGHUP, last)
print("ready", flush=True)
signal.pause()
sys.exit(3)'
        start_guarded python3 -c "$python"
        wait_for_line "$out" ready
        kill -HUP "$pid"
        [[ $(wait_status) == "signal 1 "* ]]
}

@test "a Go library at the place of a library that was unloaded is known as Go" {
        local links=$BATS_TEST_TMPDIR/links
        mkdir "$links"
        cp "$(probe libchainlink.so)" "$links/A.so"
        cp "$(probe libchainlink_go.so)" "$links/B.so"
        run -0 --separate-stderr guarded LINKS="$links" "$(probe chains)" A:query:SEGV unload:A B:query:SEGV
        has "${lines[0]}" "^query 11: 0 errno 0, was default"
        has "${lines[2]}" "^query 11: 0 errno 0, was foreign"
}
