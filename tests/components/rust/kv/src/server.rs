// SPDX-License-Identifier: BSD-2-Clause
//! The store and its server: a fixed number of places, looked through from the first.

use crate::protocol::*;
use sel4mon::message::{self, Message, Receiver};
use sel4mon::sys::CPtr;

const PLACES: usize = 8;

#[derive(Clone, Copy)]
struct Entry {
    key: [u8; KEY_BYTES],
    key_len: usize, // 0: free
    value: [u8; VALUE_BYTES],
    value_len: usize,
}

const FREE: Entry = Entry {
    key: [0; KEY_BYTES],
    key_len: 0,
    value: [0; VALUE_BYTES],
    value_len: 0,
};

struct Store {
    entries: [Entry; PLACES],
}

impl Store {
    fn find(&mut self, key: &[u8]) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|e| &e.key[..e.key_len] == key)
    }

    fn put(&mut self, request: &Entry) -> usize {
        let key = &request.key[..request.key_len];
        let place = match self.entries.iter().position(|e| &e.key[..e.key_len] == key) {
            Some(at) => Some(at),
            None => self.entries.iter().position(|e| e.key_len == 0),
        };
        match place {
            Some(at) => {
                self.entries[at] = *request;
                OK
            }
            None => FULL,
        }
    }

    fn count(&self) -> usize {
        self.entries.iter().filter(|e| e.key_len > 0).count()
    }
}

/// Key and value of a request. Nothing that a client sends is believed: lengths are checked against
/// our own limits and against what really came.
fn read_request(got: &Message) -> Option<Entry> {
    let mut entry = FREE;
    if got.length < 2 {
        return None;
    }
    (entry.key_len, entry.value_len) = (message::get(0), message::get(1));
    if entry.key_len == 0 || entry.key_len > KEY_BYTES || entry.value_len > VALUE_BYTES {
        return None;
    }
    if got.length != 2 + message::words_of(entry.key_len) + message::words_of(entry.value_len) {
        return None;
    }
    let at = message::take_bytes(2, &mut entry.key[..entry.key_len]);
    message::take_bytes(at, &mut entry.value[..entry.value_len]);
    Some(entry)
}

/// Puts the answer's words in place; returns its label and length.
fn answer(store: &mut Store, got: &Message) -> (usize, usize) {
    if got.label == COUNT {
        message::set(0, store.count());
        return (OK, 1);
    }
    let request = match read_request(got) {
        Some(request) => request,
        None => return (MALFORMED, 0),
    };
    let key = &request.key[..request.key_len];
    match (got.label, store.find(key)) {
        (PUT, _) => (store.put(&request), 0),
        (GET, Some(entry)) => {
            message::set(0, entry.value_len);
            (OK, message::put_bytes(1, &entry.value[..entry.value_len]))
        }
        (DELETE, Some(entry)) => {
            *entry = FREE;
            (OK, 0)
        }
        (GET, None) | (DELETE, None) => (NOT_FOUND, 0),
        _ => (MALFORMED, 0),
    }
}

/// Serves until a client says STOP, and answers that too.
pub fn serve(endpoint: CPtr) {
    let mut store = Store {
        entries: [FREE; PLACES],
    };
    let receiver = Receiver::new(endpoint);
    let mut got = receiver.receive();
    while got.label != STOP {
        let (label, length) = answer(&mut store, &got);
        got = receiver.reply_and_receive(label, length);
    }
    sel4mon::println!("server: stopped by badge {}", got.badge);
    receiver.reply(OK, 0);
}
