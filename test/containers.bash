# What container tests load: images from nothing but Debian packages, and containers by buildah with runc or with chroot alone.
#
#   open_store, close_store               for setup_file and teardown_file: a storage of this test file's own, and its end
#   make_root KIND                        a folder with a root for an image: slim (Debian), bare (libc alone) or musl; in $root
#   build_image NAME FOLDER               by the folder's Dockerfile; nothing is fetched from anywhere
#   start_container IMAGE [OPTION...]     its entry point, in a runc container; sets what start_plain sets, and $container
#   start_chroot IMAGE [OPTION...]        the same where no engine runs: no namespaces, no process 1
#   order WORD                            a line for the program's standard input
#   signal_container SIGNAL               what "docker kill -s" does
#   close_containers                      for teardown
load helper

need_containers() {
        [ "$(id -u)" = 0 ] || skip "only root can make containers here"
        store_tool info >/dev/null 2>"$BATS_FILE_TMPDIR/info" || skip "buildah cannot work here: $(tail -n 1 "$BATS_FILE_TMPDIR/info")"
        unshare --pid --net --uts --ipc --mount --fork true 2>/dev/null || skip "no namespaces can be made here"
}

open_store() {
        export STORE=$BATS_FILE_TMPDIR/store
        mkdir -p "$STORE"
        need_containers
}

store_tool() {
        plain TMPDIR="$STORE" buildah --root "$STORE/root" --runroot "$STORE/run" --storage-driver overlay "$@"
}

runc_tool() {
        plain runc --root "$STORE/runc" "$@"
}

close_store() {
        close_containers
        [ ! -d "$STORE/root" ] || store_tool rmi --all --force >/dev/null
        # what was left mounted or running would be a fault of the tests
        lacks "$(cat /proc/self/mounts)" "$STORE"
}

close_containers() {
        local one
        [ -z "${orders-}" ] || exec {orders}>&-
        orders=
        for one in $(runc_tool list --quiet 2>/dev/null); do
                runc_tool delete --force "$one"
        done
        stop_all
        [ ! -d "$STORE/root" ] || store_tool rm --all >/dev/null
}

# Debian's required packages as debootstrap unpacks them, less what the slim images leave out; made once and kept.
make_slim() {
        local kept=$BUILD/containers/slim new=$STORE/new release
        [ -d "$kept" ] || {
                release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
                TIME_LIMIT=500 plain debootstrap --foreign --variant=minbase "$release" "$new" >"$STORE/log" 2>&1 ||
                        { cat "$STORE/log"; return 1; }
                rm -rf "$new"/var/cache/apt/* "$new/debootstrap" "$new"/usr/share/{doc,man,locale,info} "$new/dev" "$new/proc"
                mkdir "$new/dev" "$new/proc"
                # what base-passwd would do when it is configured
                cp "$new/usr/share/base-passwd/passwd.master" "$new/etc/passwd"
                cp "$new/usr/share/base-passwd/group.master" "$new/etc/group"
                mkdir -p "$BUILD/containers"
                mv -T "$new" "$kept"
        }
        cp -a "$kept/." "$root/"
}

make_root() {
        root=$(mktemp -d "$STORE/$1.XXXXXX")
        mkdir -p "$root/usr/bin"
        case $1 in
        slim) make_slim ;;
        bare) ldd "$(probe ordered)" | grep -o '/[^ ]*' | xargs cp -L --parents --target-directory="$root" ;;
        musl) cp -L --parents "/lib/ld-musl-$(uname -m).so.1" "$root" ;;
        esac
}

build_image() {
        store_tool build --quiet --isolation chroot --pull=never --tag "$1" "$2" >/dev/null
}

# in_container ISOLATION IMAGE OPTION...: the entry point reads its orders from a FIFO
in_container() {
        local image=$2 entry
        local how=(--isolation chroot)
        [ "$1" = chroot ] || how=(--isolation oci --runtime runc --runtime-flag "root=$STORE/runc" --network none)
        shift 2
        container=$(store_tool from --pull=never "$image")
        entry=$(store_tool inspect --type image --format '{{.OCIv1.Config.Entrypoint}}' "$image" | tr -d '[]')
        rm -f "$BATS_TEST_TMPDIR/orders"
        mkfifo "$BATS_TEST_TMPDIR/orders"
        exec {orders}<>"$BATS_TEST_TMPDIR/orders"
        # shellcheck disable=SC2086 # the entry point's words
        INPUT=$BATS_TEST_TMPDIR/orders start_plain TMPDIR="$STORE" buildah --root "$STORE/root" --runroot "$STORE/run" \
                --storage-driver overlay run "${how[@]}" "$@" "$container" $entry
}

start_container() {
        in_container oci "$@"
}

start_chroot() {
        in_container chroot "$@"
}

order() {
        printf '%s\n' "$1" >&"$orders"
}

signal_container() {
        runc_tool kill "$(runc_tool list --quiet)" "$1"
}
