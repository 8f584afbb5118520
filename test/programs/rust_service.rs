// A Rust program that ends, or goes on, in the way its argument names: what its runtime does about signals is the question.
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::{env, fs, panic, process, ptr, thread};

#[inline(never)]
fn recurse(depth: usize) -> usize {
    let here = [depth; 64];
    // the compiler must not see that nobody needs it
    let one = unsafe { ptr::addr_of!(here[depth % 64]).read_volatile() };
    if one == usize::MAX { one } else { recurse(depth + 1) + here[3] }
}

#[inline(never)]
fn parse_header<T: std::fmt::Debug>(text: T) -> usize {
    panic!("no header in {text:?}");
}

mod request {
    pub struct Reader;

    pub trait Fields {
        fn first(&self, at: *const u32) -> u32;
    }

    impl Fields for Reader {
        #[inline(never)]
        fn first(&self, at: *const u32) -> u32 {
            unsafe { at.read_volatile() }
        }
    }
}

/// Runs in a thread of its own, with the runtime's message for a panic there.
fn worker<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("worker-7".to_string());
        thread.spawn_scoped(scope, run).unwrap().join().unwrap()
    })
}

/// Its destructor runs when the runtime has taken the thread's alternate stack away.
struct Deep;

impl Drop for Deep {
    fn drop(&mut self) {
        println!("{}", recurse(0));
    }
}

thread_local!(static LAST: Deep = Deep);

/// Panics again while it is unwound.
struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {
        parse_header("second");
    }
}

fn mappings() -> i64 {
    fs::read_to_string("/proc/self/maps").unwrap().lines().count() as i64
}

fn burst(rounds: usize) {
    for _ in 0..rounds {
        let threads: Vec<_> = (0..50).map(|_| thread::spawn(|| fs::metadata("/").is_ok())).collect();
        assert!(threads.into_iter().all(|one| one.join().unwrap()));
    }
}

/// The child writes for ever, or so; its reader goes away after a line.
fn child(arguments: &[String]) {
    let mut child = Command::new(&arguments[0]).args(&arguments[1..]).stdout(Stdio::piped()).spawn().unwrap();
    child.stdout.take().unwrap().read_exact(&mut [0; 2]).unwrap();
    println!("{}", child.wait().unwrap());
}

fn trap() {
    #[cfg(target_arch = "x86_64")]
    unsafe { std::arch::asm!("ud2") };
    #[cfg(target_arch = "aarch64")]
    unsafe { std::arch::asm!("udf #0") };
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    match arguments[1].as_str() {
        "overflow" => println!("{}", recurse(0)),
        "overflow-thread" => println!("{}", worker(|| recurse(0))),
        "overflow-last" => worker(|| LAST.with(|_| ())),
        "panic" => println!("{}", parse_header("GET")),
        "panic-thread" => println!("{}", worker(|| parse_header(Some(7)))),
        "panic-twice" => {
            let _loud = Loud;
            parse_header("first");
        }
        "caught" => {
            println!("caught: {}", panic::catch_unwind(|| parse_header("GET")).is_err());
            println!("joined: {}", thread::spawn(|| parse_header("PUT")).join().is_err());
        }
        "null" => {
            use request::Fields;
            println!("{}", worker(|| request::Reader.first(ptr::null())));
        }
        "abort" => process::abort(),
        "trap" => trap(),
        "child" => child(&arguments[2..]),
        "shows" => {
            Command::new("grep").args(["^Sig[BIC]", "/proc/self/status"]).status().unwrap();
        }
        "pipe" => {
            println!("ready");
            std::io::stdin().read(&mut [0; 1]).unwrap();
            let error = std::io::stdout().write_all(b"more\n").unwrap_err();
            eprintln!("{:?}", error.kind());
        }
        "burst" => {
            burst(20);
            let before = mappings();
            burst(200);
            println!("{} more mappings", mappings() - before);
        }
        other => unreachable!("{other}"),
    }
}
