// What Rust's own library has for a crash: a panic that prints its backtrace and aborts.
extern "C" {
    fn mark_crash();
}

#[inline(never)]
fn descend(depth: usize, empty: &[u8]) -> usize {
    if depth > 0 {
        return std::hint::black_box(descend(depth - 1, empty)) + 1;
    }
    unsafe { mark_crash() };
    empty[depth] as usize
}

fn main() {
    std::process::exit(descend(7, &[]) as i32);
}
