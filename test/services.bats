# Real services keep their own signal behaviour, and hear nothing from us while nothing happens.
load helper

# The port is the kernel's choice; between the look and the service's bind nobody else here takes it
free_port() {
        plain python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_nginx() {
        local directory=$BATS_TEST_TMPDIR
        mkdir -p "$directory/html" "$directory/tmp"
        echo "one" >"$directory/html/index.html"
        cat >"$directory/nginx.conf" <<-END
                daemon off;
                $([ "$(id -u)" != 0 ] || echo "user root;")
                worker_processes 1;
                pid $directory/nginx.pid;
                error_log $directory/error.log notice;
                events { worker_connections 64; }
                http {
                        access_log $directory/access.log;
                        client_body_temp_path $directory/tmp; proxy_temp_path $directory/tmp; fastcgi_temp_path $directory/tmp;
                        uwsgi_temp_path $directory/tmp; scgi_temp_path $directory/tmp;
                        server { listen unix:$directory/socket; root $directory/html; }
                }
	END
        start_guarded nginx -c "$directory/nginx.conf" -e "$directory/error.log"
        wait_until 10 ask_nginx
}

ask_nginx() {
        curl -sf --max-time 5 --unix-socket "$BATS_TEST_TMPDIR/socket" http://localhost/
}

# nginx puts its own error log in the place of stderr
nginx_is_quiet() {
        [ ! -s "$err" ] && lacks "$(cat "$BATS_TEST_TMPDIR/error.log")" sigguard
}

worker() {
        pgrep -P "$pid" | head -n 1
}

new_worker() {
        [ -n "$(worker)" ] && [ "$(worker)" != "$1" ] && [ "$(pgrep -c -P "$pid")" = 1 ]
}

# Workers outlive a killed master, so nginx is asked to end first
teardown() {
        if [ -s "$BATS_TEST_TMPDIR/nginx.pid" ]; then
                kill -TERM "$(cat "$BATS_TEST_TMPDIR/nginx.pid")" && wait_status >/dev/null
        fi
        stop_all
}

@test "nginx reloads its configuration on HUP" {
        start_nginx
        local old
        old=$(worker)
        sed -i "s|root .*/html;|root $BATS_TEST_TMPDIR/other;|" "$BATS_TEST_TMPDIR/nginx.conf"
        mkdir "$BATS_TEST_TMPDIR/other"
        echo "two" >"$BATS_TEST_TMPDIR/other/index.html"
        kill -HUP "$pid"
        wait_until 10 new_worker "$old"
        [ "$(ask_nginx)" = two ]
        [ -d "/proc/$pid" ]
        nginx_is_quiet
}

@test "nginx reopens its logs on USR1" {
        start_nginx
        mv "$BATS_TEST_TMPDIR/access.log" "$BATS_TEST_TMPDIR/access.log.1"
        kill -USR1 "$pid"
        wait_until 10 test -e "$BATS_TEST_TMPDIR/access.log"
        ask_nginx
        wait_until 10 test -s "$BATS_TEST_TMPDIR/access.log"
        nginx_is_quiet
}

@test "nginx ends gracefully on QUIT, and at once on TERM, with status 0" {
        start_nginx
        kill -QUIT "$pid"
        [ "$(wait_status)" = "exit 0" ]
        nginx_is_quiet
        start_nginx
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 0" ]
        nginx_is_quiet
}

@test "nginx replaces a worker that was killed" {
        start_nginx
        local old
        old=$(worker)
        kill -KILL "$old"
        wait_until 10 new_worker "$old"
        wait_until 5 ask_nginx
        nginx_is_quiet
}

@test "nginx has the same dispositions in the kernel as without us, but for the crash signals" {
        start_nginx
        local signal
        for signal in HUP USR1 USR2 TERM INT QUIT CHLD IO WINCH ALRM; do
                is_disposition "$pid" "$signal" caught
        done
        is_disposition "$pid" PIPE ignored
        is_disposition "$pid" SYS ignored
        is_disposition "$pid" SEGV caught
}

@test "under veto nginx still runs, and HUP does not reload it but is named" {
        local old
        start_guarded() { start_in_background "$GUARD" SIGGUARD_OVERRIDE=HUP=veto "$@"; }
        start_nginx
        old=$(worker)
        has "$(cat "$err")" "SIGHUP.*nginx\+0x"
        kill -HUP "$pid"
        wait_for_line "$BATS_TEST_TMPDIR/error.log" "sigguard[$pid]: ignored SIGHUP from pid $BASHPID"
        ask_nginx
        [ "$(worker)" = "$old" ]
}

start_redis() {
        port=$(free_port)
        start_guarded redis-server --port "$port" --bind 127.0.0.1 --save "" --dir "$BATS_TEST_TMPDIR" --unixsocket "$BATS_TEST_TMPDIR/redis"
        wait_for_line "$out" "Ready to accept connections"
}

ask_redis() {
        timeout 5 redis-cli -s "$BATS_TEST_TMPDIR/redis" "$@"
}

@test "redis-server ends gracefully on TERM by its own handler" {
        start_redis
        [ "$(ask_redis ping)" = PONG ]
        kill -TERM "$pid"
        [ "$(wait_status)" = "exit 0" ]
        has "$(cat "$out")" "Received SIGTERM scheduling shutdown"
        has "$(cat "$out")" "bye bye"
        [ ! -s "$err" ]
}

@test "redis-server lives through HUP, USR1, USR2 and PIPE, and through a client that goes away" {
        start_redis
        local signal
        for signal in HUP USR2 PIPE USR1; do
                kill -s "$signal" "$pid"
                [ "$(ask_redis ping)" = PONG ]
        done
        # redis itself ignores HUP and PIPE
        is_disposition "$pid" HUP ignored
        is_disposition "$pid" PIPE ignored
        wait_for_line "$err" "ignored SIGUSR1 from pid $BASHPID"
        wait_for_line "$err" "ignored SIGUSR2 from pid $BASHPID"
        lacks "$(cat "$err")" "SIGHUP|SIGPIPE"
        printf 'DEBUG SLEEP 0\r\nPING\r\n' | timeout 5 nc -U -q 0 "$BATS_TEST_TMPDIR/redis" >/dev/null || true
        [ "$(ask_redis ping)" = PONG ]
}

@test "redis-server saves in the background: its child ends well and the parent's dispositions stay" {
        start_redis
        local before
        before=$(signal_sets "$pid" SigCgt)$(signal_sets "$pid" SigIgn)
        ask_redis set key value
        ask_redis bgsave
        wait_for_line "$out" "Background saving terminated with success"
        [ "$(signal_sets "$pid" SigCgt)$(signal_sets "$pid" SigIgn)" = "$before" ]
        [ ! -s "$err" ]
}

@test "Python runs its own handlers, and its SIGPIPE is an exception as ever" {
        same_as_plain python3 -c '
import os, signal
for name in "SIGHUP SIGUSR1 SIGUSR2 SIGTERM SIGINT".split():
    number = getattr(signal, name)
    signal.signal(number, lambda number, frame: print("handler of", number))
    os.kill(os.getpid(), number)
reader, writer = os.pipe()
os.close(reader)
try:
    os.write(writer, b"x")
except BrokenPipeError as error:
    print(error)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
os.kill(os.getpid(), signal.SIGUSR1)
print(signal.sigwait({signal.SIGUSR1}))
signal.signal(signal.SIGUSR1, signal.SIG_DFL)
print(signal.getsignal(signal.SIGUSR1))'
        has "$output" "handler of 1$"
        # not even when it takes its handlers away at its end
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
}

@test "Python's faulthandler, timers, wakeup descriptor and threads work as without us" {
        same_as_plain python3 -c '
import faulthandler, os, signal, socket, threading
faulthandler.enable()
faulthandler.disable()
faulthandler.register(signal.SIGUSR1, file=open(os.devnull, "w"))
os.kill(os.getpid(), signal.SIGUSR1)
faulthandler.unregister(signal.SIGUSR1)
a, b = socket.socketpair()
a.setblocking(False)
signal.set_wakeup_fd(a.fileno())
signal.signal(signal.SIGALRM, lambda *_: print("alarm"))
signal.setitimer(signal.ITIMER_REAL, 0.01)
signal.pause()
print(b.recv(10))
done = []
threads = [threading.Thread(target=done.append, args=(i,)) for i in range(50)]
[t.start() for t in threads]
[t.join() for t in threads]
print(sorted(done) == list(range(50)), signal.siginterrupt(signal.SIGALRM, False))'
        [ ! -s "$BATS_TEST_TMPDIR/same.err" ]
}

@test "Python's own HTTP server answers after stray signals" {
        mkdir "$BATS_TEST_TMPDIR/www"
        port=$(free_port)
        start_guarded python3 -m http.server --bind 127.0.0.1 --directory "$BATS_TEST_TMPDIR/www" "$port"
        wait_until 10 curl -sf "http://127.0.0.1:$port/"
        local signal
        for signal in HUP USR1 USR2; do
                kill -s "$signal" "$pid"
                curl -sf --max-time 5 "http://127.0.0.1:$port/" >/dev/null
                wait_for_line "$err" "ignored SIG$signal from pid $BASHPID"
        done
}

@test "nothing is printed by a busy, healthy service" {
        start_nginx
        local i
        for i in 1 2 3 4 5; do
                ask_nginx >/dev/null
        done
        nginx_is_quiet
        [ ! -s "$out" ]
}
