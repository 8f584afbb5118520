// What Rust's own library has for a crash: a panic that prints its backtrace and aborts.
extern "C" {
    fn mark_crash();
}

#[inline(never)]
fn descend(depth: usize, empty: &[u8]) -> usize {
    if depth > 0 {
        let below = descend(depth - 1, empty);
        return unsafe { std::ptr::read_volatile(&below) } + 1; // or it would become a loop
    }
    unsafe { mark_crash() };
    empty[depth] as usize
}

fn main() {
    std::process::exit(descend(7, &[]) as i32);
}
