// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later

//! A vhost-user backend without a device: what each has to do around its device, by the conventions
//! of QEMU's docs/interop/vhost-user.rst, so that VM managers can find and start it.
//!
//!   --print-capabilities  prints its type and features as JSON on stdout, and does nothing else
//!   --socket-path=PATH    makes a socket there, and serves the front end that connects
//!   --fd=FDNUM            the same with a socket that was passed on, listening or connected
//!   --help                names these options, by which check looks for them
//!
//! It stays in the foreground. There is no handler for SIGTERM, whose default ends it at once. The
//! exit status is 0 when the front end has hung up, 1 for a failure, 2 for wrong usage; a failure
//! has one line on stderr. A backend of your own has other capabilities and another serve().
//! The standard library of Rust 1.63 is all that it needs: `rustc --edition 2021 -O FILE`.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::io::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::{env, fs, io, process};

const NAME: &str = "vhost-device-skeleton";

/// What it can do on this host, which may depend on what it finds there. Of the types that have
/// features in the schema (block, gpu, input) libvirt wants the list even if it is empty.
const CAPABILITIES: &str = "{\"type\": \"rng\", \"features\": []}\n";

const HELP: &str = "\
Usage: vhost-device-skeleton --socket-path=PATH | --fd=FDNUM
  --socket-path=PATH    listen on this socket
  --fd=FDNUM            serve on this inherited socket
  --print-capabilities  print type and features as JSON
  --help                print this
";

/// Why it ends: the exit status, and one line. Words in it are quoted by `{:?}`, which leaves no
/// control character.
struct Failure(i32, String);

fn usage(text: String) -> Failure {
    Failure(2, text)
}

fn failed(what: &str, error: io::Error) -> Failure {
    Failure(1, format!("{}: {}", what, error))
}

/// The device: the front end's messages come by the connection.
fn serve(mut connection: UnixStream) -> Result<(), Failure> {
    match connection.read(&mut [0]) {
        Ok(0) => Ok(()),
        Ok(_) => Err(Failure(
            1,
            "there is no device here to answer the front end".into(),
        )),
        Err(error) => Err(failed("the front end", error)),
    }
}

fn inherited(text: &OsStr) -> Result<UnixListener, Failure> {
    let number = text
        .to_str()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse::<RawFd>().ok())
        .ok_or_else(|| usage(format!("--fd: not the number of a descriptor: {:?}", text)))?;

    match fs::metadata(format!("/proc/self/fd/{}", number)) {
        Ok(metadata) if metadata.file_type().is_socket() => {}
        Ok(_) => return Err(usage(format!("--fd={}: is no socket", number))),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(usage(format!("--fd={}: Bad file descriptor", number)))
        }
        Err(error) => return Err(usage(format!("--fd={}: {}", number, error))),
    }
    // SAFETY: it is open, and nothing else in this process has it.
    let socket = unsafe { UnixListener::from_raw_fd(number) };
    // What was passed on may be non-blocking.
    socket
        .set_nonblocking(false)
        .map_err(|error| failed("--fd", error))?;
    Ok(socket)
}

fn listen_at(path: &OsStr) -> Result<UnixListener, Failure> {
    // An empty one would be an abstract address.
    if path.is_empty() {
        return Err(usage("--socket-path: the path is empty".into()));
    }
    // An earlier run has left its socket. Anything else stays.
    if fs::symlink_metadata(path).map_or(false, |metadata| metadata.file_type().is_socket()) {
        let _ = fs::remove_file(path);
    }
    UnixListener::bind(path).map_err(|error| failed(&format!("--socket-path={:?}", path), error))
}

fn wait_for_front_end(socket: UnixListener) -> Result<UnixStream, Failure> {
    match socket.accept() {
        Ok((connection, _)) => Ok(connection),
        // It listens to nobody: it is the connection.
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(OwnedFd::from(socket).into()),
        Err(error) => Err(failed("waiting for the front end", error)),
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| failed("stdout", error))
}

fn run(words: &[OsString]) -> Result<(), Failure> {
    let (mut socket_path, mut fd) = (None, None);
    let mut rest = words.iter();

    // All other options are ignored then.
    if words.iter().any(|word| word == "--print-capabilities") {
        return print(CAPABILITIES);
    }
    while let Some(word) = rest.next() {
        let mut parts = word.as_bytes().splitn(2, |byte| *byte == b'=');
        let (option, value) = (parts.next(), parts.next().map(OsStr::from_bytes));
        let target = match (option, value) {
            (Some(b"--help"), None) => return print(HELP),
            (Some(b"--socket-path"), _) => &mut socket_path,
            (Some(b"--fd"), _) => &mut fd,
            _ => return Err(usage(format!("not understood: {:?}; see --help", word))),
        };
        *target = value.or_else(|| rest.next().map(OsString::as_os_str));
        if target.is_none() {
            return Err(usage(format!("{:?}: the value is missing", word)));
        }
    }
    let socket = match (socket_path, fd) {
        (Some(path), None) => listen_at(path)?,
        (None, Some(number)) => inherited(number)?,
        _ => return Err(usage("takes one of --socket-path and --fd".into())),
    };
    serve(wait_for_front_end(socket)?)
}

fn main() {
    let words: Vec<OsString> = env::args_os().skip(1).collect();

    if let Err(Failure(status, text)) = run(&words) {
        let _ = writeln!(io::stderr(), "{}: {}", NAME, text);
        process::exit(status);
    }
}
