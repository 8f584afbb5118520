# What the tests of the crash path share: a probe crashes in a directory of its own, where all is left to be judged.
#
#   crash DIR ARGUMENTS...         guarded, in the foreground; ARGUMENTS as for guarded of helper.bash
#   crash_plain DIR ARGUMENTS...   the same without the guard
#
# Then $BATS_TEST_TMPDIR/DIR has out, report (standard error), status (what crash_outer writes) and perhaps a core.
# OUTER="--kill helper" and the like are options of crash_outer; REPORT_TO is another file or pipe for standard error.
load helper

# shellcheck disable=SC2034 # for cores.bats
CRASH_SIGNALS="SEGV BUS ILL FPE ABRT TRAP SYS"

setup() {
        # the core flag of a status says nothing where no core may be written
        ulimit -c unlimited 2>/dev/null || true
}

crash_with() {
        local preload=$1 dir=$BATS_TEST_TMPDIR/$2 command
        shift 2
        mkdir -p "$dir"
        rm -f "$dir"/core* "$dir/status"
        clean_command "$preload" --chdir="$dir" "$@" || return 1
        # shellcheck disable=SC2086 # OUTER is none or several words
        timeout --signal=KILL $((${TIME_LIMIT:-20} * patience)) "$(probe crash_outer)" "$dir/status" ${OUTER-} "${command[@]}" \
                </dev/null >"$dir/out" 2>"${REPORT_TO:-$dir/report}" 3>&- 4>&- && return 0
        echo "no end of: $*"
        cat "$dir/status" "$dir/report"
        return 1
}

crash() {
        crash_with "$GUARD" "$@"
}

crash_plain() {
        crash_with "" "$@"
}

report() {
        cat "$BATS_TEST_TMPDIR/$1/report"
}

# death DIR: "signal N core|nocore" or "exit N"
death() {
        tail -n 1 "$BATS_TEST_TMPDIR/$1/status"
}

# died_of DIR SIGNAL: by this signal, and nothing that belongs to it is left
died_of() {
        if ! [[ $(death "$1") == "signal $(kill -l "$2") "* ]]; then
                echo "$1: $(death "$1"), expected SIG$2"
                report "$1"
                return 1
        fi
        grep -qx "left nothing" "$BATS_TEST_TMPDIR/$1/status" || { echo "$1 left a process behind"; return 1; }
}

# died_alike GUARDED PLAIN: the same status, core flag included
died_alike() {
        [ "$(death "$1")" = "$(death "$2")" ] && grep -qx "left nothing" "$BATS_TEST_TMPDIR/$1/status" && return 0
        echo "$1: $(cat "$BATS_TEST_TMPDIR/$1/status")"
        echo "without the guard: $(death "$2")"
        report "$1"
        return 1
}

# took_at_most DIR MILLISECONDS
took_at_most() {
        local took
        took=$(sed -n 's/^took \([0-9]*\) ms$/\1/p' "$BATS_TEST_TMPDIR/$1/status")
        [ "$took" -le $(($2 * patience)) ] || { echo "$1 took $took ms, allowed are $(($2 * patience))"; return 1; }
}

# head_line DIR REGEX: there is exactly one, it is the crash's first line, and from the signal's name on it says this
head_line() {
        local ours
        ours=$(report "$1" | grep -aE '^(<[0-9]>)?sigguard: ' | grep -avE 'sigguard: SIGGUARD_') || true
        has "$(head -n 1 <<<"$ours")" "^(<2>)?sigguard: [^ ]+\[[0-9]+\] thread [0-9]+ \".*\" crashed: $2" &&
                [ "$(grep -cE ' crashed: SIG' <<<"$ours")" = 1 ] && return 0
        echo "there is no such head line, or more than one:"
        report "$1"
        return 1
}

# is_complete DIR: the report has its end and nothing was degraded
is_complete() {
        has "$(report "$1")" '^(<2>)?sigguard: end of report' && lacks "$(report "$1")" degraded
}

# names_frames DIR NAME...: the crashed thread's first frames are these functions, inlined ones included
names_frames() {
        local dir=$1 seen wanted
        shift
        wanted=$(printf '%s\n' "$@")
        seen=$(frames "$dir" | head -n $#)
        [ "$seen" = "$wanted" ] && return 0
        diff <(echo "$wanted") <(echo "$seen") || true
        report "$dir"
        return 1
}

# frames DIR: bare names of the crashed thread's functions, innermost first
frames() {
        report "$1" | sed -nE '
                s/^ *#([0-9]+) +/\1 /
                t frame
                s/^ +inlined into +/inlined /
                t frame
                b
                : frame
                p' | awk '$1 == 0 && NR > 1 { exit } { print $2 }' |
                sed 's/(.*//; s/+0x[0-9a-f]*$//; s/^[?0].*/?/'
}

# line_of_code FILE TEXT: the number of the line of a probe's source that holds this text
line_of_code() {
        grep -nF -m 1 -- "$2" "$ROOT/test/programs/$1" | cut -d : -f 1
}

# core_of DIR: the path of its core; the kernel may add the pid to the name
core_of() {
        local core
        for core in "$BATS_TEST_TMPDIR/$1"/core*; do
                [ ! -s "$core" ] || echo "$core"
        done | head -n 1
}

need_cores() {
        local pattern
        pattern=$(cat /proc/sys/kernel/core_pattern)
        local only="they are compared where kernel.core_pattern is \"core\", not \"$pattern\""
        [[ $pattern != "|"* ]] || skip "cores go to a program here; $only"
        [[ $pattern != */* ]] || skip "cores go to another directory here; $only"
        [ "$(ulimit -c)" = unlimited ] || skip "this session may not write cores (ulimit -Hc is $(ulimit -Hc))"
}

# compare_later PROGRAM GUARDED [PLAIN] notes a comparison; compare_now has one gdb do all that were noted.
# COMPARE_THREADS=1 has it look at the other threads as well.
compare_later() {
        local core plain=- list=$BATS_TEST_TMPDIR/compare
        core=$(core_of "$2")
        [ -n "$core" ] || { echo "$2 left no core: $(death "$2")"; return 1; }
        [ $# = 2 ] || plain=$(core_of "$3")
        printf '%s\t%s\t%s\t%s\t%s\n' "$2" "$1" "$core" "$BATS_TEST_TMPDIR/$2/report" "$plain" >>"$list"
}

compare_now() {
        "$ROOT/test/compare-frames" "$BATS_TEST_TMPDIR/compare"
        rm "$BATS_TEST_TMPDIR/compare"
}
