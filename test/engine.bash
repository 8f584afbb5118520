# What tests of the guides load: a container engine of the test file's own, an installed sigguard, and a way to run shown commands.
#
#   engine_open, engine_close   for setup_file and teardown_file; $installed is the PREFIX of the installation
#   engine_base                 the image debian:12-slim, whose program web is the one of "make demo"
#   follow COMMANDS             runs them in $work, as a document has them, with the installation in $installed; sets $output
#   web_serves, ask_web, logged  of the container web or another one
load containers
load docs_commands

engine_open() {
        open_store
        export CONTAINERS_CONF=$STORE/containers.conf CONTAINERS_STORAGE_CONF=$STORE/storage.conf
        export installed=$STORE/installed
        # what needs a service manager, a network or more open files than there may be is left out
        cat >"$CONTAINERS_CONF" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
netns = "none"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
runtime = "runc"
tmp_dir = "$STORE/tmp"
static_dir = "$STORE/libpod"
volume_path = "$STORE/volumes"
END
        printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/root"\nrunroot = "%s/run"\n' "$STORE" "$STORE" \
                >"$CONTAINERS_STORAGE_CONF"
        make -s -C "$ROOT" install PREFIX="$installed"
        ln -s "$(type -P podman)" "$installed/bin/docker"
        PATH=$installed/bin:$PATH
}

engine_close() {
        if [ -e "$CONTAINERS_CONF" ]; then
                podman pod rm --all --force >/dev/null
                podman rm --all --force --time 0 >/dev/null
                podman rmi --all --force >/dev/null
                # the engine leaves its empty groups and folders, also those of other stores: what is in use stays
                find /sys/fs/cgroup -depth -path '*/libpod_parent*' -type d -exec rmdir {} + 2>/dev/null || true
                rmdir /run/runc 2>/dev/null || true
        fi
        lacks "$(cat /proc/self/mounts)" "$STORE"
}

engine_base() {
        local root
        make_root slim
        gcc -g -O1 -pthread -ffile-prefix-map="$ROOT/=" -o "$STORE/web" "$ROOT/test/programs/demo_service.c"
        cp "$STORE/web" "$root/usr/bin/"
        printf 'FROM scratch\nCOPY . /\nCMD ["/bin/sh"]\n' >"$root/Dockerfile"
        podman build --quiet --tag debian:12-slim "$root" >/dev/null
        rm -rf "$root"
}

follow() {
        local script
        script=$(sed "s,/usr/local/,$installed/,g" <<<"$1")
        run bash -euc "cd '$work'"$'\n'"$script"
        printf '%s\n' "$output"
        return "$status"
}

web_pid() {
        podman inspect --format '{{.State.Pid}}' "${1:-web}"
}

# web_serves [CONTAINER]: it answers in its own network
web_serves() {
        wait_until 10 eval "podman logs ${1:-web} 2>&1 | grep -q '^ready on port'"
        has "$(ask_web / "${1:-web}")" '^alive'
}

# ask_web PATH [CONTAINER]
ask_web() {
        local port
        port=$(podman logs "${2:-web}" 2>&1 | sed -n 's/^ready on port //p')
        nsenter --net --target "$(web_pid "${2:-web}")" curl -s --max-time 5 "http://127.0.0.1:$port$1"
}

# logged REGEX [CONTAINER]: a line of its log, maybe soon
logged() {
        wait_until 20 eval "podman logs ${2:-web} 2>&1 | grep -qaE '$1'" && return 0
        podman logs "${2:-web}" >&2
        return 1
}
