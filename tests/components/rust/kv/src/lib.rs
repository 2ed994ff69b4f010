// SPDX-License-Identifier: BSD-2-Clause
//! A key-value store with a client, over an endpoint. As two components, each with its role as first
//! argument ("server", "client") and the capability "store"; with no argument, as two threads.
#![no_std]

mod client;
mod protocol;
mod server;

use core::ffi::c_void;
use sel4mon::sys::{self, CPtr};
use sel4mon::thread::Thread;

static SERVER: Thread = Thread::new();

const CLIENT_BADGE: usize = 7;
const SERVER_PRIORITY: usize = 200;

extern "C" fn run_server(endpoint: *mut c_void) {
    server::serve(endpoint as CPtr);
}

fn both() -> i32 {
    let (mut endpoint, mut badged) = (0, 0);
    unsafe {
        let error = sys::component_object_make(sys::ENDPOINT_OBJECT, 0, &mut endpoint);
        sel4mon::check(error, "endpoint");
        let rights = sys::seL4_CapRights_new(1, 0, 0, 1);
        sel4mon::check(
            sys::component_cap_mint(endpoint, rights, CLIENT_BADGE, &mut badged),
            "mint",
        );
        SERVER.start(SERVER_PRIORITY, run_server, endpoint);
    }
    (client::run(badged) != 0) as i32
}

/// # Safety
/// The runtime calls this, once.
#[no_mangle]
pub unsafe extern "C" fn main(argc: i32, argv: *const *const u8) -> i32 {
    match sel4mon::argument(argc, argv, 1) {
        None => both(),
        Some(b"server") => {
            server::serve(sel4mon::slot("store\0"));
            0
        }
        Some(b"client") => (client::run(sel4mon::slot("store\0")) != 0) as i32,
        Some(_) => 64,
    }
}
