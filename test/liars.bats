# A helper that lies, fails or is killed, and a fault that heals: the head line is there, the end is bounded.
load hostile

# note_in FILE: where its build-id note begins in the file
note_in() {
        local sections
        sections=$(readelf -SW "$1")
        echo $((0x$(sed -nE 's/.*\.note\.gnu\.build-id +NOTE +[0-9a-f]+ ([0-9a-f]+) 000024 .*/\1/p' <<<"$sections")))
}

# liar_in DIR: the library, and beside it a helper of the right build-id that does something else
liar_in() {
        local dir=$1
        mkdir -p "$dir"
        cp "$GUARD" "$dir/libsigguard.so"
        cp "$(probe hostile_helper)" "$dir/sigguard-symbolize"
        dd if="$BUILD/sigguard-symbolize" of="$dir/sigguard-symbolize" bs=1 count=36 conv=notrunc status=none \
                skip="$(note_in "$BUILD/sigguard-symbolize")" seek="$(note_in "$dir/sigguard-symbolize")"
}

# lying KIND: a helper that lies, beside a library that cannot use the carried one
lying() {
        local dir=$BATS_TEST_TMPDIR/$1
        liar_in "$dir"
        GUARD=$dir/libsigguard.so crash "$1" SIGGUARD_TIMEOUT_MS=600 "$(probe crash_filtered)" errno memfd_create
        died_of "$1" SEGV
        took_at_most "$1" 2000
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

@test "a timer that ends while a helper is silent and the other threads are stopped does not kill in the crash's place" {
        liar_in "$BATS_TEST_TMPDIR/silent"
        GUARD=$BATS_TEST_TMPDIR/silent/libsigguard.so crash timer SIGGUARD_TIMEOUT_MS=2500 "$(probe hostile_state)" thread alarm 900
        died_of timer SEGV
        is_degraded timer 'took too long'
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

@test "the helper itself fails, or needs too long, over debug information: the same report without source lines" {
        local number words="failed over it"
        # FPE and ALRM; a SEGV that is only sent is nothing to the helper
        for number in 8 14; do
                # the helper lives for milliseconds: it may take some crashes to meet it
                for _ in {1..30}; do
                        crash spy$number "$(probe hostile_spy)" -$number
                        ! grep -q '^sent 0$' "$BATS_TEST_TMPDIR/spy$number/out" || break
                done
                has "$(cat "$BATS_TEST_TMPDIR/spy$number/out")" '^sent 0$'
                died_of spy$number SEGV
                took_at_most spy$number 5500
                head_line spy$number 'SIGSEGV, write to unmapped address 0x90,'
                names_frames spy$number main
                is_degraded spy$number "$words"
                words="took too long"
        done
}

@test "a fault that does not happen again is made sure of: the same signal a second later, or SIGKILL at last" {
        hostile heals "$(probe hostile_state)" heals
        crash deaf "$(probe hostile_state)" heals deaf
        # a wrong status is better than a process that hangs for ever
        died_of deaf KILL
        took_at_most deaf 5500
        has_end deaf
}

@test "a service that is stopped while its report is made dies of its signal when it goes on" {
        OUTER="--hold service" crash held "$(probe crash_fault)" null_read
        grep -qx "goes on" "$BATS_TEST_TMPDIR/held/status"
        crash_plain held.plain "$(probe crash_fault)" null_read
        died_alike held held.plain
        is_complete held
}

@test "a process in hundreds of groups, of which the kernel tells a lot, is made sure of as well" {
        [ "$(id -u)" = 0 ] || skip "only root can be in any group"
        crash groups setpriv --groups "$(seq -s, 1000000001 1000000500)" "$(probe hostile_state)" heals deaf
        died_of groups KILL
        took_at_most groups 5500
}

@test "SIGKILL while the helper works: dead at once, and soon nothing is left" {
        local delay
        for delay in 0.000 0.003 0.010 0.020 0.030; do
                crash killed SIGGUARD_TIMEOUT_MS=2000 timeout --signal=KILL 5 sh -c \
                        "$(probe hostile_many) 8 & sleep 0.02; sleep $delay; kill -KILL \$!; wait \$!"
                grep -qx "left nothing" "$BATS_TEST_TMPDIR/killed/status"
                took_at_most killed 2500
        done
}

@test "the head line is in the log, whatever happens after it: SIGKILL at 100 random moments" {
        local seen
        cd "$BATS_TEST_TMPDIR"
        seen=$("$(probe hostile_kill)" 100 "$BATS_TEST_TMPDIR/log" \
                env -i LD_PRELOAD="$GUARD" "$(probe crash_fault)" null_read)
        has "$(tail -n 1 <<<"$seen")" '^100 faults, 100 head lines, [0-9]+ killed before the report was complete$'
}

@test "a service that is another user for a while does not run that user's file as its helper" {
        need_root "become another user"
        for_everyone
        liar_in "$open/beside"
        chown 65534 "$open/beside/sigguard-symbolize"
        chmod a+rx "$open/beside"
        GUARD=$open/beside/libsigguard.so crash own "$PATIENT" "$open/hostile_state" seteuid 65534 dumpable
        died_of own SEGV
        is_complete own
        # who has become that user for good may have installed it
        GUARD=$open/beside/libsigguard.so crash own "$PATIENT" "$open/hostile_state" setuid 65534 dumpable
        has "$(report own)" "^sigguard: raw #0"
}
