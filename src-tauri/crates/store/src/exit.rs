//! The end of the process, which must not fault because a connection is still being closed.
//!
//! A pool that is dropped closes its connections in the background, each in its own thread. When the process begins to exit, SQLCipher
//! gives back the memory in which it keeps every connection's keys (`sqlcipher_extra_shutdown`, registered with `atexit` and as a
//! finalizer), whether or not such a thread is still reading it; a program that did all its work then ends with a segmentation fault.
//! Handlers of `atexit` run last in, first out: one that is registered after SQLCipher's own ends the process before that.
//! Nothing is lost by it: what was committed is on the disk, and Rust's own output is flushed before the handlers run.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) use gnu::end_before_sqlcipher_cleans_up;

/// Elsewhere there is no handler that knows the exit code, and it would have to be kept.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn end_before_sqlcipher_cleans_up() {}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "exit handlers are C's; see on_exit(3) and _exit(2)")]
mod gnu {
    use std::ffi::{c_int, c_void};
    use std::sync::Once;

    unsafe extern "C" {
        fn on_exit(handler: extern "C" fn(c_int, *mut c_void), argument: *mut c_void) -> c_int;
        fn fflush(stream: *mut c_void) -> c_int;
        fn _exit(status: c_int) -> !;
    }

    extern "C" fn end_now(status: c_int, _: *mut c_void) {
        // SAFETY: a null stream means every open stream, and `_exit` may be called at any time and from any thread.
        unsafe {
            fflush(std::ptr::null_mut());
            _exit(status)
        }
    }

    /// Says once that the process ends with its exit code as soon as the handlers registered after this call have run. To be called
    /// after the first connection was made, because SQLCipher registers its own handler then.
    pub(crate) fn end_before_sqlcipher_cleans_up() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            // SAFETY: the handler needs no argument, and its code stays loaded as long as the program it is part of. A refusal, for
            // want of memory, leaves the exit as it was.
            unsafe { on_exit(end_now, std::ptr::null_mut()) };
        });
    }
}
