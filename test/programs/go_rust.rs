// What a Go service links through cgo: Rust with a thread of its own, which Go does not know.
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::raw::c_int;
use std::os::unix::io::OwnedFd;
use std::thread;

extern "C" {
    fn gettid() -> c_int;
}

fn named(what: fn()) {
    thread::Builder::new().name("rust-worker".into()).spawn(what).unwrap().join().unwrap();
}

// By write(2), as through a File or a C library: TcpStream would send with MSG_NOSIGNAL.
// The peer closes with unread data, which resets the connection: a first write may fail with that, later ones with EPIPE.
fn write_to_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    let mut connection = std::fs::File::from(OwnedFd::from(client));
    connection.write_all(b"xx").unwrap();
    server.read_exact(&mut [0]).unwrap();
    drop(server);
    println!("rust thread {}", unsafe { gettid() });
    let mut broken = 0;
    while broken < 3 {
        match connection.write(b"x") {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                broken += 1;
                println!("rust write: {}", error);
            }
            _ => {}
        }
    }
}

fn fault() {
    unsafe { *(40 as *mut u8) = 1 };
}

#[no_mangle]
pub extern "C" fn rust_write() {
    named(write_to_nobody);
}

#[no_mangle]
pub extern "C" fn rust_fault() {
    named(fault);
}

#[no_mangle]
pub extern "C" fn rust_wait() -> c_int {
    thread::Builder::new().name("rust-worker".into()).spawn(|| loop { thread::park() }).is_err() as c_int
}
