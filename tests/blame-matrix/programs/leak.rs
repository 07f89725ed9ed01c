// Opens connections and never closes them, from several places.   usage: leak PORT PER_SECOND
// A line that opens one ends in its mark and NAME, the function that it stands in.
use std::io::{Read, Write};
use std::net::TcpStream;

fn ask(mut s: TcpStream) -> TcpStream {
    let mut answer = Vec::new();
    s.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let _ = s.read_to_end(&mut answer);
    s
}

#[inline(never)]
fn fetch_plain(port: u16) -> TcpStream {
    let s = TcpStream::connect(("127.0.0.1", port)).unwrap(); // here: leak::fetch_plain
    ask(s)
}

struct Pool {
    kept: Vec<TcpStream>,
}

impl Pool {
    #[inline(never)]
    fn fetch_method(&mut self, port: u16) {
        let s = TcpStream::connect(("127.0.0.1", port)).unwrap(); // here: leak::Pool::fetch_method
        self.kept.push(ask(s));
    }
}

#[inline(always)]
fn fetch_inlined(port: u16) -> TcpStream {
    TcpStream::connect(("127.0.0.1", port)).unwrap() // here: leak::fetch_inlined
}

#[inline(never)]
fn fetch_deep(port: u16, depth: u32) -> TcpStream {
    let room = [depth as u8; 900];
    if std::hint::black_box(&room)[3] > 0 {
        let s = fetch_deep(port, depth - 1);
        std::hint::black_box(&room);
        return s;
    }
    let s = TcpStream::connect(("127.0.0.1", port)).unwrap(); // here: leak::fetch_deep
    std::hint::black_box(&room);
    ask(s)
}

#[inline(never)]
fn fetch_generic<T: std::net::ToSocketAddrs>(to: T) -> TcpStream {
    let s = TcpStream::connect(to).unwrap(); // here: leak::fetch_generic
    ask(s)
}

mod shop {
    #[inline(never)]
    pub fn fetch_in_module(port: u16) -> super::TcpStream {
        let s = super::TcpStream::connect(("127.0.0.1", port)).unwrap(); // here: leak::shop::fetch_in_module
        super::ask(s)
    }
}

#[inline(never)]
fn fetch_in_time(port: u16) -> TcpStream {
    let to = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let s = TcpStream::connect_timeout(&to, std::time::Duration::from_secs(5)).unwrap(); // here: leak::fetch_in_time
    ask(s)
}

#[inline(never)]
fn fetch_in_thread(port: u16) -> TcpStream {
    let s = TcpStream::connect(("127.0.0.1", port)).unwrap(); // here: leak::fetch_in_thread
    ask(s)
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let port: u16 = words[1].parse().unwrap();
    let pause = std::time::Duration::from_millis(1000 / words[2].parse::<u64>().unwrap());
    let mut pool = Pool { kept: vec![] };
    loop {
        pool.kept.push(fetch_plain(port));
        pool.fetch_method(port);
        let s = fetch_inlined(port);
        pool.kept.push(ask(s));
        pool.kept.push(fetch_deep(port, 5));
        pool.kept.push(fetch_generic(("127.0.0.1", port)));
        pool.kept.push(shop::fetch_in_module(port));
        pool.kept.push(fetch_in_time(port));
        let t = std::thread::spawn(move || fetch_in_thread(port));
        pool.kept.push(t.join().unwrap());
        std::thread::sleep(pause);
    }
}
