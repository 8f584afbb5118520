# Servers with a master and workers: reload, log and upgrade signals work as ever, a worker that crashes is reported and replaced.
load crash
guard_settings=("$unhurried")

# No server is to leave a core where it stands.
setup() {
        ulimit -S -c 0
}

# Masters are asked to end first, so that no worker is left
teardown() {
        local one
        for one in "$BATS_TEST_TMPDIR"/*.pid "$BATS_TEST_TMPDIR"/*/*.pid; do
                [ ! -s "$one" ] || kill -TERM "$(head -n 1 "$one")" 2>/dev/null || true
        done
        for one in "${masters[@]}"; do
                kill -TERM "$one" 2>/dev/null || true
                wait_until 5 is_gone "$one" || true
        done
        stop_all
}
masters=()

ask_for() {
        curl -sf --max-time 5 --unix-socket "$BATS_TEST_TMPDIR/socket" "http://localhost/$1"
}

ask() {
        ask_for ""
}

# answers_otherwise TEXT: there is an answer, and it is not this one
answers_otherwise() {
        local now
        now=$(ask) && [ -n "$now" ] && [ "$now" != "$1" ]
}

workers() {
        pgrep -P "$1" | sort | tr '\n' ' '
}

# has_workers MASTER COUNT
has_workers() {
        [ "$(workers "$1" | wc -w)" = "$2" ]
}

# has_other_workers MASTER PIDS: as many as before, and none of those
has_other_workers() {
        local now one
        now=$(workers "$1")
        [ "$(wc -w <<<"$now")" = "$(wc -w <<<"$2")" ] || return 1
        for one in $2; do
                [[ " $now" != *" $one "* ]] || return 1
        done
}

# reported FILE PID SIGNAL: a whole report of this process's crash, one
reported() {
        wait_until 25 grep -qa '^sigguard: end of report' "$1" || { cat "$1" >&2; return 1; }
        has "$(cat "$1")" "^sigguard: [^ ]+\[$2\] thread $2 .* crashed: SIG$3, "
        [ "$(grep -ca ' crashed: SIG' "$1")" = 1 ]
}

start_gunicorn() {
        local dir=$BATS_TEST_TMPDIR
        rm -f "$dir"/*.pid "$dir/socket"
        "$1" PYTHONPATH="$ROOT/test/programs" PYTHONDONTWRITEBYTECODE=1 gunicorn --workers 2 --bind "unix:$dir/socket" \
                --pid "$dir/gunicorn.pid" --access-logfile "$dir/access" python_site:application
        wait_until 10 ask
        masters+=("$pid")
}

@test "gunicorn reloads its workers on HUP, reopens its logs on USR1 and ends on TERM" {
        local starter old
        for starter in start_plain start_guarded; do
                start_gunicorn $starter
                wait_until 10 has_workers "$pid" 2
                old=$(workers "$pid")
                kill -HUP "$pid"
                wait_until 10 has_other_workers "$pid" "$old"
                wait_until 5 ask
                mv "$BATS_TEST_TMPDIR/access" "$BATS_TEST_TMPDIR/access.1"
                kill -USR1 "$pid"
                wait_until 5 test -e "$BATS_TEST_TMPDIR/access"
                kill -TERM "$pid"
                [ "$(wait_status)" = "exit 0" ]
                lacks "$(cat "$err")" sigguard
        done
}

@test "gunicorn replaces itself on USR2, and the new master is guarded" {
        local old new
        start_gunicorn start_guarded
        old=$pid
        kill -USR2 "$old"
        wait_until 10 test -s "$BATS_TEST_TMPDIR/gunicorn.pid.2"
        new=$(cat "$BATS_TEST_TMPDIR/gunicorn.pid.2")
        masters+=("$new")
        wait_until 10 has_workers "$new" 2
        kill -QUIT "$old"
        [ "$(wait_status)" = "exit 0" ]
        wait_until 5 ask
        grep -q libsigguard "/proc/$new/maps"
        lacks "$(cat "$err")" sigguard
}

@test "a gunicorn worker that crashes in C is reported, and another one takes its place" {
        local old
        start_gunicorn start_guarded
        run ! ask_for crash
        wait_until 10 grep -q 'was terminated due to signal 11' "$err"
        old=$(sed -n 's/.*Worker with pid \([0-9]*\) was terminated.*/\1/p' "$err")
        reported "$err" "$old" SEGV
        has "$(cat "$err")" '^  #[0-9]+ +_PyEval_EvalFrameDefault'
        wait_until 5 ask
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 0" ]
}

@test "uwsgi reloads on HUP; its own crash handler has the last word as ever, and the worker is replaced" {
        local old dir=$BATS_TEST_TMPDIR
        start_guarded PYTHONDONTWRITEBYTECODE=1 uwsgi --plugin python311 --http-socket "$dir/socket" --master --processes 1 --need-app \
                --pythonpath "$ROOT/test/programs" --module python_site --die-on-term --pidfile "$dir/uwsgi.pid"
        masters+=("$pid")
        wait_until 10 ask
        old=$(ask)
        kill -HUP "$pid"
        wait_until 10 answers_otherwise "$old"
        old=$(ask)
        run ! ask_for crash
        wait_until 10 answers_otherwise "$old"
        has "$(cat "$err")" "!!! uWSGI process ${old%% *} got Segmentation Fault !!!"
        # it ends by exit(), which is nobody's death by a signal
        has "$(cat "$err")" "DAMN ! worker 1 \(pid: ${old%% *}\) died"
        lacks "$(cat "$err")" sigguard
}

write_nginx_conf() {
        local dir=$BATS_TEST_TMPDIR
        mkdir -p "$dir/html" "$dir/tmp"
        echo one >"$dir/html/index.html"
        cat >"$dir/nginx.conf" <<-END
                $([ "$(id -u)" != 0 ] || echo "user root;")
                env LD_PRELOAD; # or nginx would start the new master without it
                daemon $1; worker_processes 1; pid $dir/nginx.pid; error_log $dir/error.log notice;
                events { worker_connections 64; }
                http {
                        access_log off;
                        client_body_temp_path $dir/tmp; proxy_temp_path $dir/tmp; fastcgi_temp_path $dir/tmp;
                        uwsgi_temp_path $dir/tmp; scgi_temp_path $dir/tmp;
                        server { listen unix:$dir/socket; root $dir/html; }
                }
	END
}

@test "nginx is upgraded by USR2, WINCH and QUIT, and the new master is guarded" {
        local starter old new dir=$BATS_TEST_TMPDIR
        write_nginx_conf on # USR2 is for daemons only
        for starter in plain guarded; do
                $starter "$(command -v nginx)" -c "$dir/nginx.conf" -e "$dir/error.log" 3>&- 4>&-
                wait_until 10 ask
                old=$(cat "$dir/nginx.pid")
                kill -USR2 "$old"
                wait_until 10 test -s "$dir/nginx.pid.oldbin"
                wait_until 10 test -s "$dir/nginx.pid"
                new=$(cat "$dir/nginx.pid")
                masters+=("$old" "$new")
                wait_until 10 test -n "$(workers "$new")"
                kill -WINCH "$old"
                kill -QUIT "$old"
                wait_until 10 is_gone "$old"
                wait_until 5 ask
                [ $starter = plain ] || grep -q libsigguard "/proc/$new/maps"
                kill -QUIT "$new"
                wait_until 10 is_gone "$new"
                lacks "$(cat "$dir/error.log")" sigguard
        done
}

@test "an nginx worker that crashes is reported in the error log, the master says the same as without us, and replaces it" {
        local starter old dir=$BATS_TEST_TMPDIR
        write_nginx_conf off
        for starter in start_plain start_guarded; do
                rm -f "$dir/error.log"
                $starter nginx -c "$dir/nginx.conf" -e "$dir/error.log"
                masters+=("$pid")
                wait_until 10 ask
                old=$(pgrep -P "$pid")
                kill -SEGV "$old"
                wait_until 10 grep -q "worker process $old exited on signal 11" "$dir/error.log"
                wait_until 10 has_other_workers "$pid" "$old"
                wait_until 5 ask
                [ $starter = start_plain ] || reported "$dir/error.log" "$old" SEGV
                kill -QUIT "$pid"
                [ "$(wait_status)" = "exit 0" ]
        done
        has "$(cat "$dir/error.log")" "^sigguard: sent by pid $BASHPID"
}

# The port is the kernel's choice; between the look and the server's bind nobody else here takes it
free_port() {
        plain python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

@test "apache's prefork server reloads on HUP and USR1, and a worker that crashes is reported and replaced" {
        local dir=$BATS_TEST_TMPDIR port old
        port=$(free_port)
        mkdir "$dir/html"
        echo one >"$dir/html/index.html"
        cat >"$dir/apache.conf" <<-END
                ServerRoot $dir
                ServerName localhost
                PidFile $dir/apache.pid
                ErrorLog $dir/error.log
                Listen 127.0.0.1:$port
                LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
                LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
                DefaultRuntimeDir $dir
                StartServers 2
                MinSpareServers 2
                MaxSpareServers 2
                MaxRequestWorkers 2
                DocumentRoot $dir/html
                $([ "$(id -u)" != 0 ] || printf 'User www-data\nGroup www-data\n')
	END
        chmod -R a+rX "$dir"
        chmod a+rx "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test"
        # its master sends TERM to its whole process group
        start_guarded setsid apache2 -D FOREGROUND -f "$dir/apache.conf"
        masters+=("$pid")
        wait_until 10 curl -sf "http://127.0.0.1:$port/index.html"
        local signal
        for signal in HUP USR1; do
                wait_until 10 has_workers "$pid" 2
                old=$(workers "$pid")
                kill -$signal "$pid"
                wait_until 10 has_other_workers "$pid" "$old"
                wait_until 10 curl -sf "http://127.0.0.1:$port/index.html"
        done
        lacks "$(cat "$dir/error.log")" sigguard
        old=$(pgrep -P "$pid" | head -n 1)
        kill -SEGV "$old"
        wait_until 10 grep -q "child pid $old exit signal Segmentation fault" "$dir/error.log"
        reported "$dir/error.log" "$old" SEGV
        wait_until 10 has_workers "$pid" 2
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 0" ]
}

@test "redis writes its own crash report as ever, then we ours, and it ends the same way" {
        local starter expected=
        for starter in start_plain start_guarded; do
                $starter redis-server --port 0 --unixsocket "$BATS_TEST_TMPDIR/redis" --save "" --dir "$BATS_TEST_TMPDIR" \
                        --enable-debug-command yes
                wait_for_line "$out" "eady to accept connections"
                timeout 5 redis-cli -s "$BATS_TEST_TMPDIR/redis" debug segfault || true
                wait_status 10
                [ -n "$expected" ] || expected=$(wait_status)
                [ "$(wait_status)" = "$expected" ]
                has "$(cat "$out")" "REDIS BUG REPORT START"
                has "$(cat "$out")" "crashed by signal: 11"
        done
        [[ $expected == "signal 11 "* ]]
        reported "$err" "$pid" SEGV
        has "$(cat "$err")" '^  #[0-9]+ +debugCommand'
}


@test "PostgreSQL reloads on HUP; a backend that crashes is reported, and the server recovers as ever" {
        local bin=/usr/lib/postgresql/15/bin data=$BATS_TEST_TMPDIR/data backend drop=()
        mkdir "$data"
        if [ "$(id -u)" = 0 ]; then
                # it refuses to run as root
                drop=(setpriv --reuid=postgres --regid=postgres --clear-groups)
                chown postgres "$data"
                chmod a+rx "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
        fi
        plain "${drop[@]}" "$bin/initdb" -D "$data/db" --no-sync -A trust -U postgres >/dev/null
        cp "$GUARD" "$data/"
        start_guarded LD_PRELOAD="$data/libsigguard.so" "${drop[@]}" "$bin/postgres" -D "$data/db" -k "$data" -c listen_addresses= \
                -c fsync=off -c max_connections=8
        masters+=("$pid")
        wait_until 10 query "select 1"
        [ "$(query "show work_mem")" = 4MB ]
        echo "work_mem = 5MB" >>"$data/db/postgresql.conf"
        kill -HUP "$pid"
        wait_until 10 grep -q 'received SIGHUP, reloading' "$err"
        wait_until 10 work_mem_is 5MB
        lacks "$(cat "$err")" sigguard
        query "select pg_sleep(60)" >/dev/null 2>&1 3>&- 4>&- &
        wait_until 10 sleeper
        backend=$(query "select pid from pg_stat_activity where query like '%sleep(60)%' and pid <> pg_backend_pid()")
        kill -SEGV "$backend"
        wait_until 10 grep -q "server process (PID $backend) was terminated by signal 11" "$err"
        reported "$err" "$backend" SEGV
        has "$(cat "$err")" '^  #[0-9]+ +pg_sleep'
        wait_until 10 query "select 1"
        kill -INT "$pid"
        [ "$(wait_status)" = "exit 0" ]
}

query() {
        plain psql -h "$data" -U postgres -d postgres -Atc "$1"
}

work_mem_is() {
        [ "$(query "show work_mem")" = "$1" ]
}

sleeper() {
        [ "$(query "select count(*) from pg_stat_activity where query like '%sleep(60)%' and pid <> pg_backend_pid()")" = 1 ]
}
