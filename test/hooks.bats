# Every entry point of libc that changes a disposition: answers as libc would, and the same judge behind each.
load helper

setters="sigaction __sigaction signal bsd_signal ssignal sysv_signal __sysv_signal sigset"

# same_answers SIGNAL CALL...: what libc answers is the same with and without us; HUP is as under nohup
same_answers() {
        local ignored=() expected
        [ "$1" != HUP ] || ignored=(--ignore-signal=HUP)
        shift
        expected=$(plain "${ignored[@]}" "$(probe calls)" main "$@")
        output=$(guarded "${rule[@]}" "$(probe calls)" main "$@" 2>/dev/null)
        diff <(echo "$expected") <(echo "$output") >&2
}

# in_kernel SIGNAL WORD
in_kernel() {
        has "$output" "^kernel $(kill -l "$1"): $2"
}

change() {
        output=$(guarded "${rule[@]}" "$(probe calls)" main "$@" 2>"$BATS_TEST_TMPDIR/change.err")
}

each_answers_as_libc() {
        local rule=("$@") call signal
        for call in $setters; do
                for signal in HUP USR1 PIPE SEGV ABRT TERM; do
                        same_answers "$signal" "$call:$signal:handler" "query:$signal" "$call:$signal:second" "query:$signal" \
                                "$call:$signal:default" "query:$signal" "$call:$signal:ignore" "query:$signal" \
                                "$call:$signal:handler" "query:$signal" || { echo "($call $signal)"; return 1; }
                done
        done
}

@test "each way to set a handler answers as libc would, under protect" { each_answers_as_libc; }
@test "each way to set a handler answers as libc would, under allow" { each_answers_as_libc SIGGUARD_OVERRIDE=allow; }
@test "each way to set a handler answers as libc would, under log" { each_answers_as_libc SIGGUARD_OVERRIDE=log; }
@test "each way to set a handler answers as libc would, under veto" {
        each_answers_as_libc SIGGUARD_OVERRIDE="veto ILL,TRAP=veto"
}

@test "each way to set a handler is vetoed and told" {
        local call signal rule=(SIGGUARD_OVERRIDE=veto)
        for call in $setters; do
                for signal in HUP USR1 SEGV; do
                        change "$call:$signal:handler" "kernel:$signal"
                        in_kernel "$signal" foreign || { echo "($call)"; return 1; }
                        has "$(grep "SIG$signal" "$BATS_TEST_TMPDIR/change.err")" "vetoed|kept"
                        has "$(grep "SIG$signal" "$BATS_TEST_TMPDIR/change.err")" "calls\+0x"
                done
        done
}

@test "each way to set a handler passes under allow and log, and log tells" {
        local call rule=(SIGGUARD_OVERRIDE=allow)
        for call in sigaction __sigaction signal bsd_signal ssignal sigset; do
                rule=(SIGGUARD_OVERRIDE=allow)
                change "$call:USR1:handler" kernel:USR1
                in_kernel USR1 handler || { echo "($call)"; return 1; }
                [ ! -s "$BATS_TEST_TMPDIR/change.err" ]
                rule=(SIGGUARD_OVERRIDE=log)
                change "$call:USR1:handler" kernel:USR1
                in_kernel USR1 handler || { echo "($call)"; return 1; }
                has "$(cat "$BATS_TEST_TMPDIR/change.err")" "SIGUSR1.*calls\+0x"
        done
}

@test "each way to set SIG_DFL leaves a stray signal harmless under protect" {
        local call rule=()
        for call in $setters; do
                change signal:USR1:handler "$call:USR1:default" kernel:USR1 stray:USR1 query:USR1
                in_kernel USR1 foreign || { echo "($call)"; return 1; }
                has "$output" "query 10: .* was default"
        done
}

@test "each way to set a handler makes it run" {
        local call rule=()
        for call in $setters; do
                change "$call:USR1:handler" raise:USR1
                has "$output" "handler of 10 ran" || { echo "($call)"; return 1; }
        done
}

@test "the one-shot handler of sysv_signal runs once and the next signal does not kill" {
        local call rule=()
        for call in sysv_signal __sysv_signal; do
                change "$call:USR1:handler" raise:USR1 query:USR1 raise:USR1 kernel:USR1
                [ "$(grep -c "handler of 10 ran" <<<"$output")" = 1 ]
                has "$output" "query 10: .* was default"
                in_kernel USR1 foreign
        done
}

@test "sigignore ignores in the kernel and answers as libc would" {
        local signal rule=()
        for signal in HUP USR1 USR2 PIPE TERM; do
                same_answers "$signal" "sigignore:$signal" "query:$signal" "kernel:$signal" "raise:$signal"
                rule=(SIGGUARD_OVERRIDE=veto)
        done
}

@test "sighold, sigrelse and sigset with SIG_HOLD answer as libc would" {
        local signal rule
        for rule in SIGGUARD_OVERRIDE=protect SIGGUARD_OVERRIDE=veto; do
                for signal in HUP USR1 SEGV TERM; do
                        same_answers "$signal" "sighold:$signal" "sigset:$signal:handler" "sigset:$signal:hold" \
                                "sigset:$signal:hold" "query:$signal" "sigrelse:$signal" "sigset:$signal:default" "query:$signal"
                done
        done
}

@test "sigset releases a held signal to the new handler" {
        local rule=()
        same_answers USR1 sigset:USR1:handler sighold:USR1 raise:USR1 sigset:USR1:second
        has "$output" "second handler of 10 ran"
}

@test "siginterrupt answers as libc would and leaves the kernel's disposition alone" {
        local signal rule
        for rule in SIGGUARD_OVERRIDE=protect SIGGUARD_OVERRIDE=veto; do
                for signal in HUP USR1 SEGV TERM; do
                        same_answers "$signal" "siginterrupt:$signal:1" "query:$signal" "signal:$signal:handler" "query:$signal" \
                                "siginterrupt:$signal:0" "query:$signal" "signal:$signal:second" "query:$signal"
                done
        done
        change siginterrupt:USR1:1 kernel:USR1 raise:USR1
        in_kernel USR1 foreign
}

@test "flags and masks read back as the kernel would have answered" {
        local signal want rule
        for rule in SIGGUARD_OVERRIDE=protect SIGGUARD_OVERRIDE="veto ILL,TRAP=veto" SIGGUARD_OVERRIDE=allow; do
                for signal in HUP USR1 SEGV ILL ABRT; do
                        for want in handler+fullmask handler+everybit handler+siginfo+restart+nodefer handler+unknown \
                                handler+onstack+nocldstop handler+resethand default+fullmask+restart ignore+everybit+unknown; do
                                same_answers "$signal" "sigaction:$signal:$want" "query:$signal" "sigaction:$signal:second" \
                                        || { echo "($rule $signal $want)"; return 1; }
                        done
                done
        done
}

@test "a call that fails changes nothing and fails as without us" {
        local call rule
        for rule in SIGGUARD_OVERRIDE=protect SIGGUARD_OVERRIDE=veto; do
                for call in $setters; do
                        same_answers none "$call:KILL:handler" "$call:STOP:ignore" "$call:32:handler" "$call:33:handler" \
                                "$call:0:handler" "$call:-1:handler" "$call:65:handler" "$call:1000:default" \
                                "$call:KILL:default" || { echo "($call)"; return 1; }
                done
                for call in signal bsd_signal ssignal sysv_signal __sysv_signal sigset; do
                        same_answers USR1 "$call:USR1:handler" "$call:USR1:error" query:USR1 "$call:SEGV:error" query:SEGV \
                                "$call:0:error" || { echo "($call)"; return 1; }
                done
                same_answers none sigignore:KILL sigignore:0 sigignore:65 sighold:0 sighold:65 sighold:33 sigrelse:0 sigrelse:65 \
                        siginterrupt:KILL:1 siginterrupt:0:1 siginterrupt:65:0 query:0 query:65 query:33 query:KILL
        done
        rule=SIGGUARD_OVERRIDE=protect
        change signal:USR1:error kernel:USR1 signal:SEGV:error kernel:SEGV
        in_kernel USR1 foreign
        in_kernel SEGV foreign
}

@test "every entry point is ours: the guard exports what libc exports, and not more" {
        local name
        for name in $setters sighold sigrelse sigignore siginterrupt sigprocmask pthread_sigmask sigblock sigsetmask sigaltstack \
                pthread_create thrd_create; do
                nm -D --defined-only "$GUARD" | grep -qw "$name" || { echo "$name is not hooked"; return 1; }
        done
}
