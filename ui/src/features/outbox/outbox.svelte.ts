// The outbox: what waits, what left, and what a person says about it. Holding everything is also a command of its own.
import { toasts } from '../../kit/toasts.svelte';
import { app, presentation } from '../../lib/app.svelte';
import type { Presentation } from '../../lib/errors';
import { counted, countdown, when } from '../../lib/format';
import { call } from '../../lib/ipc/backend';
import type { MailText, OutboxLine, OutboxState, UncertainAnswer } from '../../lib/ipc/bindings';
import { copyText } from '../../lib/text';

const WAITING: OutboxState[] = ['held', 'queued', 'sending', 'deferred'];
/** Mails that are past, shown at once; the others come when they are asked for. */
const SHOWN_AT_ONCE = 50;

export const isHeldByPerson = (line: OutboxLine): boolean => WAITING.includes(line.state) && line.what.startsWith('held by you');

/** Holds every mail that has not left, or lets them go again, and says how many. */
export async function holdAll(isHeld: boolean): Promise<void> {
  const n = await app.attempt(() => call(isHeld ? 'hold_all' : 'release_all', {}));
  if (n !== null) toasts.show(isHeld ? `${counted(n, 'mail')} held` : `${counted(n, 'mail')} released`, { body: isHeld ? 'Nothing leaves until you release them.' : 'They leave when their time has come.' });
  void app.refresh();
}

export class Outbox {
  lines = $state.raw<OutboxLine[] | null>(null);
  failure = $state<Presentation | null>(null);
  /** The mail that is read. */
  shown = $state.raw<MailText | null>(null);
  private most = $state(SHOWN_AT_ONCE);
  private mostWaiting = $state(SHOWN_AT_ONCE);

  waiting = $derived(this.lines?.filter((line) => WAITING.includes(line.state)) ?? []);
  uncertain = $derived(this.lines?.filter((line) => line.state === 'uncertain') ?? []);
  past = $derived(this.lines?.filter((line) => !WAITING.includes(line.state) && line.state !== 'uncertain') ?? []);
  heldByPerson = $derived(this.waiting.filter(isHeldByPerson).length);
  waitingInSight = $derived(this.waiting.slice(0, this.mostWaiting));
  pastInSight = $derived(this.past.slice(0, this.most));

  async load(): Promise<void> {
    try {
      this.lines = await call('outbox', {});
      this.failure = null;
    } catch (cause) {
      this.failure = presentation(cause);
    }
  }

  showMore(of: 'waiting' | 'past'): void {
    if (of === 'past') this.most += SHOWN_AT_ONCE;
    else this.mostWaiting += SHOWN_AT_ONCE;
  }

  async hold(isHeld: boolean): Promise<void> {
    await holdAll(isHeld);
    await this.load();
  }

  recall = (mail: number) => this.act(() => call('recall_mail', { mail }));
  release = (mail: number) => this.act(() => call('release_mail', { mail }));
  resolve = (mail: number, answer: UncertainAnswer) => this.act(() => call('resolve_uncertain', { mail, answer }));

  private async act(action: () => Promise<unknown>): Promise<void> {
    await app.attempt(action);
    await this.load();
    void app.refresh();
  }

  async read(mail: number): Promise<void> {
    this.shown = await app.attempt(() => call('mail_text', { mail }));
  }

  /** Puts on the clipboard what finds the mail in one's own Sent folder; decides nothing. */
  async lookFor({ message_id }: OutboxLine): Promise<void> {
    const isCopied = await copyText(message_id);
    toasts.show(isCopied ? 'Search your Sent folder for what was copied' : `Search your Sent folder for ${message_id}`, { body: 'If the mail is there, it arrived. Not there proves nothing: some servers keep no copy.' });
  }
}

/** When a mail may leave: a countdown within the hour, else the time. */
export function leaves(line: OutboxLine, now: Date): string {
  if (!line.not_before || isHeldByPerson(line)) return '';
  const at = new Date(line.not_before);
  return at.getTime() - now.getTime() < 3_600_000 ? countdown(at, now) : when(at, now);
}
