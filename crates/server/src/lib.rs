pub mod sfu_io;
