// Invented insights for the in-memory backend: a workflow after some weeks, numbers that fit each other.
import type * as b from './bindings';
import { NOW, WORKFLOW_ID, share as chance } from './fake-data';
import { share } from './fake-trust';

/** What the owner names as usual (weeks 1, 4 and 12). */
const BANDS: b.Band[] = [
  { week: 1, accepted: [50, 60], unedited: [40, 50], seconds: [120, 180], minutes: [60, 90] },
  { week: 4, accepted: [70, 80], unedited: [65, 75], seconds: [45, 60], minutes: [30, 45] },
  { week: 12, accepted: [80, 90], unedited: [80, 90], seconds: [15, 30], minutes: [10, 20] },
];

const FIRST_MONDAY = Date.parse('2026-08-17T00:00:00Z');

function week(n: number): b.WeekLine {
  const learnt = 1 - Math.exp(-n / 3.2);
  const wobble = (salt: number) => (chance(n, salt) - 0.5) * 0.07;
  const decided = Math.round(150 - 70 * learnt);
  const mails = Math.round(decided * 0.62);
  return {
    week: new Date(FIRST_MONDAY + n * 7 * 86_400_000).toISOString().slice(0, 10), number: n + 1,
    accepted: share(Math.round(decided * (0.54 + 0.32 * learnt + wobble(31))), decided), unedited: share(Math.round(mails * (0.45 + 0.4 * learnt + wobble(32))), mails),
    seconds_per_lead: n === 6 ? null : Math.round(18 + 118 * (1 - learnt) + 40 * wobble(33)), minutes_per_day: n === 6 ? null : Math.round(13 + 58 * (1 - learnt) + 30 * wobble(34)),
    alone: share(Math.round(200 * Math.max(0, learnt - 0.35)), 200),
  };
}

function line(slot: string, criterion: string, stated: string, learned: string, verdict: b.ProfileVerdict, accepted: b.Share, more: Partial<b.ProfileLine> = {}): b.ProfileLine {
  return { slot, criterion, stated, learned, verdict, accepted, reviews_needed: null, is_asked: false, adopt: null, no_place: null, answered: null, ...more };
}

function rule(slot: string, words: string, source: b.RuleSource, gestures: number, notes: string[], more: Partial<b.RuleLine>): b.RuleLine {
  return { slot, words, source, gestures, notes, is_asked: true, adopt: null, no_place: null, answered: null, ...more };
}

/** What stands of the answers given, in the engine's words. */
const STANDS: Record<Exclude<b.ProfileAnswer, 'ask_again'>, string> = {
  adopt: 'Adopted in version 4.', keep: 'Kept as you wrote it.', dismiss: 'Dismissed.', later: 'Asked again from 2026-12-05 on.',
};

/** The lines as they read after these answers. */
export function answeredLines<T extends { slot: string; is_asked: boolean; answered: b.Answered | null }>(lines: T[], given: ReadonlyMap<string, b.ProfileAnswer>): T[] {
  return lines.map((one) => {
    const answer = given.get(one.slot);
    if (answer === undefined || answer === 'ask_again') return one;
    return { ...one, is_asked: false, answered: { answer, by: 'Jonna', at: NOW, words: STANDS[answer], is_hidden: answer === 'dismiss' || answer === 'later' } };
  });
}

/** What an answer did, in the engine's words. */
export function answerOutcome(slot: string, answer: b.ProfileAnswer, what: string, adopt: string | null): b.AnswerOutcome {
  const words: Record<b.ProfileAnswer, string> = {
    adopt: `Adopted: ${adopt}. Version 4 of the workflow says so.`,
    keep: `Kept as you wrote it: ${what}. What was learned was built again, and verdicts hardly move it from here on.`,
    dismiss: `Dismissed: ${what}. It comes back when your verdicts say something else of it.`,
    later: `Put off: ${what}. It is asked again from 2026-12-05 on.`,
    ask_again: `Asked again: ${what}. Your profile stays as it is.`,
  };
  return { slot, answer, version: answer === 'adopt' ? 4 : null, words: words[answer] };
}

export function insights(weeks: number): b.InsightsView {
  const isKnown = weeks > 0;
  const bins = [0.08, 0.17, 0.26, 0.35, 0.44, 0.56, 0.65, 0.74, 0.85, 0.94];
  const sizes = [61, 44, 31, 27, 24, 30, 48, 77, 120, 164];
  return {
    workflow: WORKFLOW_ID, decisions: isKnown ? 626 : 0, weeks: Array.from({ length: weeks }, (_, n) => week(n)), bands: BANDS,
    alone: isKnown ? share(244, 402) : share(0, 0),
    reliability: isKnown ? bins.map((foretold, at) => ({ foretold, accepted: share(Math.round(sizes[at]! * Math.min(1, Math.max(0, foretold + (chance(at, 41) - 0.5) * 0.12))), sizes[at]!) })) : [],
    calibration_error: isKnown ? 0.034 : null, confident_overruled: isKnown ? share(7, 284) : share(0, 0),
    risk_coverage: isKnown ? Array.from({ length: 46 }, (_, at) => ({ threshold: 0.95 - at * 0.01, coverage: 0.18 + at * 0.018, risk: 0.012 + 0.00011 * at * at, released: Math.round(626 * (0.18 + at * 0.018)) })) : [],
    profile: [
      line('head_count', 'People', '50-500', 'You said 50-500 employees. You accept 51-200 (47 of 52) and mostly reject 201-500 (9 of 41).', 'contradicted', share(56, 93), { is_asked: true, adopt: 'look for 51-200 people' }),
      line('industry=retail', 'industry: retail', '', 'You accepted 2 of 38.', 'unstated', share(2, 38), { is_asked: true, adopt: 'rule out retail' }),
      line('founded=2010s', 'founded: 2010s', '', 'You accepted 88 of 96.', 'unstated', share(88, 96), { is_asked: true, no_place: 'your profile has no place for this, so there is nothing to adopt' }),
      line('industry=logistics', 'industry: logistics', 'wanted', 'You accepted 141 of 163.', 'confirmed', share(141, 163)),
      line('industry=food', 'industry: food', 'wanted', 'You accepted 6 of 9.', 'not_proven', share(6, 9), { reviews_needed: 24 }),
      line('uses_sap=true', 'uses sap', 'wanted', 'You accepted 112 of 148.', 'not_proven', share(112, 148)),
    ].slice(0, isKnown ? 6 : 0),
    rules: [
      rule('reasons:country=DE', 'Rule out “country: Germany”: rejected 7 times as “Not our ICP”, never accepted.', 'reasons', 7, ['too far for our depots'], { adopt: 'rule out Germany' }),
      rule('notes:never-discounts', 'Never: discounts. You said so in 2 notes.', 'notes', 2, ['never mention discounts', 'Please, never mention discounts to a forwarder'], { adopt: 'never write “discounts”' }),
      rule('notes:franchise-chain', '“franchise chain” comes back in 3 notes about what you did not take, and in none about what you took.', 'notes', 3, ['another franchise chain', 'franchise chain', 'part of a franchise chain'], { no_place: 'your profile has no place for this, so there is nothing to adopt' }),
    ].slice(0, isKnown ? 3 : 0),
    lessons: [
      { id: 'l1', text: 'No compliment in the first sentence.', support: 9, contradictions: 0, state: 'in use', is_pinned: true },
      { id: 'l2', text: 'Ask for 15 minutes, not for 20.', support: 6, contradictions: 1, state: 'in use', is_pinned: false },
      { id: 'l3', text: 'Say “planner”, never “dispatcher”.', support: 2, contradictions: 0, state: 'not sure yet', is_pinned: false },
      { id: 'l4', text: 'Sign with the first name only.', support: 3, contradictions: 4, state: 'switched off', is_pinned: false },
    ].slice(0, isKnown ? 4 : 0),
    questions: [
      { words: 'Energy companies: 12 seen, none judged.', seen: 12, judged: 0 },
      { words: 'Companies over 1,000 people: 9 seen, 1 judged.', seen: 9, judged: 1 },
      { words: 'Contacts in purchasing: 31 seen, 4 judged.', seen: 31, judged: 4 },
    ].slice(0, isKnown ? 3 : 0),
    anchoring: isKnown ? { shown: share(188, 214), blind: share(70, 91) } : null,
    exceptions: [
      { kind: 'bad timing', accepted: share(6, 31), waved_through: null },
      { kind: 'facts conflict', accepted: share(19, 24), waved_through: null },
      { kind: 'little found', accepted: share(30, 34), waved_through: 22 },
      { kind: 'unsourced claim', accepted: share(9, 12), waved_through: null },
      { kind: 'high value', accepted: share(5, 6), waved_through: null },
    ].slice(0, isKnown ? 5 : 0),
    held_out: isKnown ? { decisions: 50, now: 44, before: 38 } : null,
  };
}
