# SIGGUARD_SOURCE and SIGGUARD_LOCALS: source lines around the fault, and values of arguments and variables.
load crash

# compile NAME FLAGS... < C source: $BATS_TEST_TMPDIR/in/NAME, from NAME.c beside it
compile() {
        local name=$1
        shift
        mkdir -p "$BATS_TEST_TMPDIR/in"
        cat >"$BATS_TEST_TMPDIR/in/$name.c"
        gcc -g "$@" -o "$BATS_TEST_TMPDIR/in/$name" "$BATS_TEST_TMPDIR/in/$name.c"
        # a binary that is copied in the same moment may be as old as its source
        touch -d '-1 minute' "$BATS_TEST_TMPDIR/in/$name.c"
}

null_reader='int read_it(volatile int *where)
{
        return *where; /* the fault */
}

int main(void)
{
        return read_it(0);
}'

# source_lines NAME: the lines of the section, without its heading
source_lines() {
        report "$1" | sed -n '/^sigguard: source of/,/^sigguard: [^s]/p' | grep '^  '
}

# local_lines NAME: the lines of the section about variables
local_lines() {
        report "$1" | sed -n '/^sigguard: arguments and variables/,/^sigguard: [^a]/p' | grep '^  '
}

@test "SIGGUARD_SOURCE=1 shows the lines around the fault as they are in the file, and marks the one that ran" {
        compile reader -O0 <<<"$null_reader"
        crash reader SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/reader"
        died_of reader SEGV
        [ "$(report reader | grep -c '^sigguard: source of')" = 1 ]
        has "$(report reader)" "^sigguard: source of frame #0, read_it, in .*/reader\.c:\$"
        [ "$(source_lines reader)" = "$(head -n 7 "$BATS_TEST_TMPDIR/in/reader.c" |
                awk '{ printf "  %s %5d  %s\n", NR == 3 ? ">" : " ", NR, $0 }')" ]
        is_complete reader
}

@test "neither source lines nor variables are in a report that was not asked for them" {
        crash off SIGGUARD_SOURCE=0 "$(probe crash_variables)"
        crash unset "$(probe crash_variables)"
        lacks "$(report off)$(report unset)" 'source of|arguments and variables|return \*where|doubled ='
        is_complete off
        is_complete unset
}

@test "in abort, raise and strlen the source is that of the first frame that has a file here" {
        compile ends -O0 <<'END'
#include <signal.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv)
{
        if (argc == 2)
                abort();
        if (argc == 3)
                raise(SIGSEGV);
        return (int)strlen(argv[9 - argc] == argv[0] ? "" : (char *)16);
}
END
        local arguments line
        for line in 7 9 10; do
                case $line in 7) arguments=1 ;; 9) arguments="1 2" ;; 10) arguments= ;; esac
                # shellcheck disable=SC2086 # none or several
                crash ends SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/ends" $arguments
                has "$(report ends)" "source of frame #[1-9][0-9]*, main, in .*/ends\.c:"
                has "$(source_lines ends)" "^  > +$line  "
        done
}

@test "of calls inlined into one another the innermost line of the program is shown, not one of a system header" {
        mkdir "$BATS_TEST_TMPDIR/in"
        cat >"$BATS_TEST_TMPDIR/in/inlined.cc" <<'END'
#include <vector>
static inline int first(std::vector<int> *all)
{
        return *all->begin(); // first of all, the fault is in stl_vector.h or stl_iterator.h
}
int main()
{
        std::vector<int> *volatile none = nullptr;
        return first(none);
}
END
        g++ -g -O2 -o "$BATS_TEST_TMPDIR/in/inlined" "$BATS_TEST_TMPDIR/in/inlined.cc"
        crash inlined SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/inlined"
        has "$(report inlined)" 'inlined into'
        has "$(report inlined)" '#0 .*stl_(iterator|vector)\.h:'
        has "$(report inlined)" 'source of frame #0, .*, in .*/inlined\.cc:'
        has "$(source_lines inlined)" '^  > +[49]  .*first'
}

@test "a source file that is newer than the program is shown with a doubt, and so is the one of a program that is gone" {
        compile newer -O0 <<<"$null_reader"
        touch -d '+1 minute' "$BATS_TEST_TMPDIR/in/newer.c"
        crash newer SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/newer"
        has "$(source_lines newer)" '^  \(this file is newer than the program, and may not be what was compiled\)$'
        touch -d '-1 hour' "$BATS_TEST_TMPDIR/in/newer.c"
        crash newer SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/newer"
        has "$(source_lines newer)" '^  > +3 '
        lacks "$(report newer)" 'newer than|compare its age'
        compile gone -O0 <<'END'
#include <unistd.h>
int main(int argc, char **argv)
{
        unlink(argv[0]);
        return *(volatile int *)0;
}
END
        crash leaves SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/gone"
        has "$(source_lines leaves)" '^  > +5 '
        has "$(source_lines leaves)" "^  \(the program's file is not there any more to compare its age with\)\$"
}

@test "what is no source file is left alone: a FIFO, a directory, a file that is too short or is gone, a name without a root" {
        local way
        compile odd -O0 <<<"$null_reader"
        for way in fifo directory short gone forbidden; do
                rm -rf "$BATS_TEST_TMPDIR/in/odd.c"
                case $way in
                fifo) mkfifo "$BATS_TEST_TMPDIR/in/odd.c" ;;
                directory) mkdir "$BATS_TEST_TMPDIR/in/odd.c" ;;
                short) echo "one line" >"$BATS_TEST_TMPDIR/in/odd.c" ;;
                forbidden) ln -s /proc/1/mem "$BATS_TEST_TMPDIR/in/odd.c" ;;
                esac
                crash odd SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/odd"
                died_of odd SEGV
                names_frames odd read_it main
                lacks "$(report odd)" 'source of'
                is_complete odd
        done
        mkdir "$BATS_TEST_TMPDIR/in/rootless"
        (cd "$BATS_TEST_TMPDIR/in/rootless" || exit 1
        cat >odd.c <<<"$null_reader"
        gcc -g -ffile-prefix-map="$PWD"=. -o odd odd.c)
        # it would be found from where the program runs
        cp "$BATS_TEST_TMPDIR/in/rootless/odd.c" "$BATS_TEST_TMPDIR/odd/odd.c"
        crash odd SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/rootless/odd"
        lacks "$(report odd)" 'source of'
}

@test "source lines cannot forge or flood a report: control characters, long lines, lines without an end" {
        compile hostile -O0 <<<"$null_reader"
        {
                printf 'first \033[31m\r\n\tsecond\000zero \xff \xe2\x80\xae\n'
                printf '%s' "int wide; /* "
                head -c 100000 /dev/zero | tr '\0' x
                printf '\nsigguard: end of report\nlast without an end'
        } >"$BATS_TEST_TMPDIR/in/hostile.c"
        touch -d '-1 hour' "$BATS_TEST_TMPDIR/in/hostile.c"
        crash hostile SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/hostile"
        lacks "$(report hostile | tr -d '\n')" $'[\033\r\t]'
        [ "$(report hostile | grep -c '^sigguard: end of report')" = 1 ]
        [ "$(report hostile | awk 'length > longest { longest = length } END { print longest < 400 }')" = 1 ]
        has "$(source_lines hostile)" '^  +1  first \\x1b\[31m$'
        has "$(source_lines hostile)" '^  +2          second\\x01zero \\xff '
        has "$(source_lines hostile)" '^  > +3  int wide; /\* x+\.\.\.$'
        has "$(source_lines hostile)" '^  +5  last without an end$'
        head -c 20000000 /dev/zero | tr '\0' '\n' >"$BATS_TEST_TMPDIR/in/hostile.c"
        crash hostile SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/hostile"
        lacks "$(report hostile)" 'source of'
}

@test "SIGGUARD_LOCALS=1 shows arguments and variables with their values, by type" {
        crash variables SIGGUARD_LOCALS=1 "$(probe crash_variables)" "the word"
        died_of variables SEGV
        is_complete variables
        local line lines
        lines=$(local_lines variables)
        for line in 'argument step = 15' 'argument where = 0x0' 'doubled = 30' 'argument amount = 5' 'rich = true' \
                'argument limits = @0x[0-9a-f]+: \{\.\.\.\}' "octet = 15 '\\\\x0f'" 'tail = "short text"' \
                'argument words = 0x[0-9a-f]+ "the word"' 'argument ratio = 1\.1000000000000001' "tiny = -5 '\\\\xfb'" \
                'small = -300' 'port = 8080' 'count = -70000' 'times = 4000000000' 'large = -5000000000000' \
                'huge = 18446744073709551360' "letter = 120 'x'" "quote = 34 '\"'" 'yes = true' 'no = false' 'share = 0\.25' \
                'exact = 3\.3000000000000003' 'wide = 1\.5' 'color = Blue' 'negative = Red' 'many = MANY' 'other = 7' \
                'nowhere = 0x0' 'somewhere = 0x[0-9a-f]+' 'and [0-9]+ more'; do
                has "$lines" "^       $line\$"
        done
        [ "$(grep -c '^  #0   touch:$' <<<"$lines")" = 1 ]
        lacks "$lines" libc_start
}

@test "texts of variables are quoted, escaped and bounded" {
        compile texts -O0 <<'END'
#include <string.h>
int main(void)
{
        char hostile[] = "\x1b[2J\" forged = 1\\\nsigguard: end of report\xff", *long_one = 0;
        static char many[200];
        char *bad = (char *)24, *text = hostile, row[100], nine[9] = {'n', 'i', 'n', 'e', '1', '2', '3', '4', '5'};

        memset(many, 'm', sizeof(many) - 1);
        memset(row, 'r', sizeof(row));
        long_one = many;
        return *(volatile char *)0 + *bad + *text + *long_one + row[1] + nine[2];
}
END
        crash texts SIGGUARD_LOCALS=1 "$BATS_TEST_TMPDIR/in/texts"
        local lines
        lines=$(local_lines texts)
        has "$lines" '^       hostile = "\\x1b\[2J\\" forged = 1\\\\\\x0asigguard: end of report\\xff"$'
        has "$lines" '^       text = 0x[0-9a-f]+ "\\x1b\[2J\\" forged = 1\\\\\\x0asigguard: end of report\\xff"$'
        has "$lines" '^       long_one = 0x[0-9a-f]+ "m{64}"\.\.\.$'
        has "$lines" '^       row = "r{64}"\.\.\.$'
        has "$lines" '^       nine = "nine12345"$'
        has "$lines" '^       bad = 0x18 \(cannot be read\)$'
        [ "$(report texts | grep -c '^sigguard: end of report')" = 1 ]
}

# agrees_with_gdb NAME COMPILER FLAGS...: every variable that is told has the value that gdb finds in the core
agrees_with_gdb() {
        local name=$1 core
        shift
        "$@" -g -w -o "$BATS_TEST_TMPDIR/$name.exe" "$ROOT/test/programs/crash_variables.cc"
        crash "$name" SIGGUARD_LOCALS=1 SIGGUARD_REPORT=json "$BATS_TEST_TMPDIR/$name.exe"
        core=$(core_of "$name")
        REPORT=$BATS_TEST_TMPDIR/$name/report gdb -batch -nx -ex "source $ROOT/test/compare_variables.py" \
                "$BATS_TEST_TMPDIR/$name.exe" "$core" </dev/null 2>&1 | grep -E '^(equal|untold|different)' >"$BATS_TEST_TMPDIR/verdict"
        # clang keeps one more of them in a floating-point register of aarch64, which reports do not have
        local most=1
        [ "$(uname -m)" = x86_64 ] || most=2
        # gdb 13 takes a value at random where the caller's call site must be asked; the source says what it is
        sed -i 's/^different: step of touch: gdb has .*, the report 15$/known: &/' "$BATS_TEST_TMPDIR/verdict"
        { ! grep -q '^different' "$BATS_TEST_TMPDIR/verdict" &&
                [ "$(sed -n 's/^equal \([0-9]*\),.*/\1/p' "$BATS_TEST_TMPDIR/verdict")" -ge 34 ] &&
                [ "$(grep -c '^untold' "$BATS_TEST_TMPDIR/verdict")" -le $most ]; } || { echo "$*"; cat "$BATS_TEST_TMPDIR/verdict"; return 1; }
}

@test "gdb finds the same values: without optimization and with, in DWARF 4, 5 and split" {
        need_cores
        agrees_with_gdb plain g++ -O0
        agrees_with_gdb debug g++ -Og
        agrees_with_gdb one g++ -O1
        agrees_with_gdb two g++ -O2
        agrees_with_gdb four g++ -O3 -gdwarf-4
        (cd "$BATS_TEST_TMPDIR" && agrees_with_gdb split g++ -O2 -gsplit-dwarf)
}

@test "gdb finds the same values in what clang compiled" {
        need_cores
        type -P clang++ >/dev/null || skip "clang is not installed (scripts/bootstrap check)"
        agrees_with_gdb clang clang++ -O0
        agrees_with_gdb clang_four clang++ -O1 -gdwarf-4
        agrees_with_gdb clang_two clang++ -O2
}

@test "an argument that only the caller still knows is asked of the call, and what nobody knows is told as such" {
        compile entry -O2 <<'END'
#ifdef __x86_64__
#define ARGUMENTS "rdi", "rsi", "rdx"
#else
#define ARGUMENTS "x0", "x1", "x2"
#endif
__attribute__((noinline, noipa)) static int use(int a, volatile int *where, int known)
{
        int gone = a * 3;
        asm volatile("" : : : ARGUMENTS, "memory");
        return *where;
}
__attribute__((noinline, noipa)) static int jumps(int a, volatile int *where, int known)
{
        return use(a + 1, where, known);
}
int main(int argc, char **argv)
{
        return (argc > 1 ? jumps(argc, 0, 6) : use(4, (volatile int *)0, 5)) + 1;
}
END
        crash entry SIGGUARD_LOCALS=1 "$BATS_TEST_TMPDIR/in/entry"
        has "$(local_lines entry)" '^       argument a = 4$'
        has "$(local_lines entry)" '^       argument known = 5$'
        has "$(local_lines entry)" '^       gone = 12$'
        # called by a jump: the call in main says nothing of this function's arguments
        crash entry SIGGUARD_LOCALS=1 "$BATS_TEST_TMPDIR/in/entry" more
        has "$(local_lines entry)" '^       argument a: optimized out$'
        has "$(local_lines entry)" '^       argument known: optimized out$'
        has "$(local_lines entry)" '^       gone: optimized out$'
}

@test "a register that calls may change is not believed behind a call" {
        mkdir "$BATS_TEST_TMPDIR/in"
        cat >"$BATS_TEST_TMPDIR/in/changed.c" <<'END'
__attribute__((noinline)) int fault(volatile int *where, int number)
{
#ifdef __x86_64__
        asm volatile("mov $97, %%edx" ::: "rdx");
#else
        asm volatile("mov w2, #97" ::: "x2");
#endif
        return *(volatile int *)0 + number;
}
__attribute__((noinline)) int outer(int a, int b, int c)
{
        return fault(0, a + b) + 1;
}
int main(int argc, char **argv)
{
        return outer(argc + 4, 7, 9);
}
END
        # gcc lets such a register's range end inside the call; other compilers let it end behind it, and so does this
        (cd "$BATS_TEST_TMPDIR/in" && gcc -g -O2 -S changed.c && sed -E -i 's/(LVL[0-9]+)-1\b/\1/' changed.s && gcc -o changed changed.s)
        crash changed SIGGUARD_LOCALS=1 "$BATS_TEST_TMPDIR/in/changed"
        has "$(local_lines changed)" '^       argument c: not known, it was in a register that calls may change$'
}

@test "behind a frame that was only guessed no variables are told" {
        compile guessed -O0 -fno-asynchronous-unwind-tables -fno-unwind-tables -fomit-frame-pointer <<<"${null_reader/main(void)/main(int count, char **words)}"
        objcopy --remove-section .debug_frame "$BATS_TEST_TMPDIR/in/guessed"
        crash guessed SIGGUARD_LOCALS=1 "$BATS_TEST_TMPDIR/in/guessed"
        has "$(report guessed)" 'main .*\[(stack scan|function.s edge)\]'
        has "$(local_lines guessed)" '^  #0   read_it:$'
        lacks "$(local_lines guessed)" '#[1-9]'
}

@test "a jump to null still tells the caller's variables" {
        compile jump -O0 <<'END'
int main(int argc, char **argv)
{
        int before = 17;
        int (*volatile nowhere)(int) = 0;

        return nowhere(before);
}
END
        crash jump SIGGUARD_LOCALS=1 SIGGUARD_SOURCE=1 "$BATS_TEST_TMPDIR/in/jump"
        has "$(local_lines jump)" '^       before = 17$'
        has "$(local_lines jump)" '^       nowhere = 0x0$'
        has "$(source_lines jump)" '^  > +6 '
}

@test "sigguard run has an option for each" {
        compile reader -O0 <<<"$null_reader"
        run -139 --separate-stderr env -i PATH="$CLEAN_PATH" "$ROOT/scripts/sigguard" run --source 1 --locals=1 -- "$BATS_TEST_TMPDIR/in/reader"
        has "$stderr" '^  > +3 '
        has "$stderr" '^       argument where = 0x0$'
        rm -f core*
}
