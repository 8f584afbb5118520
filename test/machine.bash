# A Debian of its own with systemd as PID 1 and its own journal, booted by systemd-nspawn: for test files that run units.
#
#   machine_boot            in setup_file: makes build/machine when there is none, boots it
#   machine_needed          in setup: skips where this computer cannot boot one
#   machine_off             in teardown_file: powers it off; no process, mount, control group or file of it is left
#   in_machine COMMAND...   as root in there, in a clean environment, for at most TIME_LIMIT (default 20) seconds
#   unit, guard, begin, property, fails, journal, tells      services in there
#
# This tree is installed in its /usr/local, the probes are in /opt/probes. What is written there is in memory only.

# machine_lacks: why this computer cannot boot one; nothing when it can
machine_lacks() {
        local tool
        [ "$(id -u)" = 0 ] || { echo "only root may boot a machine"; return; }
        for tool in systemd-nspawn debootstrap nsenter; do
                type -P "$tool" >/dev/null || { echo "there is no $tool"; return; }
        done
        unshare --mount --pid --fork --ipc --uts --cgroup --net mount -t overlay -o lowerdir=/usr:/etc overlay /mnt 2>/dev/null ||
                { echo "namespaces and overlays cannot be made here"; return; }
        machine_groups mkdir 2>/dev/null || echo "control groups cannot be made here"
        machine_groups rmdir 2>/dev/null
}

# machine_groups COMMAND...: for the machine's own control group in each hierarchy that systemd uses, version 1 or 2
machine_groups() {
        local hierarchy
        for hierarchy in /sys/fs/cgroup{,/unified,/systemd}; do
                [ ! -e "$hierarchy/cgroup.procs" ] || "$@" "$hierarchy/sigguard-machine-$$" || return 1
        done
}

# Debian of the version that runs here, since the probes are linked for it; whoever comes first builds it, once
machine_image() (
        image=$BUILD/machine
        exec 9>"$image.lock"
        flock 9
        [ ! -d "$image" ] || exit 0
        suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
        # the mounts of a build that is stopped go with its namespace
        unshare --mount timeout 600 debootstrap --variant=minbase --include=systemd,systemd-sysv "$suite" "$image.new" \
                >"$image.log" 2>&1 9>&- || { rm -rf "$image.new"; tail "$image.log" >&2; exit 1; }
        rm -rf "$image.new"/var/{cache/apt,lib/apt/lists}/* "$image.new"/usr/share/{doc,locale,man}
        mv "$image.new" "$image"
)

machine_boot() {
        local command
        export machine_missing=
        machine_missing=$(machine_lacks)
        [ -z "$machine_missing" ] || return 0
        machine_image || return 1
        make -C "$ROOT" --no-print-directory -s install DESTDIR="$BATS_FILE_TMPDIR/installed" || return 1
        machine_groups mkdir || return 1
        # no systemd may be here to keep a register of machines; other runs may have booted the same image
        command=(systemd-nspawn --boot --directory="$BUILD/machine" --volatile=overlay --quiet --console=pipe
                --register=no --keep-unit --private-network --link-journal=no --resolv-conf=off --timezone=off
                --machine="sigguard-$$" --bind-ro="$BATS_FILE_TMPDIR/installed/usr/local:/usr/local" --bind-ro="$BUILD/test:/opt/probes")
        (
                join() { echo "$BASHPID" >"$1/cgroup.procs"; }
                machine_groups join
                # it ends also with a run that is killed
                exec env -i "PATH=$CLEAN_PATH" SYSTEMD_NSPAWN_LOCK=0 setpriv --pdeathsig TERM "${command[@]}"
        ) </dev/null >"$BATS_FILE_TMPDIR/machine.log" 2>&1 3>&- 4>&- &
        export machine_starter=$! machine=
        wait_until 30 machine_is_up || { echo "the machine did not come up:"; cat "$BATS_FILE_TMPDIR/machine.log"; return 1; } >&2
}

machine_needed() {
        [ -z "$machine_missing" ] || skip "$machine_missing"
}

machine_is_up() {
        machine=$(pgrep -P "$machine_starter") && [ "$(in_machine systemctl is-system-running)" = running ]
}

in_machine() {
        timeout --signal=KILL "${TIME_LIMIT:-20}" nsenter --target "$machine" --all env -i "PATH=$CLEAN_PATH" LANG=C.UTF-8 \
                SYSTEMD_COLORS=0 SYSTEMD_PAGER= "$@"
}

# systemd(1): SIGRTMIN+14 powers it off at once, units are killed; systemd-nspawn ends with it, and its mounts with that
machine_off() {
        [ -n "${machine_starter-}" ] || return 0
        [ -z "$machine" ] || kill -RTMIN+14 "$machine"
        if ! wait_until 10 is_gone "$machine_starter"; then
                [ -z "$machine" ] || stop "$machine"
                wait_until 5 is_gone "$machine_starter" || stop "$machine_starter"
        fi
        remove() { find "$1" -depth -type d -exec rmdir {} +; }
        wait_until 5 machine_groups remove
}

# unit NAME LINE...: a service in there
unit() {
        { echo "[Service]" && printf '%s\n' "${@:2}"; } | in_machine tee "/etc/systemd/system/$1.service" >/dev/null
}

# guard NAME [SETTING...]: gives it the drop-in
guard() {
        in_machine mkdir -p "/etc/systemd/system/$1.service.d"
        in_machine sigguard systemd SIGGUARD_TIMEOUT_MS=20000 "${@:2}" "$1" |
                in_machine tee "/etc/systemd/system/$1.service.d/sigguard.conf" >/dev/null
}

# begin NAME...: starts them; a unit that ends at once is no error
begin() {
        in_machine systemctl daemon-reload
        in_machine systemctl start "$@"
}

# property NAME PROPERTY: what systemd says of the unit
property() {
        in_machine systemctl show -P "$2" "$1"
}

is_property() {
        [ "$(property "$1" "$2")" = "$3" ]
}

# fails NAME RESULT SIGNAL: systemd saw it end so; 0 is no signal
fails() {
        wait_until 30 is_property "$1" ActiveState failed
        is_property "$1" Result "$2"
        is_property "$1" ExecMainStatus "$3"
}

# journal NAME [OPTION...]: the lines of the unit
journal() {
        in_machine journalctl --quiet --sync || true
        in_machine journalctl --quiet -o cat -u "$@"
}

journal_has() {
        has "$(journal "$1")" "$2" 2>/dev/null
}

# tells NAME REGEX: journald may be behind
tells() {
        wait_until 10 journal_has "$@" || has "$(journal "$1")" "$2"
}
