// SPDX-License-Identifier: BSD-2-Clause
//! What a component in Rust needs of the kernel and of the runtime. `sys` declares the C functions
//! under their own names; the rest is the little that makes them pleasant: printing, messages, and
//! what happens at a panic.
#![no_std]

pub mod message;
pub mod sys;
pub mod thread;

use core::fmt;

/// Formats into lines and hands each to the component's console in one piece.
pub struct Console {
    text: [u8; 128],
    used: usize,
}

impl Console {
    pub const fn new() -> Console {
        Console {
            text: [0; 128],
            used: 0,
        }
    }

    fn flush(&mut self) {
        unsafe { sys::component_write(self.text.as_ptr(), self.used) };
        self.used = 0;
    }
}

impl Default for Console {
    fn default() -> Console {
        Console::new()
    }
}

impl fmt::Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            self.text[self.used] = byte;
            self.used += 1;
            if self.used == self.text.len() || byte == b'\n' {
                self.flush();
            }
        }
        Ok(())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Prints a line on the component's console.
#[macro_export]
macro_rules! println {
    ($($arguments:tt)*) => {{
        let _ = ::core::fmt::Write::write_fmt(
            &mut $crate::Console::new(), ::core::format_args!("{}\n", ::core::format_args!($($arguments)*)));
    }};
}

/// The component's argument at that place, as it was given.
///
/// # Safety
/// `argc` and `argv` must be those that `main` was called with.
pub unsafe fn argument(argc: i32, argv: *const *const u8, index: usize) -> Option<&'static [u8]> {
    if index >= argc as usize {
        return None;
    }
    let text = *argv.add(index);
    let mut len = 0;
    while *text.add(len) != 0 {
        len += 1;
    }
    Some(core::slice::from_raw_parts(text, len))
}

/// Ends the component if the kernel refused something.
pub fn check(error: sys::Error, what: &str) {
    if error != sys::NO_ERROR {
        println!("component: {}: error {}", what, error);
        unsafe { sys::component_exit(125) }
    }
}

/// Capability address of the given name, which must end with a zero byte; 0 if there is none.
pub fn slot(name: &'static str) -> sys::CPtr {
    assert!(name.ends_with('\0'));
    unsafe { sys::component_slot(name.as_ptr()) }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    println!("{}", info);
    unsafe { sys::component_exit(101) }
}
