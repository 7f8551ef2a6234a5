//! Histories of verdicts, in few words.

use autoreach_domain::decision::Channel;
use autoreach_domain::ids::{GestureId, ItemId};
use autoreach_domain::oversight::audit::AuditDraw;
use autoreach_domain::oversight::event::{Certificate, OversightEvent};
use autoreach_domain::oversight::judgement::{Judgement, local_day};
use autoreach_domain::oversight::ladder::Ladder;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::segment::Segment;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// A ladder with a clock of its own.
#[derive(Clone)]
pub(crate) struct Climb {
    pub(crate) ladder: Ladder,
    pub(crate) now: Timestamp,
    verdicts: u32,
}

impl Climb {
    pub(crate) fn new() -> Self {
        Self { ladder: Ladder::default(), now: "2026-03-02T08:00:00Z".parse().expect("an instant"), verdicts: 0 }
    }

    pub(crate) fn today(&self) -> Date {
        local_day(self.now, 0)
    }

    pub(crate) fn wait(&mut self, days: i64) {
        self.now += SignedDuration::from_hours(24 * days);
    }

    /// The gesture of the n-th verdict, from 1.
    pub(crate) fn gesture(number: u32) -> GestureId {
        let mut bytes = [0; 10];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        GestureId::new(Timestamp::UNIX_EPOCH, bytes)
    }

    pub(crate) fn item(number: u32) -> ItemId {
        let mut bytes = [1; 10];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        ItemId::new(Timestamp::UNIX_EPOCH, bytes)
    }

    /// One verdict a minute after the last; three kinds of accounts take turns.
    pub(crate) fn verdict(&mut self, agreed: bool, mark: bool) {
        self.verdicts += 1;
        self.now += SignedDuration::from_mins(1);
        let channel = if mark && self.ladder.level() > Level::VerifyEverything { Channel::Mark } else { Channel::Review };
        let number = self.verdicts;
        let judgement = Judgement {
            gesture_id: Self::gesture(number),
            item_id: Self::item(number),
            at: self.now,
            day: self.today(),
            channel,
            mark,
            blind: mark,
            agreed,
            after_release: false,
            segment: Segment { industry: ["software", "freight", "energy"][number as usize % 3].into(), head_count: "51-200".into() },
            is_critical: false,
            is_undone: false,
        };
        self.ladder.judge(judgement);
    }

    /// `count` marked verdicts, all agreed, at most 20 a day.
    pub(crate) fn agree(&mut self, count: usize) {
        for number in 0..count {
            if number % 20 == 19 {
                self.wait(1);
            }
            self.verdict(true, true);
        }
    }

    /// A look that certifies 80 %.
    pub(crate) fn certify(&mut self) {
        let event = OversightEvent::Looked { pairs: 100, certificates: vec![certificate(0.80)] };
        self.ladder.apply(self.now, &event).expect("it makes sense");
    }

    /// The next step up, if it is granted.
    pub(crate) fn promote(&mut self) -> bool {
        let Some(to) = self.ladder.level().above() else { return false };
        self.now += SignedDuration::from_mins(1);
        self.ladder.apply(self.now, &OversightEvent::Promoted { to, evidence: Vec::new() }).is_ok()
    }

    /// At level 2, by the shortest way.
    pub(crate) fn at_level_2() -> Self {
        let mut climb = Self::new();
        climb.agree(100);
        climb.certify();
        assert!(climb.promote(), "{:?}", climb.ladder.proposal(climb.now));
        climb
    }

    pub(crate) fn at_level_3() -> Self {
        let mut climb = Self::at_level_2();
        climb.wait(14);
        climb.agree(100);
        assert!(climb.promote());
        climb
    }

    pub(crate) fn at_level_4() -> Self {
        let mut climb = Self::at_level_3();
        for _ in 0..5 {
            climb.wait(7);
            climb.audit();
            climb.agree(10);
        }
        climb.agree(60);
        assert!(climb.promote());
        climb
    }

    /// Draws and does a weekly audit of one item.
    pub(crate) fn audit(&mut self) {
        let monday = self.today();
        let item = Self::item(900_000 + self.verdicts);
        let draw = AuditDraw { week: monday, items: vec![item], propensity: 1.0, due: monday.saturating_add(jiff::Span::new().days(13)) };
        self.ladder.apply(self.now, &OversightEvent::AuditDrawn(draw)).expect("always possible");
        self.verdict(true, false);
        let mut looked_at = self.ladder.judgements().last().expect("just given").clone();
        (looked_at.item_id, looked_at.channel, looked_at.gesture_id) = (item, Channel::Audit, Self::gesture(800_000 + self.verdicts));
        self.ladder.judge(looked_at);
    }

    /// Writes down everything that is due, until nothing is.
    pub(crate) fn settle(&mut self) -> Vec<OversightEvent> {
        let mut happened = Vec::new();
        while let Some(event) = self.ladder.due(self.now, self.today()).into_iter().next() {
            self.ladder.apply(self.now, &event).expect("what is due is possible");
            happened.push(event);
        }
        happened
    }
}

pub(crate) fn certificate(promise: f64) -> Certificate {
    Certificate { promise, risk: 0.1, threshold: 0.85, pairs: 100, coverage: 0.29, feature_schema_version: 2, memory_version: 200 }
}
