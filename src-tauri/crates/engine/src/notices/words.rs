//! The words and buttons of what a person is told (`experience.md` 2.6). None of the buttons approves anything.

use super::Occasion;
use crate::schedule::Begun;
use crate::trust::TrustNews;

/// A button under a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Opens the queue at its first item.
    Start,
    /// Leaves it.
    Later,
    /// Opens the item.
    Review,
    /// Puts the items off for a day.
    HoldOneDay,
    /// Opens Trust.
    SeeWhy,
    /// Opens Trust.
    Decide,
    /// Opens Audit.
    Check,
}

impl Button {
    /// What stands on it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Later => "Later",
            Self::Review => "Review",
            Self::HoldOneDay => "Hold 1 day",
            Self::SeeWhy => "See why",
            Self::Decide => "Decide",
            Self::Check => "Check",
        }
    }
}

/// The words of an occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// One line.
    pub title: String,
    /// What it means.
    pub body: String,
    /// What can be answered.
    pub buttons: &'static [Button],
}

impl Words {
    /// The body for a notification service that takes markup, where a company's `&` and `<` are none.
    pub fn body_as_markup(&self) -> String {
        self.body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }
}

/// That a batch began by itself, for the inbox. It calls for nobody: its items do, once they are there.
pub fn batch_began(began: &Begun) -> Words {
    Words { title: format!("A batch of {} began", leads(began.leads)), body: format!("Now, because {}.", began.why), buttons: &[] }
}

/// `may_name` = companies may stand on the screen.
pub(super) fn words(occasion: &Occasion, may_name: bool) -> Words {
    match occasion {
        Occasion::QueueReady { waiting, exceptions, seconds, .. } => Words {
            title: format!("{} ready{}", leads(*waiting), seconds.map(about).unwrap_or_default()),
            body: match exceptions {
                0 => "Reviewing works offline.".to_owned(),
                1 => "One of them needs your judgement.".to_owned(),
                n => format!("{n} of them need your judgement."),
            },
            buttons: &[Button::Start, Button::Later],
        },
        Occasion::Trust(news) => trust_words(news, may_name),
        Occasion::Overdue { items, company } => Words {
            title: format!("{} overdue", leads(items.len() as u64)),
            body: match (may_name, items.len()) {
                (true, 1) => format!("{company} waits for your judgement. Nothing was sent."),
                (true, n) => format!("{company} and {} more wait for your judgement. Nothing was sent.", n - 1),
                (false, _) => "Nothing was sent and nothing will be until you decide.".to_owned(),
            },
            buttons: &[Button::Review, Button::HoldOneDay],
        },
        Occasion::Exceptions { items, company, why } => Words {
            title: format!("{} {} you", leads(items.len() as u64), if items.len() == 1 { "needs" } else { "need" }),
            body: match (may_name, items.len()) {
                (true, 1) => format!("{company}: {why}. The mail is held."),
                (true, n) => format!("{company}: {why}, and {} more. Their mails are held.", n - 1),
                (false, _) => "Nothing is sent until you decide.".to_owned(),
            },
            buttons: &[Button::Review, Button::HoldOneDay],
        },
    }
}

/// The words of `experience.md` 2.6.
fn trust_words(news: &TrustNews, may_name: bool) -> Words {
    match news {
        TrustNews::PulledBack { stage, level, why } => Words {
            title: format!("{stage}: back to level {}", level.number()),
            body: format!("{why} What had not left was taken back."),
            buttons: &[Button::SeeWhy],
        },
        TrustNews::CanMoveUp { workflow, stage, to, receipt } => Words {
            title: format!(
                "{} can move to level {}",
                if may_name { format!("{workflow}: {}", stage.to_lowercase()) } else { (*stage).to_owned() },
                to.number()
            ),
            body: receipt.clone(),
            buttons: &[Button::Decide],
        },
        TrustNews::ToCheck { items } => Words {
            title: match items {
                1 => "Check 1 item the agent decided alone".to_owned(),
                n => format!("Check {n} items the agent decided alone"),
            },
            body: "They are shown like any other; what the agent made of them stays hidden until you decide.".to_owned(),
            buttons: &[Button::Check],
        },
    }
}

fn leads(n: u64) -> String {
    if n == 1 { "1 lead".to_owned() } else { format!("{n} leads") }
}

fn about(seconds: f64) -> String {
    match (seconds / 60.0).ceil() as u64 {
        minutes @ 0..=90 => format!(", about {} min", minutes.max(1)),
        minutes => format!(", about {} h", minutes.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_domain::ids::ItemId;
    use autoreach_domain::oversight::level::Level;
    use jiff::Timestamp;

    fn item(number: u8) -> ItemId {
        ItemId::new(Timestamp::UNIX_EPOCH, [number; 10])
    }

    fn exceptions(count: u8) -> Occasion {
        Occasion::Exceptions { items: (0..count).map(item).collect(), company: "Orbital Freight".into(), why: "bad timing" }
    }

    fn ready(waiting: u64, exceptions: usize, seconds: Option<f64>) -> Occasion {
        Occasion::QueueReady { waiting, exceptions, seconds, first: item(7) }
    }

    #[test]
    fn an_exception_is_named_only_where_names_may_be_seen() {
        let named = words(&exceptions(1), true);
        assert_eq!((named.title.as_str(), named.body.as_str()), ("1 lead needs you", "Orbital Freight: bad timing. The mail is held."));
        assert_eq!(words(&exceptions(3), true).title, "3 leads need you");
        assert_eq!(words(&exceptions(3), true).body, "Orbital Freight: bad timing, and 2 more. Their mails are held.");
        assert!(!words(&exceptions(1), false).body.contains("Orbital"));
    }

    #[test]
    fn a_ready_queue_says_how_many_and_how_long() {
        let title = |waiting, seconds| words(&ready(waiting, 0, seconds), true).title;
        assert_eq!(title(12, Some(330.0)), "12 leads ready, about 6 min");
        assert_eq!(title(1, None), "1 lead ready");
        assert_eq!(title(900, Some(20_000.0)), "900 leads ready, about 6 h");
    }

    #[test]
    fn exceptions_among_others_are_counted_in_one_notification() {
        let body = |exceptions| words(&ready(12, exceptions, None), true).body;
        assert_eq!(body(0), "Reviewing works offline.");
        assert_eq!((body(1).as_str(), body(3).as_str()), ("One of them needs your judgement.", "3 of them need your judgement."));
    }

    #[test]
    fn no_button_approves_anything() {
        let up = TrustNews::CanMoveUp { workflow: "Freight".into(), stage: "Leads", to: Level::VerifyExceptions, receipt: "x".into() };
        for occasion in [exceptions(1), ready(1, 0, None), Occasion::Trust(up), Occasion::Trust(TrustNews::ToCheck { items: 3 })] {
            for button in words(&occasion, true).buttons {
                let only_shows = match button {
                    Button::Start | Button::Later | Button::Review | Button::HoldOneDay => true,
                    Button::SeeWhy | Button::Decide | Button::Check => matches!(occasion, Occasion::Trust(_)),
                };
                assert!(only_shows, "{button:?}");
            }
        }
    }

    #[test]
    fn a_pull_back_names_its_trigger() {
        let why = "Alarm: 5 of 12 spot checks disagreed.".to_owned();
        let said = words(&Occasion::Trust(TrustNews::PulledBack { stage: "Leads", level: Level::VerifyExceptions, why }), false);
        assert_eq!(said.title, "Leads: back to level 2");
        assert_eq!(said.body, "Alarm: 5 of 12 spot checks disagreed. What had not left was taken back.");
    }

    #[test]
    fn a_company_s_name_is_no_markup() {
        let said = Words { title: String::new(), body: "Smith & <Sons>: bad timing".into(), buttons: &[] };
        assert_eq!(said.body_as_markup(), "Smith &amp; &lt;Sons&gt;: bad timing");
    }
}
