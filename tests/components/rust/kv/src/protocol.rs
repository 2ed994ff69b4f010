// SPDX-License-Identifier: BSD-2-Clause
//! What client and server say to each other. A request's label is the operation; words 0 and 1 are
//! the lengths of key and value, then come their bytes. An answer's label is the status; word 0 is
//! the length of the value (COUNT: the number of keys), then come its bytes.

pub const KEY_BYTES: usize = 32;
pub const VALUE_BYTES: usize = 128;

pub const PUT: usize = 1;
pub const GET: usize = 2;
pub const DELETE: usize = 3;
pub const COUNT: usize = 4;
pub const STOP: usize = 5;

pub const OK: usize = 0;
pub const NOT_FOUND: usize = 1;
pub const FULL: usize = 2;
pub const MALFORMED: usize = 3;
