# Processes in every bad state we could think of crash: the death is the unguarded one, in time, and the report says what it lacks.
# What is not here is in crash.bats, corrupt.bats, helperless.bats, stackoverflow.bats and report.bats; docs/crash-path.md has the list.
load crash

# hostile NAME ENV-OR-PROBE...: guarded and unguarded; the same death, in time, nothing left, a head line, a report that has an end
hostile() {
        local name=$1
        shift
        crash "$name" "$@"
        crash_plain "$name.plain" "$@"
        judged "$name"
}

judged() {
        died_alike "$1" "$1.plain"
        took_at_most "$1" 5500
        head_line "$1" "${HEAD-SIGSEGV, }"
        has_end "$1"
}

# has_end DIR: the whole report, or raw frames; and what is missing is named
has_end() {
        is_complete "$1" 2>/dev/null || named_degraded "$1"
}

named_degraded() {
        has "$(report "$1")" '^(<2>)?sigguard: degraded: [a-z]+' &&
                has "$(report "$1")" '^(<2>)?sigguard: (end of report|raw end)'
}

# is_degraded DIR REGEX: the report says in these words what could not be done
is_degraded() {
        named_degraded "$1"
        has "$(report "$1")" "^(<2>)?sigguard: degraded: .*($2)"
}

teardown() {
        stop_all
        [ -z "${group-}" ] || rmdir "$group" 2>/dev/null || true
}

need_root() {
        [ "$(id -u)" = 0 ] || skip "only root may $1"
}

# for_everyone: a directory that another user can read, with the library and hostile_state in it
for_everyone() {
        open=$BATS_TEST_TMPDIR/open
        mkdir -p "$open"
        cp "$GUARD" "$(probe hostile_state)" "$(probe crash_fault)" "$(probe hostile_spy)" "$open/"
        chmod -R a+rX "$open" "$BATS_RUN_TMPDIR"
}

@test "a smashed return address" {
        hostile return "$(probe hostile_stack)" return
        head_line return 'SIGSEGV, execution of unmapped address 0x123456789000'
        has "$(frames return)" '^main$'
        hostile thread "$(probe hostile_stack)" return thread
        head_line thread 'SIGSEGV, execution of unmapped address 0x123456789000'
}

@test "a stack pointer that points into rubbish, to no memory and to address 0" {
        local way
        for way in garbage unmapped null; do
                hostile $way "$(probe hostile_stack)" $way
                has "$(report $way)" '^ +#0 +crash '
                hostile $way.thread "$(probe hostile_stack)" $way thread
                has "$(report $way.thread)" '^ +#0 +crash '
        done
}

@test "a stack overflow of a coroutine, and of a thread with the smallest stack that there is" {
        hostile coroutine "$(probe hostile_stack)" coroutine
        has "$(frames coroutine | head -n 1)" '^recurse$'
        has "$(report coroutine)" '^sigguard: .*stack overflow'
        hostile small "$(probe hostile_stack)" small thread
        has "$(frames small | head -n 1)" '^recurse$'
        has "$(report small)" '^sigguard: .*stack overflow'
        is_complete small
}

@test "64 threads that crash at once: one head line, one report, one death" {
        for _ in 1 2 3; do
                hostile many "$(probe hostile_many)" 64
                [ "$(report many | grep -cE '^sigguard: (end of report|raw end)')" = 1 ]
                has "$(frames many)" '^crash_with_others$'
        done
}

# faulty WAY PLACE: a crash whose handler crashes at this place, too
faulty() {
        GUARD=$INJECTED crash "$1$2" "$(probe hostile_inject)" "$1" "$2"
        [ "$(cat "$BATS_TEST_TMPDIR/$1$2/out")" = set ]
        crash_plain "$1$2.plain" "$(probe hostile_inject)" "$1" "$2"
        died_alike "$1$2" "$1$2.plain"
        took_at_most "$1$2" 5500
}

INJECTED=$BUILD/inject/libsigguard.so

@test "each step of the handler crashes itself, before its work and behind it: the first signal is the one that kills" {
        local place
        for place in 1 2 3 4 5 6 7; do
                faulty fault $place
                faulty fault $((place + 50))
        done
}

@test "a step that crashed itself is named in the report" {
        local place
        for place in 1 2 3 51 52 53; do
                faulty fault $place
                # without what the first step learns there is no name to begin the line with
                [[ $place == [12] ]] || head_line fault$place SIGSEGV,
                is_degraded fault$place 'step of .* (failed|crashed) itself'
        done
        # the helper could not be started: the raw form says so
        faulty fault 4
        is_degraded fault4 'step of .* (failed|crashed) itself'
        has "$(report fault4)" '^sigguard: raw #0 '
}

@test "each step of the handler crashes itself after abort: the process still dies of SIGABRT" {
        local place
        for place in 1 2 3 4 5 6 7 51 54 57; do
                faulty abort $place
                [[ $(death abort$place) == "signal 6 "* ]]
        done
}

@test "the watcher crashes at its start, when it serves and at its end" {
        local place
        for place in 20 21 22; do
                faulty fault $place
                head_line fault$place SIGSEGV,
                has_end fault$place
        done
}

@test "a constructor that runs before ours crashes: the same death; after its first call of ours it is reported, too" {
        local first=$BUILD/test/libhostile_first.so
        crash early LD_PRELOAD="$GUARD $first" HOSTILE_FIRST=crash "$(probe crash_fault)" null_read
        crash_plain plain LD_PRELOAD="$first" HOSTILE_FIRST=crash "$(probe crash_fault)" null_read
        died_alike early plain
        took_at_most early 1000
        crash hook LD_PRELOAD="$GUARD $first" HOSTILE_FIRST=hook "$(probe crash_fault)" null_read
        died_alike hook plain
        head_line hook 'SIGSEGV, write to unmapped address 0x50,'
        has "$(frames hook | head -n 1)" '^hostile_first$'
        has_end hook
}

@test "another thread holds the loader's lock" {
        hostile loading LD_LIBRARY_PATH="$BUILD/test" "$(probe hostile_state)" loading
        names_frames loading main
        has "$(report loading)" '^ +#[0-9]+ +hostile_first '
        is_complete loading
}

@test "a thread that libc does not know, with and without a thread pointer" {
        local way
        for way in thread zero; do
                hostile $way "$(probe hostile_clone)" $way
                has "$(frames $way | head -n 1)" '^crash_in_clone$'
                is_complete $way
        done
}

@test "faults that were blocked by a raw system call: the kernel kills as without us" {
        crash block "$(probe hostile_state)" block
        crash_plain plain "$(probe hostile_state)" block
        died_alike block plain
        took_at_most block 1000
}

@test "no more processes allowed (RLIMIT_NPROC): the raw form, and the reason" {
        need_root "change the user"
        for_everyone
        local number
        for number in 1 2 3; do
                crash nproc$number LD_PRELOAD= setpriv --reuid=47110 --clear-groups env LD_PRELOAD="$open/libsigguard.so" \
                        "$open/hostile_state" limit nproc $number
                crash_plain nproc$number.plain setpriv --reuid=47110 --clear-groups "$open/hostile_state" limit nproc $number
                judged nproc$number
        done
        is_degraded nproc1 'too many processes'
        has "$(report nproc1)" '^sigguard: raw #0 pc 0x[0-9a-f]+ .*hostile_state'
}

@test "no more descriptors allowed (RLIMIT_NOFILE)" {
        local number
        for number in 0 3 4 5 6 7 8 12; do
                hostile nofile$number "$(probe hostile_state)" limit nofile $number
        done
}

@test "no more address space, data or stack allowed (RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK)" {
        hostile as "$(probe hostile_state)" limit as now
        hostile data "$(probe hostile_state)" limit data 0
        hostile stack "$(probe hostile_state)" limit stack 16384
        hostile threads "$(probe hostile_state)" thread limit as now
}

@test "no file may grow (RLIMIT_FSIZE): the report is on stderr all the same" {
        crash fsize "$(probe hostile_state)" limit fsize 0 | cat
        crash_plain plain "$(probe hostile_state)" limit fsize 0
        died_alike fsize plain
        took_at_most fsize 5500
}

@test "all memory is locked (mlockall)" {
        hostile locked "$(probe hostile_state)" mlockall thread
        names_frames locked main
        is_complete locked
}

@test "an empty /proc and another thread: the report says what it lacks" {
        need_root "mount"
        crash_plain proc unshare --mount sh -c "mount -t tmpfs none /proc && LD_PRELOAD=$GUARD exec $(probe hostile_state) thread"
        crash_plain proc.plain "$(probe hostile_state)" thread
        judged proc
        names_frames proc main
        is_degraded proc '/proc/self/maps'
        is_degraded proc 'thread'
}

@test "after the program's own setuid, and made non-dumpable: a full report" {
        need_root "change the user"
        for_everyone
        GUARD=$open/libsigguard.so hostile setuid "$open/hostile_state" thread setuid 47111
        names_frames setuid main
        is_complete setuid
        hostile undumpable "$(probe hostile_state)" thread undumpable
        is_complete undumpable
}

@test "another process of the same uid cannot read the helper of a non-dumpable service" {
        need_root "change the user"
        for_everyone
        # dumpable: the spy gets everything, so the refusal below is one
        crash allowed LD_PRELOAD= setpriv --reuid=47112 --regid=47112 --clear-groups --inh-caps=-all \
                env LD_PRELOAD="$open/libsigguard.so" "$open/hostile_spy" same
        [ "$(cat "$BATS_TEST_TMPDIR/allowed/out")" = $'mem allowed\nreadv allowed\nptrace allowed' ]
        GUARD=$open/libsigguard.so crash refused "$open/hostile_spy" 47112
        [ "$(cat "$BATS_TEST_TMPDIR/refused/out")" = \
                $'mem Permission denied\nreadv Operation not permitted\nptrace Operation not permitted' ]
        died_of refused SEGV
        is_complete refused
}

@test "a seccomp filter that forbids ptrace changes nothing" {
        local answer
        for answer in errno kill; do
                hostile $answer "$(probe crash_filtered)" $answer ptrace
                is_complete $answer
        done
}

@test "without a controlling terminal" {
        hostile setsid "$(probe hostile_state)" setsid
        is_complete setsid
}

# as_init NAME PRELOAD ARGUMENTS...: hostile_init as process 1 of a pid namespace; its status is unshare's
as_init() {
        local name=$1 preload=$2
        shift 2
        crash_plain "$name" unshare --pid --fork --mount-proc --kill-child env ${preload:+LD_PRELOAD="$preload"} \
                "$(probe hostile_init)" "$@"
}

@test "process 1: a fault and abort() end it as without us, with a report" {
        need_root "make namespaces"
        local way
        for way in fault abort; do
                as_init $way "$GUARD" $way 0
                as_init $way.plain "" $way 0
                HEAD="SIG(SEGV|ABRT), " judged $way
                is_complete $way
        done
        head_line fault 'SIGSEGV, write to unmapped address 0x70'
        head_line abort 'SIGABRT, abort\(\) was called'
}

@test "process 1: a crash signal that is sent from inside is reported, and it lives on with its threads undisturbed" {
        need_root "make namespaces"
        local number
        for number in 6 11; do
                as_init sent$number "$GUARD" child $number
                as_init sent$number.plain "" child $number
                HEAD="SIG(SEGV|ABRT), sent by pid [0-9]+ \(hostile_init\)" judged sent$number
                [ "$(death sent$number)" = "exit 7" ]
                diff "$BATS_TEST_TMPDIR/sent$number/out" "$BATS_TEST_TMPDIR/sent$number.plain/out"
                is_complete sent$number
        done
}

@test "process 1: a crash signal that is sent from outside is reported, and it lives on" {
        need_root "make namespaces"
        local signal
        for signal in SEGV ABRT; do
                start_plain unshare --pid --fork --mount-proc --kill-child env LD_PRELOAD="$GUARD" \
                        "$(probe hostile_init)" wait 0
                wait_for_line "$out" "ready 1"
                kill -s $signal "$(cat "/proc/$pid/task/$pid/children")"
                [ "$(wait_status)" = "exit 7" ]
                [ "$(cat "$out")" = $'ready 1\nalive' ]
                has "$(cat "$err")" "^sigguard: hostile_init\[1\] thread 1 .* crashed: SIG$signal, sent by "
                has "$(cat "$err")" '^sigguard: end of report'
        done
}

@test "stderr a full disk: the same death in time" {
        REPORT_TO=/dev/full crash full "$(probe crash_fault)" null_read
        died_of full SEGV
        took_at_most full 5500
}

# note_in FILE: where its build-id note begins in the file
note_in() {
        echo $((0x$(readelf -SW "$1" | sed -nE 's/.*\.note\.gnu\.build-id +NOTE +[0-9a-f]+ ([0-9a-f]+) 000024 .*/\1/p')))
}

# lying KIND: a helper of the right build-id that does something else, beside a library that cannot use the carried one
lying() {
        local dir=$BATS_TEST_TMPDIR/$1
        mkdir -p "$dir"
        cp "$GUARD" "$dir/libsigguard.so"
        cp "$(probe hostile_helper)" "$dir/sigguard-symbolize"
        tail -c +$((1 + $(note_in "$BUILD/sigguard-symbolize"))) "$BUILD/sigguard-symbolize" | head -c 36 |
                dd of="$dir/sigguard-symbolize" bs=1 seek="$(note_in "$dir/sigguard-symbolize")" conv=notrunc status=none
        GUARD=$dir/libsigguard.so crash "$1" SIGGUARD_TIMEOUT_MS=600 "$(probe crash_filtered)" errno memfd_create
        died_of "$1" SEGV
        took_at_most "$1" 1200
        head_line "$1" 'SIGSEGV, write to unmapped address 0x90,'
        has "$(report "$1")" '^sigguard: raw #0 pc 0x[0-9a-f]+ .*crash_filtered\+0x'
        is_degraded "$1" 'helper'
}

@test "a helper that never answers, never ends or ends at once" {
        lying silent
        is_degraded silent 'took too long'
        lying asks
        is_degraded asks 'took too long'
        lying frames
        lying exits
        is_degraded exits 'helper died'
}

@test "a helper that answers rubbish: packets of wrong sizes, unknown questions, addresses that are none" {
        lying rubbish
        lying empty
        lying huge
        is_degraded huge 'nonsense'
        lying addresses
}

@test "a helper that dies in the middle: what it had named is printed, then the raw form" {
        lying half
        has "$(report half)" '^  #0   the_only_frame  that was named$'
}

@test "SIGKILL while the helper works: dead at once, and soon nothing is left" {
        local delay
        for delay in 0.000 0.003 0.010 0.020 0.030; do
                crash killed SIGGUARD_TIMEOUT_MS=2000 timeout --signal=KILL 5 sh -c \
                        "$(probe hostile_many) 8 & sleep 0.02; sleep $delay; kill -KILL \$!; wait \$!"
                grep -qx "left nothing" "$BATS_TEST_TMPDIR/killed/status"
                took_at_most killed 1500
        done
}

@test "the head line is in the log, whatever happens after it: SIGKILL at 100 random moments" {
        local seen
        seen=$("$(probe hostile_kill)" 100 "$BATS_TEST_TMPDIR/log" \
                env -i LD_PRELOAD="$GUARD" "$(probe crash_fault)" null_read)
        has "$(tail -n 1 <<<"$seen")" '^100 faults, 100 head lines, [0-9]+ killed before the report was complete$'
}

@test "vm.memfd_noexec forbids the carried helper: the installed one does it, or the raw form" {
        need_root "make namespaces"
        local number
        mkdir "$BATS_TEST_TMPDIR/alone"
        cp "$GUARD" "$BATS_TEST_TMPDIR/alone/"
        unshare --pid --fork --mount-proc sh -c 'echo 0 >/proc/sys/vm/memfd_noexec' ||
                skip "this kernel has no vm.memfd_noexec of its own for a pid namespace"
        for number in 1 2; do
                for dir in "$BUILD" "$BATS_TEST_TMPDIR/alone"; do
                        crash_plain noexec unshare --pid --fork --mount-proc --kill-child \
                                sh -c "echo $number >/proc/sys/vm/memfd_noexec
                                LD_PRELOAD=$dir/libsigguard.so $(probe hostile_state); exit \$((\$? - 100))"
                        [ "$(death noexec)" = "exit 39" ]
                        head_line noexec SIGSEGV,
                        took_at_most noexec 5500
                        has_end noexec
                        [ $number = 2 ] || is_complete noexec
                done
        done
        is_degraded noexec 'helper'
        [ "$(cat /proc/sys/vm/memfd_noexec)" = 0 ]
}

# memory_group MIB: a memory cgroup with that limit, in either version; its path is left in $group
memory_group() {
        local bytes=$(($1 << 20)) name=sigguard-test-$BASHPID
        if [ -e /sys/fs/cgroup/memory/memory.limit_in_bytes ]; then
                group=/sys/fs/cgroup/memory/$name
                mkdir "$group" 2>/dev/null && echo $bytes >"$group/memory.limit_in_bytes" &&
                        { echo $bytes >"$group/memory.memsw.limit_in_bytes" || true; } 2>/dev/null
        else
                group=/sys/fs/cgroup/$name
                mkdir "$group" 2>/dev/null && echo $bytes >"$group/memory.max" &&
                        { echo 0 >"$group/memory.swap.max" || true; } 2>/dev/null
        fi
}

@test "no memory left in the cgroup: its OOM killer takes the helper and not the service" {
        need_root "make a cgroup"
        memory_group 32 2>/dev/null || skip "no memory cgroup can be made here"
        crash_plain oom sh -c "echo \$\$ >$group/cgroup.procs && LD_PRELOAD=$GUARD exec $(probe hostile_state) thread eat 24"
        crash_plain oom.plain sh -c "echo \$\$ >$group/cgroup.procs && exec $(probe hostile_state) thread eat 24"
        judged oom
        cat "$group/memory.oom_control" "$group/memory.events" 2>/dev/null | grep -qE '^oom_kill [1-9]'
        is_degraded oom 'helper died'
        has "$(report oom)" '^sigguard: raw #0 pc 0x[0-9a-f]+ .*hostile_state'
}
