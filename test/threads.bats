# Alternate stacks and threads: every thread has a stack for our handler, and nobody notices; children leave us alone.
load helper

# same_stacks WHERE: what sigaltstack answers is as without us; the kernel's view goes to $kernel
same_stacks() {
        local expected
        expected=$(plain "$(probe stacks)" "$1" | grep -v ^kernel)
        kernel=$(guarded "$(probe stacks)" "$1")
        output=$(grep -v ^kernel <<<"$kernel")
        kernel=$(grep ^kernel <<<"$kernel")
        diff <(echo "$expected") <(echo "$output") >&2
}

every_stage_has_a_stack() {
        same_stacks "$1"
        has "$kernel" "^kernel start: other flags 0 enough"
        has "$kernel" "^kernel own: own flags 0 enough"
        has "$kernel" "^kernel disarmed on use: own flags 0x80000000 enough"
        has "$kernel" "^kernel disabled: other flags 0 enough"
        has "$kernel" "^kernel disabled again: other flags 0 enough"
        lacks "$kernel" ": (none|.*(nothing|too small))"
}

@test "the main thread has an alternate stack, and the program's own calls answer as without us" { every_stage_has_a_stack main; }
@test "a pthread_create thread has an alternate stack, and its own calls answer as without us" {
        every_stage_has_a_stack pthread_create
}
@test "a thrd_create thread has an alternate stack, and its own calls answer as without us" { every_stage_has_a_stack thrd_create; }

@test "an overflow of an alternate stack faults: nothing below it can be written, in the main thread and in others" {
        run -0 guarded python3 -c '
import ctypes, os, struct, threading
libc = ctypes.CDLL(None)
def show(name):
    stack = ctypes.create_string_buffer(24)
    libc.syscall(131 if os.uname().machine == "x86_64" else 132, None, stack)
    low = struct.unpack("Q", stack.raw[:8])[0]
    below = [line for line in open("/proc/self/maps") if int(line.split("-")[1].split()[0], 16) == low]
    print(name, below[0].split()[1] if below else "nothing")
show("main")
for i in range(2):
    thread = threading.Thread(target=show, args=["thread"])
    thread.start()
    thread.join()'
        [ "${#lines[@]}" = 3 ]
        lacks "$output" ' .w'
        has "$output" '^main (r--p|---p)$'
}

@test "a handler that runs while the program has no alternate stack may set one, as without us" {
        same_as_plain "$(probe stackinhandler)"
        has "$output" "set: 0"
}

@test "a handler that asks for an alternate stack but gives none still has the room of the normal stack" {
        same_as_plain "$(probe bigframe)"
        [ "$(grep -c filled <<<"$output")" = 4 ]
}

@test "a thousand threads, one after the other, do not make the process grow" { guarded "$(probe manythreads)" 1 1000; }
@test "a thousand threads, fifty at a time, do not make the process grow" { guarded "$(probe manythreads)" 50 20; }
@test "a thousand detached threads do not make the process grow" { guarded "$(probe manythreads)" 50 20 detached; }

@test "a thousand threads that cannot be made do not make the process grow" { guarded "$(probe manythreads)" 1 1000 failing; }

@test "threads end in every way as without us" {
        same_as_plain "$(probe ends)"
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
}

@test "C++ exceptions, cancellation and pthread_exit unwind through threads as without us" {
        same_as_plain "$(probe exceptions)"
        has "$output" "carried to the maker: from below"
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
}

@test "C++ exceptions still run through libgcc's unwinder" {
        guarded LD_DEBUG=bindings LD_DEBUG_OUTPUT="$BATS_TEST_TMPDIR/bindings" "$(probe exceptions)" >/dev/null
        has "$(cat "$BATS_TEST_TMPDIR"/bindings.*)" "to .*libgcc_s.so.1.*_Unwind_RaiseException"
        lacks "$(cat "$BATS_TEST_TMPDIR"/bindings.*)" "to .*libsigguard.so.*_Unwind"
}

# children_leave_parent_alone WAY RULE: the parent's dispositions before and after are the same, by query and kernel
children_leave_parent_alone() {
        run -0 --separate-stderr guarded SIGGUARD_OVERRIDE="$2" "$(probe forks)" "$1"
        local own
        own=$(grep -E '^(query|kernel)' <<<"$output")
        [ "$(wc -l <<<"$own")" = 20 ]
        [ "$(head -n 10 <<<"$own")" = "$(tail -n 10 <<<"$own")" ]
        [ "$(grep -c '^kernel .*: foreign' <<<"$own")" -ge 8 ]
}

# The exec'd child is what it asked to be; only the fault signals are missing in its mask
child_is_as_asked() {
        plain "$(probe forks)" "$1" | grep -E '^Sig(Ign|Cgt|Pnd)' >"$BATS_TEST_TMPDIR/plain"
        diff "$BATS_TEST_TMPDIR/plain" <(grep -E '^Sig(Ign|Cgt|Pnd)' <<<"$output")
}

@test "a vfork child's changes reach neither the parent nor the log" {
        local rule
        for rule in protect log veto; do
                children_leave_parent_alone vfork $rule
                child_is_as_asked vfork
                [ "$(grep -vc "SIGUSR2" <<<"$stderr")" -le 1 ]
                lacks "$stderr" "SIG(USR1|HUP|PIPE|SEGV)"
        done
}

@test "a forked child's changes in its first second reach neither the parent nor the log" {
        local rule
        for rule in protect veto; do
                children_leave_parent_alone fork $rule
                child_is_as_asked fork
                lacks "$stderr" "SIG(USR1|HUP|PIPE|SEGV)"
        done
}

@test "a forked child that lives longer than a second is told of like its parent" {
        run -0 --separate-stderr guarded SIGGUARD_OVERRIDE=veto "$(probe forks)" fork 2
        has "$stderr" "SIGPIPE.*forks\+0x"
}

@test "a forked child is guarded as its parent: a stray signal does not kill it, and the line has its pid" {
        start_guarded "$(probe forked)"
        wait_for_line "$out" ready
        local child
        child=$(sed -n 's/^child //p' "$out")
        is_disposition "$child" USR1 caught
        kill -USR1 "$child"
        wait_for_line "$err" "sigguard[$child]: ignored SIGUSR1 from pid $BASHPID"
        is_disposition "$child" USR1 caught
        kill -KILL "$child"
}

@test "posix_spawn with its own signal defaults and mask gives what was asked, and the parent stays" {
        run -0 --separate-stderr guarded "$(probe spawnattr)"
        local guarded_output=$output
        run -0 plain "$(probe spawnattr)"
        diff <(grep -E '^Sig(Ign|Cgt|Blk)|^query' <<<"$output") <(grep -E '^Sig(Ign|Cgt|Blk)|^query' <<<"$guarded_output")
        [ "$(grep -c '^kernel 10: handler' <<<"$guarded_output")" = 2 ]
        [ -z "$stderr" ]
}

@test "CPython's subprocess leaves the service's dispositions alone" {
        run -0 --separate-stderr guarded python3 -c '
import os, subprocess, re
def sets(text):
    return re.findall(r"^Sig(?:Ign|Cgt|Blk):.*$", text, re.M)
before = sets(open("/proc/self/status").read())
environment = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
for i in range(5):
    child = subprocess.run(["/bin/cat", "/proc/self/status"], env=environment, capture_output=True, text=True, close_fds=i % 2 == 0)
    print(*sets(child.stdout)[1:])
print(before == sets(open("/proc/self/status").read()))'
        [ "$(tail -n 1 <<<"$output")" = True ]
        [ -z "$stderr" ]
        has "$output" "SigIgn:.*0000000[01][08]0000000 SigCgt:.*0000000000000000"
}

@test "an alternate stack holds two of the kernel's frames, however large AVX-512 or AMX make them" {
        local least
        cat >"$BATS_TEST_TMPDIR/size.c" <<'END'
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
static void *show(void *unused)
{
        stack_t stack;

        syscall(SYS_sigaltstack, NULL, &stack);
        printf("size %zu\n", stack.ss_size);
        return unused;
}
int main(void)
{
        pthread_t thread;

        show(NULL);
        pthread_create(&thread, NULL, show, NULL);
        return pthread_join(thread, NULL);
}
END
        gcc -pthread -o "$BATS_TEST_TMPDIR/size" "$BATS_TEST_TMPDIR/size.c"
        # what the kernel tells is changed before the first instruction: AT_MINSIGSTKSZ is 51
        for least in 3632 11952 200000; do
                cat >"$BATS_TEST_TMPDIR/tell" <<END
set startup-with-shell off
set environment LD_PRELOAD $GUARD
starti
set \$at = (unsigned long *)\$sp
while *\$at != 51 || *(\$at + 1) < 1000 || *(\$at + 1) > 65536
  set \$at = \$at + 1
end
set *(\$at + 1) = $least
continue
END
                run plain gdb -batch -nx -x "$BATS_TEST_TMPDIR/tell" "$BATS_TEST_TMPDIR/size"
                [ "$(grep -c '^size ' <<<"$output")" = 2 ]
                while read -r _ size; do
                        [ "$size" -ge $((2 * least + 8192)) ]
                        [ $least != 200000 ] || [ "$size" -gt 600000 ]
                done < <(grep '^size ' <<<"$output")
        done
}
