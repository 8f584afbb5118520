# Other ways into a process than LD_PRELOAD alone: the loader's own, other preloaded libraries beside us, dlopen, two copies.
load crash

guard_settings=("$unhurried")

# program NAME [OPTION...] <SOURCE: compiled into the test's directory
program() {
        local name=$1
        shift
        gcc -g -o "$BATS_TEST_TMPDIR/$name" -x c - "$@"
}

@test "ld.so --preload guards, and the program is known by its own name, not by the loader's" {
        local loader
        loader=$(readelf -lW "$(probe crash_fault)" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
        crash_plain by_loader "$loader" --preload "$GUARD" "$(probe crash_fault)" null_read
        crash_plain plain "$loader" "$(probe crash_fault)" null_read
        died_alike by_loader plain
        has "$(report by_loader)" "^sigguard: crash_fault\[[0-9]+\] .* at $(probe crash_fault)\+0x"
        [ "$(frames by_loader | head -n 3 | tr '\n' ' ')" = "null_read fault inner " ]
        # known by its name: a shell keeps SIGPIPE, and settings choose by it
        [ "$("$loader" --preload "$GUARD" /bin/bash -c 'grep -c . <(yes | head -n 1)')" = 1 ]
        run plain --chdir="$BATS_TEST_TMPDIR" SIGGUARD_SKIP=crash_fault "$loader" --preload "$GUARD" "$(probe crash_fault)" null_read
        lacks "$output" sigguard
}

# says_itself DIR COMMAND...: a shell that tells its file's name and what it catches, and crashes; it is known by that name as a shell
says_itself() {
        local dir=$1 name caught
        shift
        crash "$dir" "$@"
        read -r name caught <"$BATS_TEST_TMPDIR/$dir/out"
        died_of "$dir" SEGV
        has "$(report "$dir")" "^sigguard: $name\[[0-9]+\] .* crashed: SIGSEGV" && out_of_set PIPE "$caught" &&
                in_set SEGV "$caught"
}

@test "a program is known by its file, whatever it was started by: a link, a script of scripts, a descriptor, its own name as argument" {
        local says='echo $(basename $(readlink /proc/$$/exe)) $(sed -n "s/^SigCgt:\t//p" /proc/$$/status); kill -SEGV $$'
        local place=$BATS_TEST_TMPDIR/bin
        mkdir "$place"
        ln -s /bin/bash "$place/odd_name"
        ln -s odd_name "$place/link_of_link"
        mkdir "$place/below"
        ln -s ../link_of_link "$place/below/service"
        printf '#!/bin/dash\n%s\n' "$says" >"$place/script"
        printf '#!/bin/bash -e\n%s\n' "$says" >"$place/with_argument"
        printf '#!%s\n' "$place/script" >"$place/of_script"
        printf '#!%s an_argument\n' "$place/of_script" >"$place/of_scripts"
        chmod +x "$place/script" "$place/with_argument" "$place/of_script" "$place/of_scripts"
        says_itself link "$place/odd_name" -c "$says"
        says_itself link2 "$place/link_of_link" -c "$says"
        says_itself link3 "$place/below/service" -c "$says"
        says_itself script "$place/script"
        says_itself argument "$place/with_argument" one
        says_itself of_script "$place/of_script"
        says_itself of_scripts "$place/of_scripts" one two three
        says_itself named /bin/bash -c "$says" /bin/bash /bin/bash
        says_itself descriptor python3 -c 'import os, sys; os.execve(os.open("/bin/bash", 0), ["x", "-c", sys.argv[1]], os.environ)' "$says"
        says_itself relative --chdir=/bin ./bash -c "$says"
}

@test "the path of a program that was started by a descriptor or by a relative path is told in full" {
        program by_folder <<'END'
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char **argv, char **environment)
{
        /* the descriptor stays open: the kernel makes /dev/fd/N/NAME of it, which can be looked up */
        int folder = open(argv[1], O_PATH | O_DIRECTORY);

        return argc < 3 || syscall(SYS_execveat, folder, argv[2], argv + 2, environment, 0);
}
END
        local folder name dir
        folder=$(dirname "$(probe crash_fault)")
        name=$(basename "$(probe crash_fault)")
        crash folder "$BATS_TEST_TMPDIR/by_folder" "$folder" "$name" null_read
        crash relative --chdir="$folder" "./$name" null_read
        for dir in folder relative; do
                head_line "$dir" "SIGSEGV, .* at $(probe crash_fault)\+0x"
        done
}

@test "jemalloc, libfaketime, libeatmydata and libjsig before us and after us: guarded, reported and ended as ever" {
        local other order
        for other in /usr/lib/*/libjemalloc.so.2 /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib/*/libeatmydata.so \
                "$(readlink -f /usr/lib/jvm/default-java)/lib/libjsig.so"; do
                [ -e "$other" ]
                crash_plain plain LD_PRELOAD="$other" "$(probe crash_fault)" null_read thread
                for order in "$GUARD:$other" "$other:$GUARD"; do
                        crash_plain both LD_PRELOAD="$order" "$(probe crash_fault)" null_read thread
                        died_alike both plain
                        [ "$(frames both | head -n 5 | tr '\n' ' ')" = "null_read fault inner outer worker " ]
                        is_complete both
                        run --separate-stderr plain LD_PRELOAD="$order" "$(probe calls)" main raise:USR1 query:USR1
                        [ "$status" = 0 ]
                        has "$output" '^query 10: 0 errno 0, was default flags 0 '
                        has "$stderr" 'ignored SIGUSR1 from itself'
                done
        done
}

@test "AddressSanitizer as a library before us and after us: its own report, as without us, and no stray signal kills" {
        local asan order
        asan=$(realpath "$(gcc -print-file-name=libasan.so)")
        for order in "$GUARD:$asan" "$asan:$GUARD"; do
                run plain --chdir="$BATS_TEST_TMPDIR" LD_PRELOAD="$order" ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 "$(probe crash_fault)" null_read
                [ "$status" = 1 ]
                has "$output" 'ERROR: AddressSanitizer: SEGV on unknown address 0x0*18 '
                has "$output" '#0 .* in null_read'
                run plain --chdir="$BATS_TEST_TMPDIR" LD_PRELOAD="$order" ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 "$(probe calls)" main raise:USR1
                [ "$status" = 0 ]
        done
}

# prelink gives a position-independent program addresses of its own and leaves its type as it was; the kernel moves it all the same.
@test "a prelinked position-independent program is guarded, and its frames have names" {
        local program=$BATS_TEST_TMPDIR/prelinked
        program prelinked -O1 -fPIE -pie -Wl,-Ttext-segment=0x30000000 <<'END'
#include <signal.h>
#include <stdio.h>
static __attribute__((noinline)) int part(volatile int *from) { return *from; }
int main(void)
{
        raise(SIGHUP);
        puts("lives");
        fflush(stdout);
        return part(0);
}
END
        printf '\003' | dd of="$program" bs=1 seek=16 conv=notrunc status=none # ld takes such an address for a fixed one
        has "$(readelf -hlW "$program")" 'Type: +DYN'
        has "$(readelf -hlW "$program")" 'LOAD +0x000000 0x0+30000000 '
        crash guarded "$program"
        crash_plain unguarded "$program"
        has "$(death unguarded)" '^signal 1 '
        [ "$(cat "$BATS_TEST_TMPDIR/guarded/out")" = lives ]
        died_of guarded SEGV
        head_line guarded "SIGSEGV, read of unmapped address 0x0, at $program\+0x3000[0-9a-f]{4}"
        names_frames guarded part main
        run -0 sigguard check "$program"
}

@test "two copies of the library, whatever they are called: the first guards, the other keeps still" {
        cp "$GUARD" "$BATS_TEST_TMPDIR/copy.so"
        local order
        for order in "$GUARD:$BATS_TEST_TMPDIR/copy.so" "$BATS_TEST_TMPDIR/copy.so:$GUARD" "$GUARD:$GUARD"; do
                run --separate-stderr plain LD_PRELOAD="$order" "$(probe calls)" main raise:USR1 query:USR1 query:SEGV \
                        signal:USR1:handler raise:USR1 signal:USR1:default query:USR1
                [ "$status" = 0 ]
                [ "$(grep -c 'was default' <<<"$output")" = 4 ]
                has "$output" '^handler of 10 ran'
                [ "$(grep -c 'ignored SIGUSR1' <<<"$stderr")" = 1 ]
                crash_plain twice LD_PRELOAD="$order" "$(probe crash_fault)" null_read thread
                [ "$(report twice | grep -c 'crashed:')" = 1 ]
                died_of twice SEGV
                is_complete twice
        done
}

@test "opened by dlopen the guard works from then on, and dlclose does not take its handlers' code away" {
        program opens -ldl <<'END'
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
int main(int argc, char **argv)
{
        void *library = dlopen(argv[argc - 1], RTLD_NOW);

        setvbuf(stdout, NULL, _IONBF, 0);
        puts(library ? "opened" : dlerror());
        raise(SIGUSR1);
        puts("lives");
        dlclose(library);
        raise(SIGUSR1);
        puts("lives on");
        *(volatile int *)0x18 = 1;
}
END
        crash_plain opened "$BATS_TEST_TMPDIR/opens" "$GUARD"
        [ "$(cat "$BATS_TEST_TMPDIR/opened/out")" = $'opened\nlives\nlives on' ]
        has "$(report opened)" 'ignored SIGUSR1 from itself'
        died_of opened SEGV
        [ "$(frames opened | head -n 1)" = main ]
        is_complete opened
}

@test "a program that clears its environment and writes over its arguments keeps the guard and its settings" {
        program forgets <<'END'
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
int main(int argc, char **argv)
{
        char *end = argv[argc - 1];

        for (char **at = environ; *at; at++)
                end = *at > end ? *at : end;
        clearenv();
        memset(argv[0], 'x', (size_t)(end + strlen(end) - argv[0]));
        raise(SIGTERM);
        raise(SIGUSR1);
        if (write(1, "lives\n", 6) == 6)
                *(volatile int *)0x18 = 1;
}
END
        crash forgot SIGGUARD_POLICY=TERM=ignore "$BATS_TEST_TMPDIR/forgets" some arguments
        [ "$(cat "$BATS_TEST_TMPDIR/forgot/out")" = lives ]
        has "$(report forgot)" 'forgets\[[0-9]+\].* crashed: SIGSEGV, write to unmapped address 0x18'
        has "$(report forgot)" 'ignored SIGTERM'
        died_of forgot SEGV
        is_complete forgot
}

# in_system COMMAND: in a root of its own, which is this one with all changes kept in memory
in_system() {
        unshare --mount --pid --fork --kill-child bash -c '
                mkdir -p "$0" && mount -t tmpfs none "$0" && mkdir "$0"/{new,work,root} &&
                mount -t overlay none -o "lowerdir=/,upperdir=$0/new,workdir=$0/work" "$0/root" &&
                mount -t proc proc "$0/root/proc" && mount --rbind /dev "$0/root/dev" && mkdir -p "$0/root/guard" &&
                cp "$1" "$0/root/guard/" && { [ -z "$2" ] || echo "$2" >"$0/root/etc/ld.so.preload"; } &&
                chroot "$0/root" /usr/bin/env -i PATH="$3" HOME=/root LANG=C.UTF-8 TERM=dumb bash -c "$4"; exit' \
                "$BATS_TEST_TMPDIR/system" "$GUARD" "$1" "$CLEAN_PATH" "$2" </dev/null 2>&1
}

@test "/etc/ld.so.preload: apt, a login shell, ssh-keygen, git, gcc, python and perl are as without us" {
        [ "$(id -u)" = 0 ] || skip "a root of its own needs root"
        type -P apt-get >/dev/null || skip "this system has no apt"
        local whole='
                cd /tmp
                grep -q sigguard /proc/self/maps && echo "guarded" >&3
                apt-get --version | head -n 1
                apt-get -s -qq install bash; echo "apt $?"
                apt-cache policy dpkg | head -n 2
                dpkg -l dpkg | tail -n 1
                bash -lc "echo login; trap \"echo got\" USR1; kill -USR1 \$\$; yes | head -n 2; exit 3"; echo "bash $?"
                su - nobody -s /bin/sh -c "id -un"
                ssh-keygen -q -t ed25519 -N "" -f key && echo made
                git -c init.defaultBranch=main init -q tree && cd tree && git config user.email a@b && git config user.name c &&
                        echo text >file && git add file && git commit -q -m first && git log --format=%s | cat
                git log | head -n 1 | wc -l
                printf "int main(void) { return 5; }" | gcc -x c - -o five && ./five; echo "gcc $?"
                python3 -c "import subprocess, signal; print(subprocess.run([\"sh\", \"-c\", \"kill -TERM \$\$\"]).returncode,
                        signal.getsignal(signal.SIGUSR1))"
                perl -e "print \$SIG{PIPE} // q(none), qq(\n); kill TERM => \$\$"; echo "perl $?"
                find / -xdev -maxdepth 2 -name ld.so.preload | wc -l >/dev/null
                seq 100000 | head -n 1; echo "seq ${PIPESTATUS[*]}"'
        in_system "" "exec 3>/dev/null; $whole" >"$BATS_TEST_TMPDIR/without"
        in_system /guard/libsigguard.so "exec 3>&1; $whole" >"$BATS_TEST_TMPDIR/with"
        has "$(cat "$BATS_TEST_TMPDIR/with")" '^guarded$'
        for said in made first "gcc 5" "bash 3" nobody "apt 0"; do
                has "$(cat "$BATS_TEST_TMPDIR/with")" "^$said\$"
        done
        diff <(grep -v '^guarded' "$BATS_TEST_TMPDIR/without") \
                <(grep -vE '^(guarded|sigguard)' "$BATS_TEST_TMPDIR/with")
}
