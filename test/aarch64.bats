# aarch64: cross-built, then run on an emulated machine with a kernel of its own, so that faults, frames and cores are true.
# All cases run once (aarch64.sh); make ARCH=aarch64 test runs whole test files there, which takes a while.
load helper

built="crash_outer crash_fault crash_fault_signed crash_fault_tableless crash_fault_frameless crash_sent crash_callback crash_overflow crash_floats crash_floats_tableless demo_service calls masks stackinhandler"

setup_file() {
        export lack=
        if [ "$(uname -m)" = aarch64 ]; then
                lack="this machine is one: all other tests run on it"
        elif [ "$(type -P aarch64-linux-gnu-gcc qemu-system-aarch64 cpio zstd apt-get | wc -l)" != 5 ]; then
                lack="no cross compiler, no emulated machine or no Debian"
        elif ! make -C "$ROOT" -s ARCH=aarch64 build/aarch64/sysroot; then
                lack="Debian's packages for aarch64 cannot be had"
        else
                local probes
                # shellcheck disable=SC2086 # one word per probe
                probes=$(printf "$BUILD/aarch64/test/%s " $built)
                # shellcheck disable=SC2086
                make -C "$ROOT" -s -j2 ARCH=aarch64 all ${probes//"$ROOT/"/}
                # it takes a minute; once the emulated machine stood still in the middle, which says nothing about a case
                machine_runs || machine_runs || machine_runs
        fi
}

machine_runs() {
        MACHINE_LIMIT=200 "$ROOT/scripts/machine" aarch64 ". test/aarch64.sh" >"$BATS_FILE_TMPDIR/told"
}

setup() {
        [ -z "$lack" ] || skip "$lack"
}

# case_of NAME: what it said
case_of() {
        sed -n "/^== $1\$/,/^== /{/^== /!p}" "$BATS_FILE_TMPDIR/told"
}

# ended NAME: by which signal
ended() {
        case_of "$1" | grep -E '^(signal|exit) '
}

# ended_alike NAME SIGNAL: of it, as without the guard, core included, and nothing is left behind
ended_alike() {
        has "$(ended "$1")" "^signal $2 core"
        [ "$(ended "$1")" = "$(ended "$1.plain")" ]
        has "$(case_of "$1")" "^left nothing"
        has "$(case_of "$1")" "^sigguard: end of report"
}

# said NAME: what the program saw
said() {
        case_of "$1" | grep -vE '^(kernel|sigguard|took)'
}

# frames NAME: the functions of the crashed thread, those of its program, in one line
frames() {
        case_of "$1" | sed -n '/(crashed):$/,/^sigguard: [^t]/{s/^  #[0-9]* *\([^ ]*\) .*/\1/p}' | tr '\n' ' '
}

@test "aarch64: stray signals are swallowed, and their sender is named" {
        for signal in HUP USR1 USR2 PIPE; do
                has "$(case_of stray)" "ignored SIG$signal from pid [0-9]+ \(bash\)"
        done
        has "$(case_of stray)" '^it lives'
}

@test "aarch64: a fault is told in words, its frames have names and lines, and it ends with the same signal and core" {
        ended_alike fault 11
        has "$(case_of fault)" 'crashed: SIGSEGV, write to unmapped address 0x0, at .*/crash_fault\+0x'
        has "$(case_of fault)" 'a null pointer; at null_write'
        has "$(frames fault)" '^null_write fault inner outer main '
        has "$(case_of fault)" '^  #0 +null_write +test/programs/crash_fault.h:[0-9]+:[0-9]+ '
}

@test "aarch64: gdb sees in the core the fault where it was, and the signal that the kernel sent" {
        [ "$(case_of core | grep '^\$')" = '$1 = 11'$'\n''$2 = (void *) 0x0' ]
        has "$(case_of core)" '^#0 .*null_write '
        [ "$(case_of core | sed 's/0x[0-9a-f]*/X/g')" = "$(case_of core.plain | sed 's/0x[0-9a-f]*/X/g')" ]
}

@test "aarch64: a fault in another thread names it, and shows the main thread where it waits" {
        ended_alike thread 11
        has "$(case_of thread)" 'thread [0-9]+ "worker 3" crashed: SIGSEGV, read of '
        has "$(frames thread)" '^null_read fault inner outer worker '
        has "$(case_of thread)" '^  #[0-9]+ +main +test/programs/crash_fault.c'
}

@test "aarch64: a failed assertion is told with its text, and the stack leads through abort to main" {
        ended_alike assert 6
        has "$(case_of assert)" 'Assertion `number == 4711'
        has "$(frames assert)" ' abort[+].* __assert_fail[+][^ ]* inner main '
}

@test "aarch64: a sent signal is told with its sender, and a forbidden system call with its number" {
        ended_alike sent 7
        has "$(case_of sent)" 'crashed: SIGBUS, sent by itself'
        ended_alike forbidden 31
        has "$(case_of forbidden)" 'crashed: SIGSYS, system call '
}

@test "aarch64: an address that no pointer can have is told as such, and a jump to nowhere names its caller" {
        has "$(case_of nowhere)" '^sigguard: an address that no pointer can have; at noncanonical_read'
        has "$(frames jump)" '^[^ ]* (wild_jump )?fault inner outer main '
}

@test "aarch64: a stack leads through a callback of libc and through a signal handler on an alternate stack" {
        has "$(frames qsort)" '^compare .*qsort.* sort main '
        has "$(frames handler)" '^on_signal .* interrupted main '
        has "$(case_of handler)" '<signal handler called>'
}

@test "aarch64: a stack overflow in a thread is reported, though SVE makes the kernel's signal frames large" {
        local least
        least=$(case_of processor | sed -n 's/^AT_MINSIGSTKSZ: *//p')
        has "$(case_of processor)" ' sve '
        [ "$least" -gt 5120 ] # what a frame takes without SVE
        ended_alike overflow 11
        has "$(case_of overflow)" 'stack overflow of thread'
}

@test "aarch64: return addresses that the processor has signed lead up the stack as others do" {
        has "$(case_of processor)" ' paca '
        aarch64-linux-gnu-objdump -d "$BUILD/aarch64/test/crash_fault_signed" | grep -q paciasp
        has "$(frames signed)" '^null_read fault inner outer main '
        lacks "$(case_of signed)" 'stack scan|frame pointer'
}

@test "aarch64: unwind tables that name a floating-point register lead up the stack as others do" {
        aarch64-linux-gnu-readelf -wf "$BUILD/aarch64/test/crash_floats" | grep -q 'r72 (v8)'
        has "$(frames floats)" '^reads keeps main '
        lacks "$(case_of floats)" 'stack scan|frame pointer'
}

@test "aarch64: without unwind tables the frame pointer leads up the stack, and is marked as such" {
        ! aarch64-linux-gnu-readelf -wF "$BUILD/aarch64/test/crash_fault_tableless" 2>/dev/null | grep -q 'outer'
        has "$(frames tableless)" '^null_read\+[^ ]* fault\+[^ ]* inner\+[^ ]* outer\+[^ ]* main\+.* _start'
        has "$(case_of tableless)" '^  #4 +main.* \[frame pointer\]$'
}

@test "aarch64: without unwind tables and frame pointers a function's first instructions lead up the stack, and none is left out" {
        has "$(frames frameless)" '^null_read\+[^ ]* fault\+[^ ]* inner\+[^ ]* outer\+[^ ]* main\+.* _start'
        has "$(case_of frameless)" '^  #3 +outer.* \[function.s edge\]$'
}

@test "aarch64: without unwind tables the caller of a function that has called nobody is not left out" {
        has "$(frames leaf)" '^reads\+[^ ]* keeps\+[^ ]* main\+'
}

@test "aarch64: signal calls answer as without the guard" {
        local name
        for name in answers masks; do
                has "$(case_of $name)" 'errno 0'
                diff <(said $name.plain) <(said $name)
        done
}

@test "aarch64: an alternate stack that a handler sets is set as without the guard" {
        has "$(said stack)" '^set: 0 '
        diff <(said stack.plain) <(said stack)
}
