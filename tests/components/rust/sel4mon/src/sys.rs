// SPDX-License-Identifier: BSD-2-Clause
//! The kernel's calls and the runtime's functions, under their C names. In C the former are inline;
//! the build's `sel4mon_export.o` holds them as functions, for the very kernel that it is built for.
//! Declared here is what these components use; more is a line each.
#![allow(non_snake_case)]

use core::ffi::c_void;

pub type Word = usize;
pub type CPtr = usize;
pub type Error = i32;

pub const NO_ERROR: Error = 0;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct MessageInfo {
    pub words: [Word; 1],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct CapRights {
    pub words: [Word; 1],
}

/// `struct component_thread` of sel4mon/component_thread.h.
#[repr(C)]
pub struct Thread {
    pub run: extern "C" fn(*mut c_void),
    pub argument: *mut c_void,
    pub stack: *mut c_void,
    pub stack_bytes: usize,
    pub priority: Word,
    pub fault_slot: CPtr,
    pub tcb: CPtr,
    pub sched_context: CPtr,
    pub ipc_buffer: *mut c_void,
}

extern "C" {
    pub fn seL4_MessageInfo_new(
        label: Word,
        caps_unwrapped: Word,
        extra_caps: Word,
        length: Word,
    ) -> MessageInfo;
    pub fn seL4_MessageInfo_get_label(info: MessageInfo) -> Word;
    pub fn seL4_MessageInfo_get_length(info: MessageInfo) -> Word;
    pub fn seL4_CapRights_new(grant_reply: Word, grant: Word, read: Word, write: Word)
        -> CapRights;
    pub fn seL4_SetMR(index: i32, word: Word);
    pub fn seL4_GetMR(index: i32) -> Word;
    pub fn seL4_Call(to: CPtr, info: MessageInfo) -> MessageInfo;
    pub fn seL4_Send(to: CPtr, info: MessageInfo);
    #[cfg(not(feature = "mcs"))]
    pub fn seL4_Reply(answer: MessageInfo);
    #[cfg(not(feature = "mcs"))]
    pub fn seL4_Recv(from: CPtr, badge: *mut Word) -> MessageInfo;
    #[cfg(not(feature = "mcs"))]
    pub fn seL4_ReplyRecv(from: CPtr, answer: MessageInfo, badge: *mut Word) -> MessageInfo;
    #[cfg(feature = "mcs")]
    pub fn seL4_Recv(from: CPtr, badge: *mut Word, reply: CPtr) -> MessageInfo;
    #[cfg(feature = "mcs")]
    pub fn seL4_ReplyRecv(
        from: CPtr,
        answer: MessageInfo,
        badge: *mut Word,
        reply: CPtr,
    ) -> MessageInfo;

    pub fn component_write(text: *const u8, len_bytes: usize);
    pub fn component_exit(status: i32) -> !;
    pub fn component_slot(name: *const u8) -> CPtr;
    pub fn component_object_make(kind: Word, size_bits: Word, made: *mut CPtr) -> Error;
    pub fn component_cap_mint(from: CPtr, rights: CapRights, badge: Word, made: *mut CPtr)
        -> Error;
    pub fn component_thread_start(thread: *mut Thread) -> Error;
}

/// Numbers of object types that are the same on every architecture.
pub const ENDPOINT_OBJECT: Word = 2;
/// Only on a kernel with mixed-criticality scheduling.
#[cfg(feature = "mcs")]
pub const REPLY_OBJECT: Word = 6;
