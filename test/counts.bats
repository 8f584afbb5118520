# What the guard costs, counted and not timed: system calls, instructions, pages. The same on every machine, busy or not.
load helper

# own_calls [ENV OPTION...]: the system calls that the constructor makes in $program or /bin/true, after the loader's last
own_calls() {
        strace -o "$BATS_TEST_TMPDIR/calls" -E LD_PRELOAD="$GUARD" "${@/#/-E}" "${program-/bin/true}" </dev/null >"$BATS_TEST_TMPDIR/out" \
                2>"$BATS_TEST_TMPDIR/err"
        # its last but for the end of its cache, which not every system has
        sed '1,/^prlimit64/d; /^exit_group/,$d' "$BATS_TEST_TMPDIR/calls" | sed '1{/^munmap/d}'
}

# at_most NUMBER LIMIT: shows both when it is more
at_most() {
        [ "$1" -le "$2" ] && return 0
        echo "$1 is more than $2" >&2
        return 1
}

# per_call PRELOAD query|set: instructions of one sigaction() in user space
per_call() {
        local times collected=()
        for times in 1000 2000; do
                plain LD_PRELOAD="$1" valgrind --tool=callgrind --callgrind-out-file=/dev/null "$(probe counted)" "$2" $times \
                        2>"$BATS_TEST_TMPDIR/callgrind"
                collected+=("$(sed -n 's/.*Collected : //p' "$BATS_TEST_TMPDIR/callgrind")")
        done
        echo $(((collected[1] - collected[0]) / 1000))
}

# The number of clock_nanosleep(2) on x86_64 and on aarch64
is_asleep() {
        grep -qE "^(230|115) " "/proc/$pid/syscall"
}

# pages FIELD: KiB of that field of smaps in the mappings of the library and its zeroed memory, which follows them
pages() {
        awk -v field="$1:" '/^[0-9a-f]+-[0-9a-f]+ / { split($1, range, "-"); ours = /libsigguard/ || (NF < 6 && range[1] == behind)
                                if (/libsigguard/) behind = range[2] }
                ours && $1 == field { sum += $2 }
                END { print sum + 0 }' "/proc/$pid/smaps"
}

@test "the constructor makes at most 28 system calls" {
        calls=$(own_calls)
        has "$calls" "^rt_sigaction.SIGSEGV"
        echo "$calls"
        at_most "$(wc -l <<<"$calls")" 28
}

@test "where the guard is dormant, its constructor makes one system call, and /proc is not asked" {
        calls=$(own_calls SIGGUARD_ONLY=another)
        echo "$calls"
        [ "$(wc -l <<<"$calls")" = 1 ]
        has "$calls" '^readlink.*"/bin/true"'
}

@test "/proc is not asked either for the name of a program that links lead to" {
        ln -s /bin/true "$BATS_TEST_TMPDIR/one"
        ln -s one "$BATS_TEST_TMPDIR/two"
        program=$BATS_TEST_TMPDIR/two
        calls=$(own_calls)
        echo "$calls"
        has "$calls" '^readlink.*"/bin/true"'
        lacks "$calls" /proc
}

@test "the constructor asks for no file but its program, and leaves none open" {
        calls=$(own_calls)
        has "$calls" '"/bin/true"'
        [ "$(grep -cE '"/' <<<"$calls")" = 1 ]
        lacks "$calls" "^(open|openat|read|memfd_create|socket|clone|fork|vfork)[(]"
}

# thread_calls PRELOAD: the system calls of 200 threads, one after the other, but for those that depend on who is faster
thread_calls() {
        strace -f -c -e 'trace=!futex' -o "$BATS_TEST_TMPDIR/calls" -E LD_PRELOAD="$1" "$(probe manythreads)" 1 200 >&2
        awk '$NF == "total" { print $4 }' "$BATS_TEST_TMPDIR/calls"
}

@test "a thread makes three system calls more than without us" {
        local without with
        without=$(thread_calls "")
        with=$(thread_calls "$GUARD")
        at_most $((200 * 2)) $((with - without))
        at_most $((with - without)) $((200 * 3 + 60))
}

# crash_messages COUNT: how many messages the helper and the crashed process exchange where so many threads wait
crash_messages() {
        strace -f -e trace=sendmsg -o "$BATS_TEST_TMPDIR/calls" -E LD_PRELOAD="$GUARD" -E SIGGUARD_TIMEOUT_MS=60000 \
                "$(probe threads_wait)" crash "$1" futex >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/report" || true
        grep -q '^sigguard: end of report' "$BATS_TEST_TMPDIR/report"
        grep -c 'sendmsg(' "$BATS_TEST_TMPDIR/calls"
}

@test "the stacks of 100 threads are asked for in three messages more than the stack of one" {
        local one hundred
        one=$(crash_messages 1)
        hundred=$(crash_messages 100)
        has "$(cat "$BATS_TEST_TMPDIR/report")" ': 100 x "futex"'
        at_most "$hundred" $((one + 2 * 3)) # a question and its answer
}

@test "a query of a guarded signal takes at most 280 instructions, a change at most 20 times libc's" {
        at_most "$(per_call "$GUARD" query)" 280
        at_most "$(per_call "$GUARD" set)" $((20 * $(per_call "" set)))
}

@test "an idle service has at most 16 KiB of the library's pages for itself" {
        start_guarded sleep 1000
        wait_until 10 is_asleep
        at_most "$(pages Anonymous)" 16 # not Private_Dirty: a library that lies in a tmpfs is all dirty
}

@test "the library maps at most 3328 KiB, and at most 320 of them are in the memory of a healthy service" {
        start_guarded sleep 1000
        wait_until 10 is_asleep
        at_most "$(pages Size)" 3328 # most of it is the helper
        at_most "$(pages Rss)" 320
}
