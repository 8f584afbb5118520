# A crash of any program ends in a report that is right and complete, and then in the death that was due anyway.
load crash

# told KIND REGEX FUNCTION...: the head line says it, the first frames are these, without and with a thread of its own
told() {
        local kind=$1 regex=$2
        shift 2
        crash "$kind" "$(probe crash_fault)" "$kind"
        head_line "$kind" "$regex"
        is_complete "$kind"
        names_frames "$kind" "$@" fault inner outer main
        crash "$kind.thread" "$(probe crash_fault)" "$kind" thread
        head_line "$kind.thread" "$regex"
        has "$(report "$kind.thread")" '^sigguard: crash_fault\[[0-9]+\] thread [0-9]+ "worker 3" crashed: '
        names_frames "$kind.thread" "$@" fault inner outer worker
}

address_of() {
        sed -n 's/^address //p' "$BATS_TEST_TMPDIR/$1/out"
}

# the link-time address as nm and addr2line count it
AT='at /.*/crash_[a-z]+\+0x[0-9a-f]+'

@test "a read through a null pointer is told with its offset" {
        told null_read "SIGSEGV, read of unmapped address 0x18, $AT" null_read
        has "$(report null_read)" '^sigguard: .*null pointer plus (24|0x18)'
        has "$(report null_read)" 'null_read\+0x[0-9a-f]+'
        has "$(report null_read)" "crash_fault\.h:$(line_of_code crash_fault.h 'sink = *where;'):"
}

@test "a write through a null pointer is told" {
        told null_write "SIGSEGV, write to unmapped address (0x)?0, $AT" null_write
        has "$(report null_write)" '^sigguard: .*null pointer'
}

@test "a call through a null pointer is told, and the caller is named" {
        told null_call 'SIGSEGV, execution of unmapped address (0x)?0' '?' null_call
        has "$(report null_call)" '^sigguard: .*(call|jump).*null'
}

@test "a write to constant data is told as such" {
        told readonly_write "SIGSEGV, write to protected address 0x[0-9a-f]+, $AT" readonly_write
        has "$(report readonly_write)" '^sigguard: .*read-only'
        has "$(report readonly_write)" "$(address_of readonly_write)"
}

@test "execution of data is told as such, and the caller is named" {
        crash data "$(probe crash_fault)" execute_data
        head_line data "SIGSEGV, execution of protected address $(address_of data)"
        has "$(report data)" '^sigguard: .*(not executable|no code|not code|non-code|data)'
        has "$(frames data | sed -n 2p)" '^execute_data$'
        is_complete data
}

@test "an address that no pointer can have is told as such" {
        told noncanonical_read "SIGSEGV, .*$AT" noncanonical_read
        has "$(report noncanonical_read)" '^sigguard: .*(non-canonical|no pointer can have)'
}

@test "a jump to nowhere is told, and the caller is named" {
        crash jump "$(probe crash_fault)" wild_jump
        head_line jump 'SIGSEGV, execution of unmapped address 0x123456789000'
        has "$(frames jump | sed -n 2p)" '^wild_jump$'
        is_complete jump
}

@test "a mapped file that was truncated is told" {
        told truncated_read "SIGBUS, .*end of a mapped file.*, $AT" truncated_read
        has "$(report truncated_read)" "$(address_of truncated_read)"
}

@test "an illegal instruction is told" {
        told illegal_instruction "SIGILL, illegal .*" illegal_instruction
}

@test "an integer division by zero is told" {
        [ "$(uname -m)" = x86_64 ] || skip "only x86_64 traps integer division by zero"
        told division "SIGFPE, integer division by zero.*" division
}

@test "a breakpoint that no debugger waits for is told" {
        told breakpoint "SIGTRAP, breakpoint.*" breakpoint
}

@test "a forbidden system call is told by its number or name" {
        local number
        crash call "$(probe crash_fault)" forbidden_call
        # asm/unistd_64.h and asm-generic/unistd.h
        [ "$(uname -m)" = x86_64 ] && number=171 || number=162
        head_line call "SIGSYS, .*(system call $number|setdomainname).*seccomp"
        has "$(frames call | sed -n 2p)" '^forbidden_call$'
        is_complete call
}

@test "a failed assertion is told with its text" {
        crash assert "$(probe crash_sent)" assert 6
        died_of assert ABRT
        head_line assert SIGABRT,
        has "$(report assert)" '^sigguard: .*Assertion `number == 4711 && "the answer"'"' failed"
        has "$(frames assert)" '^inner$'
        is_complete assert
}

@test "an uncaught C++ exception is told with all frames down to the thrower" {
        crash thrown "$(probe crash_thrown)"
        died_of thrown ABRT
        has "$(frames thrown)" '^std::terminate$'
        has "$(frames thrown)" '^thrower$'
        is_complete thrown
}
