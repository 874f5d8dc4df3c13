// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later

//! A backend in Rust: threads, a child, a pair of sockets, hash maps' random numbers, time.
use std::collections::HashMap;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

fn main() {
    let (sender, receiver) = mpsc::channel();
    let threads: Vec<_> = (0..8usize)
        .map(|n| {
            let sender = sender.clone();
            thread::Builder::new()
                .name(format!("worker-{n}"))
                .spawn(move || sender.send(vec![1u8; n << 20].len()).unwrap())
                .unwrap()
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    drop(sender);
    assert_eq!(receiver.iter().sum::<usize>(), 28 << 20);

    let output = Command::new("uname").arg("-s").output().unwrap();
    assert!(output.status.success() && output.stdout == b"Linux\n");
    let mut child = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"x").unwrap();
    assert_eq!(child.wait_with_output().unwrap().stdout, b"x");

    let (mut one, mut other) = UnixStream::pair().unwrap();
    other.set_nonblocking(true).unwrap();
    assert!(other.read(&mut [0; 1]).is_err());
    one.write_all(b"x").unwrap();
    assert_eq!(other.read(&mut [0; 1]).unwrap(), 1);
    other.set_nonblocking(false).unwrap();

    let mut names = HashMap::new();
    names.insert("exe", std::env::current_exe().unwrap());
    assert!(std::fs::read_dir(names["exe"].parent().unwrap()).is_ok());
    assert!(thread::available_parallelism().unwrap().get() > 0);
    let start = Instant::now();
    thread::park_timeout(Duration::from_millis(1));
    assert!(start.elapsed() > Duration::ZERO && SystemTime::now() > SystemTime::UNIX_EPOCH);
    println!(r#"{{"type": "sample", "features": ["healthy"]}}"#);
}
