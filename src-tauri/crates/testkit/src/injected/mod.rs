//! Pages with orders to a machine in them, clean pages beside them, and a model that obeys whatever it is shown.
//!
//! A page is a carrier (the site of an invented company) with one order: a goal in a wording at a placement. Page `n` is
//! always the same page. The goals and wordings are our own; what they have in common with those of public collections is
//! the kind, not the words. Nothing here knows what the program looks for, and nothing may be taken from here into it.

pub mod clean;
pub mod companies;
mod goals;
pub mod obedient;
mod placements;
#[cfg(test)]
mod tests;
mod wordings;

pub use companies::Company;
pub use goals::{Action, GOALS, Goal, Tongue};
pub use placements::Placement;

use wordings::WORDINGS;

/// An order on a page.
#[derive(Debug, Clone)]
pub struct Injection {
    /// Where it stands.
    pub placement: Placement,
    /// What it is after.
    pub goal: &'static Goal,
    /// The name of its wording.
    pub wording: &'static str,
    /// The language it is written in.
    pub tongue: Tongue,
    /// Its words.
    pub order: String,
}

impl Injection {
    /// The `number`-th order. Any 2,000 in a row hold every placement with every goal and with every wording of its language.
    pub fn numbered(number: usize) -> Self {
        let placement = Placement::ALL[number % Placement::ALL.len()];
        let round = number / Placement::ALL.len();
        let tongue = if placement == Placement::OtherLanguage { Tongue::FOREIGN[round % Tongue::FOREIGN.len()] } else { Tongue::English };
        let goals: Vec<(&'static Goal, &'static str)> = GOALS.iter().filter_map(|goal| Some((goal, goal.in_tongue(tongue)?))).collect();
        let wordings: Vec<_> = WORDINGS.iter().filter(|wording| wording.tongue == tongue).collect();
        let step = if tongue == Tongue::English { round } else { round / Tongue::FOREIGN.len() };
        let (goal, words) = goals[step % goals.len()];
        // Shifted by one at each turn through the goals and by the placement, so that every goal meets every wording.
        let wording = wordings[(step + step / goals.len() + number % Placement::ALL.len()) % wordings.len()];
        Self { placement, goal, wording: wording.name, tongue, order: wording.around(words) }
    }

    /// The `number`-th order that cannot be noticed, see [`Goal::whisper`].
    pub fn whispered(number: usize) -> Self {
        let goal = &GOALS[number % GOALS.len()];
        let placement = Placement::ALL.into_iter().filter(|placement| placement.is_visible()).nth(number / GOALS.len() % 4);
        let placement = placement.unwrap_or(Placement::Visible);
        Self { placement, goal, wording: "whisper", tongue: Tongue::English, order: goal.whisper() }
    }

    /// The home page of `company` with this order in it.
    pub fn page(&self, company: &Company) -> String {
        self.placement.put(&self.order, company)
    }
}

/// `text` as it stands in markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
