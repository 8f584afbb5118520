# What every test file loads: run a program guarded or plain in a clean environment, wait for it, ask the kernel about it.
#
#   guarded [ENV OPTION...] [NAME=VALUE...] COMMAND...    in the foreground, with LD_PRELOAD=$GUARD
#   plain   [ENV OPTION...] [NAME=VALUE...] COMMAND...    the same without the guard: the oracle for "as if we were not there"
#   start_guarded, start_plain (same arguments)           in the background; they set pid, out, err (files) and ended (a file)
#   guarded_status, plain_status (same arguments)         in the foreground, print only "exit N" or "signal N core|nocore"
#   wait_status                                           the same line for what start_... started last, when it has ended
#
# ENV OPTIONs are those of env(1), for example --ignore-signal=HUP or --block-signal=USR1. A later LD_PRELOAD=... replaces ours.
# All that the test starts by start_... ends in teardown, with whatever is left of its process group; a test file with a teardown of its own calls stop_all in it.
# The test's own shell is never guarded. Whatever a guarded program starts is guarded too: LD_PRELOAD is inherited.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
GUARD=$BUILD/libsigguard.so
CLEAN_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
guard_settings=() # a file's settings for all that it starts guarded
started=()
started_groups=()
started_count=0
patience=${PATIENCE:-1} # a slower machine than usual: all time limits are that many times as long
unhurried=SIGGUARD_TIMEOUT_MS=$((20000 * patience)) # for guard_settings: a busy machine does not cut a report short

bats_require_minimum_version 1.5.0
unset LD_PRELOAD

# probe NAME: the path of the program built from test/programs/NAME.c
probe() {
        printf '%s\n' "$BUILD/test/$1"
}

# sigguard ARGUMENTS...: the launcher of the tree
sigguard() {
        "$ROOT/scripts/sigguard" "$@"
}

# clean_command PRELOAD ARGUMENTS...: fills the array command with an env(1) call; all dispositions default, nothing inherited
clean_command() {
        local preload=$1
        shift
        # ld.so would only warn and go on unguarded: then the tests that expect to see no difference would pass
        [ -z "$preload" ] || [ -r "$preload" ] || { echo "there is no $preload" >&2; return 1; }
        command=(env -i --default-signal)
        while [[ ${1-} == -* ]]; do
                command+=("$1")
                shift
        done
        command+=("PATH=$CLEAN_PATH" "HOME=${BATS_TEST_TMPDIR:-/}" LANG=C.UTF-8)
        [ -z "$preload" ] || command+=("LD_PRELOAD=$preload" "${guard_settings[@]}")
        command+=("$@")
}

# TIME_LIMIT (seconds, default 20) bounds every run in the foreground: a hang is a failure, not a stuck suite
guarded() {
        local command
        clean_command "$GUARD" "$@" || return 1
        timeout --signal=KILL $((${TIME_LIMIT:-20} * patience)) "${command[@]}"
}

plain() {
        local command
        clean_command "" "$@"
        timeout --signal=KILL $((${TIME_LIMIT:-20} * patience)) "${command[@]}"
}

# The program's own output goes to the files $BATS_TEST_TMPDIR/status.out and status.err
run_for_status() {
        local command
        clean_command "$@" || return 1
        rm -f "$BATS_TEST_TMPDIR/status"
        timeout --signal=KILL $((${TIME_LIMIT:-20} * patience)) "$(probe status)" "$BATS_TEST_TMPDIR/status" "${command[@]}" \
                >"$BATS_TEST_TMPDIR/status.out" 2>"$BATS_TEST_TMPDIR/status.err" || true
        sed -n '2p' "$BATS_TEST_TMPDIR/status"
}

guarded_status() {
        run_for_status "$GUARD" "$@"
}

plain_status() {
        run_for_status "" "$@"
}

# INPUT, OUTPUT and ERRORS name other files than the default /dev/null and the files in $BATS_TEST_TMPDIR.
# `status` is the parent: it writes "pid N", then how the program ended. No descriptor of the test framework leaks into it.
start_in_background() {
        local command
        clean_command "$@" || return 1
        started_count=$((started_count + 1))
        out=${OUTPUT:-$BATS_TEST_TMPDIR/$started_count.out}
        err=${ERRORS:-$BATS_TEST_TMPDIR/$started_count.err}
        ended=$BATS_TEST_TMPDIR/$started_count.ended
        rm -f "$ended"
        # job control gives it a process group of its own, by which teardown finds what the program has left behind
        set -m
        "$(probe status)" "$ended" "${command[@]}" <"${INPUT:-/dev/null}" >"$out" 2>"$err" 3>&- 4>&- &
        set +m
        started_groups+=("$!")
        disown $!
        wait_for_line "$ended" "pid " || return 1
        pid=$(sed -n 's/^pid //p' "$ended")
        started+=("$pid")
}

start_guarded() {
        start_in_background "$GUARD" "$@"
}

start_plain() {
        start_in_background "" "$@"
}

# wait_status [SECONDS]: "exit N" or "signal N core|nocore" of the program that was started last
wait_status() {
        wait_until "${1:-10}" grep -qE '^(exit|signal) ' "$ended" || { echo "still running after ${1:-10} s: $pid"; return 1; }
        sed -n '2p' "$ended"
}

# is_running PID: it is there, and no zombie
is_running() {
        [[ $(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) == [!Z]* ]]
}

# wait_until SECONDS COMMAND...: polls until the command succeeds; 1 when it did not in time
wait_until() {
        local deadline=$((${EPOCHREALTIME/[.,]/} + $1 * patience * 1000000))
        shift
        until "$@" >/dev/null 2>&1; do
                [ "${EPOCHREALTIME/[.,]/}" -lt "$deadline" ] || return 1
                sleep 0.02
        done
}

# wait_for_line FILE TEXT [SECONDS]: until a line of the file contains the text; gives up when the started program has ended
wait_for_line() {
        wait_until "${3:-10}" line_or_end "$1" "$2"
        grep -qaF -- "$2" "$1" && return 0
        echo "no line with \"$2\" in $1 within ${3:-10} s or before the program ended; it has:" >&2
        cat "$1" >&2
        return 1
}

line_or_end() {
        grep -qaF -- "$2" "$1" || { [[ $1 == "${out-}" || $1 == "${err-}" ]] && grep -qE '^(exit|signal) ' "$ended"; }
}

# stop PID: ends a process that this test started, at once, and waits until it is gone
stop() {
        kill -KILL "$1" 2>/dev/null || return 0
        wait_until 5 is_gone "$1"
}

is_gone() {
        [ ! -e "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null
}

stop_all() {
        local one
        for one in "${started[@]}"; do
                stop "$one"
        done
        for one in "${started_groups[@]}"; do
                kill -KILL -- "-$one" 2>/dev/null || true
        done
        started=()
        started_groups=()
}

teardown() {
        stop_all
}

# flags HEX: these flags of sigaction(2) as they read back; libc adds SA_RESTORER where the kernel needs it
flags() {
        local restorer=0
        [ "$(uname -m)" != x86_64 ] || restorer=0x04000000
        printf '%#x\n' $(($1 | restorer))
}

# own_write FD FILE: how the log names a write to a dead peer; only x86_64 keeps the descriptor over the system call
own_write() {
        if [ "$(uname -m)" = x86_64 ]; then
                echo "write to fd $1 \($2\)"
        else
                echo "its own write to a closed pipe or connection"
        fi
}

# signal_sets PID FIELD: the kernel's mask for SigIgn, SigCgt, SigBlk, SigPnd or ShdPnd, as hexadecimal digits
signal_sets() {
        local mask
        mask=$(sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status")
        # glibc's posix_spawn ignores its own signals 32 and 33 in the child, so that whoever runs the tests decides about them
        [ -z "$mask" ] || printf '%016x\n' $((0x$mask & ~0x180000000))
}

# in_set SIGNAL HEX: is the signal (a name without SIG, or a number) in such a mask
in_set() {
        local number=$1
        [[ $number == [0-9]* ]] || number=$(kill -l "$number")
        (((0x$2 >> (number - 1)) & 1))
}

# out_of_set SIGNAL HEX: the opposite, for places where bash would not notice that "! in_set" fails
out_of_set() {
        ! in_set "$@"
}

# disposition PID SIGNAL: default, ignored or caught, in the kernel's view
disposition() {
        if in_set "$2" "$(signal_sets "$1" SigIgn)"; then
                echo ignored
        elif in_set "$2" "$(signal_sets "$1" SigCgt)"; then
                echo caught
        else
                echo default
        fi
}

# is_disposition PID SIGNAL WORD
is_disposition() {
        [ "$(disposition "$1" "$2")" = "$3" ] && return 0
        echo "$2 of $1 is $(disposition "$1" "$2") in the kernel, expected $3" >&2
        return 1
}

# nothing_pends PID: every signal that was sent to the process or one of its threads has been taken
nothing_pends() {
        local status
        for status in "/proc/$1/status" "/proc/$1/task/"*/status; do
                [ "$(grep -cE '^S(ig|hd)Pnd:.*0000000000000000$' "$status")" = 2 ] || return 1
        done
}

# has TEXT REGEX: a line of the text matches the extended regular expression; shows the text when none does
has() {
        grep -qaE -- "$2" <<<"$1" && return 0
        printf 'nothing matches /%s/ in:\n%s\n' "$2" "$1" >&2
        return 1
}

# lacks TEXT REGEX
lacks() {
        grep -qaE -- "$2" <<<"$1" || return 0
        printf 'something matches /%s/ in:\n%s\n' "$2" "$1" >&2
        return 1
}

# same_as_plain ARGUMENTS...: standard output and status are the same with and without the guard; output is left in $output
same_as_plain() {
        local expected expected_status=0 status=0
        expected=$(plain "$@" 2>/dev/null) || expected_status=$?
        output=$(guarded "$@" 2>"$BATS_TEST_TMPDIR/same.err") || status=$?
        [ "$output" = "$expected" ] && [ "$status" = "$expected_status" ] && return 0
        diff <(echo "$expected") <(echo "$output") >&2
        echo "(< without the guard, status $expected_status; > with it, status $status)" >&2
        return 1
}
