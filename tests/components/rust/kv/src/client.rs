// SPDX-License-Identifier: BSD-2-Clause
//! A client that tries every operation, also wrongly, and says what came back.

use crate::protocol::*;
use sel4mon::message;
use sel4mon::println;
use sel4mon::sys::CPtr;

struct Client {
    endpoint: CPtr,
    wrong: u32,
}

impl Client {
    /// One request. Returns the status; the rest of the answer is in the message words.
    fn ask(&self, operation: usize, key: &[u8], value: &[u8]) -> usize {
        message::set(0, key.len());
        message::set(1, value.len());
        let at = message::put_bytes(2, key);
        let at = message::put_bytes(at, value);
        message::call(self.endpoint, operation, at).label
    }

    fn expect(&mut self, what: &str, got: usize, wanted: usize) {
        println!(
            "{}: {}",
            what,
            ["ok", "not found", "full", "malformed"][got & 3]
        );
        self.wrong += (got != wanted) as u32;
    }

    fn expect_value(&mut self, key: &[u8], wanted: &[u8]) {
        let mut value = [0; VALUE_BYTES];
        let status = self.ask(GET, key, b"");
        let len = message::get(0).min(VALUE_BYTES);
        message::take_bytes(1, &mut value[..len]);
        println!(
            "get: {}",
            core::str::from_utf8(&value[..len]).unwrap_or("?")
        );
        self.wrong += (status != OK || &value[..len] != wanted) as u32;
    }

    fn count(&self) -> usize {
        message::call(self.endpoint, COUNT, 0);
        message::get(0)
    }
}

/// Returns how many answers were not as they should be.
pub fn run(endpoint: CPtr) -> u32 {
    let mut client = Client { endpoint, wrong: 0 };
    let status = client.ask(GET, b"colour", b"");
    client.expect("get before put", status, NOT_FOUND);
    let status = client.ask(
        PUT,
        b"colour",
        b"a blue that is longer than the registers hold",
    );
    client.expect("put", status, OK);
    client.expect_value(b"colour", b"a blue that is longer than the registers hold");
    let status = client.ask(PUT, b"colour", b"red");
    client.expect("put again", status, OK);
    client.expect_value(b"colour", b"red");
    let status = client.ask(DELETE, b"colour", b"");
    client.expect("delete", status, OK);
    let status = client.ask(DELETE, b"colour", b"");
    client.expect("delete again", status, NOT_FOUND);
    let status = client.ask(GET, b"", b"");
    client.expect("no key", status, MALFORMED);
    let status = client.ask(PUT, &[b'k'; KEY_BYTES + 1], b"");
    client.expect("key too long", status, MALFORMED);
    let mut stored = 0;
    while client.ask(PUT, &[b'a' + stored as u8], b"value") == OK {
        stored += 1;
    }
    println!("stored until full: {}", stored);
    client.wrong += (stored != client.count()) as u32;
    println!("client: {} wrong", client.wrong);
    message::call(endpoint, STOP, 0);
    client.wrong
}
