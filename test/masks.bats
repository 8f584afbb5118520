# Signal masks: fault signals are never blocked in the kernel, and the program reads back what it set.
load helper

# SEGV BUS ILL FPE TRAP SYS as bits of a mask
fault_bits=0x400004d8

# same_masks OPERATION...: all that is read back is as without us
same_masks() {
        local expected
        expected=$(plain "$(probe masks)" "$@" | grep -v ^kernel)
        kernel=$(guarded "$(probe masks)" "$@")
        output=$(grep -v ^kernel <<<"$kernel")
        kernel=$(sed -n 's/^kernel .*: //p' <<<"$kernel")
        diff <(echo "$expected") <(echo "$output") >&2
}

# open_to_faults: no fault signal is blocked in any of the kernel's masks that were printed
open_to_faults() {
        local one
        [ -n "$kernel" ]
        for one in $kernel; do
                ((($one & fault_bits) == 0)) || { echo "the kernel blocks $one" >&2; return 1; }
        done
}

@test "the fault bits are those of SEGV BUS ILL FPE TRAP SYS" {
        local signal bits=0
        for signal in SEGV BUS ILL FPE TRAP SYS; do
                bits=$((bits | 1 << ($(kill -l $signal) - 1)))
        done
        ((bits == fault_bits))
}

@test "a fault signal blocked by sigprocmask reads back as blocked and is open in the kernel" {
        same_masks sigprocmask:block:SEGV+HUP sigprocmask:block:BUS+ILL sigprocmask:unblock:SEGV sigprocmask:set:FPE+TRAP+SYS \
                sigprocmask:unblock:all sigprocmask:set:all sigprocmask:set:USR1
        open_to_faults
}

@test "a fault signal blocked by pthread_sigmask reads back as blocked and is open in the kernel" {
        same_masks pthread_sigmask:block:SEGV+HUP pthread_sigmask:block:BUS+ILL pthread_sigmask:unblock:SEGV \
                pthread_sigmask:set:FPE+TRAP+SYS pthread_sigmask:unblock:all pthread_sigmask:set:all pthread_sigmask:set:USR1
        open_to_faults
}

@test "sigblock and sigsetmask read back as set and leave fault signals open in the kernel" {
        same_masks sigblock:x:SEGV+HUP sigblock:x:ILL+USR1 sigsetmask:x:BUS+USR2 sigsetmask:x:HUP sigblock:x:all
        open_to_faults
}

@test "sighold and sigset hold a fault signal in what is read back only" {
        same_masks sighold:SEGV sighold:BUS sigset:ILL:hold sigrelse:SEGV \
                sigset:BUS:handler
        open_to_faults
}

@test "other signals are blocked in the kernel as asked" {
        guarded "$(probe masks)" sigprocmask:block:HUP+PIPE+ABRT+TERM+64 >"$BATS_TEST_TMPDIR/guarded"
        plain "$(probe masks)" sigprocmask:block:HUP+PIPE+ABRT+TERM+64 >"$BATS_TEST_TMPDIR/plain"
        diff "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/guarded"
}

@test "SigBlk in /proc agrees: with a full mask only the fault signals are open" {
        start_plain "$(probe masks)" sigprocmask:set:all wait
        wait_for_line "$out" ready
        local full signal
        full=$(signal_sets "$pid" SigBlk)
        start_guarded "$(probe masks)" sigprocmask:set:all wait
        wait_for_line "$out" ready
        (((0x$full & ~fault_bits) == 0x$(signal_sets "$pid" SigBlk)))
        for signal in SEGV BUS ILL FPE TRAP SYS; do
                in_set "$signal" "$full"
                out_of_set "$signal" "$(signal_sets "$pid" SigBlk)"
        done
        in_set ABRT "$(signal_sets "$pid" SigBlk)"
}

@test "a new thread and a forked child read back the mask they inherited" {
        same_masks sigprocmask:block:SEGV+FPE+USR1 thread fork pthread_sigmask:set:all thread fork sigprocmask:set:HUP thread fork
        open_to_faults
}

@test "a call that fails changes no mask and fails as without us" {
        same_masks sigprocmask:set:SEGV+HUP sigprocmask:wrong:USR1+BUS pthread_sigmask:wrong:BUS+HUP
        open_to_faults
}

@test "fault bits in a handler's mask read back, and are not in the kernel's" {
        local signal all
        for signal in USR1 TERM SEGV ABRT 40; do
                all=$(guarded "$(probe calls)" main "sigaction:$signal:handler+fullmask" "query:$signal" "kernel:$signal")
                [ "$(grep ^query <<<"$all")" = \
                        "$(plain "$(probe calls)" main "sigaction:$signal:handler+fullmask" "query:$signal" | grep ^query)" ]
                kernel=$(sed -n 's/^kernel .* mask //p' <<<"$all")
                open_to_faults
        done
}

@test "within a handler with a full mask no fault signal is blocked in the kernel" {
        kernel=$(guarded "$(probe handlermask)" | sed -n 's/^kernel handler: //p')
        open_to_faults
        # USR1's own bit and HUP's are
        ((kernel & 1 << 9)) && ((kernel & 1))
}

@test "a mask that the program has when it starts another is inherited, but for faults" {
        guarded --block-signal=USR1 --block-signal=HUP "$(probe spawns)" execve | grep ^Sig | grep -v SigQ >"$BATS_TEST_TMPDIR/guarded"
        plain --block-signal=USR1 --block-signal=HUP "$(probe spawns)" execve | grep ^Sig | grep -v SigQ >"$BATS_TEST_TMPDIR/plain"
        diff "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/guarded"
}

@test "a fault that whoever started the program had blocked is reported all the same" {
        local signal
        start_guarded --block-signal=SEGV --block-signal=USR1 "$(probe masks)" wait
        wait_for_line "$out" ready
        out_of_set SEGV "$(signal_sets "$pid" SigBlk)"
        in_set USR1 "$(signal_sets "$pid" SigBlk)"
        [ "$(guarded_status --block-signal "$(probe crash_fault)" null_read)" = "$(plain_status --block-signal "$(probe crash_fault)" null_read)" ]
        run -139 guarded --block-signal "$(probe crash_fault)" null_read
        has "$output" "crashed: SIGSEGV"
        has "$output" "sigguard: end of report"
}

@test "masks of a caught signal come back after its handler" {
        same_masks sigprocmask:set:SEGV+USR2 sigaction:USR1:handler+fullmask raise:USR1
        open_to_faults
}

@test "a handler that unblocks the fault that it is in survives the next one" {
        same_as_plain "$(probe unblocks)"
        [ "$output" = "survived the second fault" ]
}
