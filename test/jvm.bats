# The Java VM: its faults, its signals and its crash report are its own, and what is left to die of is reported after it.
load crash
guard_settings=("$unhurried")

setup() {
        cd "$BATS_TEST_TMPDIR" || return # cores and hs_err files
        ulimit -c unlimited 2>/dev/null || true
        java=(java -Xmx64m -XX:+UseSerialGC -XX:-UsePerfData "-Djava.library.path=$BUILD/test" -cp "$BUILD/test")
}

# ends_alike ARGUMENTS...: all that it prints and its status are the same with and without the guard; leaves $output
ends_alike() {
        local expected expected_status=0 status=0
        expected=$(plain ${behind:+"LD_PRELOAD=$behind"} "$@" 2>&1) || expected_status=$?
        output=$(guarded "LD_PRELOAD=${order:-$GUARD}" "$@" 2>&1) || status=$?
        diff <(echo "$expected; $expected_status") <(echo "$output; $status") >&2
}

# crash_both NAME ARGUMENTS...: guarded in the directory NAME, plain in NAME.plain; what the JVM says is in the report too
crash_both() {
        local name=$1
        shift
        # shellcheck disable=SC2016
        local command=(sh -c 'exec "$@" >&2' sh "${java[@]}" JvmService "$@")
        crash "$name" "LD_PRELOAD=${order:-$GUARD}" "${command[@]}"
        crash_plain "$name.plain" ${behind:+"LD_PRELOAD=$behind"} "${command[@]}"
        died_of "$name" ABRT
        died_alike "$name" "$name.plain"
}

# has_error_file NAME PATTERN: the JVM has written its hs_err file to the end, with such a line, and says so before our report
has_error_file() {
        local file
        file=$(echo "$BATS_TEST_TMPDIR/$1"/hs_err_pid*.log)
        has "$(cat "$file")" "$2"
        [ "$(grep -v '^$' "$file" | tail -n 1)" = END. ]
        [ "$(report "$1" | grep -nE '^# An error report file|^sigguard: .* crashed: ' | head -n 1 | cut -d : -f 2)" = \
                "# An error report file with more information is saved as" ]
}

# below_signal NAME: the functions of the crashed thread from what the signal interrupted, marks and places left out
below_signal() {
        report "$1" | sed -n '/(crashed):/,/^sigguard: thread.* idle/p' | sed -n '/<signal handler called>/,$p' |
                sed -nE '2,$ s/^  #[0-9]+ +([^ (]+).*/\1/p' | sed -E 's/^0x.*/?/; s/\+0x.*//'
}

send() {
        kill "-$1" "$pid"
        wait_until 5 grep -q '^ShdPnd:.*0000000000000000' "/proc/$pid/status"
}

@test "null checks are faults that Java code catches, thousands of them, and not a line from us" {
        plain strace -f -qq -e trace=none -e signal=SIGSEGV -o "$BATS_TEST_TMPDIR/faults" -E "LD_PRELOAD=$GUARD" \
                "${java[@]}" -XX:TieredStopAtLevel=1 -XX:-OmitStackTraceInFastThrow JvmService nulls 4000 \
                >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err"
        [ "$(cat "$BATS_TEST_TMPDIR/out")" = "caught 2000" ]
        [ ! -s "$BATS_TEST_TMPDIR/err" ]
        [ "$(grep -c 'SIGSEGV .*si_addr' "$BATS_TEST_TMPDIR/faults")" -gt 1900 ]
}

@test "null checks, caught stack overflows and safepoints: interpreted and compiled, with two collectors, with -Xrs" {
        local flag
        for flag in -Xint -XX:+UseSerialGC "-XX:-UseSerialGC -XX:+UseG1GC -Xrs"; do
                # shellcheck disable=SC2086 # one flag or several
                ends_alike "${java[@]}" $flag JvmService all
                has "$output" "^caught 10000$"
                has "$output" "^other: overflow caught, deep: true$"
                has "$output" "^stopped at safepoints$"
        done
}

@test "-Xcheck:jni and its look at the signal handlers find nothing to warn of" {
        ends_alike "${java[@]}" -Xcheck:jni JvmService all
        lacks "$output" "[Ww]arning"
}

@test "a fault in C on a Java thread: hs_err file, then our report through Java's frames, then the JVM's SIGABRT" {
        crash_both fault fault
        has_error_file fault '^# C +\[libjvm_part.so\+0x[0-9a-f]+\] +parse\+0x'
        head_line fault "SIGABRT, abort\(\) was called"
        is_complete fault
        # the C frames have names and lines; Java's are said to be what they are; behind them the launcher has names again
        [ "$(below_signal fault | head -n 3 | tr '\n' ' ')" = "parse handle Java_JvmService_fault " ]
        has "$(report fault)" "parse +test/programs/libjvm_part.c:$(line_of_code libjvm_part.c '/* here */'):"
        [ "$(below_signal fault | sed -n '4,$p' | uniq | head -n 2 | tr '\n' ' ')" = "? JavaCalls::call_helper " ]
        has "$(report fault)" '^  #[0-9]+ +0x[0-9a-f]+ +code made at run time  \[frame pointer\]$'
        below_signal fault | grep -qx JavaMain
        below_signal fault | tail -n 1 | grep -qE 'clone|^thread_start$' # glibc's, on aarch64
}

@test "the same in a JVM that only compiles, and as JSON in one that only interprets" {
        crash comp "${java[@]}" -Xcomp JvmService fault
        [ "$(below_signal comp | head -n 3 | tr '\n' ' ')" = "parse handle Java_JvmService_fault " ]
        below_signal comp | grep -qx JavaMain
        crash json SIGGUARD_REPORT=json "${java[@]}" -Xint JvmService fault
        report json | tail -n 1 | python3 -c '
import json, sys
frames = json.load(sys.stdin)["stack"]["frames"]
assert [f["generated"] for f in frames if "module" not in f].count(True) >= 2, frames
assert any(f.get("function") == "JavaMain" for f in frames), frames
'
}

@test "a fault in C on a thread that attached itself: the same order, and all its frames" {
        crash_both attached attached
        has_error_file attached '^# C +\[libjvm_part.so\+0x[0-9a-f]+\] +parse\+0x'
        is_complete attached
        [ "$(below_signal attached | head -n 4 | tr '\n' ' ')" = "parse handle attached start_thread " ]
}

@test "abort in C: our report, and the same death" {
        crash_both end abort
        head_line end "SIGABRT, abort\(\) was called"
        has "$(report end)" '#[0-9]+ +Java_JvmService_end +test/programs/libjvm_part.c'
}

@test "a SIGSEGV from outside: the JVM's own report says so, then ours, then the same death" {
        local run
        for run in guarded plain; do
                mkdir "$BATS_TEST_TMPDIR/$run"
                "start_$run" "--chdir=$BATS_TEST_TMPDIR/$run" "${java[@]}" JvmService wait
                wait_for_line "$out" ready
                kill -SEGV "$pid"
                [ "$(wait_status)" = "signal 6 core" ]
                has "$(cat "$BATS_TEST_TMPDIR/$run"/hs_err_pid*.log)" "sent by kill"
        done
        has "$(cat "$BATS_TEST_TMPDIR/1.err")" "crashed: SIGABRT, abort\(\) was called"
        has "$(cat "$BATS_TEST_TMPDIR/1.err")" "sigguard: end of report"
}

@test "libjsig before us and after us: as with libjsig alone, with our report at the end" {
        local behind order name=jsig
        behind=$(find "$(readlink -f /usr/lib/jvm/default-java)/lib" -name libjsig.so | head -n 1)
        for order in "$behind:$GUARD" "$GUARD:$behind"; do
                name+=x
                ends_alike "${java[@]}" JvmService nulls 2000
                crash_both $name fault
                has_error_file $name '^# C +\[libjvm_part.so'
                is_complete $name
                [ "$(report $name | grep -c ' crashed: ')" = 1 ]
        done
}

@test "stray HUP, USR1, USR2 and PIPE do not end a Java service, whatever thread they meet" {
        local number
        for number in HUP USR1 USR2; do
                start_plain "${java[@]}" JvmService wait
                wait_for_line "$out" ready
                kill "-$number" "$pid"
                [ $number = USR2 ] || { wait_status; continue; }
                # later releases (17.0.21, not 17.0.15) only warn of one to a thread that is none of Java's
                wait_until 10 grep -qE '^(exit|signal) |stray SR signal' "$ended" "$out"
        done
        start_guarded "${java[@]}" JvmService wait
        wait_for_line "$out" ready
        for number in HUP USR1 USR2 PIPE; do
                for task in "/proc/$pid/task/"*; do kill "-$number" "${task##*/}"; done
                send "$number"
                is_running "$pid"
        done
        has "$(cat "$err")" "ignored SIGHUP from pid [0-9]+"
        has "$(cat "$err")" "ignored SIGUSR2 from pid [0-9]+"
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 143" ]
        has "$(cat "$out")" "hook ran"
        lacks "$(cat "$err")" "^#"
}

@test "handlers that Java code has with sun.misc.Signal are called as ever, for HUP too" {
        local run name
        for run in plain guarded; do
                "start_$run" "${java[@]}" JvmService handle
                wait_for_line "$out" ready
                for name in HUP USR2 PIPE INT TERM; do
                        kill "-$name" "$pid"
                        wait_for_line "$out" "handled $name"
                done
                kill -KILL "$pid"
        done
        diff "$BATS_TEST_TMPDIR/1.out" "$BATS_TEST_TMPDIR/2.out"
        [ ! -s "$err" ]
        # where the JVM leaves USR2 alone, the first handler for it is Java code's
        start_guarded _JAVA_SR_SIGNUM=16 "${java[@]}" JvmService handle
        wait_for_line "$out" ready
        kill -USR2 "$pid"
        wait_for_line "$out" "handled USR2"
}

@test "shutdown hooks on TERM and INT as ever, on HUP when the policy leaves it alone, and QUIT dumps the threads" {
        local run name expected
        for name in TERM INT HUP; do
                expected=
                for run in plain guarded; do
                        "start_$run" SIGGUARD_POLICY=HUP=leave "${java[@]}" JvmService wait
                        wait_for_line "$out" ready
                        kill -QUIT "$pid"
                        wait_for_line "$out" "Full thread dump"
                        kill "-$name" "$pid"
                        has "$(wait_status)" "^exit 1[0-9]+$"
                        has "$(cat "$out")" "hook ran"
                        [ ! -s "$err" ]
                        [ -z "$expected" ] || [ "$(wait_status)" = "$expected" ]
                        expected=$(wait_status)
                done
        done
}

@test "under chain, too, stray HUP and USR2 do not end a Java service, and Java code may have handlers for them" {
        local number library
        library="LD_PRELOAD=$GUARD:$(probe libcaller.so)"
        start_plain "$library" CALLS="sigaction:HUP:handler+onstack sigaction:USR2:handler+onstack" SIGGUARD_OVERRIDE=chain \
                "${java[@]}" JvmService wait
        wait_for_line "$out" ready
        for number in HUP USR2; do
                for task in "/proc/$pid/task/"*; do kill "-$number" "${task##*/}"; done
                send "$number"
                is_running "$pid"
        done
        grep -q "^handler of 1 ran" "$out"
        grep -q "^handler of 12 ran" "$out"
        kill -KILL "$pid"
        start_guarded SIGGUARD_OVERRIDE=chain "${java[@]}" JvmService wait
        wait_for_line "$out" ready
        send USR2
        send HUP
        is_running "$pid"
        has "$(cat "$err")" "ignored SIGUSR2 from pid [0-9]+"
        has "$(cat "$err")" "ignored SIGHUP from pid [0-9]+"
        kill -KILL "$pid"
        start_guarded SIGGUARD_OVERRIDE=chain "${java[@]}" JvmService handle
        wait_for_line "$out" ready
        for number in HUP USR2; do
                kill "-$number" "$pid"
                wait_for_line "$out" "handled $number"
        done
}

@test "with -Xrs nothing of the JVM's stands between a stray HUP and the service" {
        start_guarded "${java[@]}" -Xrs JvmService wait
        wait_for_line "$out" ready
        send HUP
        is_running "$pid"
        has "$(cat "$err")" "ignored SIGHUP from pid"
        kill -TERM "$pid"
        [ "$(wait_status)" = "signal 15 nocore" ]
}

@test "what ProcessBuilder starts has the dispositions and the mask that it has without us" {
        # the child is guarded in its turn, which is not the question
        ends_alike SIGGUARD_SKIP=grep "${java[@]}" JvmService child grep -E 'Sig(Cgt|Ign|Blk|Pnd)' /proc/self/status
        ends_alike SIGGUARD_SKIP=env "${java[@]}" JvmService child env --list-signal-handling true
}

@test "jcmd and jstack attach, and the JVM shows the signal handlers that it shows without us" {
        local run
        for run in plain guarded; do
                "start_$run" "${java[@]}" JvmService wait
                wait_for_line "$out" ready
                plain jcmd "$pid" VM.info | sed -n '/^Signal Handlers:/,/^$/p' >"$BATS_TEST_TMPDIR/$run.handlers"
                plain jstack "$pid" | grep -cF java.lang.Thread.State >"$BATS_TEST_TMPDIR/$run.states"
                kill -TERM "$pid"
                [ "$(wait_status)" = "exit 143" ]
                [ ! -s "$err" ]
        done
        has "$(cat "$BATS_TEST_TMPDIR/guarded.handlers")" "SIGUSR2: SR_handler in libjvm.so, mask=0+, flags=SA_RESTART.SA_SIGINFO"
        diff "$BATS_TEST_TMPDIR/plain.handlers" "$BATS_TEST_TMPDIR/guarded.handlers"
        [ "$(cat "$BATS_TEST_TMPDIR/guarded.states")" -gt 2 ]
}

@test "the JVM still stops its own threads by USR2: a flight recording has samples of a busy thread" {
        local file=$BATS_TEST_TMPDIR/flight.jfr
        run -0 --separate-stderr guarded "${java[@]}" "-XX:StartFlightRecording:filename=$file,settings=profile" \
                -Xlog:jfr*=off JvmService safepoints
        [ -z "$stderr" ]
        has "$(plain jfr summary "$file")" "jdk.ExecutionSample +[1-9]"
}

@test "an uncaught exception and System.exit end the JVM with their words and status" {
        ends_alike "${java[@]}" JvmService throw
        has "$output" "nobody catches this"
        ends_alike "${java[@]}" JvmService exit 3
}
