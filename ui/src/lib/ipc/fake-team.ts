// An invented team for the in-memory backend: who reviews, how they agree, and when. It keeps what it is told and decides
// nothing.
import { CommandError } from './backend';
import type * as b from './bindings';
import { WORKFLOW_ID, itemId, lead } from './fake-data';

export interface TeamOptions {
  /** People besides the first. */
  others: string[];
  /** They disagree on what is qualified. */
  isSplit: boolean;
  /** Enough was judged by two to say something. */
  isKnown: boolean;
}

export const ALONE: TeamOptions = { others: [], isSplit: false, isKnown: true };

const FIRST = 'Jonna Revsbech';
/** Items that the first person decided and the others are asked about. */
const SHARED = [3, 7];
const KNOWN_FROM = 30;

function agreement(items: number, agreed: number, value: number): b.AgreementLine {
  const isKnown = items >= KNOWN_FROM;
  return { items, agreed, kappa: isKnown ? { value, low: value - 0.17, high: value + 0.15 } : null, items_missing: isKnown ? 0 : KNOWN_FROM - items };
}

export class FakeTeam {
  private names: string[];
  private active = FIRST;
  private readonly seniors = new Set<string>();

  constructor(private readonly options: TeamOptions) {
    this.names = [FIRST, ...options.others];
  }

  reviewers(): b.Reviewers {
    return { names: [...this.names], active: this.active, seniors: [...this.seniors] };
  }

  add(name: string): void {
    const wanted = name.replace(/\s+/gu, ' ').trim();
    if (wanted === '' || wanted.length > 60 || this.names.some((known) => known.toLowerCase() === wanted.toLowerCase())) throw new CommandError('reviewer', 'not a new name');
    this.names.push(wanted);
  }

  use(name: string): void {
    if (!this.names.includes(name)) throw new CommandError('reviewer', 'nobody');
    this.active = name;
  }

  setSenior(name: string, isSenior: boolean): void {
    if (!this.names.includes(name)) throw new CommandError('reviewer', 'nobody');
    if (isSenior) this.seniors.add(name);
    else this.seniors.delete(name);
  }

  /** Is the person whose turn it is asked for a second opinion on this item? */
  isAsked(item: b.ItemId): boolean {
    return this.active !== FIRST && SHARED.some((n) => itemId(n) === item);
  }

  view(): b.TeamView {
    const { isKnown, isSplit } = this.options;
    const both = isKnown ? 46 : 12;
    const people = this.names.map((name, at): b.PersonLine => {
      const verdicts = at === 0 ? 431 : isKnown ? 118 : 14;
      const isOften = verdicts >= KNOWN_FROM && this.names.length > 1;
      return { name, is_senior: this.seniors.has(name), verdicts, accepted: Math.round(verdicts * (at === 0 ? 0.71 : 0.55)), leniency: isOften ? (at === 0 ? 0.31 : -0.42) : null, verdicts_missing: Math.max(0, KNOWN_FROM - verdicts), with_agent: agreement(verdicts, Math.round(verdicts * 0.84), at === 0 ? 0.68 : 0.57) };
    });
    const kappa = isSplit ? 0.28 : 0.66;
    const pairs = this.names.flatMap((left, at) => this.names.slice(at + 1).map((right): b.PairLine => ({ left, right, agreement: agreement(both, Math.round(both * (isSplit ? 0.65 : 0.84)), kappa) })));
    const disagreements = this.names.length < 2 ? [] : [12, 21, 34, 36].map((n): b.DisagreementLine => ({ item: itemId(n), company: lead(n).company, accepted_by: [this.names[n % 2]!], rejected_by: [this.names[1 - (n % 2)]!] }));
    return { workflow: WORKFLOW_ID, active: this.active, people, pairs, together: agreement(both, Math.round(both * 0.8), kappa), is_split: isSplit && isKnown, disagreements, opinions_asked: this.active === FIRST ? 0 : SHARED.length, settled: this.names.length < 2 ? 0 : both, settled_by_seniors: this.seniors.size > 0 ? disagreements.length : 0 };
  }

  pace(): b.PaceView {
    return { reviewer: this.active, decisions: 431, decisions_missing: 0, batch: 18, is_batch_learned: true, busiest: '9:00 to 11:00', busiest_share: 0.74, digest_today: '08:50', quiet: { from: '17:00', to: '08:00', evidence: 'You decide mostly 9:00 to 11:00, and hardly ever 17:00 to 8:00.' } };
  }
}
