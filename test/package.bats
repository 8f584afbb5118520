# What is handed to others: the bundle and the Debian package, each run where nothing else of the project is.
load helper

setup_file() {
        bundle=$(make -C "$ROOT" --no-print-directory -s bundle | tail -n 1) || return
        deb=$(make -C "$ROOT" --no-print-directory -s deb | tail -n 1) || return
        export bundle=$ROOT/$bundle deb=$ROOT/$deb
}

# clean_root DIR: a root with a C library, busybox and nothing more
clean_root() {
        local library
        mkdir -p "$1"/{bin,tmp,usr,var/lib/dpkg,lib64,proc,dev}
        touch "$1/var/lib/dpkg/status"
        cp "$(type -P busybox)" "$1/bin/"
        for library in $(ldd "$(type -P busybox)" | grep -o '/[^ ]*'); do
                mkdir -p "$1${library%/*}"
                cp -L "$library" "$1$library"
        done
        chroot "$1" /bin/busybox --install -s /bin
        : >"$1/dev/null"
}

@test "the bundle is one folder that works from wherever it is unpacked" {
        name=sigguard-$(cat "$ROOT/VERSION")-$(uname -m)
        [ "${bundle##*/}" = "$name.tar.gz" ]
        mkdir "$BATS_TEST_TMPDIR/there"
        tar -xzf "$bundle" -C "$BATS_TEST_TMPDIR/there"
        [ "$(ls "$BATS_TEST_TMPDIR/there")" = "$name" ]
        unpacked=$BATS_TEST_TMPDIR/there/$name
        run plain "$unpacked/bin/sigguard" --version
        [ "$output" = "sigguard $(cat "$ROOT/VERSION")" ]
        run plain "$unpacked/bin/sigguard" run env
        has "$output" "^LD_PRELOAD=$unpacked/lib/sigguard/libsigguard.so"
        run plain "$unpacked/libexec/sigguard/sigguard-symbolize" --version
        has "$output" "$(cat "$ROOT/VERSION")\$"
        run plain LC_ALL=C.UTF-8 man -l "$unpacked/share/man/man1/sigguard.1"
        has "$output" "sigguard $(cat "$ROOT/VERSION")"
        cmp "$unpacked/lib/sigguard/libsigguard.so" "$GUARD"
}

@test "the same tree makes the same bundle" {
        cp "$bundle" "$BATS_TEST_TMPDIR/first"
        make -C "$ROOT" --no-print-directory -s bundle
        cmp "$bundle" "$BATS_TEST_TMPDIR/first"
}

@test "lintian finds no error in the Debian package" {
        type -P lintian >/dev/null || skip "there is no lintian here"
        TIME_LIMIT=120 run plain lintian --allow-root --fail-on error,warning "$deb"
        [ "$status" = 0 ]
        lacks "$output" "^[EW]:"
}

@test "the Debian package is installed in a clean root, runs there, and leaves nothing behind" {
        [ "$(id -u)" = 0 ] || skip "only root can change the root"
        root=$BATS_TEST_TMPDIR/root
        clean_root "$root"
        find "$root/usr" "$root/bin" ! -type d | sort >"$BATS_TEST_TMPDIR/before"
        plain dpkg --root="$root" --force-not-root --force-script-chrootless -i "$deb"
        [ "$(plain dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Version} ${Status}' sigguard)" = \
                "$(cat "$ROOT/VERSION") install ok installed" ]
        inside() {
                plain PATH=/bin:/usr/bin "$(type -P chroot)" "$root" "$@"
        }
        [ "$(inside sigguard --version)" = "sigguard $(cat "$ROOT/VERSION")" ]
        run inside sigguard check busybox
        [ "$status" = 0 ]
        has "$output" "busybox can be guarded"
        # shellcheck disable=SC2016 # for the inner shell
        run inside sigguard run sh -c 'kill -SEGV $$'
        has "$output" "crashed: SIGSEGV"
        has "$output" "^  #0 "
        has "$output" "sigguard: end of report"
        # every file is that of the list of sums
        plain dpkg --root="$root" --verify sigguard
        [ -z "$(plain dpkg --root="$root" --verify sigguard)" ]
        plain dpkg --root="$root" --purge sigguard
        find "$root/usr" "$root/bin" ! -type d | sort | diff "$BATS_TEST_TMPDIR/before" -
}
