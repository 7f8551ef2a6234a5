// A sitting: as much of the queue as fits the time a person has, in an order that spares the eyes, in one pass or two. It
// chooses and orders; what a verdict means stays with the review, and whatever is left waits where it was.
import { app } from '../../lib/app.svelte';
import { call } from '../../lib/ipc/backend';
import type { ItemId, ItemView, QueueLine } from '../../lib/ipc/bindings';
import type { Queue } from './queue.svelte';

/** Seconds for one item until a person's own pace is known: "Week-1 mode (2-3 min)", experience 2.2. */
export const ASSUMED_SECONDS = 120;
/** Most items of one sitting: what one page of the queue holds. */
export const MOST_ITEMS = 200;
/** Cards read at once while alike ones are put together. */
const READ_AT_ONCE = 20;

export type Order = 'urgent' | 'alike';
export type Passes = 'one' | 'two';
/** What is decided now: whole cards, or in two passes the leads and then the mails. */
export type Asks = 'all' | 'leads' | 'mails';

export interface Plan {
  /** The time there is; null for what is left of today's goal. */
  minutes: number | null;
  order: Order;
  passes: Passes;
}

/** How many of the waiting items fit; at least one, because nobody sits down for none. */
export function itemsThatFit({ minutes }: Pick<Plan, 'minutes'>, seconds: number | null, waiting: number, leftToday: number): number {
  const wanted = minutes === null ? Math.max(1, leftToday) : Math.max(1, Math.floor((minutes * 60) / (seconds ?? ASSUMED_SECONDS)));
  return Math.min(wanted, waiting, MOST_ITEMS);
}

/** Why a person sees it, the industry, and what the mail opens with: alike in these, alike to check. */
export function likeness({ item: { why, card } }: ItemView): string[] {
  const industry = card.qualified.qualification.criteria.find((row) => row.criterion === 'industry')?.found ?? '';
  return [why.why === 'exception' ? why.kind : why.why, industry, card.draft?.opener ?? 'no mail'];
}

/** Alike lines behind each other; of groups and of lines within them the more urgent come first. */
export function alikeTogether(lines: QueueLine[], keys: Map<ItemId, string[]>): QueueLine[] {
  const group = (some: QueueLine[], depth: number): QueueLine[] => {
    const groups = new Map<string, QueueLine[]>();
    for (const line of some) {
      const key = keys.get(line.item)?.[depth] ?? '';
      groups.set(key, [...(groups.get(key) ?? []), line]);
    }
    return [...groups.values()].flatMap((one) => (depth < 2 ? group(one, depth + 1) : one));
  };
  return group(lines, 0);
}

interface Running {
  plan: Plan;
  asks: Asks;
  beganAt: Date;
}

async function viewsOf(lines: QueueLine[]): Promise<ItemView[]> {
  const views: ItemView[] = [];
  for (let at = 0; at < lines.length; at += READ_AT_ONCE) views.push(...(await Promise.all(lines.slice(at, at + READ_AT_ONCE).map(({ item }) => call('item', { item })))));
  return views;
}

export class Sitting {
  isPlanning = $state(false);
  isBusy = $state(false);
  private running = $state.raw<Running | null>(null);
  /** Decided or put off in this pass. */
  done = $state(0);
  /** Leads accepted in the first pass, whose mails come in the second. */
  mails = $state.raw<QueueLine[]>([]);
  /** Leads that have their verdict while their mail has none. */
  private leads = $state.raw<ReadonlySet<ItemId>>(new Set());
  /** In which pass each item was decided last. */
  private taken = new Map<ItemId, Asks>();

  constructor(
    private readonly queue: Queue,
    private readonly show: () => Promise<void>,
    /** Resolves when every decision on its way is saved. */
    private readonly settled: () => Promise<unknown>,
  ) {}

  get isOn(): boolean {
    return this.running !== null;
  }

  get asks(): Asks {
    return this.running?.asks ?? 'all';
  }

  get plan(): Plan | null {
    return this.running?.plan ?? null;
  }

  /** Whole minutes since it began. */
  minutesGone(now: Date): number {
    return this.running ? Math.max(0, Math.floor((now.getTime() - this.running.beganAt.getTime()) / 60_000)) : 0;
  }

  /** Takes the first items that fit, puts them in order, and shows the first. */
  async begin(plan: Plan, count: number): Promise<void> {
    this.isPlanning = false;
    this.isBusy = true;
    await app.attempt(async () => {
      const { split, filter } = this.queue;
      const page = await call('queue_page', { split, filter, offset: 0, limit: count });
      const lines = plan.order === 'alike' ? alikeTogether(page.lines, new Map((await viewsOf(page.lines)).map((view) => [view.item.id, likeness(view)]))) : page.lines;
      const isInTwo = plan.passes === 'two';
      this.running = { plan, asks: isInTwo ? 'leads' : 'all', beganAt: new Date() };
      this.mails = lines.filter(({ item }) => isInTwo && this.leads.has(item));
      await this.open(lines.filter((line) => !this.mails.includes(line)));
    });
    this.isBusy = false;
  }

  /** From the leads to the mails that are written and wait. */
  async readMails(): Promise<void> {
    const running = this.running;
    if (!running) return;
    await this.settled();
    await app.attempt(async () => {
      const waiting = new Set((await viewsOf(this.mails)).filter(({ item }) => item.state === 'open' && item.card.draft !== null).map(({ item }) => item.id));
      this.running = { ...running, asks: 'mails' };
      await this.open(this.mails.filter(({ item }) => waiting.has(item)));
    });
  }

  /** Back to the whole queue; nothing is lost. */
  async end(): Promise<void> {
    if (!this.running) return;
    this.running = null;
    this.queue.choose(null);
    await this.show();
  }

  /** An item left the list; `waits` says that its mail is for the second pass. */
  took(line: QueueLine, waits: boolean): void {
    this.done++;
    this.taken.set(line.item, this.asks);
    if (!waits) return;
    this.mails = [...this.mails, line];
    this.leads = new Set(this.leads).add(line.item);
  }

  /** What was decided last about it was taken back. */
  gave(item: ItemId): void {
    const pass = this.taken.get(item);
    if (pass === this.asks) this.done = Math.max(0, this.done - 1);
    if (pass === 'mails') return void this.taken.set(item, 'leads');
    this.taken.delete(item);
    this.mails = this.mails.filter((line) => line.item !== item);
    this.leads = new Set([...this.leads].filter((one) => one !== item));
  }

  /** Was this lead accepted by itself, so that only its mail is still to be decided? */
  hasLead(item: ItemId | null): boolean {
    return item !== null && this.leads.has(item);
  }

  private async open(lines: QueueLine[]): Promise<void> {
    this.done = 0;
    this.queue.choose(lines);
    await this.show();
  }
}
