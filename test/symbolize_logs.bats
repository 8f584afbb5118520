# sigguard symbolize on logs from another machine: where the names come from, and what stays around the lines.
load helper

# A service that crashed twice at the same place: once with its debug information (the true names), once stripped.
# What is left of it is a report in JSON, one in the raw form, and the debug file in a folder of debug files.
setup_file() {
        local home=$BATS_FILE_TMPDIR command id
        mkdir "$home/host" "$home/store"
        cp "$(probe crash_fault)" "$home/host/service"
        for report in named json; do
                clean_command "$GUARD" SIGGUARD_REPORT=json SIGGUARD_LEVEL=error "$home/host/service" null_read thread
                "$(probe status)" /dev/null "${command[@]}" 2>"$home/$report.err" || true
                grep '^{' "$home/$report.err" >"$home/$report"
                [ -s "$home/$report" ]
                strip -s "$home/host/service"
        done
        id=$(readelf -n "$home/host/service" | sed -n 's/.*Build ID: //p')
        mkdir -p "$home/store/.build-id/${id:0:2}"
        objcopy --only-keep-debug "$(probe crash_fault)" "$home/store/.build-id/${id:0:2}/${id:2}.debug"
        cp "$(probe crash_fault)" "$home/program"
        mv "$home/host/service" "$home/stripped"
        jq -r '(.stack.frames[] | "sigguard: raw #\(.index) pc \(.pc) \(.module)+\(.module_offset) build-id \(.build_id)  [" +
                (if .interrupted then "registers" else "frame pointer" end) + "]"), "sigguard: raw end"' \
                "$home/json" >"$home/raw"
        STORE=$home/store REPORTS=$home
        export STORE REPORTS
}

setup() {
        # a service that is here, too, would be found by its path
        rm -f "$REPORTS/host/service"
}

# names JSON: function, file and line of each frame of the crashed thread and of what was inlined
names() {
        jq -c '.stack.frames[] | [.function, .file, .line, (.inlined_into // [] | map([.function, .file, .line]))]' "$1"
}

# raw_names TEXT: the functions of the frames of a text report, in their order
raw_names() {
        sed -nE 's/.*  #[0-9]+ +([^ ]+) .*/\1/p' <<<"$1"
}

# true_names: the same from the report that had its debug information
true_names() {
        jq -r '.stack.frames[].function' "$REPORTS/named"
}

# plain_output: what the raw report becomes with nothing around its lines
plain_output() {
        sigguard symbolize --debug-dir "$STORE" "$REPORTS/raw"
}

@test "frames of a program that is not here are named from a folder of debug files" {
        run -0 sigguard symbolize --debug-dir "$STORE" "$REPORTS/raw"
        [ "$(raw_names "$output")" = "$(true_names)" ]
        # addr2line agrees about the lines
        while read -r line; do
                has "$output" "/${line##*/}:?[0-9]* " || has "$output" "${line##*/}"
        done < <(grep host/service "$REPORTS/raw" | sed -E 's/.*service\+(0x[0-9a-f]+) .*/\1/' | {
                read -r first
                echo "$first"
                while read -r address; do printf '0x%x\n' $((address - 1)); done
        } | addr2line -e "$REPORTS/program" | sed 's/ (discriminator.*//')
        lacks "$output" "sigguard: raw #"
}

@test "frames are named from a whole program below the folder, by its path or its name there" {
        local folder=$BATS_TEST_TMPDIR/folder
        mkdir -p "$folder$REPORTS/host"
        cp "$REPORTS/program" "$folder$REPORTS/host/service"
        run -0 sigguard symbolize --debug-dir="$folder" "$REPORTS/raw"
        [ "$(raw_names "$output")" = "$(true_names)" ]
        mv "$folder$REPORTS/host/service" "$folder/service"
        run -0 sigguard symbolize --debug-dir /nonexistent --debug-dir "$folder" "$REPORTS/raw"
        [ "$(raw_names "$output")" = "$(true_names)" ]
        # the stripped program is at its path, and the folder has the one with names
        cp "$REPORTS/stripped" "$REPORTS/host/service"
        run -0 sigguard symbolize --debug-dir "$folder" "$REPORTS/raw"
        [ "$(raw_names "$output")" = "$(true_names)" ]
}

@test "what dwz has put into a file of its own is found in the folder, too" {
        local folder=$BATS_TEST_TMPDIR/folder id shared
        cp "$REPORTS/program" "$BATS_TEST_TMPDIR/one"
        cp "$REPORTS/program" "$BATS_TEST_TMPDIR/two"
        (cd "$BATS_TEST_TMPDIR" && dwz -m shared -M gone/shared one two)
        id=$(readelf -n "$BATS_TEST_TMPDIR/one" | sed -n 's/.*Build ID: //p')
        shared=$(readelf -n "$BATS_TEST_TMPDIR/shared" | sed -n 's/.*Build ID: //p')
        mkdir -p "$folder/.build-id/${id:0:2}" "$folder/.build-id/${shared:0:2}"
        # without symbols, so that the names are those of the debug information
        objcopy -S --keep-section='.debug_*' --keep-section=.gnu_debugaltlink "$BATS_TEST_TMPDIR/one"
        mv "$BATS_TEST_TMPDIR/one" "$folder/.build-id/${id:0:2}/${id:2}.debug"
        mv "$BATS_TEST_TMPDIR/shared" "$folder/.build-id/${shared:0:2}/${shared:2}.debug"
        # 1: _start has a symbol and nothing else
        run -1 sigguard symbolize --debug-dir "$folder" "$REPORTS/json"
        [ "$(names <(echo "$output") | grep crash_fault)" = "$(names "$REPORTS/named" | grep crash_fault)" ]
}

@test "a file with another build-id is never used, and each frame says why it has no name" {
        local folder=$BATS_TEST_TMPDIR/folder
        mkdir -p "$folder"
        cp "$(probe crash_large)" "$REPORTS/host/service"
        cp "$(probe crash_large)" "$folder/service"
        run -1 sigguard symbolize --debug-dir "$folder" "$REPORTS/raw"
        [ "$(grep -c "^sigguard: raw .*host/service.* (not named: no file with this build-id was found)$" <<<"$output")" = \
                "$(grep -c host/service "$REPORTS/raw")" ]
        # what was named once is not named again, and the reason does not pile up
        printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/again"
        run -1 sigguard symbolize "$BATS_TEST_TMPDIR/again"
        [ "$output" = "$(<"$BATS_TEST_TMPDIR/again")" ]
        run -0 sigguard symbolize --debug-dir "$STORE" "$BATS_TEST_TMPDIR/again"
        [ "$output" = "$(plain_output)" ]
}

@test "frames without a build-id, in no module and behind all symbols say so" {
        {
                sed -E 's/build-id [0-9a-f]+/build-id -/;q' "$REPORTS/raw"
                echo "sigguard: raw #1 pc 0x10 ? build-id -  [frame pointer]"
                sed -nE '1s/\+0x[0-9a-f]+/+0xfffff0/p' "$REPORTS/raw"
        } >"$BATS_TEST_TMPDIR/odd"
        run -1 sigguard symbolize --debug-dir "$STORE" "$BATS_TEST_TMPDIR/odd"
        has "${lines[0]}" '\(not named: without a build-id no file can be trusted\)$'
        has "${lines[1]}" '\(not named: the address is in no module\)$'
        has "${lines[2]}" '\(not named: no symbol covers it\)$'
}

@test "lines of docker compose, kubectl, journald and with a priority keep what stands before them" {
        local prefix
        for prefix in 'svc-1  | ' '[pod/web-0/app] ' 'Nov 21 07:00:00 host service[12]: ' '<2>' \
                $'\e[36msvc-1  |\e[0m ' '2026-11-21T07:00:00.123456Z ' '                 '; do
                sed "s@^@$prefix@" "$REPORTS/raw" >"$BATS_TEST_TMPDIR/log"
                run -0 sigguard symbolize --debug-dir "$STORE" "$BATS_TEST_TMPDIR/log"
                [ "$output" = "$(plain_output | sed "s@^@$prefix@")" ]
                # and so does a report in JSON
                sed "s@^@$prefix@" "$REPORTS/json" >"$BATS_TEST_TMPDIR/log"
                run -0 sigguard symbolize --debug-dir "$STORE" "$BATS_TEST_TMPDIR/log"
                [ "${output:0:${#prefix}}" = "$prefix" ]
                [ "$(names <(printf '%s\n' "${output:${#prefix}}"))" = "$(names "$REPORTS/named")" ]
        done
}

@test "lines that end with CR LF still do" {
        sed 's/$/\r/' "$REPORTS/raw" >"$BATS_TEST_TMPDIR/log"
        sigguard symbolize --debug-dir "$STORE" "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/named"
        cmp "$BATS_TEST_TMPDIR/named" <(plain_output | sed 's/$/\r/')
}

# as_docker FILE: as the json-file driver writes it
as_docker() {
        jq -Rc '{log: (. + "\n"), stream: "stderr", time: "2026-11-21T07:00:00.1Z"}' "$1"
}

@test "a log of Docker's json-file driver stays one, each line an object of its own" {
        { echo before; cat "$REPORTS/raw"; echo "<after>"; } >"$BATS_TEST_TMPDIR/inner"
        as_docker "$BATS_TEST_TMPDIR/inner" | sed 's/</\\u003c/g' >"$BATS_TEST_TMPDIR/log"
        sigguard symbolize --debug-dir "$STORE" "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/named"
        [ "$(jq -j .log "$BATS_TEST_TMPDIR/named")" = "$(printf 'before\n%s\n<after>' "$(plain_output)")" ]
        [ "$(jq -c 'del(.log)' "$BATS_TEST_TMPDIR/named" | sort -u)" = '{"stream":"stderr","time":"2026-11-21T07:00:00.1Z"}' ]
        # what is not ours is not written anew
        [ "$(tail -n 1 "$BATS_TEST_TMPDIR/named")" = "$(tail -n 1 "$BATS_TEST_TMPDIR/log")" ]
}

@test "lines of SIGGUARD_LOG_FORMAT=json are named line by line, also where Docker or Kubernetes wrapped them" {
        local log=$BATS_TEST_TMPDIR/log
        jq -Rc '{time_ns: 1, level: "critical", pid: 4711, program: "service", signal: "SIGSEGV", message: .}' \
                "$REPORTS/raw" >"$log"
        sigguard symbolize --debug-dir "$STORE" "$log" >"$log.named"
        [ "$(jq -r .message "$log.named")" = "$(plain_output)" ]
        [ "$(jq -c 'del(.message)' "$log.named" | sort -u)" = "$(jq -c 'del(.message)' "$log" | sort -u)" ]
        as_docker "$log" >"$log.docker"
        cmp <(sigguard symbolize --debug-dir "$STORE" "$log.docker") <(as_docker "$log.named")
        sed 's/^/2026-11-21T07:00:00.1Z stderr F /' "$log" >"$log.kubernetes"
        cmp <(sigguard symbolize --debug-dir "$STORE" "$log.kubernetes") \
                <(sed 's/^/2026-11-21T07:00:00.1Z stderr F /' "$log.named")
}

@test "a JSON report that Docker or Kubernetes cut into parts is put together" {
        local log=$BATS_TEST_TMPDIR/log
        # as long as a report with many threads
        jq -c '.degraded = [range(300) | "a long line to fill the report up to more than one part of Docker: \(.)"]' \
                "$REPORTS/json" >"$BATS_TEST_TMPDIR/long"
        [ "$(wc -c <"$BATS_TEST_TMPDIR/long")" -gt 20000 ]
        split -b 16384 "$BATS_TEST_TMPDIR/long" "$BATS_TEST_TMPDIR/part."
        {
                jq -Rsc '{log: ., stream: "stderr", time: "T1"}' "$BATS_TEST_TMPDIR/part.aa"
                # the other stream writes in between
                echo '{"log":"hello\n","stream":"stdout","time":"T2"}'
                jq -Rsc '{log: ., stream: "stderr", time: "T3"}' "$BATS_TEST_TMPDIR/part.ab"
        } >"$log"
        run -0 sigguard symbolize --debug-dir "$STORE" "$log"
        [ "${#lines[@]}" = 2 ]
        has "$output" '^\{"log":"hello\\n","stream":"stdout","time":"T2"\}$'
        jq -r 'select(.stream == "stderr") | .log' <<<"$output" >"$BATS_TEST_TMPDIR/whole"
        [ "$(names "$BATS_TEST_TMPDIR/whole")" = "$(names "$REPORTS/named")" ]
        {
                printf '2026-11-21T07:00:00.1Z stderr P %s\n' "$(<"$BATS_TEST_TMPDIR/part.aa")"
                echo '2026-11-21T07:00:00.2Z stdout F hello'
                printf '2026-11-21T07:00:00.3Z stderr F %s\n' "$(<"$BATS_TEST_TMPDIR/part.ab")"
        } >"$log"
        run -0 sigguard symbolize --debug-dir "$STORE" "$log"
        [ "${#lines[@]}" = 2 ]
        has "$output" '^2026-11-21T07:00:00.2Z stdout F hello$'
        sed -n 's/^2026-11-21T07:00:00.3Z stderr F //p' <<<"$output" >"$BATS_TEST_TMPDIR/whole"
        [ "$(names "$BATS_TEST_TMPDIR/whole")" = "$(names "$REPORTS/named")" ]
}

@test "a Kubernetes log stays one, and parts that are no report stay parts" {
        {
                echo '2026-11-21T07:00:00.0Z stderr P begin of '
                echo '2026-11-21T07:00:00.0Z stderr F a line'
                sed 's/^/2026-11-21T07:00:00.1Z stderr F /' "$REPORTS/raw"
        } >"$BATS_TEST_TMPDIR/log"
        run -0 sigguard symbolize --debug-dir "$STORE" "$BATS_TEST_TMPDIR/log"
        [ "${lines[0]}" = '2026-11-21T07:00:00.0Z stderr P begin of ' ]
        [ "${lines[1]}" = '2026-11-21T07:00:00.0Z stderr F a line' ]
        [ "$(tail -n +3 <<<"$output")" = "$(plain_output | sed 's/^/2026-11-21T07:00:00.1Z stderr F /')" ]
}

@test "journalctl -o json: a message of one line, of several, of bytes and of parts" {
        local log=$BATS_TEST_TMPDIR/log half
        jq -Rc '{__CURSOR: "s=1", MESSAGE: ., _PID: "12"}' "$REPORTS/raw" >"$log"
        run -0 sigguard symbolize --debug-dir "$STORE" "$log"
        [ "$(jq -r .MESSAGE <<<"$output")" = "$(plain_output)" ]
        [ "$(jq -c 'del(.MESSAGE)' <<<"$output" | sort -u)" = '{"__CURSOR":"s=1","_PID":"12"}' ]

        jq -Rsc '{MESSAGE: rtrimstr("\n"), _PID: "12"}' "$REPORTS/raw" >"$log"
        run -0 sigguard symbolize --debug-dir "$STORE" "$log"
        [ "${#lines[@]} $(jq -r .MESSAGE <<<"$output")" = "1 $(plain_output)" ]

        jq -Rsc '{MESSAGE: (rtrimstr("\n") | explode)}' "$REPORTS/raw" >"$log"
        run -0 sigguard symbolize --debug-dir "$STORE" "$log"
        [ "$(jq -r .MESSAGE <<<"$output")" = "$(plain_output)" ]

        half=$(($(wc -c <"$REPORTS/json") / 2))
        {
                head -c "$half" "$REPORTS/json" | jq -Rsc '{MESSAGE: ., _STREAM_ID: "a", _LINE_BREAK: "line-max"}'
                tail -c +"$((half + 1))" "$REPORTS/json" | jq -Rsc '{MESSAGE: rtrimstr("\n"), _STREAM_ID: "a"}'
        } >"$log"
        run -0 sigguard symbolize --debug-dir "$STORE" "$log"
        jq -r .MESSAGE <<<"$output" >"$BATS_TEST_TMPDIR/whole"
        [ "$(names "$BATS_TEST_TMPDIR/whole")" = "$(names "$REPORTS/named")" ]
}

@test "a JSON report comes out as JSON, with the names of a report that had them from the start" {
        [ "$(jq '[.stack.frames[] | select(.function == null)] | length' "$REPORTS/json")" -gt 3 ]
        run -0 sigguard symbolize --debug-dir "$STORE" "$REPORTS/json"
        [ "$(names <(echo "$output"))" = "$(names "$REPORTS/named")" ]
        # nothing but the frames has changed
        [ "$(jq -c 'del(.. | .frames?)' <<<"$output")" = "$(jq -c 'del(.. | .frames?)' "$REPORTS/json")" ]
        # the other thread is named as well
        [ "$(jq -c '[.threads[].stack.frames[].function]' <<<"$output")" = \
                "$(jq -c '[.threads[].stack.frames[].function]' "$REPORTS/named")" ]
}

@test "frames of a JSON report that cannot be named say why, until they can" {
        run -1 sigguard symbolize "$REPORTS/json"
        [ "$(jq -r '[.stack.frames[].not_named | values] | unique | .[]' <<<"$output")" = \
                "no file with this build-id was found" ]
        run -0 sigguard symbolize --debug-dir "$STORE" - <<<"$output"
        [ "$(names <(echo "$output"))" = "$(names "$REPORTS/named")" ]
        [ "$(jq '[.. | .not_named? | values] | length' <<<"$output")" = 0 ]
}

@test "all other lines stay as they are, byte for byte" {
        {
                printf 'a\0b\377\n\r\n\n{"log":"x"}\n{"MESSAGE":null}\n{"MESSAGE":"a  b","n":1.10}\n{"schema":1}\n{ "a" :1 '
                printf '}\nsigguard: raw end\nsigguard: raw #1 pc\n2026-11-21T07:00:00.0Z stderr P x\nno newline'
        } >"$BATS_TEST_TMPDIR/log"
        sigguard symbolize "$BATS_TEST_TMPDIR/log" | cmp - "$BATS_TEST_TMPDIR/log"
        sigguard symbolize <"$BATS_TEST_TMPDIR/log" | cmp - "$BATS_TEST_TMPDIR/log"
}

@test "who follows a log sees the report as soon as it is whole" {
        mkfifo "$BATS_TEST_TMPDIR/fifo"
        "$ROOT/scripts/sigguard" symbolize --debug-dir "$STORE" <"$BATS_TEST_TMPDIR/fifo" >"$BATS_TEST_TMPDIR/out" 3>&- &
        local follower=$!
        exec 9>"$BATS_TEST_TMPDIR/fifo"
        cat "$REPORTS/raw" >&9
        wait_until 10 grep -q "raw end" "$BATS_TEST_TMPDIR/out"
        [ "$(<"$BATS_TEST_TMPDIR/out")" = "$(plain_output)" ]
        exec 9>&-
        wait "$follower"
}

# served COMMAND...: in a network of its own, with a debuginfod server that has the program; its output, then what the
# server was asked for is in $BATS_TEST_TMPDIR/asked
served() {
        mkdir -p "$BATS_TEST_TMPDIR/files" "$BATS_TEST_TMPDIR/home"
        cp "$REPORTS/program" "$BATS_TEST_TMPDIR/files/"
        unshare --net bash -c '
                work=$1
                shift
                ip link set lo up
                debuginfod -d "$work/db" -p 8002 -F "$work/files" -t 3600 -v >"$work/server" 2>&1 &
                server=$!
                for ((i = 0; i < 200; i++)); do
                        curl -s http://127.0.0.1:8002/metrics | grep -q "^scanned_files_total.* [1-9]" && break
                        sleep 0.05
                done
                env HOME="$work/home" DEBUGINFOD_URLS=http://127.0.0.1:8002 "$@"
                status=$?
                curl -s http://127.0.0.1:8002/metrics | grep "^http_requests_total" >"$work/asked"
                kill $server
                wait $server
                exit $status' served "$BATS_TEST_TMPDIR" "$@" 3>&-
}

@test "with --debuginfod the names come from a server, and are the true ones" {
        run -0 --separate-stderr served "$ROOT/scripts/sigguard" symbolize --debuginfod "$REPORTS/raw"
        [ "$(raw_names "$output")" = "$(true_names)" ]
        [ -z "$stderr" ]
        # also for a stripped program that is here
        cp "$REPORTS/stripped" "$REPORTS/host/service"
        run -0 --separate-stderr served "$ROOT/scripts/sigguard" symbolize --debuginfod "$REPORTS/json"
        [ "$(names <(echo "$output"))" = "$(names "$REPORTS/named")" ]
}

@test "without --debuginfod no server is asked and no program started, whatever the environment says" {
        run -1 served strace -f -e trace=execve,connect -o "$BATS_TEST_TMPDIR/calls" "$BUILD/sigguard-symbolize" "$REPORTS/raw"
        [ "$(grep -c execve "$BATS_TEST_TMPDIR/calls")" = 1 ]
        lacks "$(<"$BATS_TEST_TMPDIR/calls")" 'connect\('
        lacks "$(<"$BATS_TEST_TMPDIR/asked")" 'type="(debuginfo|executable)"'
        has "$(<"$BATS_TEST_TMPDIR/asked")" 'type="metrics"'
}

@test "what debuginfod does not have, and a missing program or variable, are said in one line" {
        run -1 --separate-stderr served env DEBUGINFOD_URLS=http://127.0.0.1:1 "$ROOT/scripts/sigguard" symbolize --debuginfod "$REPORTS/raw"
        has "${lines[0]}" '\(not named: no file with this build-id was found\)$'
        run -1 --separate-stderr env -u DEBUGINFOD_URLS "$ROOT/scripts/sigguard" symbolize --debuginfod "$REPORTS/raw"
        [ "$stderr" = "sigguard-symbolize: debuginfod is not asked: DEBUGINFOD_URLS names no server" ]
        run -1 --separate-stderr env DEBUGINFOD_URLS=http://127.0.0.1:1 PATH=/nonexistent "$BUILD/sigguard-symbolize" --debuginfod "$REPORTS/raw"
        [ "$stderr" = "sigguard-symbolize: debuginfod is not asked: there is no program debuginfod-find in PATH" ]
        [ "${#lines[@]}" = "$(wc -l <"$REPORTS/raw")" ]
}

@test "a server that never answers costs the time that was given, once" {
        mkdir "$BATS_TEST_TMPDIR/bin"
        printf '#!/bin/sh\necho $$ >>"%s"\nsleep 1000 & echo $! >>"%s"\nwait\n' "$BATS_TEST_TMPDIR/pids" "$BATS_TEST_TMPDIR/pids" \
                >"$BATS_TEST_TMPDIR/bin/debuginfod-find"
        chmod 755 "$BATS_TEST_TMPDIR/bin/debuginfod-find"
        # frames of two files
        { sed -n 1p "$REPORTS/raw"; sed -n '1s/build-id ..../build-id 0000/p' "$REPORTS/raw"; } >"$BATS_TEST_TMPDIR/log"
        SECONDS=0
        run -1 --separate-stderr env DEBUGINFOD_URLS=http://127.0.0.1:1 PATH="$BATS_TEST_TMPDIR/bin:$PATH" \
                "$BUILD/sigguard-symbolize" --debuginfod=1 "$BATS_TEST_TMPDIR/log" 3>&-
        [ "$SECONDS" -le 5 ]
        [ "$stderr" = "sigguard-symbolize: debuginfod is not asked: it did not answer in time" ]
        local answers
        answers=$(wc -l <"$BATS_TEST_TMPDIR/pids")
        local gone=yes
        while read -r pid; do wait_until 5 is_gone "$pid" || { gone=no; kill -KILL "$pid"; }; done <"$BATS_TEST_TMPDIR/pids"
        [ "$gone $answers" = "yes 2" ]
}

@test "wrong usage of symbolize ends with 64, a file that is not there with 2" {
        for words in --debug-dir --no-such "--debug-dir /tmp --debug-dir"; do
                # shellcheck disable=SC2086 # words
                run -64 --separate-stderr sigguard symbolize $words
                has "$stderr" '^sigguard: .*; see sigguard symbolize --help$'
        done
        for word in --debuginfod=x --debuginfod=0 --debuginfod=; do
                run -64 --separate-stderr sigguard symbolize "$word"
                [ "$stderr" = 'sigguard-symbolize: --debuginfod: expected seconds from 1 to 86400; see --help' ]
        done
        run -2 --separate-stderr sigguard symbolize /nonexistent/log
        has "$stderr" '/nonexistent/log: No such file'
}

# says LINE COMMAND...: it ends with 2, and this one line is all that it says on stderr
says() {
        local line=$1
        shift
        run -2 --separate-stderr "$@"
        # shellcheck disable=SC2154 # run sets it
        [ "$stderr" = "sigguard-symbolize: $line" ] || { echo "$stderr"; return 1; }
}

@test "what cannot be read or written is said in one line: a folder, a closed input or output, a full disk" {
        says "/tmp: Is a directory" sigguard symbolize /tmp
        says "standard input: Is a directory" sh -c '"$@" </tmp' sh "$ROOT/scripts/sigguard" symbolize
        says "standard input: Bad file descriptor" sh -c '"$@" <&-' sh "$ROOT/scripts/sigguard" symbolize
        echo line >"$BATS_TEST_TMPDIR/log"
        says "standard output: Bad file descriptor" sh -c '"$@" >&-' sh "$ROOT/scripts/sigguard" symbolize "$BATS_TEST_TMPDIR/log"
        # the others may have what is wanted, so it goes on
        run -0 --separate-stderr sigguard symbolize --debug-dir /nonexistent --debug-dir "$BATS_TEST_TMPDIR/log" "$BATS_TEST_TMPDIR/log"
        [ "$output" = line ]
        [ "$stderr" = "$(printf 'sigguard-symbolize: %s\n' '/nonexistent: No such file or directory' \
                "$BATS_TEST_TMPDIR/log: Not a directory")" ]
        local command
        for command in "$BATS_TEST_TMPDIR/log" "--trace $$" --help; do
                # shellcheck disable=SC2086 # words
                says "standard output: No space left on device" sh -c '"$@" >/dev/full' sh "$BUILD/sigguard-symbolize" $command
        done
        # it does not go on reading for ever
        says "standard output: No space left on device" timeout 10 sh -c 'yes | "$@" >/dev/full' sh "$ROOT/scripts/sigguard" symbolize
}

@test "an empty file, binary data and a line of 20 MB come out as they went in" {
        local what
        : >"$BATS_TEST_TMPDIR/empty"
        head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/binary"
        head -c 20000000 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/long"
        for what in empty binary long; do
                sigguard symbolize "$BATS_TEST_TMPDIR/$what" >"$BATS_TEST_TMPDIR/out"
                cmp "$BATS_TEST_TMPDIR/$what" "$BATS_TEST_TMPDIR/out"
        done
}
