#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| openvisit_fuzz::datagrams(bytes));
