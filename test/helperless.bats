# The helper is carried in the library; where it cannot start, is killed or never answers, the death comes in time.
load crash

# the library as it is carried into a container: alone
setup() {
        ulimit -c unlimited 2>/dev/null || true
        mkdir "$BATS_TEST_TMPDIR/alone"
        cp "$GUARD" "$BATS_TEST_TMPDIR/alone/other-name.so"
        GUARD=$BATS_TEST_TMPDIR/alone/other-name.so
}

# raw_form DIR: the frames that the handler itself found, and the end of them
raw_form() {
        has "$(report "$1")" '^sigguard: raw #0 pc 0x[0-9a-f]+ /.*\+0x[0-9a-f]+ build-id [0-9a-f]+ +\[registers\]'
        has "$(report "$1")" '^sigguard: raw #1 pc 0x[0-9a-f]+ '
        has "$(report "$1")" '^sigguard: raw end'
}

# degraded DIR REGEX: the report says in words what could not be done
degraded() {
        has "$(report "$1")" "degraded: .*($2)"
}

@test "the library alone, copied to another folder, gives the full report" {
        crash alone "$(probe crash_fault)" null_read thread
        died_of alone SEGV
        names_frames alone null_read fault inner outer worker
        is_complete alone
}

@test "in a chroot with the program and its libc alone, without /proc: a full report, or it says what is missing" {
        [ "$(id -u)" = 0 ] || skip "only root may chroot"
        local root=$BATS_TEST_TMPDIR/root file
        for file in $(ldd "$(probe crash_fault)" | grep -o '/[^ ]*'); do
                mkdir -p "$root$(dirname "$file")"
                cp -L "$file" "$root$file"
        done
        cp "$(probe crash_fault)" "$BUILD/libsigguard.so" "$root/"
        # chroot itself finds no library by that name: one line of ld.so's, before ours
        crash_plain chroot LD_PRELOAD=/libsigguard.so chroot "$root" /crash_fault null_read
        died_of chroot SEGV
        took_at_most chroot 5500
        head_line chroot 'SIGSEGV, .* address 0x18'
        names_frames chroot null_read fault inner outer main
        has "$(report chroot)" '^sigguard: end of report'
        degraded chroot '/proc'
}

@test "without memfd an installed helper of the same version does it" {
        crash other SIGGUARD_HELPER="$BUILD/sigguard-symbolize" "$(probe crash_filtered)" errno memfd_create
        died_of other SEGV
        names_frames other main
        degraded other 'an installed one made this report'
        has "$(report other)" '^sigguard: end of report'
}

@test "a helper that lies beside the library, or in ../libexec, is run as it is: no memfd is made" {
        local place library
        for place in lib lib/x86_64 same; do
                library=$BATS_TEST_TMPDIR/$place
                mkdir -p "$library" "$BATS_TEST_TMPDIR/libexec/sigguard"
                cp "$BUILD/libsigguard.so" "$library/"
                [ $place = same ] || library=$BATS_TEST_TMPDIR/libexec/sigguard
                mv "$BATS_TEST_TMPDIR/helper" "$library/sigguard-symbolize" 2>/dev/null ||
                        cp "$BUILD/sigguard-symbolize" "$library/sigguard-symbolize"
                GUARD=$BATS_TEST_TMPDIR/$place/libsigguard.so crash beside "$(probe crash_filtered)" kill memfd_create
                died_of beside SEGV
                names_frames beside main
                is_complete beside
                mv "$library/sigguard-symbolize" "$BATS_TEST_TMPDIR/helper"
        done
}

@test "a helper beside the library that others may write, of another build, or that is no file is not run" {
        local beside=$BATS_TEST_TMPDIR/alone/sigguard-symbolize way
        for way in group others user build fifo; do
                rm -f "$beside"
                cp "$BUILD/sigguard-symbolize" "$beside"
                case $way in
                group) chmod 775 "$beside" ;;
                others) chmod 757 "$beside" ;;
                user) chown 1234 "$beside" ;;
                build)
                        objcopy --dump-section .note.gnu.build-id="$beside.note" "$beside"
                        printf x | dd of="$beside.note" bs=1 seek=20 conv=notrunc status=none
                        objcopy --update-section .note.gnu.build-id="$beside.note" "$beside"
                        ;;
                fifo) rm "$beside" && mkfifo "$beside" ;;
                esac
                crash $way "$(probe crash_filtered)" errno memfd_create
                died_of $way SEGV
                took_at_most $way 5500
                raw_form $way
                crash $way "$(probe crash_fault)" null_read
                is_complete $way
        done
}

@test "a wrong SIGGUARD_HELPER does no harm while the carried one works" {
        local wrong
        for wrong in /nonexistent/helper /bin/true "$BATS_TEST_TMPDIR" relative ""; do
                crash wrong SIGGUARD_HELPER="$wrong" "$(probe crash_fault)" null_read
                died_of wrong SEGV
                names_frames wrong null_read fault
                has "$(report wrong)" '^sigguard: end of report'
        done
}

@test "no memfd and no program to run: the raw form, which sigguard-symbolize names later" {
        crash raw "$(probe crash_filtered)" errno memfd_create execveat execve
        died_of raw SEGV
        took_at_most raw 5500
        head_line raw 'SIGSEGV, write to unmapped address 0x90,'
        raw_form raw
        degraded raw 'helper'
        # 1: something that the stack scan found has no name, which depends on what older calls have left on the stack
        "$BUILD/sigguard-symbolize" <"$BATS_TEST_TMPDIR/raw/report" >"$BATS_TEST_TMPDIR/named" || [ $? = 1 ]
        has "$(cat "$BATS_TEST_TMPDIR/named")" '#0 +main.*crash_filtered\.c:[0-9]+'
}

@test "a wrong helper is not run in place of the carried one" {
        local wrong=$BATS_TEST_TMPDIR/wrong
        printf '#!/bin/sh\ntouch "%s"\n' "$BATS_TEST_TMPDIR/was-run" >"$wrong"
        chmod 755 "$wrong"
        for wrong in "$wrong" /bin/true /nonexistent; do
                crash raw SIGGUARD_HELPER="$wrong" "$(probe crash_filtered)" errno memfd_create
                died_of raw SEGV
                head_line raw 'SIGSEGV, write to unmapped address 0x90,'
                degraded raw 'the helper could not be started'
                [ ! -e "$BATS_TEST_TMPDIR/was-run" ]
        done
}

@test "a seccomp filter that kills who starts a program kills none of the service's threads" {
        local forbidden
        for forbidden in memfd_create "execveat execve" socketpair clone; do
                # shellcheck disable=SC2086 # one or two words
                crash killed "$(probe crash_filtered)" kill $forbidden
                head_line killed 'SIGSEGV, write to unmapped address 0x90,'
                took_at_most killed 5500
                # what the handler itself must do cannot be saved from a filter that kills
                [[ $forbidden == socketpair || $forbidden == clone ]] || died_of killed SEGV
        done
}

@test "system calls of the crash path that fail: head line, words, the right death" {
        local forbidden
        for forbidden in socketpair clone "memfd_create socketpair clone"; do
                # shellcheck disable=SC2086 # one or more words
                crash failed "$(probe crash_filtered)" errno $forbidden
                died_of failed SEGV
                took_at_most failed 5500
                head_line failed 'SIGSEGV, write to unmapped address 0x90,'
                degraded failed 'helper|watcher'
                raw_form failed
        done
}

# hit HOW WHO SETTINGS...: a crash whose helper or watcher is hit; they live for milliseconds, so it may take some crashes
hit() {
        for _ in {1..30}; do
                OUTER="--$1 $2" crash hit "${@:3}" "$(probe crash_fault)" null_read
                died_of hit SEGV
                ! grep -qE '^hit [0-9]+' "$BATS_TEST_TMPDIR/hit/status" || return 0
        done
        echo "no $2 was met"
        return 1
}

@test "a helper or watcher that is killed: the right death in time, and the report says so" {
        local who
        for who in helper watcher; do
                for _ in 1 2 3; do
                        hit kill $who
                        took_at_most hit 5500
                        head_line hit 'SIGSEGV, read of unmapped address 0x18,'
                        # it may have been done already
                        is_complete hit 2>/dev/null || degraded hit 'helper|watcher'
                done
        done
}

@test "a crash signal that is sent to a whole unit, and so to helper and watcher, does not end the report" {
        local who
        for who in helper watcher; do
                for _ in 1 2 3 4 5; do
                        hit crash $who
                        is_complete hit
                done
        done
}

@test "a helper that is stopped: the right death within the budget, and the report says so" {
        hit stop helper SIGGUARD_TIMEOUT_MS=1000
        took_at_most hit 1500
        head_line hit 'SIGSEGV, read of unmapped address 0x18,'
        is_complete hit 2>/dev/null || { degraded hit 'helper' && raw_form hit; }
}

@test "a watcher that is stopped: the right death within the budget" {
        hit stop watcher SIGGUARD_TIMEOUT_MS=1000
        took_at_most hit 1500
        head_line hit 'SIGSEGV, read of unmapped address 0x18,'
}

@test "a watcher that not even SIGKILL ends at once: the right death in time" {
        OUTER="--trace watcher" crash traced SIGGUARD_TIMEOUT_MS=1000 "$(probe crash_fault)" null_read
        died_of traced SEGV
        took_at_most traced 1700
        head_line traced 'SIGSEGV, read of unmapped address 0x18,'
        raw_form traced
}

@test "a budget too small for names is kept, and the report says so" {
        local budget
        for budget in 100 200; do
                crash small SIGGUARD_TIMEOUT_MS=$budget "$(probe crash_fault)" null_read
                died_of small SEGV
                took_at_most small $((budget + 300))
                head_line small 'SIGSEGV, read of unmapped address 0x18,'
                is_complete small 2>/dev/null || degraded small 'helper|time|late|too long'
        done
}
