// SPDX-License-Identifier: BSD-2-Clause
//! Messages over endpoints: a label, words, and bytes packed into words, low byte first.

use crate::sys::{self, CPtr, MessageInfo, Word};

const WORD_BYTES: usize = core::mem::size_of::<Word>();
/// Message words that a thread's IPC buffer has.
pub const WORDS_MAX: usize = 120;

/// Where a receiver waits, and what it replies through.
pub struct Receiver {
    endpoint: CPtr,
    #[cfg(feature = "mcs")]
    reply: CPtr,
}

/// What arrived; its words are in the IPC buffer until the next call.
pub struct Message {
    pub label: Word,
    pub length: usize,
    pub badge: Word,
}

fn message(info: MessageInfo, badge: Word) -> Message {
    unsafe {
        Message {
            label: sys::seL4_MessageInfo_get_label(info),
            length: sys::seL4_MessageInfo_get_length(info),
            badge,
        }
    }
}

fn info(label: Word, length: usize) -> MessageInfo {
    unsafe { sys::seL4_MessageInfo_new(label, 0, 0, length) }
}

impl Receiver {
    #[cfg(not(feature = "mcs"))]
    pub fn new(endpoint: CPtr) -> Receiver {
        Receiver { endpoint }
    }

    #[cfg(feature = "mcs")]
    pub fn new(endpoint: CPtr) -> Receiver {
        let mut reply = 0;
        crate::check(
            unsafe { sys::component_object_make(sys::REPLY_OBJECT, 0, &mut reply) },
            "reply",
        );
        Receiver { endpoint, reply }
    }

    pub fn receive(&self) -> Message {
        let mut badge = 0;
        #[cfg(not(feature = "mcs"))]
        let got = unsafe { sys::seL4_Recv(self.endpoint, &mut badge) };
        #[cfg(feature = "mcs")]
        let got = unsafe { sys::seL4_Recv(self.endpoint, &mut badge, self.reply) };
        message(got, badge)
    }

    pub fn reply_and_receive(&self, label: Word, length: usize) -> Message {
        let mut badge = 0;
        let answer = info(label, length);
        #[cfg(not(feature = "mcs"))]
        let got = unsafe { sys::seL4_ReplyRecv(self.endpoint, answer, &mut badge) };
        #[cfg(feature = "mcs")]
        let got = unsafe { sys::seL4_ReplyRecv(self.endpoint, answer, &mut badge, self.reply) };
        message(got, badge)
    }

    pub fn reply(&self, label: Word, length: usize) {
        #[cfg(not(feature = "mcs"))]
        unsafe {
            sys::seL4_Reply(info(label, length))
        };
        #[cfg(feature = "mcs")]
        unsafe {
            sys::seL4_Send(self.reply, info(label, length))
        };
    }
}

/// Sends the words that `set` and `put_bytes` have put in place, and waits for the answer.
pub fn call(endpoint: CPtr, label: Word, length: usize) -> Message {
    message(unsafe { sys::seL4_Call(endpoint, info(label, length)) }, 0)
}

pub fn set(index: usize, word: Word) {
    assert!(index < WORDS_MAX);
    unsafe { sys::seL4_SetMR(index as i32, word) }
}

pub fn get(index: usize) -> Word {
    assert!(index < WORDS_MAX);
    unsafe { sys::seL4_GetMR(index as i32) }
}

/// Puts the bytes at the word `index`; returns the index behind them.
pub fn put_bytes(index: usize, bytes: &[u8]) -> usize {
    let mut at = index;
    for piece in bytes.chunks(WORD_BYTES) {
        let mut word = [0; WORD_BYTES];
        word[..piece.len()].copy_from_slice(piece);
        set(at, Word::from_le_bytes(word));
        at += 1;
    }
    at
}

/// Takes as many bytes as `to` is long from the word `index`; returns the index behind them.
pub fn take_bytes(index: usize, to: &mut [u8]) -> usize {
    let mut at = index;
    for piece in to.chunks_mut(WORD_BYTES) {
        let len = piece.len();
        piece.copy_from_slice(&get(at).to_le_bytes()[..len]);
        at += 1;
    }
    at
}

/// Message words that so many bytes take.
pub const fn words_of(len_bytes: usize) -> usize {
    (len_bytes + WORD_BYTES - 1) / WORD_BYTES
}
