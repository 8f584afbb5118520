# docs/kubernetes.md: its manifest is one that the API knows, and a pod made from it is guarded.
load engine

setup_file() {
        engine_open
        engine_base
}

teardown_file() {
        engine_close
}

setup() {
        need_containers
        work=$BATS_FILE_TMPDIR/work
        mkdir -p "$work"
        PATH=$installed/bin:$PATH
        docs_shown kubernetes.md "The manifest" >"$work/web.yaml"
}

teardown() {
        podman pod rm --all --force --time 0 >/dev/null
        podman rm --all --force --time 0 >/dev/null
        stop_all
}

# valid: the manifest on standard input
valid() {
        plain /usr/bin/python3 "$ROOT/test/kubernetes_schema.py"
}

@test "kubernetes.md: the API knows every key and every value of the manifest" {
        valid <"$work/web.yaml"
        # and the judge does see what is wrong
        run -1 valid < <(sed 's/emptyDir:/emptydir:/' "$work/web.yaml")
        has "$output" 'volumes\[0\]\.emptydir: there is no such key in V1Volume'
        run -1 valid < <(sed 's/readOnly: true/readOnly: "yes"/; s/  replicas: 1/  replicas: many/' "$work/web.yaml")
        has "$output" "volumeMounts\[0\]\.readOnly: 'yes' is no bool"
        has "$output" "spec\.replicas: 'many' is no int"
        run -1 valid < <(sed 's/^          command: /          order: /; /^  template:/,$!s/  selector:/  select:/' "$work/web.yaml")
        has "$output" 'initContainers\[0\]\.order: there is no such key'
        has "$output" 'Deployment\.spec: Invalid value for `selector`'
}

@test "kubernetes.md: a pod of the manifest has the library from its init container, and guards the service" {
        local pod first
        docs_shown kubernetes.md "The image that carries the library" >"$work/Dockerfile"
        follow "$(docs_commands kubernetes.md "The image that carries the library")"
        printf 'FROM debian:12-slim\nENTRYPOINT ["web"]\n' >"$BATS_TEST_TMPDIR/Dockerfile"
        podman build --quiet --tag registry.example.com/web:7 "$BATS_TEST_TMPDIR"
        pod=web-pod-0-web
        podman play kube --network none "$work/web.yaml"
        web_serves $pod
        # the rights that the manifest asks for, in the kernel's view
        first=/proc/$(web_pid $pod)
        has "$(cat "$first/status")" '^Uid:[[:space:]]65534'
        has "$(cat "$first/status")" '^CapBnd:[[:space:]]0+$'
        has "$(cat "$first/status")" '^NoNewPrivs:[[:space:]]1$'
        has "$(cat "$first/mounts")" '^[^ ]+ / [^ ]+ ro,'
        has "$(cat "$first/mounts")" '^[^ ]+ /opt/sigguard [^ ]+ ro,'
        podman kill --signal HUP $pod
        logged 'ignored SIGHUP' $pod
        ask_web /greet $pod || true
        logged '^sigguard: end of report' $pod
        cp "$(podman inspect --format '{{.HostConfig.LogConfig.Path}}' $pod)" "$work/pod.log"
        follow "$(docs_commands kubernetes.md "A saved log")"
        has "$output" '^[0-9TZ:.+-]+ stderr F sigguard: web\[[0-9]+\] thread [0-9]+ "worker-.* crashed: SIGSEGV'
        has "$output" '^[0-9TZ:.+-]+ stderr F   #0   count_visit '
}

@test "every command of kubernetes.md is run" {
        docs_all_run kubernetes.md
}
