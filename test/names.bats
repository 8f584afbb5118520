# What a function is called, and which functions are there, when the compiler has done something unusual with it.
load crash

# crash_compiled NAME COMPILER FLAGS...: of the program on standard input; its language is the compiler's
crash_compiled() {
        local name=$1 language=c
        [[ $2 != *++ ]] || language=cc
        shift
        cat >"$BATS_TEST_TMPDIR/$name.$language"
        (cd "$BATS_TEST_TMPDIR" && "$@" -o "$name.program" "$name.$language")
        crash "$name" "$BATS_TEST_TMPDIR/$name.program"
        died_of "$name" SEGV
}

@test "a function that ended with a jump to its callee is shown: gcc and clang, DWARF 4 and 5" {
        local name dwarf compiler
        for compiler in gcc clang; do
                for dwarf in 4 5; do
                        name=$compiler$dwarf
                        crash_compiled $name $compiler -O2 -gdwarf-$dwarf -ggdb <<'END'
volatile int *volatile nowhere;
volatile int seen;
static __attribute__((noinline)) void last(int n) { seen = *nowhere + n; seen++; }
static __attribute__((noinline)) void middle(int n) { seen = n; last(n + 1); }
__attribute__((noinline)) void first(int n) { seen = n; middle(n + 2); }
int main(int count, char **words) { (void)words; first(count); return seen; }
END
                        names_frames $name last middle first main
                        has "$(report $name)" "^ +#1 +middle +[^ ]*\.c:4:[0-9]+ +$name\.program\+0x[0-9a-f]+ +\[tail call\]"
                        has "$(report $name)" "^ +#2 +first +[^ ]*\.c:5:[0-9]+ +$name\.program\+0x[0-9a-f]+ +\[tail call\]"
                done
        done
}

@test "a lambda is named inside its function, and that one inside its namespaces" {
        crash_compiled lambda g++ -O0 -g <<'END'
volatile int *volatile nowhere;
namespace outer { namespace {
int hidden(int n) { auto each = [n](int m) { return *nowhere + n + m; }; return each(n); }
} // namespace
static int quiet(int n) { auto each = [n](auto m) { return hidden(n) + m; }; return each(n); }
int plain(int n) { auto each = [n](auto m) { return [n, m](auto k) { return quiet(n) + m + k; }(n); }; return each(n); }
} // namespace outer
int main() { return outer::plain(1); }
END
        local text
        text=$(report lambda)
        has "$text" '^ +#0 +outer::\(anonymous namespace\)::hidden::\{lambda\}::operator\(\) '
        has "$text" '^ +#1 +outer::\(anonymous namespace\)::hidden '
        has "$text" '^ +#2 +outer::quiet::\{lambda\}::operator\(\)<int> '
        has "$text" '^ +#3 +outer::quiet '
        has "$text" '^ +#4 +outer::plain\(int\)::\{lambda\}::operator\(\)<int>::\{lambda\}::operator\(\)<int> '
        has "$text" '^ +#5 +outer::plain\(int\)::\{lambda\}::operator\(\)<int> '
        has "$text" '^ +#6 +outer::plain\(int\) '
}

@test "unwind tables that give back floating-point registers are followed as others are" {
        [ "$(uname -m)" = x86_64 ] || skip "only functions of x86_64's other calling convention (ms_abi) have such tables there"
        crash_compiled floats gcc -O2 -g <<'END'
volatile int *volatile nowhere;
volatile int seen;
__attribute__((noinline, noipa)) int reads(int n) { seen = n; return *nowhere + n; }
__attribute__((noinline, noipa, ms_abi)) int other(int n, int m) { seen = reads(n) + m; return seen; }
/* column 23 is xmm6: DW_CFA_offset, DW_CFA_expression, DW_CFA_same_value */
__asm__("told: .cfi_startproc\n sub $40, %rsp\n .cfi_def_cfa_offset 48\n .cfi_escape 0x97, 2\n .cfi_escape 0x10, 23, 2, 0x77, 0\n"
        ".cfi_escape 0x08, 23\n call calls\n add $40, %rsp\n .cfi_def_cfa_offset 8\n ret\n .cfi_endproc\n .size told, .-told\n");
int told(int n);
int calls(int n) { return other(n, 2) + 1; }
int main(int count, char **words) { (void)words; return told(count) + 1; }
END
        readelf -wF "$BATS_TEST_TMPDIR/floats.program" | grep -q xmm6
        names_frames floats reads other calls told main
        lacks "$(report floats)" 'stack scan|frame pointer'
}

@test "without unwind tables and symbols: what the loader and the guard left on the stack is not taken for the caller of main" {
        local size
        for size in 50 300 800; do
                crash_compiled remains$size gcc -O2 -s -fno-asynchronous-unwind-tables -DSIZE=$size <<'END'
volatile int *volatile nowhere;
volatile int seen;
__attribute__((noinline, noipa)) int reads(int n) { return *nowhere + n; }
__attribute__((noinline, noipa)) int uses(volatile char *room, int n) { seen = reads(n); return room[n] + seen; }
int main(int count, char **words) { volatile char room[SIZE]; (void)words; seen = uses(room, count); return seen + room[3]; }
END
                has "$(frames remains$size | sed -n 4p)" '__libc_start_(call_)?main|^\?$'
                lacks "$(report remains$size | sed '/registers:/q')" 'libsigguard\.so\+|ld-linux'
        done
}
