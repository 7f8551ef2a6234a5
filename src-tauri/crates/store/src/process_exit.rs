//! Keeps the encryption library alive until the process is gone.
//!
//! OpenSSL frees its tables in an exit handler. A connection's own thread may still be closing its database at that
//! moment (a program that ends without [`crate::Store::close`], a test), and would then read freed memory: seen as a
//! crash after all work was done. Asking OpenSSL not to install the handler costs nothing, the system takes the memory
//! back anyway. macOS encrypts with CommonCrypto, which has no such handler.

/// To be called before the first connection is opened.
#[cfg(not(target_os = "macos"))]
#[allow(unsafe_code, reason = "one call into the C library that SQLCipher is linked with; there is no safe wrapper for it")]
pub(crate) fn outlive_the_exit_handlers() {
    use std::ffi::{c_int, c_void};
    use std::sync::Once;

    /// `OPENSSL_INIT_NO_ATEXIT`, OpenSSL 1.1.1 and newer.
    const NO_EXIT_HANDLER: u64 = 0x0008_0000;
    static ASKED: Once = Once::new();

    unsafe extern "C" {
        fn OPENSSL_init_crypto(options: u64, settings: *const c_void) -> c_int;
    }

    ASKED.call_once(|| {
        // SAFETY: documented to be callable at any time and from any thread; settings may be null.
        let _ = unsafe { OPENSSL_init_crypto(NO_EXIT_HANDLER, std::ptr::null()) };
    });
}

/// Nothing to ask for.
#[cfg(target_os = "macos")]
pub(crate) fn outlive_the_exit_handlers() {}
