# sigguard status: the ledger of a living process, judged against the kernel's view, and told without disturbing it.
load helper

setup() {
        LINKS=$BATS_TEST_TMPDIR/links
        mkdir "$LINKS"
        cp "$(probe libchainlink.so)" "$LINKS/A.so"
}

teardown() {
        stop_all
}

# service SETTINGS... -- CALLS...: a guarded program that has made these calls and waits
service() {
        local settings=()
        while [ "$1" != -- ]; do settings+=("$1"); shift; done
        start_guarded LINKS="$LINKS" "${settings[@]}" "$(probe chains)" "${@:2}" main:wait
        wait_for_line "$out" ready
}

# cell SIGNAL COLUMN: columns are two blanks apart
cell() {
        awk -F '   *' -v signal="$1" -v column="$2" '$1 == signal { print $column }' <<<"$output"
}

@test "status shows each guarded signal as the kernel has it" {
        service -- main:sigaction:USR1:handler main:sigaction:USR2:ignore main:sigaction:SEGV:handler
        run -0 sigguard status "$pid"
        [ "$(awk 'NR > 2 { print $1 }' <<<"$output" | tr '\n' ' ')" = \
                "SIGHUP SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGSYS " ]
        for signal in HUP ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE SYS; do
                case $(cell "SIG$signal" 2) in
                guard | program) is_disposition "$pid" "$signal" caught ;;
                *) is_disposition "$pid" "$signal" "$(cell "SIG$signal" 2)" ;;
                esac
        done
        [ "$(cell SIGHUP 2) $(cell SIGUSR1 2) $(cell SIGUSR2 2) $(cell SIGSEGV 2)" = "guard program ignored program" ]
        [ "$(cell SIGHUP 3) $(cell SIGSEGV 3)" = "ignore crash" ]
        has "$(cell SIGUSR1 4)" '^calls_handler \(chains\+0x[0-9a-f]+\)$'
        [ "$(cell SIGHUP 4) $(cell SIGUSR2 4) $(cell SIGPIPE 4)" = "ignored ignored default" ]
}

@test "status tells who changed a signal last, with module, function and time" {
        local before
        before=$(date -u '+%Y-%m-%d %H:%M')
        service SIGGUARD_OVERRIDE=USR1=veto -- A:sigaction:HUP:handler main:signal:USR1:handler
        run -0 sigguard status "$pid"
        has "$(cell SIGHUP 7)" '^20[0-9-]+ [0-9:]+ UTC, passed by sigaction in calls_action \(A\.so\+0x[0-9a-f]+\)$'
        has "$(cell SIGUSR1 7)" '^20[0-9-]+ [0-9:]+ UTC, vetoed by signal in calls_simple \(chains\+0x[0-9a-f]+\)$'
        [[ $(cell SIGHUP 7) > "$before" ]]
        [[ $(cell SIGHUP 7) < "$(date -u -d '+1 minute' '+%Y-%m-%d %H:%M')" ]]
        [ "$(cell SIGUSR1 3)" = "ignore, veto" ]
        [ "$(cell SIGPIPE 7)" = - ]
}

@test "status remembers the last change of a signal when the ring of changes has moved on" {
        local calls=()
        for i in {1..100}; do calls+=(main:sigaction:USR2:handler); done
        service -- A:sigaction:HUP:handler "${calls[@]}"
        run -0 sigguard status "$pid"
        has "$(cell SIGHUP 7)" 'calls_action \(A\.so'
        run -0 sigguard status --json "$pid"
        [ "$(jq '.changes | length' <<<"$output") $(jq .changes_lost <<<"$output")" = "64 37" ]
}

@test "status counts what was swallowed and names the last sender" {
        service --
        kill -HUP "$pid"
        cp "$(command -v bash)" "$BATS_TEST_TMPDIR/second"
        "$BATS_TEST_TMPDIR/second" -c 'kill -HUP "$1"; until grep -q "^ShdPnd:.*0000000000000000" /proc/$1/status; do :; done' two "$pid"
        run -0 sigguard status "$pid"
        [ "$(cell SIGHUP 5)" = 2 ]
        has "$(cell SIGHUP 6)" '^pid [0-9]+ \(second\), uid 0'
        [ "$(cell SIGUSR1 5) $(cell SIGUSR1 6)" = "0 -" ]
}

@test "status shows a chain with all its handlers, newest first" {
        service SIGGUARD_OVERRIDE=TERM=chain -- main:sigaction:TERM:handler A:sigaction:TERM:handler
        run -0 sigguard status "$pid"
        has "$(cell SIGTERM 4)" '^calls_handler \(A\.so\+0x[0-9a-f]+\), then calls_handler \(chains\+0x[0-9a-f]+\)$'
        [ "$(cell SIGTERM 3)" = chain ]
}

@test "status marks what was changed past the C library" {
        service -- main:past_hooks:HUP:ignore
        is_disposition "$pid" HUP ignored
        run -0 sigguard status "$pid"
        [ "$(cell SIGHUP 2)" = "ignored (!)" ]
        has "$output" '^\(!\) changed past the C library'
}

@test "status as JSON has the same facts" {
        service SIGGUARD_OVERRIDE=TERM=chain -- A:sigaction:TERM:handler main:stray:HUP
        run -0 sigguard status --json "$pid"
        [ "$(jq -r '[.pid, .state, .version] | join(" ")' <<<"$output")" = "$pid active $(cat "$ROOT/VERSION")" ]
        [ "$(jq -r '.signals[] | select(.signal == "SIGTERM") | [.kernel, .action, .rule, (.chain | length)] | join(" ")' <<<"$output")" = \
                "guard chain chain 1" ]
        jq -e '.signals[] | select(.signal == "SIGTERM") | .last_change.caller | test("^calls_action \\(/.*/A.so\\+0x")' <<<"$output"
        [ "$(jq -r '.signals[] | select(.signal == "SIGHUP") | [.ignored, .last_sender.name] | join(" ")' <<<"$output")" = "1 chains" ]
}

@test "status leaves the process as it was: not stopped, not traced, no descriptor, no line" {
        service --
        local before
        before=$(ls "/proc/$pid/fd" | wc -l)
        run -0 strace -f -o "$BATS_TEST_TMPDIR/calls" "$ROOT/scripts/sigguard" status "$pid"
        run ! grep -qE 'ptrace\(|kill\(' "$BATS_TEST_TMPDIR/calls"
        [ "$(ls "/proc/$pid/fd" | wc -l)" = "$before" ]
        has "$(<"/proc/$pid/status")" '^TracerPid:[[:space:]]*0$'
        [ ! -s "$err" ]
}

@test "status is true while another thread changes handlers all the time" {
        cp "$LINKS/A.so" "$LINKS/B.so"
        OUTPUT=/dev/null
        start_guarded LINKS="$LINKS" "$(probe chains)" main:sigaction:USR1:handler busy main:wait
        wait_until 5 test "$(ls "/proc/$pid/task" | wc -l)" = 3
        for i in {1..15}; do
                run -0 sigguard status "$pid"
                [[ "$(cell SIGUSR1 2)" =~ ^(program|guard)$ ]]
                [[ "$(cell SIGUSR1 4)" =~ ^(calls_handler \([AB]\.so\+0x[0-9a-f]+\)|default)$ ]]
        done
}

@test "status finds a library under another name, in another root, and one that was deleted" {
        local root=$BATS_TEST_TMPDIR/root
        mkdir "$root"
        cp "$GUARD" "$BATS_TEST_TMPDIR/other-name.so"
        start_plain LD_PRELOAD="$BATS_TEST_TMPDIR/other-name.so" "$(probe calls)" main signal:USR1:handler wait
        wait_for_line "$out" ready
        rm "$BATS_TEST_TMPDIR/other-name.so"
        run -0 sigguard status "$pid"
        has "$output" "guarded by /.*/other-name.so, version"
        has "$(cell SIGUSR1 4)" '^calls_handler'

        # a file system that is mounted nowhere else, as a container's
        start_plain unshare --mount bash -c 'mount -t tmpfs none "$1" && cp --parents $(ldd "$3" | grep -oE "/[^ ]+") "$1" &&
                cp "$2" "$1/guard.so" && cp "$3" "$1/service" &&
                exec chroot "$1" "$(ldd "$3" | grep -oE "/[^ ]*/ld-linux[^ ]*")" --preload /guard.so /service main signal:USR1:handler wait' \
                container "$root" "$GUARD" "$(probe calls)"
        wait_for_line "$out" ready
        run -0 sigguard status "$pid"
        has "$output" "guarded by /.*guard.so, version"
        has "$(cell SIGUSR1 4)" '^calls_handler'
}

@test "status says why a process has none, in one line" {
        start_plain "$(probe calls)" main wait
        wait_for_line "$out" ready
        run -1 --separate-stderr sigguard status "$pid"
        [ "$stderr" = "sigguard: $pid (calls) is not guarded: no libsigguard.so is loaded in it" ]
        start_guarded SIGGUARD_SKIP=calls "$(probe calls)" main wait
        wait_for_line "$out" ready
        run -1 --separate-stderr sigguard status "$pid"
        has "$stderr" "^sigguard: $pid \(calls\) is not guarded: SIGGUARD_ONLY, SIGGUARD_SKIP or SIGGUARD_DISABLE leaves it out$"
        start_guarded "$(probe calls)" main wait
        wait_for_line "$out" ready
        run -2 --separate-stderr setpriv --reuid 65534 --clear-groups "$BUILD/sigguard-symbolize" --status "$pid"
        [ "$stderr" = "sigguard: $pid (calls) cannot be read: that is for its own user, and for root with CAP_SYS_PTRACE" ]
        run -2 --separate-stderr sigguard status 4194305
        [ "$stderr" = "sigguard: there is no process 4194305" ]
        run -2 --separate-stderr sigguard status 12x
        [ "$stderr" = 'sigguard: "12x": expected the pid of a process' ]
        run -64 --separate-stderr sigguard status
        has "$stderr" "status needs the pid of a process; see sigguard status --help"
        run -64 --separate-stderr sigguard status --jsn "$pid"
        has "$stderr" "unknown option --jsn"
}

@test "status says that a process that has ended but was not waited for has no memory" {
        local zombie
        start_plain sh -c 'true & exec sleep 30'
        ended_child() { zombie=$(ps -o pid=,stat= --ppid "$pid" | sed -n 's/^ *\([0-9]*\) Z.*/\1/p'); [ "$zombie" ]; }
        wait_until 10 ended_child
        run -2 --separate-stderr sigguard status "$zombie"
        has "$stderr" "^sigguard: $zombie \([a-z]+\) cannot be read: it has no memory, or is just ending$"
}

@test "a program and a library that have something of the ledger's name keep it, and status finds ours" {
        start_plain LD_PRELOAD="$(probe libown_ledger.so):$GUARD" "$(probe own_ledger)"
        wait_for_line "$out" ready
        [ "$(head -1 "$out")" = "42, 0 bytes changed" ]
        run -0 sigguard status "$pid"
        has "$output" "^$pid own_ledger, guarded by $GUARD,"
        has "$output" "^SIGHUP +guard +ignore"
}

@test "status of several processes ends with the worst of their answers" {
        service --
        local guarded=$pid
        start_plain "$(probe calls)" main wait
        wait_for_line "$out" ready
        run -1 sigguard status "$guarded" "$pid"
        has "$output" "^$guarded chains, guarded by"
        has "$output" "^sigguard: $pid \(calls\) is not guarded"
        run -2 sigguard status 4194305 "$guarded"
        has "$output" "^$guarded chains, guarded by"
}
