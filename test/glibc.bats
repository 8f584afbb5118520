# Old glibc: the same libsigguard.so under 2.17 (CentOS 7's) and Debian 11's 2.31, where libpthread and libdl are libraries
# of their own, and by what it asks of a libc; and programs without any libc. Nothing is installed: roots are in build/.
load crash

guard_settings=("$unhurried")

setup_file() {
        export lack=
        [ "$(id -u)" = 0 ] || lack="a change of the root needs root"
        [ -n "$lack" ] || [ -e "$BUILD/glibc-2.31" ] ||
                SUITE=bullseye "$ROOT/scripts/sysroot" "$(uname -m)" "$BUILD/glibc-2.31" libc6-dev busybox ||
                lack="Debian 11's packages cannot be had"
        [ -n "$lack" ] || [ -e "$BUILD/glibc-2.17" ] || "$ROOT/scripts/glibc-2.17" "$(uname -m)" "$BUILD/glibc-2.17" ||
                lack="glibc 2.17 cannot be had"
}

# under VERSION: what follows is about this glibc
under() {
        [ -z "$lack" ] || skip "$lack"
        old=$BUILD/glibc-$1
}

# old_gcc SOURCE [OPTION...]: compiles a program for the old libc; a native compiler looks for libc beside itself first
old_gcc() {
        local source=$1 libraries
        shift
        libraries=$(dirname "$(find "$old/usr/lib" -name crt1.o)")
        gcc --sysroot="$old" -B"$libraries" -L"$libraries" -g -O0 "$@" -o "$BATS_TEST_TMPDIR/$(basename "$source" .c)" "$source"
}

# old_program NAME [OPTION...]: from test/programs
old_program() {
        local name=$1
        shift
        old_gcc "$ROOT/test/programs/$name.c" "$@"
}

# inside COMMAND...: with the old libc's root as its root, /test what the test has made, /guard.so the library
inside() {
        unshare --mount --pid --fork --kill-child sh -c '
                ulimit -c 0 # a core would lie in that root
                mkdir -p "$0/test" "$0/proc" && mount --bind "$1" "$0/test" && mount -t proc proc "$0/proc" &&
                cp "$2" "$0/test/guard.so" && shift 2 && chroot "$0" /bin/busybox "$@"
                exit' \
                "$old" "$BATS_TEST_TMPDIR" "$GUARD" "$@"
}

guarded_inside() {
        inside env -i LD_PRELOAD=/test/guard.so "${guard_settings[@]}" "$@"
}

@test "the library asks nothing of a libc that 2.17 does not have: no version, no library, only weak symbols" {
        local first
        first=$(readelf -VW "$GUARD" | grep -o 'GLIBC_[0-9.]*' || true)
        [ -z "$first" ]
        [ -z "$(readelf -dW "$GUARD" | grep NEEDED)" ]
        readelf -W --dyn-syms "$GUARD" | grep -q ' UND [a-z_]'
        [ -z "$(readelf -W --dyn-syms "$GUARD" | grep ' UND [a-z_]' | grep -v ' WEAK ')" ]
        # hashes and relocations: what a loader of that time cannot read would be DT_RELR
        [ -z "$(readelf -dW "$GUARD" | grep RELR)" ]
}

starts_and_is_guarded() {
        cat >"$BATS_TEST_TMPDIR/plain.c" <<'END'
#include <signal.h>
#include <stdio.h>
int main(void)
{
        struct sigaction old;

        raise(SIGUSR1);
        raise(SIGPIPE);
        printf("%d\n", sigaction(SIGUSR1, NULL, &old) == 0 && old.sa_handler == SIG_DFL);
        return 7;
}
END
        old_gcc "$BATS_TEST_TMPDIR/plain.c"
        [ "$(readelf -dW "$BATS_TEST_TMPDIR/plain" | grep -c NEEDED)" = 1 ]
        run inside env -i /test/plain
        [ "$status" = 138 ] # 128 and SIGUSR1
        run --separate-stderr guarded_inside /test/plain
        [ "$status" = 7 ]
        [ "$output" = 1 ]
        has "$stderr" 'ignored SIGUSR1'
}

is_guarded_behind_libpthread() {
        old_program crash_fault -pthread
        readelf -dW "$(find "$old/lib" -name 'libpthread.so.0')" | grep -q INITFIRST
        run inside env -i /test/crash_fault null_read thread
        [ "$status" = 139 ]
        run --separate-stderr guarded_inside /test/crash_fault null_read thread
        [ "$status" = 139 ]
        has "$stderr" 'thread [0-9]+ "worker 3" crashed: SIGSEGV, read of unmapped address 0x18'
        has "$stderr" '^  #0 +null_read '
        has "$stderr" '^  #[0-9]+ +main '
        has "$stderr" '^sigguard: end of report'
        lacks "$stderr" 'degraded'
}

leads_to_main() {
        old_program crash_callback
        old_program crash_sent -pthread
        run --separate-stderr guarded_inside /test/crash_callback qsort
        has "$stderr" '^  #0 +compare '
        has "$stderr" '^  #[0-9]+ +main '
        run --separate-stderr guarded_inside /test/crash_callback altsignal
        has "$stderr" '^  #[0-9]+ +interrupted '
        has "$stderr" '^  #[0-9]+ +main '
        run --separate-stderr guarded_inside /test/crash_sent assert 6
        [ "$status" = 134 ]
        has "$stderr" 'Assertion `number == 4711'
        has "$stderr" '^  #[0-9]+ +main '
}

@test "glibc 2.17: a program that links neither libdl nor libpthread starts and is guarded" {
        under 2.17
        starts_and_is_guarded
}

@test "glibc 2.31: a program that links neither libdl nor libpthread starts and is guarded" {
        under 2.31
        starts_and_is_guarded
}

@test "glibc 2.17: libpthread takes the place of the first constructor, and the guard still guards" {
        under 2.17
        is_guarded_behind_libpthread
        # pthread_join itself waits there
        has "$stderr" '^sigguard: thread [0-9]+ "crash_fault", idle in futex wait in main:'
}

@test "glibc 2.31: libpthread takes the place of the first constructor, and the guard still guards" {
        under 2.31
        is_guarded_behind_libpthread
}

@test "glibc 2.17: abort, a qsort callback and a handler lead to main, with the helper from the library alone" {
        under 2.17
        leads_to_main
}

@test "glibc 2.31: abort, a qsort callback and a handler lead to main, with the helper from the library alone" {
        under 2.31
        leads_to_main
}

@test "glibc 2.17: a C++ program by its compiler of then, gcc 4.8: its exception is told, its inlined functions are named" {
        under 2.17
        [ "$(uname -m)" = x86_64 ] || skip "that compiler runs on x86_64"
        cat >"$BATS_TEST_TMPDIR/throws.cpp" <<'END'
#include <stdexcept>
#include <string>
namespace stock {
template <typename T> inline __attribute__((always_inline)) void take(T count)
{
        if (count > 2)
                throw std::out_of_range("only 2 of 3 are there");
}
struct Shelf {
        __attribute__((noinline)) void sell(int count) { take(count); }
};
}
int main(int argc, char **)
{
        stock::Shelf().sell(argc + 2);
        return 0;
}
END
        "$old/toolchain/bin/$(uname -m)-unknown-linux-gnu-g++" -g -O2 -o "$BATS_TEST_TMPDIR/throws" "$BATS_TEST_TMPDIR/throws.cpp"
        run --separate-stderr guarded_inside /test/throws
        [ "$status" = 134 ]
        has "$stderr" '^terminate called after throwing an instance of .std::out_of_range.'
        has "$stderr" '^sigguard: .*std::out_of_range.*only 2 of 3 are there'
        has "$stderr" '^  #[0-9]+ +stock::take<int> +.*throws.cpp:7'
        has "$stderr" 'inlined into stock::Shelf::sell\(int\) +.*throws.cpp:10'
        has "$stderr" '^  #[0-9]+ +main +.*throws.cpp:15'
}

@test "glibc 2.31: a shell and its tools are as without us" {
        under 2.31
        local script='trap "echo got" USR1; kill -USR1 $$; yes | head -n 2; ls / | wc -l; (exit 3); echo $?'
        [ "$(guarded_inside sh -c "$script" 2>&1)" = "$(inside env -i sh -c "$script" 2>&1)" ]
}

@test "a program without any libc starts and ends as without us" {
        cat >"$BATS_TEST_TMPDIR/bare.c" <<'END'
void _start(void)
{
#if defined(__x86_64__)
        __asm__ volatile("syscall" ::"a"(231), "D"(5));
#elif defined(__aarch64__)
        register long x8 __asm__("x8") = 94, x0 __asm__("x0") = 5;
        __asm__ volatile("svc 0" ::"r"(x8), "r"(x0));
#endif
}
END
        gcc -nostdlib -fPIE -pie -o "$BATS_TEST_TMPDIR/bare" "$BATS_TEST_TMPDIR/bare.c" -Wl,--no-as-needed \
                -Wl,--dynamic-linker="$(readelf -lW /bin/sh | sed -n 's/.*interpreter: \(.*\)\]/\1/p')"
        [ -z "$(readelf -dW "$BATS_TEST_TMPDIR/bare" | grep NEEDED)" ]
        [ "$(plain_status "$BATS_TEST_TMPDIR/bare")" = "exit 5" ]
        [ "$(guarded_status "$BATS_TEST_TMPDIR/bare")" = "exit 5" ]
        [ ! -s "$BATS_TEST_TMPDIR/status.err" ]
        has "$(guarded LD_DEBUG=files "$BATS_TEST_TMPDIR/bare" 2>&1 || true)" "calling init: $GUARD"
}

@test "the helper runs in a root that holds nothing but itself" {
        [ "$(id -u)" = 0 ] || skip "a change of the root needs root"
        mkdir "$BATS_TEST_TMPDIR/empty"
        cp "$BUILD/sigguard-symbolize" "$BATS_TEST_TMPDIR/empty/helper"
        [ -z "$(readelf -lW "$BUILD/sigguard-symbolize" | grep INTERP)" ]
        run chroot "$BATS_TEST_TMPDIR/empty" /helper --version
        [ "$status" = 0 ]
        has "$output" "$(cat "$ROOT/VERSION")"
}
