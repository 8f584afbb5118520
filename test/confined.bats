# Crashes amid limits, filters and namespaces: the unguarded death, in time, and what the report lacks is named.
load hostile

teardown() {
        stop_all
        [ -z "${group-}" ] || rmdir "$group" 2>/dev/null || true
}

@test "no more processes allowed (RLIMIT_NPROC): the raw form, and the reason" {
        need_root "change the user"
        for_everyone
        local number
        for number in 1 2 3; do
                crash_plain nproc$number setpriv --reuid=47110 --clear-groups env LD_PRELOAD="$open/libsigguard.so" \
                        "$open/hostile_state" limit nproc $number
                crash_plain nproc$number.plain setpriv --reuid=47110 --clear-groups \
                        "$open/hostile_state" limit nproc $number
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

@test "no file may grow (RLIMIT_FSIZE), not even the one that holds the carried helper" {
        local fifo=$BATS_TEST_TMPDIR/fifo dir
        mkfifo "$fifo"
        mkdir "$BATS_TEST_TMPDIR/alone"
        cp "$GUARD" "$BATS_TEST_TMPDIR/alone/"
        crash_plain fsize.plain "$(probe hostile_state)" limit fsize 0
        for dir in "$BUILD" "$BATS_TEST_TMPDIR/alone"; do
                cat "$fifo" >"$BATS_TEST_TMPDIR/read" 3>&- &
                GUARD=$dir/libsigguard.so REPORT_TO=$fifo crash fsize "$(probe hostile_state)" limit fsize 0
                wait $!
                cp "$BATS_TEST_TMPDIR/read" "$BATS_TEST_TMPDIR/fsize/report"
                judged fsize
                [ "$dir" != "$BUILD" ] || lacks "$(report fsize)" 'degraded:.*helper'
        done
        is_degraded fsize "the helper could not be started: no file may be so large"
        # what is too large for the report directory is no SIGXFSZ either
        mkdir "$BATS_TEST_TMPDIR/reports"
        GUARD=$BATS_TEST_TMPDIR/alone/libsigguard.so REPORT_TO=/dev/full crash directory \
                SIGGUARD_REPORT_DIR="$BATS_TEST_TMPDIR/reports" "$(probe hostile_state)" limit fsize 0
        died_alike directory fsize.plain
}

@test "all memory is locked (mlockall)" {
        hostile locked "$(probe hostile_state)" mlockall thread
        names_frames locked main
        is_complete locked
}

@test "an empty /proc and another thread: the report says what it lacks" {
        need_root "mount"
        crash_plain proc unshare --mount \
                sh -c "mount -t tmpfs none /proc && LD_PRELOAD=$GUARD exec $(probe hostile_state) thread"
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
        crash_plain allowed setpriv --reuid=47112 --regid=47112 --clear-groups --inh-caps=-all \
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

@test "stderr a full disk: the same death in time" {
        REPORT_TO=/dev/full crash full "$(probe crash_fault)" null_read
        died_of full SEGV
        took_at_most full 5500
}

@test "vm.memfd_noexec forbids the carried helper: the installed one does it, or the raw form" {
        need_root "make namespaces"
        local number dir
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
                        # 1: allowed, for whoever asks for an executable file by MFD_EXEC; 2: never
                        [ $number = 2 ] || is_complete noexec
                        [ "$dir" != "$BUILD" ] || is_complete noexec
                done
        done
        is_degraded noexec 'the helper could not be started'
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
        local enter="echo \$\$ >$group/cgroup.procs" state
        state="$(probe hostile_state) thread eat 24"
        crash_plain oom sh -c "$enter && LD_PRELOAD=$GUARD exec $state"
        crash_plain oom.plain sh -c "$enter && exec $state"
        judged oom
        cat "$group/memory.oom_control" "$group/memory.events" 2>/dev/null | grep -qE '^oom_kill [1-9]'
        is_degraded oom 'helper died'
        has "$(report oom)" '^sigguard: raw #0 pc 0x[0-9a-f]+ .*hostile_state'
}
