// A Rust program that reads a null pointer below generics, closures and trait objects.
use std::env;
use std::ptr;

struct Part {
    weight: *const i32,
}

trait Scale {
    fn weigh(&self, part: &Part) -> i32;
}

struct Kitchen {
    tare: i32,
}

#[inline(always)]
fn read(at: *const i32) -> i32 {
    unsafe { ptr::read_volatile(at) }
}

impl Scale for Kitchen {
    #[inline(never)]
    fn weigh(&self, part: &Part) -> i32 {
        let gross = read(part.weight);
        gross - self.tare
    }
}

#[inline(never)]
fn each<F: Fn(&Part) -> i32>(parts: &[Part], weigh: F) -> i32 {
    let mut sum = 0;
    for part in parts {
        sum += weigh(part);
    }
    sum
}

#[inline(never)]
fn heaviest<T: Copy + Ord>(parts: &[Part], key: fn(&Part) -> T) -> Option<T> {
    parts.iter().map(|part| key(part)).max()
}

fn main() {
    let count = env::args().count() + 1;
    let parts: Vec<Part> = (0..count).map(|_| Part { weight: ptr::null() }).collect();
    let scale: Box<dyn Scale> = Box::new(Kitchen { tare: count as i32 });
    if env::args().nth(1).as_deref() == Some("heaviest") {
        println!("{:?}", heaviest(&parts, |part| read(part.weight)));
    } else {
        println!("{}", each(&parts, |part| scale.weigh(part) + 1));
    }
}
