// What stops the agent: items with a named reason, and what holds all of it up. Putting off and muting act in place; a
// verdict is given on the card, where the reason can be read.
import { toasts } from '../../kit/toasts.svelte';
import { app, presentation } from '../../lib/app.svelte';
import type { Presentation } from '../../lib/errors';
import { clock, counted, day, sentenceCase } from '../../lib/format';
import { call } from '../../lib/ipc/backend';
import type { EngineView, ExceptionDesk, ExceptionKind, ItemId, QueueLine } from '../../lib/ipc/bindings';
import { whyWords } from '../review/words';
import { grouped } from './groups';

/** Lines read: one page of the queue. */
const MOST = 200;
/** How long a kind is muted from here, in days; Settings has other lengths. */
export const MUTED_DAYS = 14;
/** When an item that was put off comes back. */
const MORNING = 8;

/** Something that holds more than one item up: what, what it means, and the way to it. */
export interface Hindrance {
  what: string;
  effect: string;
  action: string;
  run: () => void;
}

export function tomorrowMorning(now: Date): Date {
  const at = new Date(now);
  at.setDate(at.getDate() + 1);
  at.setHours(MORNING, 0, 0, 0);
  return at;
}

export class Exceptions {
  lines = $state.raw<QueueLine[] | null>(null);
  total = $state(0);
  failure = $state<Presentation | null>(null);
  /** Why each item is here, in a sentence, as far as it was read. */
  reasons = $state<Record<ItemId, string>>({});
  private desk = $state.raw<ExceptionDesk[]>([]);
  private engine = $state.raw<EngineView | null>(null);
  private uncertain = $state(0);
  private givenUp = $state(0);

  groups = $derived(grouped(this.lines ?? [], this.desk));
  muted = $derived(this.desk.filter((one) => one.muted_until !== null));
  /** Of all that wait, also beyond the lines read. */
  overdue = $derived(this.desk.reduce((sum, one) => sum + one.overdue, 0));

  async load(): Promise<void> {
    try {
      const [page, desk] = await Promise.all([call('queue_page', { split: 'exceptions', filter: '', offset: 0, limit: MOST }), call('exception_desk', {})]);
      [this.lines, this.total, this.desk, this.failure] = [page.lines, page.total, desk, null];
    } catch (cause) {
      this.failure = presentation(cause);
      return;
    }
    const [settings, outbox, givenUp] = await Promise.allSettled([call('settings', {}), call('outbox', {}), call('given_up', {})]);
    if (settings.status === 'fulfilled') this.engine = settings.value.engine;
    if (outbox.status === 'fulfilled') this.uncertain = outbox.value.filter((line) => line.state === 'uncertain').length;
    if (givenUp.status === 'fulfilled') this.givenUp = givenUp.value.length;
  }

  /** Reads why an item is here, once, when its line comes into sight. */
  async read(item: ItemId): Promise<void> {
    if (this.reasons[item] !== undefined) return;
    this.reasons[item] = '';
    try {
      const { item: one, confidence_is_hidden } = await call('item', { item });
      this.reasons[item] = `${sentenceCase(whyWords(one, confidence_is_hidden).reason)}.`;
    } catch {
      delete this.reasons[item];
    }
  }

  /** What holds everything up at this moment. */
  hindrances(): Hindrance[] {
    const { overview } = app;
    const all: Array<Hindrance | false | null | undefined> = [
      overview?.offline_since != null && { what: `Offline since ${clock(new Date(overview.offline_since))}`, effect: 'Reviewing works. Sending and research wait, and resume by themselves.', action: 'See what waits to leave', run: () => app.go('outbox') },
      overview?.run?.state === 'paused' && { what: 'Research is paused', effect: `${counted(Math.max(0, overview.run.leads - overview.run.drafted), 'lead does', 'leads do')} not reach you until it goes on.`, action: 'Go to Leads', run: () => app.go('leads') },
      this.engine?.not_asked != null && { what: 'The model you chose is not asked', effect: this.engine.not_asked, action: 'Go to Settings', run: () => app.go('settings') },
      this.uncertain > 0 && { what: `${counted(this.uncertain, 'mail needs', 'mails need')} your word`, effect: 'The server never said whether it took them. They are not sent again by themselves.', action: 'Go to the Outbox', run: () => app.go('outbox') },
      this.givenUp > 0 && { what: `${counted(this.givenUp, 'lead')} could not be researched`, effect: 'Nothing is written to them. Leads names the cause of each.', action: 'Go to Leads', run: () => app.go('leads') },
    ];
    return all.filter((one) => typeof one === 'object' && one !== null);
  }

  /** Tomorrow morning it is asked again; nothing is sent and nothing is learnt. */
  async putOff(line: QueueLine): Promise<void> {
    if (app.refuses()) return;
    const until = tomorrowMorning(new Date());
    const isPutOff = await app.attempt(async () => {
      await call('snooze', { item: line.item, until: until.toISOString() });
      return true;
    });
    if (!isPutOff) return;
    this.lines = this.lines?.filter((one) => one.item !== line.item) ?? null;
    this.total = Math.max(0, this.total - 1);
    toasts.show(`${line.company} is put off`, { body: `It comes back on ${day(until)}, ${clock(until)}.`, action: { words: 'Undo', run: () => void this.bringBack(line.item) } });
    void app.refresh();
  }

  private async bringBack(item: ItemId): Promise<void> {
    await app.attempt(() => call('snooze', { item, until: new Date().toISOString() }));
    await this.load();
    void app.refresh();
  }

  mute = (kind: ExceptionKind) => this.steer(() => call('mute_exception', { kind, days: MUTED_DAYS }));
  unmute = (kind: ExceptionKind) => this.steer(() => call('unmute_exception', { kind }));

  private async steer(change: () => Promise<ExceptionDesk[]>): Promise<void> {
    if (app.refuses()) return;
    const desk = await app.attempt(change);
    if (desk) this.desk = desk;
  }
}
