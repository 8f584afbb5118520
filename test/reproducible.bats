# The same sources give the same bytes, wherever, whenever and by whomever they are built.
load helper

@test "a build in another folder, at another time, under another umask, locale and user gives the same bytes" {
        local copy=$BATS_TEST_TMPDIR/another/folder file
        mkdir -p "$copy"
        cp -r "$ROOT"/{Makefile,VERSION,preload,hooks,test} "$copy/"
        find "$copy" -exec touch -d '2001-02-03 04:05:06' '{}' +
        (
                umask 077
                cd "$copy"
                env -i PATH="$PATH" HOME=/nonexistent USER=other LC_ALL=POSIX TZ=Pacific/Apia make -s -j2 all >"$BATS_TEST_TMPDIR/log" 2>&1
        ) || { cat "$BATS_TEST_TMPDIR/log"; false; }
        for file in sigguard-symbolize libsigguard.so libsigguard.so.debug; do
                cmp "$ROOT/build/$file" "$copy/build/$file"
        done
}

@test "no path of the machine is in what is installed" {
        local file
        for file in libsigguard.so sigguard-symbolize; do
                grep -qaF -- 'preload/' "$BUILD/libsigguard.so.debug"
                ! grep -qaF -- "$ROOT" "$BUILD/$file"
                ! grep -qaF -- "$ROOT" "$BUILD/libsigguard.so.debug"
        done
}
