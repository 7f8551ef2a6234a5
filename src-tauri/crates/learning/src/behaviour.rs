//! When a person reviews, how fast, and how many at a sitting (`learning.md` 4.12).
//!
//! All of it serves the person: a digest that comes shortly before they start, quiet when they never work, a private
//! word when verdicts come faster than anyone can read, a batch that ends before attention does. None of it is a
//! certificate or a score of anyone. Times come in from outside, already in the person's own time zone where it matters.

mod habits;
mod hours;
mod pace;
mod sittings;

pub use habits::{Habits, HourSpan};
pub use hours::{DigestTime, HourOfWeek, HourProfile};
pub use pace::{Pace, Speed, words_to_read};
pub use sittings::{Reviewed, Sitting, sittings, suggested_batch};
