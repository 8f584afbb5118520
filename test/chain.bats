# The override rule chain: several libraries have a handler for one signal, and none silences another.
load helper
guard_settings=("$unhurried")

setup() {
        LINKS=$BATS_TEST_TMPDIR/links
        mkdir "$LINKS"
        for letter in {A..R}; do
                cp "$(probe libchainlink.so)" "$LINKS/$letter.so"
        done
}

teardown() {
        stop_all
}

# chains CALLS...: $ran has the lines of handlers, in order, without "handler of 15"
chains() {
        run -0 --separate-stderr guarded LINKS="$LINKS" SIGGUARD_OVERRIDE="${rule-TERM=chain}" ${policy:+SIGGUARD_POLICY="$policy"} \
                ${level:+SIGGUARD_LEVEL="$level"} "$(probe chains)" "$@"
        ran=$(sed -n 's/^\(.*\) *handler of [0-9]* ran$/\1/p' <<<"$output" | tr -d '\n')
}

@test "chain: all handlers run, newest first, and without the rule only the newest" {
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler B:signal:TERM:handler main:raise:TERM
        [ "$ran" = "B A main " ]
        [ -z "$stderr" ]
        rule=
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler B:signal:TERM:handler main:raise:TERM
        [ "$ran" = "B " ]
}

@test "chain: a newcomer reads SIG_DFL, everybody else what it asked for itself" {
        chains main:sigaction:TERM:handler+restart A:query:TERM A:sigaction:TERM:second+nodefer B:query:TERM A:query:TERM main:query:TERM
        [ "$(sed -n 's/^\(sigaction\|query\) 15: 0 errno 0, was \([a-z]* flags [0-9a-fx]*\) .*/\2/p' <<<"$output" | tr '\n' ' ')" = \
                "default flags 0 default flags 0 default flags 0 default flags 0 second flags $(flags 0x40000000) handler flags $(flags 0x10000000) " ]
}

@test "chain: a module that asks again replaces its own handler, which becomes the newest" {
        chains A:sigaction:TERM:handler B:sigaction:TERM:handler A:sigaction:TERM:second main:raise:TERM
        [ "$(grep -E 'ran$' <<<"$output" | tr '\n' ' ')" = "A second handler of 15 ran B handler of 15 ran " ]
}

@test "chain: SIG_DFL takes only the caller's handler away, and the last one away brings the default back" {
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler A:sigaction:TERM:default main:raise:TERM
        [ "$ran" = "main " ]
        start_guarded LINKS="$LINKS" SIGGUARD_OVERRIDE=TERM=chain "$(probe chains)" main:sigaction:TERM:handler \
                A:sigaction:TERM:handler A:signal:TERM:default main:signal:TERM:default main:kernel:TERM main:wait
        wait_for_line "$out" ready
        grep -q "^kernel 15: default" "$out"
        is_disposition "$pid" TERM default
        kill -TERM "$pid"
        [[ $(wait_status) == "signal 15 "* ]]
}

@test "chain: what is restored by giving the old action back is the caller's own" {
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler B:sigaction:TERM:handler B:sigaction:TERM:saved main:raise:TERM
        [ "$ran" = "A main " ]
}

@test "chain: SIG_IGN silences only its caller, and a chain of nothing else is ignored by the kernel" {
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler main:sigaction:TERM:ignore main:raise:TERM main:query:TERM
        [ "$ran" = "A " ]
        has "$output" "^query 15: 0 errno 0, was ignored"
        start_guarded LINKS="$LINKS" SIGGUARD_OVERRIDE=TERM=chain "$(probe chains)" A:sigaction:TERM:handler \
                main:sigaction:TERM:ignore A:sigaction:TERM:default main:wait
        wait_for_line "$out" ready
        is_disposition "$pid" TERM ignored
}

@test "chain: each handler has its own mask, SA_NODEFER and siginfo, and the interrupted mask is back afterwards" {
        chains A:sigaction:TERM:shows+siginfo+maskUSR2 B:sigaction:TERM:shows+siginfo+nodefer C:sigaction:TERM:shows+siginfo+maskHUP \
                main:sighold:USR1 main:raise:TERM main:sigaction:CONT:shows+siginfo main:raise:CONT
        # 15 is 0x4000, USR2 0x800, USR1 0x200, HUP 1, CONT 0x20000
        [ "$(grep shows <<<"$output" | cut -d, -f1)" = "C shows 15: mask 0x4201
B shows 15: mask 0x200
A shows 15: mask 0x4a00
main shows 18: mask 0x20200" ]
        [ "$(grep -c "own$" <<<"$output")" = 4 ]
}

@test "chain: calls are restarted only if all ask for it, and the alternate stack is taken if any does" {
        chains A:sigaction:TERM:shows+restart B:sigaction:TERM:shows+restart main:flags:TERM B:sigaction:TERM:shows+onstack main:flags:TERM main:raise:TERM
        [ "$(grep '^flags' <<<"$output" | tr '\n' ' ')" = "flags 15: restart flags 15: onstack " ]
        [ "$(grep -c 'alternate stack' <<<"$output")" = 2 ]
}

@test "chain: a handler with SA_RESETHAND runs once and is then gone, the others stay" {
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler+resethand main:raise:TERM A:query:TERM main:raise:TERM
        [ "$ran" = "A main main " ]
        has "$output" "^query 15: 0 errno 0, was default"
        start_guarded LINKS="$LINKS" SIGGUARD_OVERRIDE=TERM=chain "$(probe chains)" A:sysv_signal:TERM:handler main:raise:TERM main:wait
        wait_for_line "$out" ready
        is_disposition "$pid" TERM default
}

@test "chain: a jump out of a handler ends the chain for this delivery only" {
        chains main:sigaction:TERM:handler A:sigaction:TERM:jumps B:sigaction:TERM:handler main:raise:TERM A:sigaction:TERM:default main:raise:TERM
        [ "$(grep -E 'ran$|jumps from' <<<"$output" | tr '\n' ' ')" = \
                "B handler of 15 ran A jumps from 15 B handler of 15 ran main handler of 15 ran " ]
}

@test "chain: the handler of a library that was unloaded is not called" {
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler unload:A main:raise:TERM
        has "$output" "^unload A: 0"
        [ "$ran" = "main " ]
}

@test "chain: a handler belongs to its own module, also when the call was compiled to a jump" {
        chains tail:A:TERM main:sigaction:TERM:handler main:raise:TERM
        [ "$ran" = "main A " ]
}

@test "chain: a signal that is ignored by the guard runs the handlers, and is ignored again without them" {
        local signal
        rule=chain
        for signal in HUP USR1 USR2 PIPE; do
                chains main:sigaction:$signal:handler A:sigaction:$signal:handler "main:stray:$signal" \
                        main:sigaction:$signal:default A:sigaction:$signal:default "main:stray:$signal" "main:kernel:$signal"
                [ "$ran" = "A main " ]
                has "$output" "^kernel [0-9]+: foreign"
                has "$stderr" "ignored SIG$signal from pid [0-9]+"
        done
}

@test "chain: what was ignored at the start stays ignored for those who do not ask" {
        start_guarded --ignore-signal=TERM LINKS="$LINKS" SIGGUARD_OVERRIDE=TERM=chain "$(probe chains)" \
                A:query:TERM A:sigaction:TERM:handler main:raise:TERM A:sigaction:TERM:default main:wait
        wait_for_line "$out" ready
        grep -q "^query 15: 0 errno 0, was ignored" "$out"
        grep -q "^A handler of 15 ran" "$out"
        is_disposition "$pid" TERM ignored
}

@test "chain: handlers are added and removed by two threads while the signal arrives 20,000 times" {
        rule=USR1=chain
        chains storm
        has "$output" "^received 20000$"
}

@test "chain: more owners than there are places is told, and the newest still run" {
        local calls=()
        for letter in {A..R}; do calls+=("$letter:sigaction:TERM:handler"); done
        chains "${calls[@]}" main:raise:TERM
        [ "$ran" = "R Q P O N M L K J I H G F E D C " ]
        [ "$(grep -c "the chain of SIGTERM is full" <<<"$stderr")" = 2 ]
}

@test "chain: changes are told at level info, and the ledger of a crash report has them" {
        level=info
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler
        [ "$(grep -c "chained: sigaction(SIGTERM, .*/A.so+0x[0-9a-f]*) by .*/A.so+" <<<"$stderr")" = 1 ]
        guarded_status LINKS="$LINKS" SIGGUARD_OVERRIDE=TERM=chain "$(probe chains)" main:sigaction:TERM:handler A:sigaction:TERM:handler main:raise:SEGV
        text=$(<"$BATS_TEST_TMPDIR/status.err")
        has "$text" "SIGTERM +default -> calls_handler \(A\.so\+0x[0-9a-f]+\), chained by thread [0-9]+ through sigaction in calls_action \(A\.so\+0x"
        has "$text" "SIGTERM +chain +guard +calls_handler \(A\.so\+0x[0-9a-f]+\), then calls_handler \(chains\+0x"
}

@test "chain: with report, the sender is named once and then all run" {
        policy=TERM=report
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler main:stray:TERM
        [ "$ran" = "A main " ]
        [ "$(grep -c "SIGTERM from pid [0-9]* (chains), uid [0-9]*.*; passed to the program's handlers" <<<"$stderr")" = 1 ]
}

@test "chain: a child that is forked keeps the chain, one that is executed starts anew" {
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler main:fork:TERM
        [ "$ran" = "A main " ]
        start_guarded LINKS="$LINKS" SIGGUARD_OVERRIDE=TERM=chain "$(probe chains)" A:sigaction:TERM:handler exec
        wait_for_line "$out" ready
        is_disposition "$pid" TERM default
}

@test "chain is refused for crash signals in one line that says what can be had" {
        rule="SEGV=chain TERM=chain"
        chains main:sigaction:TERM:handler A:sigaction:TERM:handler main:raise:TERM
        [ "$ran" = "A main " ]
        has "$stderr" '^sigguard: SIGGUARD_OVERRIDE: "SEGV": expected allow, log, protect or veto'
        rule="USR1=chain" policy="USR1=crash"
        chains main:raise:TERM || true
        has "$stderr" '^sigguard: SIGGUARD_OVERRIDE: "SIGUSR1": expected a signal that SIGGUARD_POLICY does not make a crash'
}

# with_library COMMAND...: a service into which a library is loaded that has a handler for SIGTERM since before main
with_library() {
        start_plain LD_PRELOAD="$GUARD:$(probe libcaller.so)" CALLS=sigaction:TERM:handler+onstack SIGGUARD_OVERRIDE=TERM=chain "$@"
        wait_for_line "$out" ready
        kill -TERM "$pid"
}

@test "chain: a Go service and a C library in it both get SIGTERM" {
        with_library "$(probe go_notified)" twice
        wait_for_line "$out" "notified of terminated"
        wait_for_line "$out" "handler of 15 ran"
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 0" ]
}

@test "chain: a Python service and a C library in it both get SIGTERM" {
        with_library /usr/bin/python3 -uc '
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit("python ends"))
print("ready")
signal.pause()'
        [ "$(wait_status)" = "exit 1" ]
        grep -q "^handler of 15 ran" "$out"
        grep -q "^python ends" "$err"
}

@test "chain: a Node service and a C library in it both get SIGTERM" {
        with_library node -e '
process.on("SIGTERM", () => { console.log("node ends"); process.exit(3); });
setInterval(() => {}, 1000);
console.log("ready");'
        [ "$(wait_status)" = "exit 3" ]
        grep -q "^handler of 15 ran" "$out"
        grep -q "^node ends" "$out"
}

@test "chain: a JVM runs its shutdown hooks on SIGTERM, and a C library in it gets it as well" {
        type -P javac >/dev/null || skip "there is no javac"
        cat >"$BATS_TEST_TMPDIR/Hook.java" <<'END'
public class Hook {
        public static void main(String[] words) throws Exception {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook ran")));
                System.out.println("ready");
                Thread.sleep(60000);
        }
}
END
        javac -d "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/Hook.java"
        with_library java -cp "$BATS_TEST_TMPDIR" Hook
        [ "$(wait_status)" = "exit 143" ]
        grep -q "^handler of 15 ran" "$out"
        grep -q "^hook ran" "$out"
}
