# Every crash signal, made and sent in every way: status and core as without the guard, and gdb agrees with the report.
load crash
guard_settings=("$unhurried")

# The fault of crash_fault that makes each signal; ABRT is nothing that hardware can make.
fault_for() {
        case $1 in
        SEGV) echo null_read ;;
        BUS) echo truncated_read ;;
        ILL) echo illegal_instruction ;;
        FPE) echo division ;;
        TRAP) echo breakpoint ;;
        SYS) echo forbidden_call ;;
        esac
}

# both NAME PROBE ARGUMENTS...: guarded and unguarded, the same death; gdb looks at both cores later
both() {
        local name=$1 program
        program=$(probe "$2")
        shift 2
        crash "$name" "$program" "$@"
        crash_plain "$name.plain" "$program" "$@"
        died_alike "$name" "$name.plain"
        is_complete "$name"
        compare_later "$program" "$name" "$name.plain"
}

# faults [thread]
faults() {
        local signal
        for signal in $CRASH_SIGNALS; do
                [ "$signal" != ABRT ] || continue
                # only x86_64 traps integer division by zero
                [ "$signal" != FPE ] || [ "$(uname -m)" = x86_64 ] || continue
                both "$signal" crash_fault "$(fault_for "$signal")" "$@"
                died_of "$signal" "$signal"
                head_line "$signal" "SIG$signal, "
        done
        COMPARE_THREADS=1 compare_now
}

# sent raise|queue|other [thread]
sent() {
        local signal way=$1
        shift
        for signal in $CRASH_SIGNALS; do
                both "$signal" crash_sent "$way" "$(kill -l "$signal")" "$@"
                died_of "$signal" "$signal"
                head_line "$signal" "SIG$signal, sent by itself"
        done
        compare_now
}

# start NAME start_guarded|start_plain SIGNAL [thread]: until the thread that will be hit waits; its tid is left in $tid
start() {
        local name=$1 starter=$2 signal=$3 dir=$BATS_TEST_TMPDIR/$1
        shift 3
        mkdir -p "$dir"
        OUTPUT=$dir/out ERRORS=$dir/report "$starter" --chdir="$dir" \
                "$(probe crash_sent)" wait "$(kill -l "$signal")" "$@"
        wait_for_line "$dir/out" "ready "
        tid=$(sed -n 's/^ready //p' "$dir/out")
        wait_until 5 grep -q '^State:.S' "/proc/$pid/task/$tid/status"
}

# from_outside SIGNAL ""|thread: sent to the process, or to one thread of it; guarded and unguarded, the same death
from_outside() {
        local signal=$1 thread=$2 starter tid
        for starter in start_guarded start_plain; do
                # shellcheck disable=SC2086 # $thread is none or one word
                start "$signal.$starter" $starter "$signal" $thread
                if [ -n "$thread" ]; then
                        "$(probe crash_tgkill)" "$pid" "$tid" "$(kill -l "$signal")" &
                        wait $!
                else
                        kill -s "$signal" "$pid"
                fi
                wait_status >"$BATS_TEST_TMPDIR/$signal.$starter/status"
        done
        [ "$(death "$signal.start_guarded")" = "$(death "$signal.start_plain")" ]
        [[ $(death "$signal.start_guarded") == "signal $(kill -l "$signal") "* ]]
        is_complete "$signal.start_guarded"
}

@test "faults in the main thread: status, core, siginfo and frames are the original ones" {
        need_cores
        faults
}

@test "faults in another thread: status, core, siginfo and frames are the original ones" {
        need_cores
        faults thread
}

@test "signals raised in the main thread: status, core, siginfo and frames are the original ones" {
        need_cores
        sent raise
}

@test "signals raised in another thread: status, core, siginfo and frames are the original ones" {
        need_cores
        sent raise thread
}

@test "signals sent to the main thread by another one: status, core, siginfo and frames are the original ones" {
        need_cores
        sent other
}

@test "signals sent to a thread by another one: status, core, siginfo and frames are the original ones" {
        need_cores
        sent other thread
}

@test "signals queued with a value: status, core, siginfo and frames are the original ones" {
        need_cores
        sent queue
}

@test "memory errors that the kernel tells of later: status, core, siginfo and frames are the original ones" {
        need_cores
        local signal
        for signal in BUS SEGV; do
                both "$signal" crash_sent late "$(kill -l "$signal")"
                died_of "$signal" "$signal"
        done
        compare_now
}

@test "a signal that is open for one call only: status, core, siginfo and frames are the original ones" {
        need_cores
        both ABRT crash_sent let_in "$(kill -l ABRT)"
        died_of ABRT ABRT
        compare_now
}

@test "signals sent by another process: the sender is named, status, core, siginfo and frames are the original ones" {
        need_cores
        local signal comm
        comm=$(cat "/proc/$BASHPID/comm")
        for signal in $CRASH_SIGNALS; do
                from_outside "$signal" ""
                head_line "$signal.start_guarded" "SIG$signal, sent by pid $BASHPID \($comm\), uid $(id -u)"
                compare_later "$(probe crash_sent)" "$signal.start_guarded" "$signal.start_plain"
        done
        compare_now
}

@test "signals sent to one thread by another process: status, core and frames are the original ones" {
        need_cores
        local signal
        for signal in $CRASH_SIGNALS; do
                from_outside "$signal" thread
                head_line "$signal.start_guarded" "SIG$signal, sent by pid [0-9]+.*, uid $(id -u)"
                # each run has its own sender, so the siginfos differ: no unguarded core here
                compare_later "$(probe crash_sent)" "$signal.start_guarded"
        done
        compare_now
}

@test "abort and a failed assertion, in both threads: status, core, siginfo and frames are the original ones" {
        need_cores
        local way thread
        for way in abort assert; do
                for thread in "" thread; do
                        # shellcheck disable=SC2086 # $thread is none or one word
                        both "$way$thread" crash_sent $way 6 $thread
                        died_of "$way$thread" ABRT
                        head_line "$way$thread" "SIGABRT, "
                done
        done
        compare_now
}

@test "every kind of memory fault: status, core, siginfo and frames are the original ones" {
        need_cores
        local kind
        for kind in null_write null_call readonly_write execute_data noncanonical_read wild_jump; do
                both "$kind" crash_fault "$kind"
                died_of "$kind" SEGV
        done
        compare_now
}

@test "programs of all kinds: gdb agrees with the report frame for frame" {
        need_cores
        both large crash_large
        both thrown crash_thrown
        both nopie crash_nopie null_read
        both stripped crash_stripped null_read thread
        both own crash_library own
        both strlen crash_library strlen
        both memcpy crash_library memcpy
        both plugin crash_library plugin
        both qsort crash_callback qsort
        both atexit crash_callback atexit
        both signal crash_callback signal
        both altsignal crash_callback altsignal
        both nested crash_callback nested
        both free crash_heap free
        both unsorted crash_heap unsorted
        compare_now
}

@test "what arrives while the report is made does not kill in the crash's place: status and core are the original ones" {
        need_cores
        OUTER="--end service" crash term "$(probe crash_fault)" null_read
        grep -q '^hit ' "$BATS_TEST_TMPDIR/term/status"
        crash_plain term.plain "$(probe crash_fault)" null_read
        died_of term SEGV
        died_alike term term.plain
        [[ $(death term) == *" core" ]]
}
