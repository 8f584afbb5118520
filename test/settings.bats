# Settings: what each says, what a wrong one is answered with, and which programs the guard is active in.
load helper

teardown() {
        stop_all
        [ -z "${place-}" ] || rm -r "$place"
}

# wrong VARIABLE VALUE WORD: one line that names the variable, the word and what was expected; the service runs as by default
wrong() {
        start_guarded "$1=$2" "$(probe answers)"
        wait_for_line "$out" ready
        [ "$(wc -l <"$err")" = 1 ] || { echo "$1=$2 gave $(wc -l <"$err") lines:"; cat "$err"; return 1; }
        has "$(cat "$err")" "^sigguard(\[[0-9]+\])?: $1: "
        grep -qF -- "\"$3" "$err" || { echo "\"$3\" is not named by:"; cat "$err"; return 1; }
        has "$(cat "$err")" "expected"
        local signal
        for signal in HUP USR1 USR2 PIPE SEGV ABRT; do
                is_disposition "$pid" "$signal" caught
        done
        is_disposition "$pid" TERM default
        stop "$pid"
}

@test "a wrong signal name is named" {
        wrong SIGGUARD_POLICY "TERMM=report" TERMM
        wrong SIGGUARD_OVERRIDE "HUPP=veto" HUPP
}

@test "a wrong action is named" {
        wrong SIGGUARD_POLICY "TERM=reprot" "TERM=reprot"
        wrong SIGGUARD_POLICY "HUP=veto" "HUP=veto"
}

@test "a word without an action, or without a signal, is named" {
        wrong SIGGUARD_POLICY "TERM" "TERM"
        wrong SIGGUARD_POLICY "=report" "=report"
        wrong SIGGUARD_POLICY "TERM=" "TERM="
        wrong SIGGUARD_POLICY "TERM=report=ignore" "TERM=report=ignore"
}

@test "signals that cannot be caught are refused" {
        wrong SIGGUARD_POLICY "KILL=ignore" KILL
        wrong SIGGUARD_POLICY "STOP=report" STOP
}

@test "a wrong rule is named" {
        wrong SIGGUARD_OVERRIDE "protekt" "protekt"
        wrong SIGGUARD_OVERRIDE "HUP=vetoed" "HUP=vetoed"
        wrong SIGGUARD_OVERRIDE "HUP=" "HUP="
}

@test "a wrong level, report form or choice of threads is named" {
        wrong SIGGUARD_LEVEL warn warn
        wrong SIGGUARD_REPORT xml xml
        wrong SIGGUARD_THREADS some some
}

@test "a wrong switch for source lines or variables is named" {
        wrong SIGGUARD_SOURCE yes yes
        wrong SIGGUARD_SOURCE 2 2
        wrong SIGGUARD_LOCALS on on
        wrong SIGGUARD_LOCALS -1 -1
}

@test "a wrong number of milliseconds is named" {
        local value
        for value in abc -1 5s 99999999999999999999; do
                wrong SIGGUARD_TIMEOUT_MS "$value" "$value"
        done
}

@test "a wrong log destination is named" {
        wrong SIGGUARD_LOG syslog syslog
        wrong SIGGUARD_LOG some/file some/file
}

@test "two mistakes are two lines, each names its own word" {
        start_guarded SIGGUARD_POLICY="TERMM=report" SIGGUARD_LEVEL=loud "$(probe answers)"
        wait_for_line "$out" ready
        [ "$(wc -l <"$err")" = 2 ]
        has "$(grep SIGGUARD_POLICY "$err")" '"TERMM'
        has "$(grep SIGGUARD_LEVEL "$err")" '"loud"'
}

@test "a very long wrong word is cut, and does not break the line" {
        start_guarded SIGGUARD_LEVEL="$(head -c 20000 /dev/zero | tr '\0' x)" "$(probe answers)"
        wait_for_line "$out" ready
        [ "$(wc -l <"$err")" = 1 ]
        [ "$(wc -c <"$err")" -lt 4096 ]
        is_disposition "$pid" HUP caught
}

@test "control characters of a wrong word do not reach the terminal" {
        start_guarded SIGGUARD_LEVEL=$'a\x1b[2J\nsigguard: forged' "$(probe answers)"
        wait_for_line "$out" ready
        [ "$(wc -l <"$err")" = 1 ]
        lacks "$(cat "$err")" $'\x1b'
}

@test "a wrong setting changes neither output nor status" {
        same_as_plain SIGGUARD_POLICY="TERMM=report" SIGGUARD_OVERRIDE=x SIGGUARD_LOG=y SIGGUARD_TIMEOUT_MS=z sh -c 'echo out; exit 3'
}

@test "empty settings are the default, without a word" {
        start_guarded SIGGUARD_POLICY= SIGGUARD_OVERRIDE= SIGGUARD_LEVEL= SIGGUARD_LOG= SIGGUARD_REPORT= SIGGUARD_TIMEOUT_MS= \
                SIGGUARD_THREADS= SIGGUARD_SOURCE= SIGGUARD_LOCALS= "$(probe answers)"
        wait_for_line "$out" ready
        [ ! -s "$err" ]
        is_disposition "$pid" HUP caught
}

@test "names may be written with SIG or without, and there may be more than one space between words" {
        start_guarded SIGGUARD_POLICY=" SIGHUP=leave   USR1,SIGUSR2=leave   TERM=discard " "$(probe answers)"
        wait_for_line "$out" ready
        is_disposition "$pid" HUP default
        is_disposition "$pid" USR1 default
        is_disposition "$pid" USR2 default
        is_disposition "$pid" TERM ignored
        is_disposition "$pid" PIPE caught
        [ ! -s "$err" ]
}

@test "the later word wins" {
        start_guarded SIGGUARD_POLICY="HUP=leave HUP=discard" "$(probe answers)"
        wait_for_line "$out" ready
        is_disposition "$pid" HUP ignored
}

@test "all crash signals can be left alone" {
        start_guarded SIGGUARD_POLICY="SEGV,BUS,ILL,FPE,ABRT,TRAP,SYS=leave" "$(probe answers)"
        wait_for_line "$out" ready
        local signal
        for signal in SEGV BUS ILL FPE ABRT TRAP SYS; do
                is_disposition "$pid" "$signal" default
        done
        kill -SEGV "$pid"
        [[ $(wait_status) == "signal 11 "* ]]
        [ ! -s "$err" ]
}

# untouched: the running program is as it would be without us
untouched() {
        wait_for_line "$out" ready
        [ "$(signal_sets "$pid" SigCgt)" = 0000000000000000 ]
        [ "$(signal_sets "$pid" SigIgn)" = 0000000000000000 ]
        kill -HUP "$pid"
        [[ $(wait_status) == "signal 1 "* ]]
        [ ! -s "$err" ]
}

active() {
        wait_for_line "$out" ready
        is_disposition "$pid" HUP caught
        is_disposition "$pid" SEGV caught
        [ ! -s "$err" ]
        stop "$pid"
}

@test "SIGGUARD_DISABLE=1 makes everything inert" {
        start_guarded SIGGUARD_DISABLE=1 "$(probe answers)"
        untouched
        same_as_plain SIGGUARD_DISABLE=1 SIGGUARD_OVERRIDE=veto "$(probe calls)" main query:HUP kernel:HUP signal:HUP:handler \
                kernel:HUP raise:HUP sigaction:SEGV:default+fullmask kernel:SEGV query:SEGV sigset:USR1:hold sysv_signal:USR2:handler \
                kernel:USR2
        same_as_plain SIGGUARD_DISABLE=1 "$(probe masks)" sigprocmask:set:all thread fork
        same_as_plain SIGGUARD_DISABLE=1 "$(probe stacks)" pthread_create
}

@test "SIGGUARD_ONLY is active in the programs it names, by name or by path, and dormant in others" {
        local only name
        for only in answers 'ans*' 'answer?' '[a-b]nswers' '*/test/answers' "$BUILD/test/*" "$BUILD/test/answers" \
                'nginx answers' 'nginx,answers'; do
                start_guarded SIGGUARD_ONLY="$only" "$(probe answers)"
                active || { echo "($only)"; return 1; }
        done
        for only in nginx 'nginx*' answer 'nswers' '/usr/*' 'a?swer' "$BUILD"; do
                start_guarded SIGGUARD_ONLY="$only" "$(probe answers)"
                untouched || { echo "($only)"; return 1; }
        done
}

@test "a path in SIGGUARD_ONLY is that of the program's file, whatever links led to it" {
        ln -s "$(dirname "$(probe answers)")" "$BATS_TEST_TMPDIR/folder"
        ln -s "$(probe answers)" "$BATS_TEST_TMPDIR/link"
        for way in folder/answers link; do
                start_guarded SIGGUARD_ONLY="x $(probe answers)" "$BATS_TEST_TMPDIR/$way"
                active
                start_guarded SIGGUARD_ONLY="$BATS_TEST_TMPDIR/*" "$BATS_TEST_TMPDIR/$way"
                untouched
        done
        start_guarded SIGGUARD_ONLY=answers "$BATS_TEST_TMPDIR/link"
        active
        start_guarded SIGGUARD_ONLY=link "$BATS_TEST_TMPDIR/link"
        untouched
}

@test "SIGGUARD_SKIP is dormant in the programs it names and active in others" {
        start_guarded SIGGUARD_SKIP="nginx ans*" "$(probe answers)"
        untouched
        start_guarded SIGGUARD_SKIP="$BUILD/*" "$(probe answers)"
        untouched
        start_guarded SIGGUARD_SKIP="nginx,answer" "$(probe answers)"
        active
}

@test "the name is the executable's, not the first argument's" {
        start_guarded SIGGUARD_ONLY="answers" bash -c 'exec -a other "$0"' "$(probe answers)"
        active
        start_guarded SIGGUARD_ONLY="other" bash -c 'exec -a other "$0"' "$(probe answers)"
        untouched
}

@test "a dormant program's hooks are plain calls" {
        same_as_plain SIGGUARD_SKIP=calls SIGGUARD_OVERRIDE=veto "$(probe calls)" main query:HUP kernel:HUP signal:HUP:handler \
                kernel:HUP raise:HUP sigaction:SEGV:default+fullmask kernel:SEGV query:SEGV
        same_as_plain SIGGUARD_SKIP=masks "$(probe masks)" sigprocmask:set:all thread fork
        same_as_plain SIGGUARD_SKIP=stacks "$(probe stacks)" thrd_create
}

@test "a dormant program hands the guard on to its children" {
        start_guarded SIGGUARD_ONLY=answers env "$(probe answers)"
        active
}

@test "a secure-mode process takes defaults only and no path from the environment" {
        [ "$(id -u)" = 0 ] || skip "needs root to make a setuid program"
        # where any user can reach it, unlike the test's own directory
        place=$(mktemp -d)
        chmod 755 "$place"
        install -m 644 "$GUARD" "$place/libsigguard.so"
        cc -o "$place/secure" "$BATS_TEST_DIRNAME/programs/answers.c" -Wl,--no-as-needed "$place/libsigguard.so" -Wl,-rpath,"$place"
        chmod 4755 "$place/secure"
        mkdir -m 777 "$place/logs"
        start_plain SIGGUARD_POLICY=HUP=leave SIGGUARD_LOG="$place/logs/log" SIGGUARD_DISABLE=1 SIGGUARD_SKIP=secure \
                SIGGUARD_LEVEL=wrong setpriv --reuid=65534 --clear-groups "$place/secure"
        wait_for_line "$out" ready
        [ "$(awk '/^Uid:/ { print $3 }' "/proc/$pid/status")" = 0 ]
        is_disposition "$pid" HUP caught
        kill -HUP "$pid"
        wait_for_line "$err" "ignored SIGHUP"
        [ -z "$(ls "$place/logs")" ]
}

@test "a report directory that the service may not write is told at its start" {
        [ "$(id -u)" = 0 ] || skip "only root can become another user"
        place=$(mktemp -d)
        chmod 755 "$place"
        install -m 644 "$GUARD" "$place/libsigguard.so"
        mkdir -m 755 "$place/reports"
        run plain setpriv --reuid=65534 --clear-groups env LD_PRELOAD="$place/libsigguard.so" SIGGUARD_REPORT_DIR="$place/reports" true
        has "$output" "^sigguard: SIGGUARD_REPORT_DIR: \"$place/reports\": expected a directory that can be written"
        chmod 777 "$place/reports"
        run -0 --separate-stderr plain setpriv --reuid=65534 --clear-groups \
                env LD_PRELOAD="$place/libsigguard.so" SIGGUARD_REPORT_DIR="$place/reports" true
        [ -z "$stderr" ]
}
