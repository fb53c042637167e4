#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| septet_fuzz::count::check(data));
