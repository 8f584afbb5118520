# docs/containers.md, followed command by command with a container engine: what it says is what happens.
load engine

setup_file() {
        engine_open
        engine_base
}

teardown_file() {
        engine_close
}

# each test begins where the image has been built, by the first section's own commands but the last
setup() {
        need_containers
        work=$BATS_FILE_TMPDIR/work
        mkdir -p "$work"
        PATH=$installed/bin:$PATH
        [ -e "$work/Dockerfile" ] || printf 'FROM debian:12-slim\nENTRYPOINT ["web"]\n' >"$work/Dockerfile"
}

teardown() {
        podman rm --all --force --time 0 >/dev/null
        stop_all
}

# built: the image web is there, as "Guard an image" leaves it
built() {
        podman image exists web && return
        follow "$(docs_commands containers.md "Guard an image")"
        podman rm --force --time 0 web >/dev/null
}

# crashes: the service does, and its container ends
crashes() {
        ask_web /greet || true
        [ "$(podman wait web)" = 139 ]
}

@test "containers.md: guard an image, see that it works" {
        local line
        follow "$(docs_commands containers.md "Guard an image")"
        while read -r line; do
                grep -qxF "$line" "$work/Dockerfile"
        done < <(docs_shown containers.md "Guard an image")
        web_serves
        follow "$(docs_commands containers.md "See that it works")"
        has "$output" "^[0-9]+ web, guarded by /opt/sigguard/libsigguard.so"
        has "$output" '^SIGHUP +guard +ignore +ignored +1 '
        logged "^$(docs_shown containers.md "See that it works" | sed 's/[][().]/\\&/g')$"
        web_serves
}

@test "containers.md: a guard without a new image, and one that the entry point sets" {
        printf 'FROM debian:12-slim\nENTRYPOINT ["web"]\n' >"$BATS_TEST_TMPDIR/Dockerfile"
        podman build --quiet --tag web "$BATS_TEST_TMPDIR"
        follow "$(docs_commands containers.md "Guard without a new image")"
        web_serves
        docker kill --signal USR1 web
        logged "ignored SIGUSR1"
        podman rm --force --time 0 web
        cp "$GUARD" "$BATS_TEST_TMPDIR/"
        {
                printf 'FROM debian:12-slim\nCOPY libsigguard.so /opt/sigguard/libsigguard.so\n'
                docs_shown containers.md "The entry point"
        } >"$BATS_TEST_TMPDIR/Dockerfile"
        podman build --quiet --tag web "$BATS_TEST_TMPDIR"
        docker run --detach --name web web
        web_serves
        docker kill --signal USR1 web
        logged "^sigguard\[1\]: ignored SIGUSR1"
        podman rmi --force web
}

@test "containers.md: a program is judged, and a container without rights reports" {
        built
        cp "$(probe demo_service)" "$work/web"
        follow "$(docs_commands containers.md "Which images")"
        has "$output" '^\./web can be guarded'
        web_serves
        crashes
        logged '^sigguard: web\[1\] thread [0-9]+ "worker-[0-2]" crashed: SIGSEGV'
        logged '^  #0   count_visit +test/programs/demo_service.c:31'
        logged '^sigguard: end of report'
}

@test "containers.md: lines of JSON, and reports on a volume" {
        local commands keys
        built
        mkdir -p "$work/reports"
        commands=$(docs_commands containers.md "Where the log goes")
        follow "$(sed -n /json/p <<<"$commands")"
        web_serves
        docker kill --signal HUP web
        logged '^\{"time_ns":.*ignored SIGHUP'
        keys=$(podman logs web 2>&1 | grep -a '"ignored SIGHUP' | jq -c keys)
        [ "$(docs_shown containers.md "Where the log goes" | sed -n 's/^{"time/&/p' | jq -c keys)" = "$keys" ]
        crashes
        [ "$(podman logs web 2>&1 | grep -a '^{"schema"' | jq -r '.program + " " + .signal_name')" = "web SIGSEGV" ]
        podman rm --force web
        follow "$(sed -n /REPORT_DIR/p <<<"$commands")"
        web_serves
        crashes
        has "$(cat "$work"/reports/*)" '^  #0   count_visit '
}

@test "containers.md: after a crash, and names for an image without symbols" {
        local commands offset
        built
        commands=$(docs_commands containers.md "After a crash")
        mkdir -p "$work/debug"
        cp "$STORE/web" "$work/debug/"
        strip -o "$work/stripped" "$STORE/web"
        docker run --detach --name web --volume "$work/stripped:/usr/bin/web:ro" --env SIGGUARD_REPORT=json web
        web_serves
        crashes
        offset=$(podman logs web 2>&1 | sed -n 's/.* at .*web+\(0x[0-9a-f]*\)$/\1/p')
        follow "$(sed "s/0x12a0/$offset/" <<<"$commands")"
        has "$output" "^139$"
        has "$output" '^sigguard: web\[1\] .* crashed: SIGSEGV'
        has "$output" '^\{"schema".*"count_visit"'
        has "$output" '^count_visit$'
        has "$output" 'demo_service.c:31'
}

@test "containers.md: the guard is taken away" {
        built
        follow "$(docs_commands containers.md "Take the guard away")"
        web_serves
        is_disposition "$(web_pid)" HUP default
        is_disposition "$(web_pid)" SEGV default
}

@test "every command of containers.md is run" {
        docs_all_run containers.md
}
