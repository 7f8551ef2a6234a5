// Invented trust for the in-memory backend: where the three stages stand at a chosen level, what a replay would find, what
// there is to check. The numbers fit each other, and are always the same for the same options.
import type * as b from './bindings';
import { CommandError } from './backend';
import { NOW, WORKFLOW_ID, company, itemId, leadId, share as chance } from './fake-data';

export interface TrustOptions {
  /** Level of the leads, 1 to 4; facts and mail stand one lower. */
  level: 1 | 2 | 3 | 4;
  /** All that the next level asks for is there. */
  isProposed: boolean;
  /** An override at this percentage is in force on the leads. */
  override: number | null;
  isAmber: boolean;
  /** Nobody has decided anything yet. */
  isFresh: boolean;
  /** Spot checks that are open. */
  checks: number;
  /** A weekly audit is open. */
  hasAudit: boolean;
  events: number;
}

export const CALM: TrustOptions = { level: 2, isProposed: false, override: null, isAmber: false, isFresh: false, checks: 3, hasAudit: true, events: 9 };

const LEVELS: b.Level[] = ['verify_everything', 'verify_exceptions', 'periodic_audit', 'strategic_oversight'];
const DAY = 86_400_000;
const at = (days: number, minutes = 0) => new Date(Date.parse(NOW) - days * DAY - minutes * 60_000).toISOString();

/** A share with Wilson's 95 % interval. */
export function share(count: number, of: number): b.Share {
  if (of === 0) return { count: 0, of: 0, low: 0, high: 1 };
  const z = 1.96;
  const p = count / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  return { count, of, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

const need = (words: string, have: number, needed: number, isMet = have >= needed): b.Requirement => ({ words, have, need: needed, is_met: isMet });

function requirements(level: number, isProposed: boolean, isFresh: boolean): b.Requirement[] {
  const cool = level > 1 ? [need(isProposed ? '9 active days since the last step, 5 needed.' : '3 active days since the last step, 5 needed.', isProposed ? 9 : 3, 5)] : [];
  if (level === 1) {
    const reviews = isFresh ? 0 : isProposed ? 104 : 61;
    const days = isFresh ? 0 : isProposed ? 6 : 4;
    const kinds = isFresh ? 0 : isProposed ? 4 : 3;
    return [
      need(`${reviews} reviews, 100 needed.`, reviews, 100),
      need(`Reviewed on ${days} days (5 or more a day), 5 needed.`, days, 5),
      need(`${kinds} kinds of accounts reviewed, 3 needed.`, kinds, 3),
      need(isProposed ? 'The 80 % promise is certified for 29 % of leads.' : 'The 80 % promise is not certified yet; the next look decides.', isProposed ? 1 : 0, 1),
    ];
  }
  if (level === 2) {
    const checks = isProposed ? 112 : 61;
    return [
      need(`${isProposed ? 23 : 11} days at this level, 14 needed.`, isProposed ? 23 : 11, 14),
      need(`${checks} spot checks at this level, 100 needed.`, checks, 100),
      need(isProposed ? 'Lowest agreement in the last 4 blocks of 25 spot checks: 84 %, 80 % needed.' : 'Agreement in each of the last 4 blocks of 25 spot checks: not known before 100.', isProposed ? 0.84 : 0, 0.8),
      need(isProposed ? '88 of the last 100 spot checks agreed, which proves 82.7 % (one-sided 90 % bound); 80 % needed.' : '55 of 61 spot checks agreed; 100 are needed to say what that proves.', isProposed ? 0.827 : 0, 0.8),
      need('No alarm for 14 days.', 14, 14),
      ...cool,
    ];
  }
  if (level === 3) {
    const agreed = isProposed ? 213 : 173;
    return [
      need(`${agreed} reviews in which you agreed, 200 needed.`, agreed, 200),
      need(`Weekly audit done in ${isProposed ? 4 : 2} of the last 4 weeks, 3 needed.`, isProposed ? 4 : 2, 3),
      need('90 of the last 100 spot checks agreed, which proves 85.0 % (one-sided 90 % bound); 80 % needed.', 0.85, 0.8),
      need(isProposed ? 'No alarm for 30 days.' : '19 days since the last alarm, 30 needed.', isProposed ? 30 : 19, 30),
      ...cool,
    ];
  }
  return [];
}

const FLOORS = [0.9, 0.9, 0.75, 0.6];
const CERTIFIED = [0.84, 0.84, 0.78, 0.72];
const PAIRS = [104, 200, 400, 600];
const COVERED = [0.29, 0.41, 0.63, 0.81];

function certificate(level: number, promise: number): b.Certificate {
  const threshold = CERTIFIED[level - 1]! + (promise > 0.85 ? 0.1 : 0);
  return { promise, risk: 0.1, threshold, pairs: PAIRS[level - 1]!, coverage: COVERED[level - 1]! - (promise > 0.85 ? 0.18 : 0), feature_schema_version: 2, memory_version: 412 };
}

export class FakeTrust {
  private levels: Record<b.Stage, number>;
  private proposed: b.Stage[];
  private overrides = new Map<b.Stage, b.Override>();
  private policies = new Map<b.Stage, b.Policy>();
  private events: b.TrustEvent[];
  readonly checks: b.CheckLine[];
  private audits: b.AuditWeek[];
  private past: b.AuditResult[];

  constructor(private readonly options: TrustOptions) {
    const lower = Math.max(1, options.level - 1);
    this.levels = { research: lower, qualification: options.level, email: lower };
    this.proposed = options.isProposed ? ['qualification'] : [];
    if (options.override !== null) this.overrides.set('qualification', { threshold_percent: options.override, from: at(0, 8), until: new Date(Date.parse(NOW) + 52 * 60_000).toISOString() });
    this.events = this.history();
    const line = (n: number, isDone = false): b.CheckLine => ({ item: itemId(n), company: company(n).name, person: `${company(n).person[0]} ${company(n).person[1]}, ${company(n).person[2]}`, is_done: isDone });
    this.checks = options.level >= 3 ? Array.from({ length: options.checks }, (_, n) => line(n + 3)) : [];
    this.audits = options.level >= 3 && options.hasAudit ? [{ week: '2026-10-26', due: '2026-11-08', items: Array.from({ length: 5 }, (_, n) => line(n + 13)), of: 84 }] : [];
    const result = (week: string, checked: number, wrong: number, words: string, isMissed = false): b.AuditResult => ({ week, stage: 'qualification', checked, wrong, is_missed: isMissed, words });
    this.past = options.level < 3 ? [] : [
      result('2026-10-19', 15, 1, '1 wrong of 15: with 95 % certainty at most 27.9 % of that week’s decisions were wrong.'),
      result('2026-10-12', 0, 0, 'Not done by 25 October; two missed in a row cost a level.', true),
      result('2026-10-05', 15, 0, '0 wrong of 15: with 95 % certainty at most 18.1 % of that week’s decisions were wrong.'),
      result('2026-09-28', 12, 2, '2 wrong of 12: with 95 % certainty at most 43.8 % of that week’s decisions were wrong.'),
    ];
  }

  /** Items that must be shown blind, whatever the queue says of them. */
  isCheck(item: b.ItemId): boolean {
    return [...this.checks, ...this.audits.flatMap((audit) => audit.items)].some((line) => line.item === item && !line.is_done);
  }

  /** Somebody decided one of them. */
  decided(item: b.ItemId): void {
    for (const line of [...this.checks, ...this.audits.flatMap((audit) => audit.items)]) if (line.item === item) line.is_done = true;
    for (const audit of this.audits.filter((one) => one.items.every((line) => line.is_done))) {
      this.audits = this.audits.filter((one) => one !== audit);
      this.past.unshift({ week: audit.week, stage: 'qualification', checked: audit.items.length, wrong: 1, is_missed: false, words: `1 wrong of ${audit.items.length}: with 95 % certainty at most 65.7 % of that week’s decisions were wrong.` });
    }
  }

  /** A verdict on a check was taken back. */
  undecided(item: b.ItemId): void {
    for (const line of [...this.checks, ...this.audits.flatMap((audit) => audit.items)]) if (line.item === item) line.is_done = false;
  }

  private history(): b.TrustEvent[] {
    const { level, isFresh, isAmber, events } = this.options;
    if (isFresh) return [];
    const event = (days: number, stage: b.Stage | null, direction: b.Direction, by: string | null, words: string): b.TrustEvent => ({ at: at(days), stage, by, direction, words });
    const told = [
      ...(isAmber ? [event(0.1, 'qualification', 'down', null, '5 of 12 spot checks disagreed, more than the 20 % allowed: twice as many are drawn until it is over.')] : []),
      event(0.3, 'qualification', 'neutral', null, 'Looked at the evidence at 200 verdicts: the 80 % promise is certified for 41 % of leads.'),
      event(1.4, 'email', 'neutral', 'Jonna', 'Settings changed: 15 items in a weekly audit.'),
      ...(level > 2 ? [event(2.2, 'qualification', 'up', null, 'The floor fell from 80 % to 75 %: 50 verdicts without an amber.'), event(4, 'qualification', 'down', null, 'Media, 1-10 people is back with you: 4 of 9 spot checks disagreed.')] : []),
      ...(level > 1 ? [event(11, 'qualification', 'up', 'Jonna', `Moved to level ${level}: 104 reviews; 6 active days; 4 kinds of accounts; the 80 % promise is certified for 29 % of leads.`)] : []),
      event(15, 'email', 'neutral', null, 'Looked at the evidence at 100 verdicts: nothing is certified yet.'),
      event(19, 'qualification', 'down', null, 'Pulled back to level 1 because spot checks disagreed more often than was promised (9 of 31); 4 unsent mails came back.'),
      event(23, 'email', 'neutral', 'Jonna', 'Override ended after 41 minutes; 6 leads were released.'),
      event(23.03, 'email', 'up', 'Jonna', 'Override given for 1 hour: from 80 % certainty on, certified by nothing.'),
    ];
    return Array.from({ length: events }, (_, n) => told[n] ?? event(24 + n * 0.4, 'qualification', 'neutral', null, `Looked at the evidence at ${90 - (n % 80)} verdicts: nothing is certified yet.`));
  }

  /** Trust is earned anew from here on. */
  beginEra(why: string, old_weight: number): b.EraBegun {
    this.levels = { research: 1, qualification: 1, email: 1 };
    this.proposed = [];
    this.overrides.clear();
    const words = `A new era: ${why}. Every stage is at level 1, and a new certificate is needed before the agent decides anything alone.`;
    this.events.unshift({ at: NOW, stage: null, direction: 'down', by: 'Jonna', words: `${words} Earlier verdicts count ${Math.round(100 * old_weight)} %.` });
    return { old_weight, verdicts: 626, words: `${words} The 626 verdicts on leads from before count ${Math.round(100 * old_weight)} % now.` };
  }

  private stage(stage: b.Stage): b.StageView {
    const { isFresh, isAmber } = this.options;
    const level = this.levels[stage];
    const isProposed = this.proposed.includes(stage);
    const given = this.overrides.get(stage);
    const floor = FLOORS[level - 1]!;
    const isCertified = level > 1 || isProposed;
    const held = isCertified ? certificate(level, 0.8) : null;
    const basis: b.LineBasis | null = given ? { basis: 'overridden', given } : level > 1 && held ? { basis: 'certified', certificate: held, certified: held.threshold, floor } : null;
    const threshold = given ? given.threshold_percent / 100 : held ? Math.max(held.threshold, floor) : 0;
    const percent = (part: number) => `${Math.round(part * 100)} %`;
    const words = given
      ? `Your line is ${percent(threshold)} by override; nothing certifies it.`
      : level === 1
        ? 'At level 1 there is no line: you review everything.'
        : floor > held!.threshold
          ? `Your line is ${percent(threshold)}: the floor. The 80 % promise is certified from ${percent(held!.threshold)} on, by ${held!.pairs} reviews.`
          : `Your line is ${percent(threshold)}: certified for the 80 % promise by ${held!.pairs} reviews.`;
    return {
      stage, level: LEVELS[level - 1]!, since: level === 1 ? null : at(11), next: LEVELS[level] ?? null, requirements: requirements(level, isProposed, isFresh), is_proposed: isProposed,
      line: basis ? { threshold, basis } : null, line_words: words, floor,
      certificates: held ? [held, ...(level > 1 && stage === 'qualification' ? [certificate(level, 0.9)] : [])] : [],
      pairs: isFresh ? 0 : level === 1 ? (isProposed ? 104 : 61) : PAIRS[level - 1]! + 38, next_look: level === 1 ? (isProposed ? 200 : 100) : [100, 400, 600, 1_600][level - 1]!,
      checks: isFresh ? share(0, 0) : level === 1 ? share(51, 61) : isAmber ? share(79, 100) : share(level === 2 ? 55 : 90, level === 2 ? 61 : 100),
      alone: isFresh || level === 1 ? share(0, isFresh ? 0 : 61) : share([0, 98, 190, 244][level - 1]!, 302),
      promise: level === 2 && stage === 'qualification' ? 0.9 : 0.8, is_amber: isAmber && stage === 'qualification', segments_back: level > 2 && stage === 'qualification' ? ['media, 1-10 people'] : [],
      override_threshold: given ? given.threshold_percent / 100 : null, override_until: given?.until ?? null,
      policy: this.policies.get(stage) ?? { review_minimum: 100, mark_rate: null, audit_sample: 15, rejects_alone: true },
    };
  }

  view(name: string): b.TrustView {
    return { workflow: WORKFLOW_ID, name, stages: [this.stage('research'), this.stage('qualification'), this.stage('email')], events: this.events };
  }

  private tell(stage: b.Stage, direction: b.Direction, words: string): null {
    this.events = [{ at: NOW, stage, by: 'Jonna', direction, words }, ...this.events];
    return null;
  }

  promote(stage: b.Stage): number {
    if (!this.proposed.includes(stage)) throw new CommandError('cannot_decide', 'the evidence is not there');
    this.proposed = this.proposed.filter((one) => one !== stage);
    this.levels[stage]++;
    this.tell(stage, 'up', `Moved to level ${this.levels[stage]}.`);
    return 0;
  }

  pullBack(stage: b.Stage): null {
    this.levels[stage] = Math.max(1, this.levels[stage] - 1);
    this.proposed = this.proposed.filter((one) => one !== stage);
    return this.tell(stage, 'down', `Pulled back to level ${this.levels[stage]} because somebody decided so.`);
  }

  give({ stage, threshold_percent, minutes, typed }: { stage: b.Stage; threshold_percent: number; minutes: number | null; typed: string | null }): number {
    if ((threshold_percent < 70 || minutes === null) && typed?.trim().toLowerCase() !== 'release') throw new CommandError('cannot_decide', 'type "release" to confirm');
    this.overrides.set(stage, { threshold_percent, from: NOW, until: minutes === null ? null : new Date(Date.parse(NOW) + minutes * 60_000).toISOString() });
    this.tell(stage, 'up', `Override given: from ${threshold_percent} % certainty on, certified by nothing.`);
    return 0;
  }

  end(stage: b.Stage): null {
    this.overrides.delete(stage);
    return this.tell(stage, 'neutral', 'Override ended.');
  }

  setPolicy(stage: b.Stage, policy: b.Policy): null {
    this.policies.set(stage, policy);
    return this.tell(stage, 'neutral', 'Settings changed.');
  }

  whatIfProfile({ icp, threshold, last }: b.ProfileRequest): b.ProfileView {
    const considered = this.options.isFresh ? 0 : Math.min(last, 61);
    const strict = icp.industries.length + icp.countries.length;
    const outcome = (right: number, released: number) => ({ right: share(right, considered), released: share(released, considered), wrong: share(Math.round(released * 0.06), released) });
    const differences = Array.from({ length: considered === 0 ? 0 : 11 }, (_, n) => ({ item: itemId(n % 12), company: company(n).name, person: n % 3 === 0 ? ('reject' as const) : ('accept' as const), now: Math.round(chance(n, 31) * 100) / 100, then: Math.round(chance(n, 32) * 100) / 100 }));
    const now = outcome(Math.round(considered * 0.8), Math.round(considered * 0.31));
    const then = outcome(Math.round(considered * (0.74 + 0.02 * (strict % 4))), Math.round(considered * 0.24));
    return { considered, now, then, differences, words: `Of your last ${considered} decisions, from ${threshold * 100} % on.` };
  }

  replay({ threshold, last, level }: b.ReplayRequest): b.ReplayView {
    const considered = this.options.isFresh ? 0 : Math.min(last, this.levels.qualification === 1 ? 61 : 240);
    const past = Array.from({ length: considered }, (_, n) => {
      const certainty = 0.5 + 0.5 * Math.sqrt(chance(n, 11));
      return { n, certainty: Math.round(certainty * 1000) / 1000, isWrong: chance(n, 12) > certainty + 0.02, isExcepted: chance(n, 13) < 0.09 };
    });
    const from = (line: number) => past.filter((one) => !one.isExcepted && one.certainty >= line);
    const free = level === 'verify_everything' ? [] : from(threshold).filter((one) => level !== 'verify_exceptions' || chance(one.n, 14) >= 0.15);
    const wrong = free.filter((one) => one.isWrong).sort((a, z) => z.certainty - a.certainty);
    const curve = Array.from({ length: 50 }, (_, step) => Math.round((0.99 - step * 0.01) * 100) / 100).flatMap((line) => {
      const freed = from(line);
      return freed.length === 0 ? [] : [{ threshold: line, coverage: freed.length / considered, risk: freed.filter((one) => one.isWrong).length / freed.length, released: freed.length }];
    });
    return {
      considered, released: share(free.length, considered), checked: level === 'periodic_audit' || level === 'strategic_oversight' ? Math.round(free.length / 10) : 0, wrong: share(wrong.length, free.length),
      wrong_items: wrong.map(({ n, certainty }) => ({ item: itemId(n % 12), company: company(n).name, agent: n % 3 === 0 ? 'reject' : 'accept', person: n % 3 === 0 ? 'accept' : 'reject', certainty, decided_at: at(n * 0.13) })),
      excepted: past.filter((one) => one.isExcepted).length,
      words: considered === 0 ? 'Nothing was decided yet.' : `At ${Math.round(threshold * 100)} % the agent would have decided ${free.length} of ${considered} alone, ${wrong.length} of them otherwise than you.`,
      curve,
    };
  }

  audit(): b.AuditView {
    return { checks: this.checks, audits: this.audits, past: this.past };
  }

  examples(): b.ProfileExamples {
    const lead = (n: number) => ({ item: itemId(n), company: company(n).name, reads: 'people: 51-200' });
    return { accepted: [0, 2, 5].map(lead), rejected: [1, 4].map(lead) };
  }

  neighbour(n: number): b.NeighbourView | null {
    if (this.options.isFresh) return null;
    const other = (n + 5) % 12;
    return { item: itemId(other), company: company(other).name, differences: [{ here: 'industry: retail', there: 'industry: logistics' }, { here: 'head count: 1,200', there: 'head count: 240' }] };
  }

  receipt(item: b.ItemId, n: number, card: b.Card): b.Routing {
    const features = card.qualified.qualification.features;
    const stages: b.Stage[] = ['research', 'qualification', 'email'];
    const waits = card.exceptions.length > 0;
    return {
      workflow_id: WORKFLOW_ID, lead_id: leadId(n), item_id: item, segment: { industry: company(n).trade[1], head_count: '51-200' }, engine: 'rules 3', card_version: 1, again: false, at: at(0.1),
      stages: stages.map((stage, index) => {
        const view = this.stage(stage === 'research' ? 'qualification' : stage);
        const unit = Math.round(chance(n, 20 + index) * 10_000) / 10_000;
        const exceptions = stage === 'email' ? card.exceptions.map((exception) => exception.kind) : [];
        const isAlone = view.line !== null && !waits && card.qualified.confidence.p_cal >= view.line.threshold;
        return {
          stage, outcome: stage === 'email' && waits ? 'review' : isAlone ? 'accepted' : index === 0 ? 'accepted' : stage === 'qualification' ? 'review' : 'not_asked',
          why: stage === 'qualification' && !isAlone ? { why: 'below_threshold', certainty: Math.max(card.qualified.confidence.p_cal, 1 - card.qualified.confidence.p_cal), threshold: view.line?.threshold ?? null } : null,
          level: view.level, confidence: card.qualified.confidence, line: view.line, exceptions, is_segment_back: false, rejects_are_yours: !view.policy.rejects_alone,
          draw: { unit, rate: view.level === 'verify_everything' ? 1 : 0.15 }, features, feature_schema_version: 2, memory_version: 412,
        };
      }),
    };
  }
}
