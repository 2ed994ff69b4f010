// SPDX-License-Identifier: BSD-2-Clause
//! A second thread, in statically allocated memory.

use crate::sys;
use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::mem::MaybeUninit;

const STACK_BYTES: usize = 16384;

#[repr(C, align(16))]
struct Stack([u8; STACK_BYTES]);

/// Memory for one thread. Make it a `static`; `start` may be called once.
pub struct Thread {
    stack: UnsafeCell<MaybeUninit<Stack>>,
    thread: UnsafeCell<MaybeUninit<sys::Thread>>,
}

// Only `start` touches the memory, once, and from then on it is the new thread's.
unsafe impl Sync for Thread {}

impl Thread {
    pub const fn new() -> Thread {
        Thread {
            stack: UnsafeCell::new(MaybeUninit::uninit()),
            thread: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }

    /// Starts the thread with a word of its own, which `run` gets as its pointer.
    ///
    /// # Safety
    /// Once for each `Thread`, from the component's first thread.
    pub unsafe fn start(
        &'static self,
        priority: usize,
        run: extern "C" fn(*mut c_void),
        argument: usize,
    ) {
        let thread = self.thread.get() as *mut sys::Thread;
        thread.write(sys::Thread {
            run,
            argument: argument as *mut c_void,
            stack: self.stack.get() as *mut c_void,
            stack_bytes: STACK_BYTES,
            priority,
            fault_slot: 0,
            tcb: 0,
            sched_context: 0,
            ipc_buffer: core::ptr::null_mut(),
        });
        crate::check(sys::component_thread_start(thread), "thread");
    }
}

impl Default for Thread {
    fn default() -> Thread {
        Thread::new()
    }
}
