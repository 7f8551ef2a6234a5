// The in-memory backend: the same commands as the Rust shell, answered from invented data. It serves development, tests and
// screenshots; the window's own build does not carry it. It can be slow, offline or failing on request, so that every
// state of every screen can be seen. Nothing in here decides anything about leads: it only keeps what it is told.
import type { ErrorCode } from '../errors';
import type * as b from './bindings';
import { type Backend, CommandError } from './backend';
import type { Command, Events, Request, Response } from './commands';
import { FakeContext } from './fake-context';
import * as data from './fake-data';
import { FakeDiscovery, labelOf, stated } from './fake-discovery';
import { FakeKeeping } from './fake-keeping';
import * as ledger from './fake-egress';
import { answerOutcome, answeredLines, insights } from './fake-insights';
import { styleProof } from './fake-proof';
import { FakeSchedule } from './fake-schedule';
import { ALONE, FakeTeam, type TeamOptions } from './fake-team';
import { CALM, FakeTrust, type TrustOptions } from './fake-trust';

export interface FakeOptions {
  /** Items in the queue. */
  items: number;
  offline: boolean;
  startup: b.Startup;
  isReadOnly: boolean;
  /** The next call of a command fails with this code; `always` keeps failing. */
  failures: Partial<Record<Command, { code: ErrorCode; always?: boolean }>>;
  /** Milliseconds before every answer. */
  delay: number;
  /** Commands that never answer. */
  silent: Command[];
  theme: b.Theme;
  hasWorkflow: boolean;
  hasLeads: boolean;
  hasMails: boolean;
  /** Drafts of about 400 words. */
  hasLongMails: boolean;
  /** A new workspace can be locked by the keychain. */
  hasKeychain: boolean;
  /** Who reads and writes, by choice; the drafts are the built-in engine's all the same. */
  engine: b.EngineKind;
  /** Milliseconds between two items that the agent brings to a new workspace. */
  arrivalMs: number;
  /** Where trust stands. */
  trust: TrustOptions;
  /** Weeks in use, for the insights. */
  weeks: number;
  /** Who reviews besides the first person. */
  team: TeamOptions;
  /** A private word after each decision. */
  hint: b.SittingHint | null;
  /** The mails were written anew as a person said. */
  isRewritten: boolean;
}

export const PLAIN: FakeOptions = { items: 12, offline: false, startup: { state: 'ready' }, isReadOnly: false, failures: {}, delay: 0, silent: [], theme: 'system', hasWorkflow: true, hasLeads: true, hasMails: true, hasLongMails: false, hasKeychain: true, engine: 'rules', arrivalMs: 400, trust: CALM, weeks: 12, team: ALONE, hint: null, isRewritten: false };

interface GestureRow {
  gesture: b.GestureId;
  item: b.ItemId;
  summary: string;
  at: string;
  reasons: b.Reason[];
  before: { state: b.ItemState; verdicts: b.Verdicts };
  after: { state: b.ItemState; verdicts: b.Verdicts };
  isUndone: boolean;
}

type Answers = { [K in Command]: (request: Request<K>) => Response<K> };

const GESTURE_WORDS = {
  accept: 'accepted', reject: 'rejected the lead', edit_mail: 'accepted with an edit', remove_facts: 'removed wrong facts', ask_for_redraft: 'asked for another draft',
} as const;

/** Which open items belong to a split. */
const IN_SPLIT: Record<b.QueueSplit, (line: b.QueueLine) => boolean> = {
  all: () => true,
  exceptions: (line) => line.chip !== null,
  unsure: (line) => line.chip === null && line.confidence !== null,
  checks: (line) => line.confidence === null,
  opinions: () => true,
};

export class FakeBackend implements Backend {
  readonly options: FakeOptions;
  /** Commands as they came, for tests. */
  readonly calls: Array<{ command: Command; request: unknown }> = [];
  private views = new Map<string, b.ItemView>();
  private order: string[];
  private gestures: GestureRow[] = [];
  private handlers = new Map<string, Set<(payload: never) => void>>();
  private mails = data.outboxLines();
  private definition = data.definition();
  private versions: b.WorkflowVersion[];
  private preferences: b.Preferences;
  private account: b.MailAccount | null = { host: 'smtp.kelpline.example', port: 587, security: 'starttls', username: 'jonna@kelpline.example', extra_root: null };
  private engine: b.EngineView = { choice: { kind: 'rules', base_url: null, model: null }, detected: [], keys: [{ kind: 'openai_compatible', last_four: '7f2c' }], stages: { reader: null, scorer: null, writer: null, checker: null }, profile: 'full', limits: { day_micros: 5_000_000, day_tokens: 2_000_000, run_micros: null, run_tokens: null }, not_asked: null, spent_today: 'Today: $0.12 of $5.00, 34,200 of 2,000,000 tokens.', cost_so_far: '€ 1.84', cost_per_hundred_leads: null };
  private isDryRun = true;
  private context = new FakeContext();
  private discovery = new FakeDiscovery();
  private suppressed: b.Suppression[] = [{ id: 's1', scope: { scope: 'domain', value: 'maple-media.example' }, reason: 'asked us to stop', added_at: data.NOW }];
  private leadNotes = new Map<string, { tags: string[]; isArchived: boolean; change?: b.LeadChange }>();
  private imports: b.LeadImport[] = [{ id: 'i1', workflow_id: data.WORKFLOW_ID, file_name: 'fair-visitors.csv', file_hash: 'aa', lead_count: 40, created_at: '2026-11-02T08:15:00Z', undone_at: null }];
  private noticeLines: b.Notice[] = [{ id: 1, title: '1 lead needs you', body: 'Brightleaf Components: layoffs reported 9 days ago. The mail is held.', item: data.itemId(2), at: '2026-11-05T09:58:00Z' }];
  private run: b.RunProgress | null = null;
  private readonly trust: FakeTrust;
  private readonly team: FakeTeam;
  private readonly schedule: FakeSchedule;

  constructor(options: Partial<FakeOptions> = {}) {
    this.options = { ...PLAIN, ...options };
    this.trust = new FakeTrust(this.options.trust);
    this.team = new FakeTeam(this.options.team);
    this.schedule = new FakeSchedule(!this.options.trust.isFresh);
    this.order = Array.from({ length: this.options.items }, (_, n) => data.itemId(n));
    this.preferences = { theme: this.options.theme, notifications: true, names_in_notifications: false, quiet_hours: { from: '18:00', to: '08:00' }, rests_in_quiet_hours: false, waits_for_usual_hour: true, single_keys: true, keys: {}, daily_goal: 20 };
    if (!this.options.hasMails) this.mails = [];
    if (this.options.engine !== 'rules') this.engine = { ...this.engine, choice: { kind: this.options.engine, base_url: null, model: this.options.engine === 'ollama' ? 'gemma3:4b' : null } };
    this.versions = [3, 2, 1].map((version) => ({ version, changed_at: `2026-10-${10 + version * 5}T09:00:00Z`, definition: { ...this.definition, quality_bar: { ...this.definition.quality_bar, fit_score: 45 + version * 5 } } }));
  }

  async call<K extends Command>(command: K, request: Request<K>): Promise<Response<K>> {
    this.calls.push({ command, request });
    await new Promise((done) => (this.options.delay > 0 ? setTimeout(done, this.options.delay) : queueMicrotask(() => done(null))));
    if (this.options.silent.includes(command)) await new Promise(() => undefined);
    const failure = this.options.failures[command];
    if (failure) {
      if (!failure.always) delete this.options.failures[command];
      throw new CommandError(failure.code, `injected: ${failure.code}`);
    }
    return structuredClone((this.answers[command] as (request: Request<K>) => Response<K>)(request));
  }

  listen<K extends keyof Events>(event: K, handler: (payload: Events[K]) => void): () => void {
    const handlers = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, handlers);
    handlers.add(handler as never);
    return () => handlers.delete(handler as never);
  }

  /** Tells the window something, as the engine would. */
  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const handler of this.handlers.get(event) ?? []) handler(payload as never);
  }

  private keeping = new FakeKeeping();
  private profileAnswers = new Map<string, b.ProfileAnswer>();
  private lessonsSaid = new Map<string, Partial<b.LessonLine> | null>();

  /** A person's word about a lesson; null when it is to be forgotten. */
  private saidOf(lesson: b.LessonLine): Partial<b.LessonLine> | null {
    const said = this.lessonsSaid.get(lesson.id);
    return said === undefined ? {} : said;
  }

  private view(item: string): b.ItemView {
    const n = data.itemNumber(item);
    if (!(n >= 0 && n < this.options.items)) throw new CommandError('not_found', 'no such item');
    const made = this.options.hasLongMails ? data.withLongMail(data.itemView(n)) : data.itemView(n);
    const known = this.views.get(item) ?? this.madeBy(made);
    this.views.set(item, known);
    return known;
  }

  /** With a model chosen, its server is gone: the built-in engine stands in on every card. */
  private madeBy(view: b.ItemView): b.ItemView {
    const { draft } = view.item.card;
    if (this.options.isRewritten && draft) {
      const instruction: b.Instruction = { text: 'shorter, other opening, in German, mention our award', done: ['other opening'], not_done: ['shorter: it has 58 words, and a first mail has 50 or more', 'in German: the workflow has no German offer and question'], to_model: ['mention our award'] };
      return { ...view, item: { ...view.item, card_version: 2, card: { ...view.item.card, draft: { ...draft, instruction } } } };
    }
    if (this.options.engine === 'rules' || !draft) return view;
    const stood_in_for: b.StandIn = { model: this.engine.choice.model ?? 'gpt-4o-mini', reason: 'model_trouble' };
    return { ...view, item: { ...view.item, card: { ...view.item.card, draft: { ...draft, stood_in_for } } } };
  }

  private state(item: string): b.ItemState {
    return this.views.get(item)?.item.state ?? 'open';
  }

  private open(split: b.QueueSplit): b.QueueLine[] {
    const open = this.order.filter((item) => this.state(item) === 'open' && this.team.isAsked(item) === (split === 'opinions'));
    const lines = open.map((item) => data.queueLine(data.itemNumber(item))).filter(IN_SPLIT[split]);
    return split === 'opinions' ? lines.map((line) => ({ ...line, confidence: null, fit: null })) : lines;
  }

  private count(state: b.ItemState): number {
    return this.order.filter((item) => this.state(item) === state).length;
  }

  private write(): void {
    if (this.options.isReadOnly) throw new CommandError('store_read_only', 'read only');
  }

  private writing<T>(change: () => T): T {
    this.write();
    return change();
  }

  private decide(request: b.DecideRequest): b.DecideOutcome {
    this.write();
    const { item } = this.view(request.item);
    if (item.state === 'decided') throw new CommandError('cannot_decide', 'already decided');
    const kind = request.gesture.gesture;
    const unproven = item.card.checks?.claims.some(([, proof]) => proof !== 'sourced') ?? false;
    const part = 'part' in request.gesture ? request.gesture.part : 'all';
    if (kind === 'accept' && part !== 'lead' && unproven && !request.vouches) throw new CommandError('cannot_decide', 'needs vouching');
    const before = { state: item.state, verdicts: item.verdicts };
    const verdict: b.Verdict = kind === 'reject' ? 'reject' : kind === 'edit_mail' ? 'edit' : 'accept';
    if (part === 'lead' && item.verdicts.qualification !== null) throw new CommandError('cannot_decide', 'this part already has its verdict');
    const leavesMail = kind === 'accept' && part === 'lead' && item.card.draft !== null && !this.team.isAsked(request.item);
    item.state = kind === 'remove_facts' || kind === 'ask_for_redraft' ? 'redrafting' : leavesMail ? 'open' : 'decided';
    item.verdicts = { research: 'accept', qualification: verdict === 'reject' && part !== 'email' ? 'reject' : 'accept', email: leavesMail ? null : verdict };
    const gesture = `g${this.gestures.length + 1}`;
    const summary = `${this.view(request.item).lead.company}: ${GESTURE_WORDS[kind]}`;
    this.trust.decided(request.item);
    this.gestures = this.gestures.filter((row) => !row.isUndone);
    this.gestures.push({ gesture, item: request.item, summary, at: data.NOW, reasons: request.reasons, before, after: { state: item.state, verdicts: item.verdicts }, isUndone: false });
    const leaves: [number, string] | null = verdict !== 'reject' && item.state === 'decided' && item.card.draft ? [90 + this.gestures.length, new Date(Date.parse(data.NOW) + 600_000).toISOString()] : null;
    return { gesture, item: request.item, summary, verdicts: [['qualification', verdict]], mail: leaves, learned: [0.62, 0.66], hint: this.options.hint, redraft: item.state === 'redrafting' ? 'run-redraft' : null };
  }

  private instruct(request: b.InstructRequest): b.InstructOutcome {
    this.write();
    const { item, lead } = this.view(request.item);
    if (item.state === 'decided') throw new CommandError('cannot_decide', 'already decided');
    if (this.engine.choice.kind === 'rules' && !/short|long|formal|compliment|opening|question|words|german|english/i.test(request.text)) throw new CommandError('instruction', 'not understood');
    const before = { state: item.state, verdicts: item.verdicts };
    item.state = 'redrafting';
    const gesture = `g${this.gestures.length + 1}`;
    const summary = `${lead.company}: asked for "${request.text}"`;
    this.gestures = this.gestures.filter((row) => !row.isUndone);
    this.gestures.push({ gesture, item: request.item, summary, at: data.NOW, reasons: [], before, after: { state: item.state, verdicts: item.verdicts }, isUndone: false });
    return { gesture, item: request.item, summary, redraft: 'run-redraft' };
  }

  private restore(row: GestureRow, isUndone: boolean): b.UndoOutcome {
    const { item } = this.view(row.item);
    Object.assign(item, structuredClone(isUndone ? row.before : row.after));
    row.isUndone = isUndone;
    if (isUndone) this.trust.undecided(row.item);
    else this.trust.decided(row.item);
    return { item: row.item, summary: row.summary };
  }

  private leadRow(n: number): b.LeadRow {
    const note = this.leadNotes.get(data.leadId(n)) ?? { tags: n % 6 === 0 ? ['port day'] : [], isArchived: false };
    const lead = { ...data.lead(n), ...note.change };
    const missing = lead.person.email === null ? ['mail address missing: add it so that a mail can be sent'] : [];
    const stages: b.LeadStage[] = ['in_review', 'in_review', 'accepted', 'in_review', 'rejected', 'sent', 'new', 'researching'];
    return { line: { lead, missing }, stage: n < this.options.items && n < 12 ? 'in_review' : stages[n % stages.length]!, tags: note.tags, is_archived: note.isArchived, item: n < this.options.items ? data.itemId(n) : null };
  }

  private leadCount(): number {
    return this.options.hasLeads ? Math.max(40, this.options.items) : 0;
  }

  private leadNumber(lead: string): number {
    const n = data.itemNumber(lead);
    if (!(n >= 0 && n < this.leadCount())) throw new CommandError('not_found', 'no such lead');
    return n;
  }

  private leadDetail(lead: string): b.LeadDetail {
    const n = this.leadNumber(lead);
    const row = this.leadRow(n);
    return { row, dossier: row.stage === 'new' || row.stage === 'researching' ? null : data.dossier(n), workflow_name: this.definition.name, found: this.discovery.originOf(n) };
  }

  private noteLead(lead: string, note: Partial<{ tags: string[]; isArchived: boolean; change: b.LeadChange }>): b.LeadDetail {
    this.write();
    const row = this.leadRow(this.leadNumber(lead));
    this.leadNotes.set(lead, { tags: row.tags, isArchived: row.is_archived, ...this.leadNotes.get(lead), ...note });
    return this.leadDetail(lead);
  }

  private report(request: b.ImportRequest, id: string | null): b.ImportReport {
    const mapping = new Map([['Company', 'company'], ['Website', 'website'], ['First Name', 'first_name'], ['Last Name', 'last_name'], ['Title', 'role'], ['Email', 'email'], ['Country', 'country'], ['City', 'city'], ['Employees', 'head_count']]);
    for (const override of request.overrides) {
      const [header, field] = override.split('=') as [string, string];
      if (field) mapping.set(header, field);
      else mapping.delete(header);
    }
    const preview = [50, 51, 52, 46, 54].map((n) => data.lead(n)).map((lead) => ({ company: lead.company, person: `${lead.person.first_name} ${lead.person.last_name}`, role: lead.person.role, email: lead.person.email ?? '', website: lead.website ?? '' }));
    return {
      import: id, format: 'CSV, comma, UTF-8', preset: 'HubSpot contacts', mapping: [...mapping], unmapped: ['Notes', 'Lead source'].filter((header) => !mapping.has(header)), new: 812 + (request.takes_unsure ? 2 : 0),
      same: [{ line: 14, what: 'Orbital Freight, Wei Rao: already here' }, { line: 88, what: 'Vantage Foods, Noor Novak: already here' }],
      unsure: [{ line: 31, what: 'Brightleaf Components Ltd. may be Brightleaf Components' }, { line: 140, what: 'Quanta Lines A/S may be Quanta Lines' }],
      suppressed: [{ line: 9, what: 'maple-media.example: asked us to stop' }],
      problems: [{ line: 203, what: 'no company, website or mail address in this row' }], notes: [{ line: 17, what: 'head count 201-500 read as 350' }], incomplete: [{ line: 5, what: 'mail address missing: add it so that a mail can be sent' }], preview,
    };
  }

  private settingsView(): b.SettingsView {
    return { preferences: this.preferences, reviewers: this.team.reviewers(), engine: this.engine, mail_account: this.account, has_mail_password: this.account !== null, is_dry_run: this.isDryRun, data_dir: '~/AutoReach', version: '0.2.0' };
  }

  private fault(definition: b.WorkflowDefinition): b.DefinitionFault | null {
    const isOneQuestion = (text: string) => text.trimEnd().endsWith('?') && text.split('?').length === 2;
    if (!definition.name.trim()) return { field: 'name', message: 'give the workflow a name' };
    if (!definition.messaging.offer.en.trim()) return { field: 'messaging.offer.en', message: 'say in one or two sentences what you offer' };
    if (!isOneQuestion(definition.messaging.question.en)) return { field: 'messaging.question', message: 'write exactly one question, ending with “?”' };
    if (!definition.sender.name.trim() || !definition.sender.company.trim()) return { field: 'sender.name', message: 'say who signs the mails' };
    const range = definition.icp.head_count;
    if (range?.max != null && range.max < range.min) return { field: 'icp.head_count', message: 'the smallest number is above the largest' };
    return null;
  }

  private setMail(mail: number, state: b.OutboxState, what: string): null {
    this.write();
    const line = this.mails.find((one) => one.mail === mail);
    if (!line) throw new CommandError('not_found', 'no such mail');
    if (['sent', 'bounced', 'cancelled'].includes(line.state)) throw new CommandError('mail_is_past', 'past');
    Object.assign(line, { state, what, not_before: null });
    this.emit('outbox_changed', null);
    return null;
  }

  private setHeld(isHeld: boolean): number {
    this.write();
    const waiting = this.mails.filter((line) => line.state === 'held' || line.state === 'queued');
    for (const line of waiting) line.what = isHeld ? 'held by you; release it to let it go' : 'waits out its hold time; recall is possible';
    return waiting.length;
  }

  private progress(state: string): b.RunProgress {
    const leads = this.options.hasLeads ? 40 : 0;
    this.run = { run_id: 'r1', state, leads, researched: Math.round(leads * 0.65), qualified: Math.round(leads * 0.6), drafted: Math.round(leads * 0.55), given_up: leads > 0 ? 1 : 0, started_at: '2026-11-05T10:30:00Z' };
    this.emit('run_progress', this.run);
    return this.run;
  }

  /** An item enters at the head of the queue. */
  bring(item: b.ItemId): void {
    this.order.unshift(item);
    this.emit('queue_changed', null);
  }

  /** The agent brings the items one after the other, as it does after a start. */
  private arrive(): void {
    const waiting = Array.from({ length: this.options.items }, (_, n) => data.itemId(n));
    this.order = [];
    const bring = (): void => {
      const next = waiting.shift();
      if (next) this.order.push(next);
      const drafted = this.order.length;
      this.run = waiting.length === 0 ? null : { run_id: 'r1', state: 'running', leads: this.options.items, researched: Math.min(this.options.items, drafted + 2), qualified: drafted, drafted, given_up: 0, started_at: data.NOW };
      if (this.run) this.emit('run_progress', this.run);
      this.emit('queue_changed', null);
      if (waiting.length > 0) setTimeout(bring, this.options.arrivalMs);
    };
    this.run = { run_id: 'r1', state: 'running', leads: this.options.items, researched: 0, qualified: 0, drafted: 0, given_up: 0, started_at: data.NOW };
    setTimeout(bring, this.options.arrivalMs);
  }

  private answers: Answers = {
    startup: () => this.options.startup,
    open_workspace: ({ access }) => {
      if (access.way === 'recovery_key' && access.recovery_key.length < 8) throw new CommandError('wrong_key', 'wrong');
      if (access.way === 'passphrase' && access.passphrase.length < 8) throw new CommandError('wrong_key', 'wrong');
      if (access.way === 'keychain') return this.options.startup;
      this.options.startup = { state: 'ready' };
      return this.options.startup;
    },
    create_workspace: ({ kind, passphrase }) => {
      if (kind === 'own' && !this.options.hasKeychain && !passphrase) throw new CommandError('keychain', 'there is no keychain');
      this.options.hasWorkflow = kind === 'demo';
      this.options.hasLeads = kind === 'demo';
      this.options.startup = { state: 'ready' };
      if (kind === 'own') {
        this.order = [];
        return { recovery_key: 'ARK1P-7QHFM-2M9XD-KD4TW-P8WNJ-6RZCA-B3VJE-5YELK' };
      }
      this.arrive();
      return { recovery_key: null };
    },
    overview: () => ({
      is_demo: false, read_only: this.options.isReadOnly ? 'A newer program has upgraded this workspace' : null, workflow: this.options.hasWorkflow ? data.WORKFLOW_ID : null, workflow_name: this.options.hasWorkflow ? this.definition.name : '',
      lead_level: this.trust.view('').stages[1]!.level, email_level: this.trust.view('').stages[2]!.level, counts: { open: this.open('all').length, snoozed: this.count('snoozed'), redrafting: this.count('redrafting'), decided: this.count('decided'), released: this.count('released'), parked: this.count('parked') },
      splits: (Object.keys(IN_SPLIT) as b.QueueSplit[]).map((split) => ({ split, open: this.open(split).length })),
      outbox_waiting: this.mails.filter((line) => ['held', 'queued', 'deferred', 'uncertain'].includes(line.state)).length,
      offline_since: this.options.offline ? '2026-11-05T09:12:00Z' : null, run: this.run, is_dry_run: this.isDryRun,
      goal: { target: this.preferences.daily_goal, done: 8 + this.gestures.filter((row) => !row.isUndone).length }, seconds_per_item: 21,
    }),

    queue_page: ({ split, filter, offset, limit }) => {
      const wanted = filter.trim().toLowerCase();
      const lines = this.open(split).filter((line) => `${line.company} ${line.person}`.toLowerCase().includes(wanted));
      return { lines: lines.slice(offset, offset + Math.min(limit, 200)), total: lines.length };
    },
    item: ({ item }) => {
      const view = this.view(item);
      if (this.team.isAsked(item) && view.item.state === 'open') return { ...view, confidence_is_hidden: true, item: { ...view.item, blind: true, marked: true, why: { why: 'second_opinion' } } };
      const isBlind = this.trust.isCheck(item) && view.item.state === 'open';
      return isBlind ? { ...view, confidence_is_hidden: true, item: { ...view.item, blind: true, marked: true, why: { why: 'check' } } } : view;
    },
    stored_page: ({ hash }) => {
      const page = data.storedPage(hash);
      if (!page) throw new CommandError('not_found', 'no such page');
      return page;
    },
    decide: (request) => this.decide(request),
    instruct: (request) => this.instruct(request),
    explain: ({ gesture, reasons }) => {
      const row = this.gestures.find((one) => one.gesture === gesture);
      if (!row) throw new CommandError('not_found', 'no such gesture');
      row.reasons = reasons;
      return null;
    },
    snooze: ({ item, until }) => {
      this.write();
      const { item: row } = this.view(item);
      const isOver = Date.parse(until) <= Date.now();
      row.state = isOver ? 'open' : 'snoozed';
      row.snoozed_until = isOver ? null : until;
      return null;
    },
    undo: ({ item }) => {
      this.write();
      const row = this.gestures.findLast((one) => !one.isUndone && (item === null || one.item === item));
      if (!row) throw new CommandError('nothing_to_undo', 'nothing');
      return this.restore(row, true);
    },
    redo: () => {
      this.write();
      const row = this.gestures.find((one) => one.isUndone);
      if (!row) throw new CommandError('nothing_to_redo', 'nothing');
      return this.restore(row, false);
    },
    history: ({ limit }) => this.gestures.filter((row) => !row.isUndone).reverse().slice(0, limit).map((row) => ({ item: row.item, summary: row.summary, decided_at: row.at })),
    suppress: ({ entries }) => {
      this.write();
      for (const entry of entries) this.suppressed.unshift({ id: `s${this.suppressed.length + 1}`, scope: { scope: entry.text.includes('@') ? 'person' : entry.text.includes('.') ? 'domain' : 'company', value: entry.text }, reason: entry.reason, added_at: data.NOW });
      return entries.length;
    },
    suppressions: () => this.suppressed,
    exception_desk: () => this.context.desk(),
    mute_exception: ({ kind, days }) => this.writing(() => this.context.mute(kind, days)),
    unmute_exception: ({ kind }) => this.writing(() => this.context.unmute(kind)),
    market_notes: () => this.context.notes(),
    add_market_note: (note) => this.writing(() => this.context.addNote(note)),
    end_market_note: ({ note }) => this.writing(() => this.context.endNote(note)),
    contacts: () => this.context.contacts(),
    import_contacts: ({ note }) => this.writing(() => this.context.importContacts(note)),
    remove_contact: ({ contact }) => this.writing(() => this.context.removeContact(contact)),
    open_source: () => null,

    lead_page: ({ filter, archived, offset, limit }) => {
      const wanted = filter.trim().toLowerCase();
      const all = Array.from({ length: this.leadCount() }, (_, n) => n).map((n) => this.leadRow(n));
      const rows = all.filter((row) => row.is_archived === archived && `${row.line.lead.company} ${row.line.lead.person.first_name} ${row.line.lead.person.last_name} ${row.tags.join(' ')}`.toLowerCase().includes(wanted));
      return { rows: rows.slice(offset, offset + limit), total: rows.length };
    },
    lead: ({ lead }) => this.leadDetail(lead),
    change_lead: ({ lead, change }) => this.noteLead(lead, { change }),
    read_again: ({ lead }) => this.noteLead(lead, {}),
    tag_lead: ({ lead, tags }) => this.noteLead(lead, { tags }),
    archive_lead: ({ lead, is_archived }) => this.noteLead(lead, { isArchived: is_archived }),
    stage_lead_file: ({ file_name, content_base64 }) => ({ file: 'f1', file_name, bytes: Math.floor(content_base64.length * 0.75) }),
    preview_import: (request) => this.report(request, null),
    import_leads: (request) => {
      this.write();
      const report = this.report(request, `i${this.imports.length + 1}`);
      this.imports.unshift({ id: report.import!, workflow_id: request.workflow_id, file_name: 'leads.csv', file_hash: 'bb', lead_count: report.new, created_at: data.NOW, undone_at: null });
      this.options.hasLeads = true;
      return report;
    },
    imports: () => this.imports,
    undo_import: ({ import: id }) => {
      const found = this.imports.find((one) => one.id === id);
      if (!found || found.undone_at) throw new CommandError('import_undone', 'undone');
      found.undone_at = data.NOW;
      return found.lead_count;
    },
    given_up: () => [{ company: 'Umbra Lines', step: 'research', cause: 'the site did not answer three times' }],

    discover_page: ({ address }) => this.discovery.page(address),
    discover_domains: ({ name, text }) => this.discovery.domains(name, text),
    discover_search: ({ queries, engine }) => this.discovery.search(queries, engine),
    profile_from_examples: ({ good, bad }) => this.discovery.examples(good, bad),
    profile_with: ({ icp, statements }) => stated(icp, statements),
    discovery_queries: () => this.discovery.queries(),
    add_discovered: ({ workflow_id, source, chosen }) =>
      this.writing(() => {
        const import_id = `i${this.imports.length + 1}`;
        this.imports.unshift({ id: import_id, workflow_id, file_name: labelOf(source), file_hash: 'cc', lead_count: chosen.length, created_at: data.NOW, undone_at: null });
        this.options.hasLeads = true;
        return { import: import_id, added: chosen.length, left_out: [] };
      }),
    search_settings: () => this.discovery.settings,
    set_searxng: ({ address }) => this.writing(() => this.discovery.setSearxng(address)),
    set_brave_key: ({ key }) => this.writing(() => this.discovery.setKey(key)),

    start_run: () => {
      if (this.order.length > 0 || this.options.items === 0) return this.progress('running');
      this.arrive();
      return this.run!;
    },
    estimate_run: () => ledger.estimate(this.engine, this.options.hasLeads ? 8 : 0),
    pause_run: () => this.progress('paused'),
    resume_run: () => this.progress('running'),
    cancel_run: () => this.progress('cancelled'),

    workflows: () => (this.options.hasWorkflow ? [{ id: data.WORKFLOW_ID, version: this.versions[0]!.version, definition: this.definition }] : []),
    check_workflow: ({ definition }) => this.fault(definition),
    set_workflow: ({ definition }) => {
      this.write();
      if (this.fault(definition)) throw new CommandError('workflow_definition', 'fault');
      const isNew = !this.options.hasWorkflow;
      this.definition = definition;
      this.options.hasWorkflow = true;
      this.versions.unshift({ version: this.versions[0]!.version + 1, changed_at: data.NOW, definition });
      return { workflow: { id: data.WORKFLOW_ID, version: this.versions[0]!.version, definition }, is_new: isNew };
    },
    workflow_versions: () => this.versions,
    schedule: () => this.schedule.view(this.definition.name),
    set_schedule: ({ schedule }) => this.writing(() => {
      this.schedule.set(schedule);
      return this.schedule.view(this.definition.name);
    }),
    pause_schedules: ({ is_paused }) => this.writing(() => {
      this.schedule.pause(is_paused);
      return this.schedule.view(this.definition.name);
    }),

    outbox: () => this.mails,
    mail_text: ({ mail }) => {
      const line = this.mails.find((one) => one.mail === mail);
      if (!line) throw new CommandError('not_found', 'no such mail');
      const text = data.itemView(3).item.card.draft!.sentences.map((sentence) => (sentence.starts_paragraph ? '\n\n' : '') + sentence.text).join(' ');
      return { mail, from: 'Jonna Revsbech <jonna@kelpline.example>', to: line.to, subject: line.subject, body: text };
    },
    recall_mail: ({ mail }) => this.setMail(mail, 'cancelled', 'taken back'),
    release_mail: ({ mail }) => this.setMail(mail, 'queued', 'leaves with the next sending run'),
    hold_all: () => this.setHeld(true),
    release_all: () => this.setHeld(false),
    resolve_uncertain: ({ mail, answer }) => this.setMail(mail, answer === 'was_sent' ? 'sent' : 'cancelled', answer === 'was_sent' ? 'you said that it arrived' : 'you gave it up'),

    trust: () => this.trust.view(this.definition.name),
    promote: ({ stage }) => this.writing(() => this.trust.promote(stage)),
    pull_back: ({ stage }) => this.writing(() => this.trust.pullBack(stage)),
    set_override: (request) => this.writing(() => this.trust.give(request)),
    end_override: ({ stage }) => this.writing(() => this.trust.end(stage)),
    set_policy: ({ stage, policy }) => this.writing(() => this.trust.setPolicy(stage, policy)),
    replay: (request) => this.trust.replay(request),
    what_if_profile: (request) => this.trust.whatIfProfile(request),
    audit: () => this.trust.audit(),
    insights: () => {
      const view = insights(this.options.trust.isFresh ? 0 : this.options.weeks);
      return { ...view, profile: answeredLines(view.profile, this.profileAnswers), rules: answeredLines(view.rules, this.profileAnswers), lessons: view.lessons.filter((lesson) => this.saidOf(lesson) !== null).map((lesson) => ({ ...lesson, ...this.saidOf(lesson) })) };
    },
    change_lesson: ({ change }) => this.writing(() => {
      const { lesson } = change;
      const before = this.lessonsSaid.get(lesson) ?? {};
      const after = { pinned: { is_pinned: true }, unpinned: { is_pinned: false }, switched_off: { state: 'switched off' }, switched_on: { state: 'in use' }, forgotten: null, reworded: {}, tried: {} }[change.change];
      this.lessonsSaid.set(lesson, after && { ...before, ...after });
      return null;
    }),
    style_proof: () => styleProof(this.options.trust.isFresh ? 0 : this.options.weeks),
    profile_examples: () => this.trust.examples(),
    answer_profile: ({ slot, answer }) => this.writing(() => {
      const { profile, rules } = insights(this.options.weeks);
      const asked = [...profile.map((one) => ({ ...one, words: one.criterion })), ...rules].find((one) => one.slot === slot);
      if (!asked) throw new CommandError('cannot_answer', 'nothing that was learned is called that');
      this.profileAnswers.set(slot, answer);
      return answerOutcome(slot, answer, asked.words, asked.adopt);
    }),
    begin_era: ({ why, old_weight }) => this.writing(() => this.trust.beginEra(why, old_weight ?? 0.3)),
    unlearn: ({ day }) => this.writing(() => (day === '2026-11-05' ? this.gestures.length : 27)),
    neighbour: ({ item }) => this.trust.neighbour(data.itemNumber(item)),
    team: () => this.team.view(),
    pace: () => this.team.pace(),
    add_reviewer: ({ name }) => this.writing(() => {
      this.team.add(name);
      return this.settingsView();
    }),
    set_senior: ({ name, is_senior }) => this.writing(() => {
      this.team.setSenior(name, is_senior);
      return this.settingsView();
    }),
    use_reviewer: ({ name }) => this.writing(() => {
      this.team.use(name);
      this.emit('queue_changed', null);
      return this.settingsView();
    }),
    receipt: ({ item }) => this.trust.receipt(item, data.itemNumber(item), this.view(item).item.card),

    settings: () => this.settingsView(),
    set_preferences: ({ preferences }) => {
      this.preferences = preferences;
      return this.settingsView();
    },
    set_mail_account: ({ account }) => {
      this.account = account;
      return this.settingsView();
    },
    test_mail_account: () => null,
    send_test_mail: () => 'jonna@kelpline.example',
    set_dry_run: ({ is_dry_run }) => {
      this.isDryRun = is_dry_run;
      return this.settingsView();
    },
    detect_engines: () => {
      this.engine = { ...this.engine, detected: [{ kind: 'ollama', name: 'Ollama on this computer', base_url: 'http://127.0.0.1:11434', models: ['gemma3:4b', 'qwen3:8b'] }] };
      return this.engine;
    },
    set_engine: ({ choice }) => {
      this.engine = { ...this.engine, choice, cost_per_hundred_leads: choice.kind === 'openai_compatible' || choice.kind === 'anthropic' ? '€ 0.92' : null };
      return this.engine;
    },
    set_stage_engine: ({ role, choice }) => (this.engine = { ...this.engine, stages: { ...this.engine.stages, [role]: choice } }),
    set_spending_limits: ({ limits }) => (this.engine = { ...this.engine, limits }),
    set_egress_profile: ({ profile }) => {
      const isFar = this.engine.choice.kind === 'openai_compatible' || this.engine.choice.kind === 'anthropic';
      const not_asked = profile === 'block' && isFar ? 'gpt-4o-mini is not asked. The settings allow only models on this computer, and this one is not. The built-in engine does its part.' : null;
      return (this.engine = { ...this.engine, profile, not_asked });
    },
    backups: () => this.keeping.list(),
    back_up: ({ to_chosen_folder }) => this.writing(() => this.keeping.backUp(to_chosen_folder)),
    preview_restore: ({ name }) => this.keeping.preview(name),
    restore_backup: () => this.writing(() => this.keeping.restore()),
    export_everything: () => this.keeping.everything(),
    find_people: ({ text }) => this.keeping.find(text),
    person_held: ({ who }) => this.keeping.held(who),
    save_person: () => true,
    erase_person: ({ who }) => this.writing(() => this.keeping.erase(who)),
    diagnostics: () => this.keeping.diagnostics(),
    save_diagnostics: () => true,
    egress: ({ filter, limit }) => ledger.egress(this.engine.profile, filter, limit),
    egress_detail: ({ call }) => {
      const detail = ledger.detail(call);
      if (!detail) throw new CommandError('not_found', 'no such call');
      return detail;
    },
    set_engine_key: ({ kind, key }) => {
      this.engine = { ...this.engine, keys: [...this.engine.keys.filter((one) => one.kind !== kind), { kind, last_four: key.slice(-4) }] };
      return this.engine;
    },
    remove_engine_key: ({ kind }) => {
      this.engine = { ...this.engine, keys: this.engine.keys.filter((one) => one.kind !== kind) };
      return this.engine;
    },
    test_engine: ({ choice }) => ({ took_ms: choice.kind === 'rules' ? 38 : 1240, words: choice.kind === 'rules' ? 'Read 1 page, found 6 facts, wrote 64 words.' : 'Answered in the shape asked for.' }),
    open_data_folder: () => null,
    notices: () => this.noticeLines,
    dismiss_notices: () => {
      this.noticeLines = [];
      return null;
    },
  };
}

/** A backend from the address of the page, for development and screenshots: `?items=10000&offline&startup=keychain:locked`. */
export function fromAddress(query: URLSearchParams): FakeBackend {
  const options: Partial<FakeOptions> = { offline: query.has('offline'), isReadOnly: query.has('readonly'), hasWorkflow: !query.has('noworkflow'), hasLeads: !query.has('noleads'), hasMails: !query.has('nomails'), hasLongMails: query.has('longmails'), hasKeychain: !query.has('nokeychain') };
  if (query.has('items')) options.items = Number(query.get('items'));
  if (query.has('engine')) options.engine = query.get('engine') as b.EngineKind;
  if (query.has('arrival')) options.arrivalMs = Number(query.get('arrival'));
  if (query.has('delay')) options.delay = Number(query.get('delay'));
  if (query.has('silent')) options.silent = [query.get('silent') as Command];
  if (query.has('theme')) options.theme = query.get('theme') as b.Theme;
  const number = (name: string, otherwise: number) => (query.has(name) ? Number(query.get(name)) : otherwise);
  options.trust = { level: number('level', CALM.level) as TrustOptions['level'], isProposed: query.has('proposed'), override: query.has('override') ? Number(query.get('override') || 60) : null, isAmber: query.has('amber'), isFresh: query.has('fresh'), checks: number('checks', CALM.checks), hasAudit: !query.has('noaudit'), events: number('events', CALM.events) };
  if (query.has('team')) options.team = { others: (query.get('team') || 'Ben Okafor').split(','), isSplit: query.has('split'), isKnown: !query.has('fewpairs') };
  if (query.has('rewritten')) options.isRewritten = true;
  if (query.has('rushed')) options.hint = { hint: 'rushed' };
  if (query.has('stop')) options.hint = { hint: 'good_place_to_stop', decided: 18 };
  if (query.has('weeks')) options.weeks = Number(query.get('weeks'));
  const [state, trouble] = (query.get('startup') ?? 'ready').split(':');
  if (state === 'keychain') options.startup = { state, trouble: (trouble ?? 'locked') as b.KeychainTrouble, slots: ['keychain', 'recovery'] };
  else if (state === 'passphrase') options.startup = { state, slots: ['recovery', 'passphrase'] };
  else if (state === 'trouble') options.startup = { state, code: (trouble ?? 'disk_full') as b.ErrorCode, message: 'no space left on device (os error 28)' };
  else options.startup = { state } as b.Startup;
  const [command, code] = (query.get('fail') ?? '').split(':');
  if (command && code) options.failures = { [command]: { code: code as ErrorCode, always: true } };
  return new FakeBackend(options);
}
