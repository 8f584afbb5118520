# Process 1 of a pid namespace, as in a container: it ends, or lives on, as it would without us, with a report.
load hostile

# as_init NAME PRELOAD ARGUMENTS...: hostile_init as process 1 of a pid namespace; its status is unshare's
as_init() {
        local name=$1 preload=$2
        shift 2
        crash_plain "$name" unshare --pid --fork --mount-proc --kill-child env "$PATIENT" \
                ${preload:+LD_PRELOAD="$preload"} "$(probe hostile_init)" "$@"
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

# all_sleep PID: each of its threads waits in the kernel
all_sleep() {
        ! grep -hqv '^[0-9]* ([^)]*) S ' /proc/"$1"/task/*/stat
}

@test "process 1: a crash signal that is sent from outside is reported, and it lives on" {
        need_root "make namespaces"
        local signal init
        for signal in SEGV ABRT; do
                start_plain unshare --pid --fork --mount-proc --kill-child env "$PATIENT" \
                        LD_PRELOAD="$GUARD" "$(probe hostile_init)" wait $((600 * patience))
                wait_for_line "$out" "ready 1"
                init=$(pgrep -P "$pid")
                # after these two the kernel has its own way to go on with the calls that they interrupted
                kill -STOP "$init"
                kill -CONT "$init"
                wait_until 5 all_sleep "$init"
                kill -s $signal "$init"
                [ "$(wait_status)" = "exit 7" ]
                [ "$(cat "$out")" = $'ready 1\nalive' ]
                has "$(cat "$err")" "^sigguard: hostile_init\[1\] thread 1 .* crashed: SIG$signal, sent by "
                has "$(cat "$err")" '^sigguard: end of report'
        done
}

@test "process 1: who sent what it has no handler for is told each time, and that nothing happens" {
        need_root "make namespaces"
        local send='kill -s TERM 1; kill -s TERM 1; kill -s TSTP 1; echo lives'
        crash_plain told unshare --pid --fork --mount-proc --kill-child env LD_PRELOAD="$GUARD" \
                SIGGUARD_POLICY="TERM,TSTP=report" sh -c "$send"
        [ "$(cat "$BATS_TEST_TMPDIR/told/out")" = lives ]
        [ "$(grep -c '^sigguard\[1\]: SIGTERM from .*; nothing happens, as by default$' "$BATS_TEST_TMPDIR/told/report")" = 2 ]
        has "$(report told)" '^sigguard\[1\]: SIGTSTP from .*; nothing happens, as by default$'
}
