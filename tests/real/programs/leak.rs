// Keeps every TcpStream in a Vec. usage: leak HOST:PORT PER_SECOND
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let pause = Duration::from_secs_f64(1.0 / args[2].parse::<f64>().unwrap());
    let mut kept = Vec::new();
    loop {
        match TcpStream::connect(&args[1]) {
            Ok(mut stream) => {
                let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                let _ = stream.read(&mut [0u8; 512]);
                kept.push(stream);
            }
            Err(e) => println!("{e}"),
        }
        std::thread::sleep(pause);
    }
}
