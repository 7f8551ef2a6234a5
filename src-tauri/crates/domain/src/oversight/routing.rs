//! The receipt: everything that decided where an item went, stage by stage, kept so that it can be asked for and replayed.
//!
//! A stage is decided alone only when the stages before it were: a lead is not accepted on facts nobody stands for, and no
//! mail leaves for a lead that waits for a person.

use super::level::Level;
use super::line::Line;
use super::marks::{MarkDraw, MarkKey};
use super::route::{AutoReceipt, Route, Standing, WhyReview, route};
use super::segment::Segment;
use crate::confidence::{Confidence, Features};
use crate::decision::{Stage, Verdict};
use crate::exception::ExceptionKind;
use crate::icp::text_enum;
use crate::ids::{ItemId, LeadId, WorkflowId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What became of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The agent went on alone: accepted.
    Accepted,
    /// The agent went on alone: turned down.
    Rejected,
    /// A person decides.
    Review,
    /// Nothing happens until somebody opens it.
    Parked,
    /// Not asked: an earlier stage waits for a person or turned the lead down.
    NotAsked,
}

text_enum!(Outcome, "outcome", {
    Accepted => "accepted", Rejected => "rejected", Review => "review", Parked => "parked", NotAsked => "not_asked",
});

impl Outcome {
    /// Did the agent decide alone?
    pub fn is_alone(self) -> bool {
        matches!(self, Self::Accepted | Self::Rejected)
    }
}

/// What the learner of a stage says of an item, and what forbids the agent to go on alone whatever it says.
#[derive(Debug, Clone, PartialEq)]
pub struct StageOutlook {
    /// The stage.
    pub stage: Stage,
    /// Exactly what the learner saw.
    pub features: Features,
    /// What it believes.
    pub confidence: Confidence,
    /// Exceptions that concern this stage, gravest first.
    pub exceptions: Vec<ExceptionKind>,
    /// What is in force.
    pub standing: Standing,
    /// Share of items drawn for a check.
    pub mark_rate: f64,
    /// The version of the encoder's rules.
    pub feature_schema_version: u32,
    /// The learner's state: number of journal entries folded.
    pub memory_version: u64,
}

/// The receipt of one stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StageRoute {
    /// The stage.
    pub stage: Stage,
    /// What became of it.
    pub outcome: Outcome,
    /// Why a person sees it; `None` when none does.
    pub why: Option<WhyReview>,
    /// The level in force.
    pub level: Level,
    /// Confidence and its parts.
    pub confidence: Confidence,
    /// The line in force; `None` where nothing was certified.
    pub line: Option<Line>,
    /// Exceptions found among the floors that were checked.
    pub exceptions: Vec<ExceptionKind>,
    /// This kind of account was back with people.
    pub is_segment_back: bool,
    /// Only people turn leads down.
    pub rejects_are_yours: bool,
    /// The draw that decides on a check.
    pub draw: MarkDraw,
    /// Exactly what the learner saw.
    pub features: Features,
    /// The version of the encoder's rules.
    pub feature_schema_version: u32,
    /// The learner's state: number of journal entries folded.
    #[ts(type = "number")]
    pub memory_version: u64,
}

/// The receipt of one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Routing {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The lead.
    pub lead_id: LeadId,
    /// The item.
    pub item_id: ItemId,
    /// The kind of account.
    pub segment: Segment,
    /// The engine that made what was routed, with its version.
    pub engine: String,
    /// 1 on arrival, one more each time the card was made anew.
    pub card_version: u32,
    /// The same card had been routed before: it waited, and trust grew in the meantime.
    #[serde(default)]
    pub again: bool,
    /// When.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// Stage by stage, in order.
    pub stages: Vec<StageRoute>,
}

impl Routing {
    /// The receipt of a stage.
    pub fn on(&self, stage: Stage) -> Option<&StageRoute> {
        self.stages.iter().find(|route| route.stage == stage)
    }

    /// Why a person sees the item, for the first stage that asks for one; `None` when none does.
    pub fn why(&self) -> Option<WhyReview> {
        self.stages.iter().find_map(|route| route.why)
    }

    /// Does the item wait for a person?
    pub fn asks_a_person(&self) -> bool {
        self.stages.iter().any(|route| route.outcome == Outcome::Review)
    }

    /// Is it put aside until somebody opens it?
    pub fn is_parked(&self) -> bool {
        !self.asks_a_person() && self.stages.iter().any(|route| route.outcome == Outcome::Parked)
    }

    /// Is it drawn for a check at any stage that was asked? A stage that was not asked has a draw too: at level 1 every item
    /// counts as drawn, and a lead that was turned down alone must not be checked because of the mail it never got.
    pub fn is_marked(&self) -> bool {
        self.stages.iter().any(|route| route.outcome != Outcome::NotAsked && route.draw.is_marked())
    }

    /// Probability with which an item like this one is drawn for a check, 0 to 1: the stages share one draw, so it is the
    /// highest rate of those that were asked.
    pub fn check_rate(&self) -> f64 {
        self.stages.iter().filter(|route| route.outcome != Outcome::NotAsked).map(|route| route.draw.rate).fold(0.0, f64::max)
    }

    /// Does a person see this stage only where a check was drawn? True where it, and every stage before it, would have been
    /// decided alone without a mark: what holds a drawn item back at an earlier stage makes the later ones no better known.
    pub fn needs_a_mark(&self, stage: Stage) -> bool {
        for recorded in &self.stages {
            match recorded.answer(false) {
                Route::Review(_) | Route::Parked => return false,
                Route::Auto(_) if recorded.stage == stage || !recorded.leans_to_accept() => return true,
                Route::Auto(_) => {}
            }
        }
        false
    }

    /// The stages the agent decided alone, with what it said.
    pub fn decided_alone(&self) -> impl Iterator<Item = (Stage, Verdict)> {
        self.stages.iter().filter_map(|route| match route.outcome {
            Outcome::Accepted => Some((route.stage, Verdict::Accept)),
            Outcome::Rejected => Some((route.stage, Verdict::Reject)),
            Outcome::Review | Outcome::Parked | Outcome::NotAsked => None,
        })
    }

    /// Is every recorded outcome what the table of levels says of the recorded numbers, and every draw the key's?
    /// Names the first stage that is not.
    pub fn contradiction(&self, key: &MarkKey) -> Option<Stage> {
        let mut reached = true;
        for recorded in &self.stages {
            let draw_holds = recorded.draw == MarkDraw::of(key, self.item_id, recorded.draw.rate);
            let expected = if reached { recorded.replayed() } else { Outcome::NotAsked };
            if !draw_holds || expected != recorded.outcome {
                return Some(recorded.stage);
            }
            reached = recorded.outcome == Outcome::Accepted;
        }
        None
    }
}

impl StageRoute {
    fn replayed(&self) -> Outcome {
        outcome(&self.answer(self.draw.is_marked()), &self.confidence)
    }

    /// What the table of levels says of the recorded numbers, with a mark or without.
    fn answer(&self, marked: bool) -> Route {
        let standing = Standing {
            level: self.level,
            line: self.line,
            is_segment_back: self.is_segment_back,
            rejects_are_yours: self.rejects_are_yours,
        };
        route(&standing, &self.confidence, &self.exceptions, marked)
    }

    /// Was it decided alone, and drawn for a check afterwards?
    pub fn is_to_be_checked(&self) -> bool {
        self.outcome.is_alone() && self.draw.is_marked()
    }

    /// The verdict the agent would give, whoever decides.
    pub fn leans_to_accept(&self) -> bool {
        self.confidence.leans_to_accept()
    }
}

/// What is routed.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The lead.
    pub lead_id: LeadId,
    /// The item.
    pub item_id: ItemId,
    /// The kind of account.
    pub segment: Segment,
    /// The engine that made it.
    pub engine: String,
    /// 1 on arrival, one more each time the card was made anew.
    pub card_version: u32,
    /// The same card had been routed before.
    pub again: bool,
}

/// Routes an item stage by stage. The second value is the proof that its mail may go out alone, where it may.
pub fn route_item(subject: Subject, key: &MarkKey, at: Timestamp, outlooks: Vec<StageOutlook>) -> (Routing, Option<AutoReceipt>) {
    let Subject { workflow_id, lead_id, item_id, segment, engine, card_version, again } = subject;
    let (mut stages, mut reached, mut proof) = (Vec::new(), true, None);
    for outlook in outlooks {
        let draw = MarkDraw::of(key, item_id, outlook.mark_rate);
        let answer = reached.then(|| route(&outlook.standing, &outlook.confidence, &outlook.exceptions, draw.is_marked()));
        let outcome = answer.as_ref().map_or(Outcome::NotAsked, |answer| outcome(answer, &outlook.confidence));
        let why = match &answer {
            Some(Route::Review(why)) => Some(*why),
            Some(Route::Auto(_) | Route::Parked) | None => None,
        };
        if let (Stage::Email, Some(Route::Auto(receipt)), Outcome::Accepted) = (outlook.stage, answer, outcome) {
            proof = Some(receipt);
        }
        reached = outcome == Outcome::Accepted;
        stages.push(StageRoute {
            stage: outlook.stage,
            outcome,
            why,
            level: outlook.standing.level,
            confidence: outlook.confidence,
            line: outlook.standing.line,
            exceptions: outlook.exceptions,
            is_segment_back: outlook.standing.is_segment_back,
            rejects_are_yours: outlook.standing.rejects_are_yours,
            draw,
            features: outlook.features,
            feature_schema_version: outlook.feature_schema_version,
            memory_version: outlook.memory_version,
        });
    }
    (Routing { workflow_id, lead_id, item_id, segment, engine, card_version, again, at, stages }, proof)
}

fn outcome(route: &Route, confidence: &Confidence) -> Outcome {
    match route {
        Route::Review(_) => Outcome::Review,
        Route::Parked => Outcome::Parked,
        Route::Auto(_) if confidence.leans_to_accept() => Outcome::Accepted,
        Route::Auto(_) => Outcome::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oversight::event::Certificate;
    use jiff::Timestamp;

    const KEY: MarkKey = MarkKey([7; 32]);

    fn standing(level: Level) -> Standing {
        let certificate = Certificate {
            promise: 0.80,
            risk: 0.10,
            threshold: 0.9,
            pairs: 100,
            coverage: 0.3,
            feature_schema_version: 2,
            memory_version: 1,
        };
        let line = (level > Level::VerifyEverything).then(|| Line::certified(certificate, 0.9, 0.0));
        Standing { level, line, ..Standing::default() }
    }

    fn outlook(stage: Stage, level: Level, p: f64, mark_rate: f64) -> StageOutlook {
        StageOutlook {
            stage,
            features: Features::default(),
            confidence: Confidence { p, p_cal: p, variance: 0.1, information: 0.0 },
            exceptions: Vec::new(),
            standing: standing(level),
            mark_rate,
            feature_schema_version: 2,
            memory_version: 1,
        }
    }

    /// Routes an item whose draw is low enough for any check, or for none below 100 %.
    fn routed(is_drawn: bool, outlooks: Vec<StageOutlook>) -> Routing {
        let item = |number: u16| {
            let [high, low] = number.to_be_bytes();
            ItemId::new(Timestamp::UNIX_EPOCH, [0, 0, 0, 0, 0, 0, 0, 0, high, low])
        };
        let item_id = (0..2_000).map(item).find(|item| {
            is_drawn == (MarkDraw::of(&KEY, *item, 0.05).is_marked()) && { is_drawn || !MarkDraw::of(&KEY, *item, 0.5).is_marked() }
        });
        let subject = Subject {
            workflow_id: WorkflowId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            lead_id: LeadId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            item_id: item_id.expect("one in twenty is drawn"),
            segment: Segment::pooled(),
            engine: "rules 1".into(),
            card_version: 1,
            again: false,
        };
        route_item(subject, &KEY, Timestamp::UNIX_EPOCH, outlooks).0
    }

    fn at_level_2(is_drawn: bool, lead: f64, mail: f64) -> Routing {
        let outlook = |stage, p| outlook(stage, Level::VerifyExceptions, p, 0.15);
        routed(is_drawn, vec![outlook(Stage::Research, 0.99), outlook(Stage::Qualification, lead), outlook(Stage::Email, mail)])
    }

    #[test]
    fn a_stage_behind_a_drawn_one_is_known_by_the_draw_alone() {
        let drawn = at_level_2(true, 0.95, 0.95);
        assert_eq!(
            (drawn.why(), drawn.on(Stage::Qualification).map(|route| route.outcome)),
            (Some(WhyReview::Marked), Some(Outcome::NotAsked))
        );
        assert!(drawn.needs_a_mark(Stage::Research) && drawn.needs_a_mark(Stage::Qualification) && drawn.needs_a_mark(Stage::Email));
        assert!((drawn.check_rate() - 0.15).abs() < 1e-12);
    }

    #[test]
    fn a_stage_that_would_have_come_anyway_and_what_follows_it_need_no_draw() {
        for is_drawn in [true, false] {
            let unsure = at_level_2(is_drawn, 0.7, 0.95);
            assert!(unsure.needs_a_mark(Stage::Research), "drawn: {is_drawn}");
            assert!(!unsure.needs_a_mark(Stage::Qualification) && !unsure.needs_a_mark(Stage::Email), "drawn: {is_drawn}");
        }
        let at_level_1 = routed(false, vec![outlook(Stage::Research, Level::VerifyEverything, 0.99, 1.0)]);
        assert!(!at_level_1.needs_a_mark(Stage::Research));
    }

    #[test]
    fn a_lead_turned_down_alone_is_not_checked_for_the_mail_it_never_got() {
        let outlooks = vec![
            outlook(Stage::Research, Level::PeriodicAudit, 0.99, 0.10),
            outlook(Stage::Qualification, Level::PeriodicAudit, 0.03, 0.10),
            outlook(Stage::Email, Level::VerifyEverything, 0.6, 1.0),
        ];
        let routing = routed(false, outlooks);
        assert_eq!(routing.on(Stage::Qualification).map(|route| route.outcome), Some(Outcome::Rejected));
        assert!(!routing.is_marked(), "no stage that was asked is drawn");
        assert!(routing.needs_a_mark(Stage::Email), "only a check could bring its mail before a person");
    }

    #[test]
    fn what_was_decided_alone_and_drawn_is_to_be_checked_whoever_asked_for_the_card() {
        let outlooks = vec![
            outlook(Stage::Research, Level::PeriodicAudit, 0.99, 0.10),
            outlook(Stage::Qualification, Level::PeriodicAudit, 0.97, 0.10),
            outlook(Stage::Email, Level::VerifyEverything, 0.6, 1.0),
        ];
        let checked = |is_drawn| routed(is_drawn, outlooks.clone()).on(Stage::Qualification).is_some_and(StageRoute::is_to_be_checked);
        assert!(checked(true) && !checked(false));
    }
}
