# Images with the lines that "sigguard dockerfile" prints, built and run: with runc as process 1 and as its child, and without an engine.
load containers

guard_settings=("$unhurried")

setup_file() {
        local kind entry
        open_store
        for kind in slim bare musl; do
                base $kind
                image $kind
        done
        for entry in exec child; do
                image slim /entry_$entry ordered
        done
}

teardown_file() {
        close_store
}

setup() {
        need_containers
}

teardown() {
        close_containers
}

# base KIND: the image of that name, with the program /usr/bin/ordered, and two entry scripts where there is a shell
base() {
        local compiler=gcc root
        [ "$1" != musl ] || compiler=musl-gcc
        make_root "$1"
        "$compiler" -g -O0 -o "$root/usr/bin/ordered" "$ROOT/test/programs/ordered.c"
        if [ -e "$root/bin/sh" ]; then
                printf '#!/bin/sh\necho "entry is process $$"\nsed -n s/^SigCgt:/caught/p /proc/$$/status\nexec ordered\n' >"$root/entry_exec"
                printf '#!/bin/sh\nordered\necho "it ended with $?"\n' >"$root/entry_child"
                chmod 755 "$root"/entry_*
        fi
        printf 'FROM scratch\nCOPY . /\nENTRYPOINT ["/usr/bin/ordered"]\n' >"$root/Dockerfile"
        build_image "$1" "$root"
        rm -rf "$root"
}

# image KIND [ENTRY PROGRAM]: KIND_guarded; with an entry script KIND_plain/ENTRY and KIND_guarded/ENTRY, and SIGGUARD_ONLY=PROGRAM
image() {
        local folder=$STORE/context lines recipe
        mkdir -p "$folder"
        cp "$GUARD" "$folder/"
        lines=$(plain "$ROOT/scripts/sigguard" dockerfile "${3:-ordered}")
        # these two lines are all that any image needs
        [ -n "${3-}" ] || lines=$(grep -E '^(COPY|ENV LD_PRELOAD)' <<<"$lines")
        recipe="FROM localhost/$1"
        [ -z "${2-}" ] || recipe+=$'\n'"ENTRYPOINT [\"$2\"]"
        printf '%s\n' "$recipe" >"$folder/Dockerfile"
        build_image "$1_plain${2-}" "$folder"
        printf '%s\n%s\n' "$recipe" "$lines" >"$folder/Dockerfile"
        build_image "$1_guarded${2-}" "$folder"
}

# serving IMAGE, serving_chroot IMAGE: started, and ready
serving() {
        start_container "$1"
        wait_for_line "$out" "ready as process" || { cat "$err"; return 1; }
}

serving_chroot() {
        start_chroot "$1"
        wait_for_line "$out" "ready as process" || { cat "$err"; return 1; }
        program=$(sed -n 's/^ready as process //p' "$out")
}

# serving_child IMAGE: the same where an entry script is process 1; the program is its child
serving_child() {
        local first
        serving "$1"
        first=$(runc_tool state "$(runc_tool list --quiet)" | jq .pid)
        program=$(tr -d ' ' <"/proc/$first/task/$first/children")
}

# it_lives: the program does what it is told, so it has taken all signals before
it_lives() {
        order hello
        wait_for_line "$out" "done: hello"
}

# stray SIGNAL: to the program, which is the process $program
stray() {
        if [ "$1" = PIPE ]; then
                order pipe
        else
                kill -"$1" "$program"
        fi
}

# death_of SIGNAL: the words of buildah for it
death_of() {
        case $1 in
        HUP) echo hangup ;;
        USR1) echo "user defined signal 1" ;;
        USR2) echo "user defined signal 2" ;;
        PIPE) echo "broken pipe" ;;
        esac
}

# how_it_ended: the status of the container, what runc says about it, and what the entry script says about the program
how_it_ended() {
        wait_status
        sed -n '/^container exited/p' "$err"
        sed -n '/^it ended/p' "$out"
}

# ends_as_plain KIND@ENTRY ORDER...: the container that crashed ended as the one without the guard; its words are in report.ORDER
ends_as_plain() {
        local order kind=$1 guarded
        shift
        for order in "$@"; do
                serving "${kind/@/_guarded}"
                order "$order"
                guarded=$(how_it_ended)
                cp "$err" "$BATS_TEST_TMPDIR/report.$order"
                close_containers
                serving "${kind/@/_plain}"
                order "$order"
                same "$(how_it_ended)" "$guarded"
                close_containers
        done
}

same() {
        [ "$1" = "$2" ] && return 0
        printf 'expected:\n%s\nfound:\n%s\n' "$1" "$2" >&2
        return 1
}

@test "a service as process 1 lives through stray signals, and the log names them" {
        local kind name
        for kind in slim bare musl; do
                serving ${kind}_guarded
                for name in HUP USR1 USR2; do
                        signal_container $name
                        wait_for_line "$err" "sigguard[1]: ignored SIG$name from an unknown process (outside this pid namespace"
                done
                order pipe
                wait_for_line "$err" "sigguard[1]: ignored SIGPIPE in thread 1: write to fd"
                it_lives
                has "$(cat "$out")" "^ready as process 1$"
                order end
                [ "$(wait_status)" = "exit 3" ]
                close_containers
        done
}

@test "a crash of process 1 is reported with names, and the container ends as without the guard" {
        local kind
        for kind in slim bare musl; do
                ends_as_plain $kind@ fault abort
                has "$(cat "$BATS_TEST_TMPDIR/report.fault")" '^sigguard: ordered\[1\] thread 1 "ordered" crashed: SIGSEGV, write to unmapped address 0x0'
                has "$(cat "$BATS_TEST_TMPDIR/report.fault")" '^  #0   carry_out +test/programs/ordered.c:'
                has "$(cat "$BATS_TEST_TMPDIR/report.fault")" '^  #1   main +test/programs/ordered.c:'
                has "$(cat "$BATS_TEST_TMPDIR/report.abort")" 'crashed: SIGABRT, abort\(\) was called'
                has "$(cat "$BATS_TEST_TMPDIR/report.abort")" '^  #[0-9]+   carry_out +test/programs/ordered.c:'
        done
}

@test "a crash signal that the kernel drops for process 1 is reported, and the service lives as without the guard" {
        local image
        for image in bare_plain bare_guarded musl_guarded; do
                serving $image
                order raise
                it_lives
                [ $image = bare_plain ] || wait_for_line "$err" "sigguard: end of report"
                # and it is still on guard
                order fault
                has "$(how_it_ended)" "^container exited on segmentation fault"
                [ $image = bare_plain ] || [ "$(grep -c "^sigguard: end of report" "$err")" = 2 ]
                close_containers
        done
}

@test "an entry script that execs the service gives it process 1 and the guard, and SIGGUARD_ONLY leaves the script alone" {
        serving slim_guarded/entry_exec
        local caught
        has "$(cat "$out")" "^entry is process 1$"
        has "$(cat "$out")" "^ready as process 1$"
        # dash catches a signal or two of its own, and none of ours
        caught=$(sed -n 's/^caught[[:space:]]*//p' "$out")
        out_of_set USR1 "$caught"
        signal_container USR1
        wait_for_line "$err" "ignored SIGUSR1"
        it_lives
        ends_as_plain slim@/entry_exec fault
        has "$(cat "$BATS_TEST_TMPDIR/report.fault")" '^  #0   carry_out +test/programs/ordered.c:'
}

@test "a service that is not process 1 dies of a stray signal without the guard and lives with it" {
        local name
        for name in HUP USR1 USR2 PIPE; do
                serving_child slim_plain/entry_child
                stray $name
                [ "$(wait_status)" = "exit 0" ]
                has "$(cat "$out")" "^it ended with $((128 + $(kill -l $name)))$"
                close_containers
        done
        serving_child slim_guarded/entry_child
        lacks "$(cat "$out")" "ready as process 1$"
        for name in HUP USR1 USR2 PIPE; do
                stray $name
                wait_for_line "$err" "ignored SIG$name "
                it_lives
        done
        order end
        [ "$(wait_status)" = "exit 0" ]
        has "$(cat "$out")" "^it ended with 3$"
        close_containers
        ends_as_plain slim@/entry_child fault abort raise
        has "$(cat "$BATS_TEST_TMPDIR/report.fault")" '^  #0   carry_out +test/programs/ordered.c:'
        has "$(cat "$out")" "^it ended with 139$"
}

@test "where no engine runs, the same images guard as well" {
        local kind name
        for name in HUP USR1 USR2 PIPE; do
                serving_chroot bare_plain
                stray $name
                [ "$(wait_status)" = "exit 1" ]
                has "$(cat "$err")" "^subprocess exited on $(death_of $name)$"
                close_containers
        done
        for kind in slim bare musl; do
                serving_chroot ${kind}_guarded
                for name in HUP USR1 USR2; do
                        stray $name
                        wait_for_line "$err" "sigguard[$program]: ignored SIG$name from pid $BASHPID (bash), uid 0"
                done
                stray PIPE
                wait_for_line "$err" "ignored SIGPIPE in thread $program: write to fd"
                it_lives
                order fault
                [ "$(wait_status)" = "exit 1" ]
                has "$(cat "$err")" '^  #0   carry_out +test/programs/ordered.c:'
                has "$(cat "$err")" '^subprocess exited on segmentation fault$'
                close_containers
        done
}
