// SPDX-License-Identifier: BSD-2-Clause
//! The smallest component in Rust.
#![no_std]

use sel4mon::println;

/// # Safety
/// The runtime calls this, once.
#[no_mangle]
pub unsafe extern "C" fn main(argc: i32, argv: *const *const u8) -> i32 {
    let name = sel4mon::argument(argc, argv, 0).unwrap_or(b"nobody");
    println!(
        "hello from {} in Rust",
        core::str::from_utf8(name).unwrap_or("?")
    );
    println!("capability tcb: {}", sel4mon::slot("tcb\0") != 0);
    0
}
