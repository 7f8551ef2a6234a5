// The review screen's state and gestures. A decision leaves the screen at once: the next card is there before the engine
// has answered. Decisions are saved one after the other; one that was not saved comes back to its place and says why.
// What a gesture means for each stage is the engine's business.
import { toasts } from '../../kit/toasts.svelte';
import { app, presentation } from '../../lib/app.svelte';
import { call } from '../../lib/ipc/backend';
import type { DecideRequest, FindingId, Gesture, GestureId, HistoryLine, ItemId, ItemState, ItemView, Lead, QueueSplit, Reason, WorkflowId } from '../../lib/ipc/bindings';
import { copyText } from '../../lib/text';
import { ActiveTime } from './active-time';
import { Cards, type LoadedCard } from './cards';
import { type Done, earlier, gestureWords, lineOf } from './done';
import { bodyText } from './evidence';
import { KnownSentences } from './known.svelte';
import { isAboutTheLead, isOpinion, refuseOpinion, tell } from './opinion';
import { Queue } from './queue.svelte';
import { Sitting } from './sitting.svelte';
import { REASONS, SPLITS, unproven } from './words';

/** Cards read ahead of the one on screen. */
const READ_AHEAD = 5;
/** Until a person touches anything, the first card follows the head of the queue for this long, in milliseconds. */
const FOLLOWS_HEAD_MS = 4_000;
/** Lines of the history strip. */
const HISTORY = 10;

/** May a verdict be given? Also on what the agent released, which makes it a check, and on what it put aside. */
export function isDecidable(state: ItemState): boolean {
  return state === 'open' || state === 'released' || state === 'parked';
}

/** Where a mail may be written anew as a person says: what the agent released has its mail in the outbox. */
const MAY_BE_REWRITTEN: ItemState[] = ['open', 'snoozed', 'parked'];

/** What the strip above the action bar asks before a gesture goes through. */
export type Ask = { kind: 'vouch' } | { kind: 'recipient'; vouches: boolean } | { kind: 'facts' } | { kind: 'redraft' } | { kind: 'note' };

type Said = Pick<DecideRequest, 'vouches' | 'confirms_recipient'> & { reasons?: Reason[]; note?: string };

export class Review {
  private saving: Promise<unknown> = Promise.resolve();
  readonly queue: Queue;
  readonly sitting: Sitting;
  /** What was released before recedes on the cards that follow. */
  readonly known = new KnownSentences();
  private cards = new Cards();
  private time = new ActiveTime();
  private shownAt = new Date();
  private wanted: ItemId | null = null;
  /** A key, a click, or an item that was asked for. */
  private wasTouched = false;

  index = $state(0);
  card = $state.raw<LoadedCard | null>(null);
  /** Why the queue or the card could not be read. */
  failure = $state<ReturnType<typeof presentation> | null>(null);
  history = $state<Done[]>([]);
  /** Which proof is walked to, by place in `card.proofs`. */
  proof = $state<number | null>(null);
  wrongFacts = $state<FindingId[]>([]);
  ask = $state<Ask | null>(null);
  notes = $state<Record<ItemId, string>>({});
  /** Edits that were begun, kept until the item is decided. */
  edits = $state<Record<ItemId, { subject: string; body: string }>>({});
  isEditing = $state(false);
  showsDiff = $state(false);
  isDrawerOpen = $state(false);
  isChoosingDay = $state(false);
  /** Whom the do-not-contact dialog is about: the card on screen, or the decision made last. */
  blocking = $state.raw<{ lead: Lead; done: Done | null } | null>(null);
  /** Decisions that are not on disk yet. */
  unsaved = $state(0);

  /** Reads from the queue of open items, or from another one such as the sample of an audit. */
  constructor(queueOf: (settled: () => Promise<unknown>) => Queue = (settled) => new Queue(settled)) {
    this.queue = queueOf(() => this.saving);
    this.sitting = new Sitting(this.queue, () => this.showSitting(), () => this.saving);
  }

  get item(): ItemId | null {
    return this.card?.view.item.id ?? null;
  }

  get last(): Done | null {
    return this.history[0] ?? null;
  }

  /** The mail as it stands: the draft, or the edit begun. */
  get text(): { subject: string; body: string } | null {
    const draft = this.card?.view.item.card.draft;
    if (!draft || !this.item) return null;
    return this.edits[this.item] ?? { subject: draft.subject, body: bodyText(draft.sentences) };
  }

  get hasEdit(): boolean {
    return this.item !== null && this.edits[this.item] !== undefined;
  }

  async begin(): Promise<void> {
    await this.reload();
    const lines = await app.attempt(() => call('history', { limit: HISTORY }));
    if (!lines) return;
    if (this.history.length === 0) this.history = lines.map(({ item, summary, decided_at }) => earlier(item, summary, decided_at));
    void this.recall(lines);
  }

  /** What an earlier session released last is known in this one too; a card that cannot be read teaches nothing. */
  private async recall(lines: HistoryLine[]): Promise<void> {
    const read = await Promise.allSettled(lines.map(({ item }) => call('item', { item })));
    for (const one of read) {
      if (one.status !== 'fulfilled') continue;
      const { id, verdicts, card } = one.value.item;
      if (verdicts.email === 'accept' && card.draft) this.known.learn(id, card.draft);
    }
  }

  /** Somebody else's turn: what was read for the one before, and what they did, is not theirs to see. */
  async changeTurn(): Promise<void> {
    this.cards = new Cards();
    this.leaveCard();
    this.card = null;
    this.wanted = null;
    this.index = 0;
    this.history = [];
    await this.sitting.end();
    await this.begin();
  }

  /** Reads the queue anew and stays on the item that is shown, if it still waits. */
  async reload(): Promise<void> {
    this.failure = null;
    try {
      await this.queue.load();
      await this.queue.ensure(this.index);
      const place = this.item === null ? -1 : this.queue.indexOf(this.item);
      // An item that was not found may stand on a page that is not read yet: the card on screen is not taken away.
      const mayStandElsewhere = this.card !== null && !this.queue.isWhole;
      if (this.followsHead) await this.select(0);
      else if (place >= 0) await this.select(place);
      else if (!mayStandElsewhere) await this.select(this.card === null ? 0 : this.index);
    } catch (cause) {
      this.failure = presentation(cause);
    }
  }

  /** Items still arrive, and nobody has begun to read: the first card is the first of the queue. */
  private get followsHead(): boolean {
    return !this.wasTouched && this.card !== null && Date.now() - this.shownAt.getTime() < FOLLOWS_HEAD_MS;
  }

  async select(index: number): Promise<void> {
    if (this.queue.total === 0) {
      this.leaveCard();
      this.card = null;
      this.wanted = null;
      return;
    }
    this.index = Math.max(0, Math.min(index, this.queue.total - 1));
    if (!this.queue.lines[this.index]) await this.queue.ensure(this.index);
    const line = this.queue.lines[this.index];
    if (line) await this.show(line.item);
  }

  /** Shows an item wherever it stands: in the queue, asleep, or decided. */
  async open(item: ItemId): Promise<void> {
    this.wasTouched = true;
    const index = this.queue.indexOf(item);
    if (index >= 0) return this.select(index);
    const card = await app.attempt(() => this.cards.get(item));
    if (!card) return;
    if (card.view.item.state === 'open') this.queue.insert(this.index, lineOf(card.view));
    this.put(card);
  }

  private async show(item: ItemId): Promise<void> {
    this.wanted = item;
    const ready = this.cards.peek(item);
    if (ready) this.put(ready);
    else {
      this.card = null;
      try {
        const card = await this.cards.get(item);
        if (this.wanted === item) this.put(card);
      } catch (cause) {
        if (this.wanted === item) this.failure = presentation(cause);
      }
    }
    const ahead = this.queue.lines.slice(this.index + 1, this.index + 1 + READ_AHEAD);
    this.cards.prefetch(ahead.flatMap((line) => (line ? [line.item] : [])));
    void this.queue.ensure(this.index + READ_AHEAD);
  }

  private put(card: LoadedCard): void {
    const isAnother = this.card?.view.item.id !== card.view.item.id;
    if (isAnother) this.leaveCard();
    this.failure = null;
    this.card = card;
    this.wanted = card.view.item.id;
    if (!isAnother) return;
    this.time = new ActiveTime();
    this.shownAt = new Date();
  }

  private leaveCard(): void {
    this.proof = null;
    this.wrongFacts = [];
    this.ask = null;
    this.isEditing = false;
    this.showsDiff = false;
  }

  sign(): void {
    this.wasTouched = true;
    this.time.sign();
  }

  pauseTime(): void {
    this.time.pause();
  }

  next = () => void this.select(this.index + 1);
  previous = () => void this.select(this.index - 1);

  setSplit(split: QueueSplit): void {
    this.queue.split = split;
    void this.startOver();
  }

  /** Has a part of the queue its tab? Opinions have one while somebody is asked for them. */
  isShown(split: QueueSplit): boolean {
    return split !== 'opinions' || this.queue.split === split || (app.overview?.splits.find((one) => one.split === split)?.open ?? 0) > 0;
  }

  stepSplit(by: 1 | -1): void {
    if (this.sitting.isOn) return;
    const all = (Object.keys(SPLITS) as QueueSplit[]).filter((split) => this.isShown(split));
    this.setSplit(all[(all.indexOf(this.queue.split) + by + all.length) % all.length]!);
  }

  setFilter(filter: string): void {
    this.queue.filter = filter;
    void this.startOver();
  }

  /** What the pass is about lies open also where the window has no room for both. */
  private showSitting(): Promise<void> {
    this.isDrawerOpen = this.sitting.asks === 'leads';
    return this.startOver();
  }

  private async startOver(): Promise<void> {
    try {
      await this.queue.load();
      await this.select(0);
    } catch (cause) {
      this.failure = presentation(cause);
    }
  }

  // Decisions

  /** Accepts what is pending. Unproven sentences and a found address are asked about first. */
  accept(said: Said = { vouches: false, confirms_recipient: false }): void {
    const view = this.card?.view;
    if (!view || app.refuses()) return;
    if (isOpinion(view)) return this.decide({ gesture: 'accept', part: 'lead' }, said);
    const isEdited = this.hasEdit;
    if (this.sitting.asks === 'leads' && !isEdited) return this.decide({ gesture: 'accept', part: 'lead' }, said);
    if (view.item.card.draft && !isEdited && !said.vouches && unproven(view.item.card).length > 0) this.ask = { kind: 'vouch' };
    else if (view.item.card.draft && view.recipient_to_confirm !== null && view.lead.person.email === null && !said.confirms_recipient) this.ask = { kind: 'recipient', vouches: said.vouches };
    else if (isEdited && this.text) this.decide({ gesture: 'edit_mail', ...this.text }, said);
    else this.decide({ gesture: 'accept', part: 'all' }, said);
  }

  acceptLead = () => this.decide({ gesture: 'ask_for_redraft' });
  /** Rejects the lead; where it was accepted in the first pass, only its mail is left to reject. */
  reject = () => this.decide({ gesture: 'reject', part: this.sitting.hasLead(this.item) ? 'email' : 'lead' });

  rejectMail(): void {
    if (this.card?.view.item.card.draft) this.decide({ gesture: 'reject', part: 'email' });
    else toasts.show('There is no mail on this card', { body: 'Accept or reject the lead.' });
  }

  /** Goes through with what the strip asks. */
  confirm(text = ''): void {
    const { ask } = this;
    this.ask = null;
    if (ask?.kind === 'vouch') this.accept({ vouches: true, confirms_recipient: false });
    else if (ask?.kind === 'recipient') this.accept({ vouches: ask.vouches, confirms_recipient: true });
    else if (ask?.kind === 'facts') this.decide({ gesture: 'remove_facts', findings: this.wrongFacts });
    else if (ask?.kind === 'redraft') this.instruct(text.trim());
    else if (ask?.kind === 'note' && this.item) this.notes[this.item] = text.trim();
  }

  /** Leaves whatever is open, one at a time; texts are kept. */
  leave(): void {
    if (this.ask?.kind === 'facts') this.wrongFacts = [];
    if (this.ask) this.ask = null;
    else if (this.isEditing) this.isEditing = false;
    else if (this.showsDiff) this.showsDiff = false;
    else if (this.isDrawerOpen) this.isDrawerOpen = false;
    else this.proof = null;
  }

  private decide(gesture: Gesture, said: Said = { vouches: false, confirms_recipient: false }): void {
    const view = this.card?.view;
    if (!view || !isDecidable(view.item.state) || app.refuses()) return;
    if (isOpinion(view) && !isAboutTheLead(gesture)) return refuseOpinion();
    const { id: item, workflow_id: workflow } = view.item;
    const request: DecideRequest = {
      item,
      gesture,
      reasons: said.reasons ?? [],
      note: [this.notes[item], said.note].filter(Boolean).join('\n'),
      vouches: said.vouches,
      confirms_recipient: said.confirms_recipient,
      shown_at: this.shownAt.toISOString(),
      active_ms: this.time.milliseconds(),
      tz_offset_minutes: -new Date().getTimezoneOffset(),
      shown_card_version: view.item.card_version,
    };
    const { draft } = view.item.card;
    const leavesMail = draft !== null && gesture.gesture === 'accept' && gesture.part === 'lead' && !isOpinion(view);
    const done = this.takeAway(view, gestureWords(gesture, leavesMail), workflow, request.reasons, false, leavesMail);
    this.save(done, async () => {
      const outcome = await call('decide', request);
      if (draft && !leavesMail && gesture.gesture === 'accept') this.known.learn(item, draft);
      if (draft && gesture.gesture === 'edit_mail') this.known.learn(item, draft, gesture.body);
      delete this.edits[item];
      delete this.notes[item];
      this.change(item, (one) => ({ ...one, learned: outcome.learned }));
      tell(outcome.hint);
      return outcome.gesture;
    });
  }

  /** Has the mail written anew: as it is said, which is no verdict, or just again, which accepts the lead. */
  private instruct(text: string): void {
    if (text === '') return this.acceptLead();
    const view = this.card?.view;
    if (!view || app.refuses()) return;
    if (isOpinion(view)) return refuseOpinion();
    if (!view.item.card.draft || !MAY_BE_REWRITTEN.includes(view.item.state)) return void toasts.show('There is no mail to write anew on this card');
    const { id: item, workflow_id: workflow, card_version: shown_card_version } = view.item;
    const done = this.takeAway(view, `sent back: ${text}`, workflow, [], false);
    this.save(done, async () => {
      await call('instruct', { item, text, shown_card_version });
      delete this.edits[item];
      return null;
    });
  }

  /** Puts the item off; nothing is learnt from it. */
  later(until: Date): void {
    const view = this.card?.view;
    this.isChoosingDay = false;
    if (!view || view.item.state !== 'open' || app.refuses()) return;
    if (isOpinion(view)) return void toasts.show('A second opinion waits by itself', { body: 'Go on with J; it comes back to you.' });
    const done = this.takeAway(view, 'put off', view.item.workflow_id, [], true);
    this.save(done, async () => {
      await call('snooze', { item: view.item.id, until: until.toISOString() });
      return null;
    });
  }

  /** Takes the item out of the list and shows the next one. */
  private takeAway(view: ItemView, words: string, workflow: WorkflowId, reasons: Reason[], isSnooze: boolean, leavesMail = false): Done {
    const { id: item } = view.item;
    const index = this.queue.indexOf(item);
    const line = this.queue.lines[index] ?? lineOf(view);
    const done: Done = { item, company: view.lead.company, lead: view.lead, words, at: new Date(), reasons, state: 'saving', gesture: null, workflow, isSnooze, learned: null, place: { index: index < 0 ? this.index : index, line } };
    this.history = [done, ...this.history.filter((one) => one.item !== item)].slice(0, HISTORY);
    if (index >= 0) this.queue.remove(index);
    this.sitting.took(line, leavesMail);
    void this.select(this.index);
    return done;
  }

  private save(done: Done, send: () => Promise<GestureId | null>): void {
    this.unsaved++;
    this.saving = this.saving.then(async () => {
      try {
        const gesture = await send();
        this.change(done.item, (one) => ({ ...one, gesture, state: 'saved' }));
        this.cards.forget(done.item);
      } catch (cause) {
        this.rollBack(done, cause);
      } finally {
        this.unsaved--;
        void app.refresh();
      }
    });
    app.saved = this.saving;
  }

  /** A decision that was not saved: the item is back in its place, and the person is told. */
  private rollBack(done: Done, cause: unknown): void {
    this.history = this.history.filter((one) => one.item !== done.item);
    this.cards.forget(done.item);
    this.sitting.gave(done.item);
    if (done.place) {
      this.queue.insert(done.place.index, done.place.line);
      if (this.item !== null && this.queue.indexOf(this.item) >= 0) this.index = this.queue.indexOf(this.item);
    }
    const { what, effect, next } = presentation(cause);
    const goBack = { words: 'Go back to it', run: () => void this.open(done.item) };
    toasts.show(`${done.company} was not ${done.words}`, { body: `${what} ${effect} ${next}`, isError: true, action: goBack });
    if (this.wanted === null) void this.open(done.item);
  }

  private change(item: ItemId, to: (done: Done) => Done): void {
    this.history = this.history.map((one) => (one.item === item ? to(one) : one));
  }

  undo = () => this.takeBack(null);

  /** Takes the last gesture back, or the last one on an item. */
  takeBack(item: ItemId | null): void {
    if (app.refuses()) return;
    this.saving = this.saving.then(async () => {
      const done = item === null ? this.last : (this.history.find((one) => one.item === item) ?? null);
      try {
        const back = done?.isSnooze ? await this.wake(done) : (await call('undo', { item })).item;
        const kept = this.history.find((one) => one.item === back);
        this.history = this.history.filter((one) => one.item !== back);
        await this.comeBack(back, kept?.place ?? null);
        toasts.show(`${kept?.company ?? 'The last decision'}: taken back`, { action: { words: 'Redo', run: this.redo } });
      } catch (cause) {
        app.fail(cause);
      }
      void app.refresh();
    });
  }

  private async wake(done: Done): Promise<ItemId> {
    await call('snooze', { item: done.item, until: new Date().toISOString() });
    return done.item;
  }

  private async comeBack(item: ItemId, place: Done['place']): Promise<void> {
    this.cards.forget(item);
    this.known.forget(item);
    this.sitting.gave(item);
    if (place) this.queue.insert(place.index, place.line);
    const index = this.queue.indexOf(item);
    if (index >= 0) {
      this.index = index;
      await this.show(item);
    } else await this.open(item);
  }

  redo = () => {
    if (app.refuses()) return;
    this.saving = this.saving.then(async () => {
      try {
        const { item, summary } = await call('redo', {});
        this.cards.forget(item);
        const index = this.queue.indexOf(item);
        const line = index < 0 ? null : (this.queue.lines[index] ?? null);
        if (index >= 0) this.queue.remove(index);
        this.history = [{ ...earlier(item, summary, new Date().toISOString()), place: line && { index, line } }, ...this.history].slice(0, HISTORY);
        if (this.item === item || this.card === null) void this.select(this.index);
      } catch (cause) {
        app.fail(cause);
      }
      void app.refresh();
    });
  };

  // Around the decision

  /** Gives the last decision a reason, or takes it away again. Nine opens the do-not-contact dialog. */
  reason(number: number): void {
    const reason = REASONS[number - 1]?.reason;
    const done = this.last;
    if (!reason || !done || done.isSnooze || done.workflow === null) return;
    if (reason === 'do_not_contact') return void (done.lead && (this.blocking = { lead: done.lead, done }));
    const reasons = done.reasons.includes(reason) ? done.reasons.filter((one) => one !== reason) : [...done.reasons, reason];
    this.explain(done, reasons);
  }

  private explain(done: Done, reasons: Reason[]): void {
    this.change(done.item, (one) => ({ ...one, reasons }));
    this.saving = this.saving.then(async () => {
      const saved = this.history.find((one) => one.item === done.item);
      if (!saved?.gesture || !saved.workflow) return;
      const { gesture, workflow } = saved;
      await app.attempt(() => call('explain', { gesture, workflow_id: workflow, reasons, note: '' }));
    });
  }

  startBlocking(): void {
    const view = this.card?.view;
    if (view && !app.refuses()) this.blocking = { lead: view.lead, done: null };
  }

  /** Puts somebody on the do-not-contact list; the lead on screen is rejected with it, a decided one gets the reason. */
  async block(entry: string, reason: string): Promise<void> {
    const target = this.blocking;
    this.blocking = null;
    const added = await app.attempt(() => call('suppress', { entries: [{ text: entry, reason }] }));
    if (added === null || !target) return;
    toasts.show(`${entry} will not be contacted`, { body: 'Mails to them that have not left are kept here.' });
    if (target.done) this.explain(target.done, [...target.done.reasons, 'do_not_contact']);
    else this.decide({ gesture: 'reject', part: 'lead' }, { vouches: false, confirms_recipient: false, reasons: ['do_not_contact'] });
  }

  walkProof(by: 1 | -1): void {
    const count = this.card?.proofs.length ?? 0;
    if (count === 0) return;
    this.isDrawerOpen = true;
    const from = this.proof ?? (by === 1 ? -1 : 0);
    this.proof = (from + by + count) % count;
  }

  /** Marks the proof walked to as wrong, or takes the mark away. */
  markFact(finding?: FindingId): void {
    const id = finding ?? this.card?.proofs[this.proof ?? 0]?.finding.id;
    if (!id || this.card?.view.item.state !== 'open' || app.refuses()) return;
    this.wrongFacts = this.wrongFacts.includes(id) ? this.wrongFacts.filter((one) => one !== id) : [...this.wrongFacts, id];
    this.ask = this.wrongFacts.length > 0 ? { kind: 'facts' } : null;
  }

  edit(): void {
    if (app.refuses()) return;
    if (this.card && isOpinion(this.card.view)) return refuseOpinion();
    if (!this.text || this.card?.view.item.state !== 'open') return void toasts.show('There is no mail to edit on this card');
    this.ask = null;
    this.isDrawerOpen = false;
    this.isEditing = true;
  }

  type(text: { subject: string; body: string }): void {
    const draft = this.card?.view.item.card.draft;
    if (!draft || !this.item) return;
    const isUnchanged = text.subject === draft.subject && text.body === bodyText(draft.sentences);
    if (isUnchanged) delete this.edits[this.item];
    else this.edits[this.item] = text;
  }

  saveEdit(): void {
    if (!this.isEditing || !this.text) return;
    if (!this.text.subject.trim() || !this.text.body.trim()) return void toasts.show('A mail needs a subject and a text');
    this.accept();
  }

  toggleDiff(): void {
    if (this.hasEdit) this.showsDiff = !this.showsDiff;
    else toasts.show('Nothing was changed yet', { body: 'Press E to edit; the changes show here as you type.' });
  }

  async openSource(): Promise<void> {
    const url = this.card?.proofs[this.proof ?? 0]?.finding.source.url;
    if (url) await app.attempt(() => call('open_source', { url }));
  }

  async copy(): Promise<void> {
    const text = this.text;
    if (!text) return;
    const isCopied = await copyText(`${text.subject}\n\n${text.body}`);
    toasts.show(isCopied ? 'Mail copied' : 'The mail was not copied', { body: isCopied ? '' : 'The system refused the clipboard.' });
  }
}
