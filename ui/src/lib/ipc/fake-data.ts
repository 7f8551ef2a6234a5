// Invented companies for the in-memory backend: one item per number, always the same for the same number. All names are
// made up, all hosts end in `.example`. The first twelve cover what a reviewer can meet; the rest repeats them mixed.
import type * as b from './bindings';

/** The instant at which the invented world stands still. */
export const NOW = '2026-11-05T10:42:00Z';
export const WORKFLOW_ID = '019a0000-0000-7000-8000-00000000aaaa';

const HOUR = 3_600_000;
const before = (hours: number) => new Date(Date.parse(NOW) - hours * HOUR).toISOString();
const id = (kind: number, n: number, m = 0) =>
  `019a${String(kind).padStart(4, '0')}-${String(m).padStart(4, '0')}-7000-8000-${n.toString(16).padStart(12, '0')}`;

export const itemId = (n: number): b.ItemId => id(1, n);
export const leadId = (n: number): b.LeadId => id(2, n);
export const itemNumber = (item: string): number => Number.parseInt(item.slice(-12), 16);

const STEMS = ['Orbital', 'Vantage', 'Brightleaf', 'Wren', 'Solace', 'Quanta', 'Maple & Sons', 'Fjordlys', 'Kestrel', 'Tidemark', 'Northwell', 'Halcyon', 'Larkfield', 'Stillwater', 'Umbra', 'Pinegrove', 'Copperline', 'Lowland', 'Saltmarsh', 'Elmstead'];
const TRADES: Array<[string, b.Industry, string]> = [
  ['Freight', 'logistics', 'temperature-controlled lines between 14 ports'],
  ['Foods', 'food', 'chilled meals for 900 canteens'],
  ['Components', 'manufacturing', 'pump housings for 31 makers of heat pumps'],
  ['Cargo', 'logistics', 'groupage from 6 terminals every evening'],
  ['Media', 'media', 'campaigns for regional broadcasters'],
  ['Lines', 'logistics', 'feeder services on the Baltic, 3 sailings a week'],
];
const PLACES: Array<[string, b.Country, string]> = [
  ['Aarhus', 'DK', 'Denmark'],
  ['Göteborg', 'SE', 'Sweden'],
  ['Hamburg', 'DE', 'Germany'],
  ['Tromsø', 'NO', 'Norway'],
  ['Tampere', 'FI', 'Finland'],
  ['Chur', 'CH', 'Switzerland'],
];
const PEOPLE: Array<[string, string, string]> = [
  ['Wei', 'Rao', 'VP Operations'],
  ['Ada', 'Costa', 'Head of Supply Chain'],
  ['Noor', 'Novak', 'Logistics Lead'],
  ['Jonas', 'Ekdal', 'Operations Manager'],
  ['Sara', 'Ellis', 'Director of Planning'],
  ['Ingrid', 'Østby', 'Head of Purchasing'],
  ['Mikkel', 'Brandt', 'COO'],
  ['Léa', 'Moreau', 'Supply Chain Manager'],
];
const SYSTEMS = ['SAP S/4HANA', 'Oracle NetSuite', 'Microsoft Dynamics', 'Infor LN'];

export type Scene = 'sourced' | 'unsourced' | 'ill_timed' | 'blind' | 'no_draft' | 'confirm' | 'stale' | 'long_name' | 'rtl' | 'emoji' | 'conflict' | 'thin' | 'tone';
const SCENES: Scene[] = ['unsourced', 'blind', 'ill_timed', 'sourced', 'confirm', 'long_name', 'rtl', 'stale', 'emoji', 'conflict', 'no_draft', 'thin'];

export function scene(n: number): Scene {
  if (n < SCENES.length) return SCENES[n]!;
  if (n === SCENES.length) return 'tone';
  return n % 7 === 3 ? SCENES[n % SCENES.length]! : 'sourced';
}

/** A share that looks random and is not. */
export function share(n: number, salt: number): number {
  let x = (n * 2654435761 + salt * 40503) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519) >>> 0;
  x ^= x >>> 13;
  return (x >>> 0) / 4294967296;
}

interface Company {
  name: string;
  host: string;
  trade: [string, b.Industry, string];
  place: [string, b.Country, string];
  person: [string, string, string];
  system: string;
  people: number;
  planners: number;
  founded: number;
}

const RIGHT_TO_LEFT: [string, string, string] = ['ليلى', 'حداد', 'Head of Logistics'];

export function company(n: number): Company {
  const trade = TRADES[n % TRADES.length]!;
  const stem = STEMS[n % STEMS.length]!;
  const series = Math.floor(n / STEMS.length);
  const plain = `${stem} ${trade[0]}${series > 0 ? ` ${series + 1}` : ''}`;
  const special: Partial<Record<Scene, string>> = {
    long_name: 'Donaudampfschifffahrts-Umschlagsgesellschaft Niederösterreich-Burgenland mbH & Co. KG',
    rtl: 'شركة المرفأ للشحن',
    emoji: 'Hopp & Hav 🐟 Seafood',
  };
  return {
    name: (n < SCENES.length ? special[scene(n)] : undefined) ?? plain,
    host: `${stem.toLowerCase().replace(/[^a-z]+/g, '-')}-${trade[0].toLowerCase()}${series > 0 ? series + 1 : ''}.example`,
    trade,
    place: PLACES[n % PLACES.length]!,
    person: scene(n) === 'rtl' ? RIGHT_TO_LEFT : PEOPLE[(n * 3) % PEOPLE.length]!,
    system: SYSTEMS[n % SYSTEMS.length]!,
    people: 60 + Math.floor(share(n, 1) * 420),
    planners: 2 + (n % 5),
    founded: 1962 + (n % 55),
  };
}

function byteOffset(text: string, quote: string): number {
  const at = text.indexOf(quote);
  if (at < 0) throw new Error('the invented page does not hold its quote');
  return new TextEncoder().encode(text.slice(0, at)).length;
}

const hash = (n: number, page: number) => `${n.toString(16).padStart(8, '0')}${page}${'0'.repeat(55)}`;

function pages(n: number): b.StoredPage[] {
  const c = company(n);
  const fetched = before(scene(n) === 'stale' ? 24 * 210 : 2 + (n % 30));
  const page = (index: number, path: string, title: string, text: string): b.StoredPage => ({ hash: hash(n, index), url: `https://${c.host}/${path}`, title, text, published: null, language: 'en', fetched_at: fetched });
  return [
    page(0, 'about', 'About us', `${c.name} – über uns · about us\nFounded in ${c.founded}, ${c.name} today employs ${c.people} people across ${c.place[0]}, Malmö and Łódź. Our “one desk” idea – one planner, one shipment – is older than our website.\nWe are part of no group and plan to stay that way.`),
    page(1, 'services', 'Services', `What we do\nWe run ${c.trade[2]}. Customers book by portal, by mail or – naïvely, as we say – by telephone. Planning and invoicing run on ${c.system} since 2021; the yard has its own small tools.`),
    page(2, 'careers', 'Careers', `Work with us → open roles in ${c.place[0]}\nOpen roles: ${c.planners} × supply planner, warehouse lead (m/f/d), night-shift dispatcher. We answer within a week – usually sooner.`),
    page(3, 'contact', 'Contact', `Reach us\nGeneral questions go to info@${c.host}. ${c.person[0]} ${c.person[1]} heads the department as ${c.person[2]}.`),
    page(4, 'news', 'News', `News\n${c.place[0]}, 27 October 2026 – ${c.name} will let go 40 people at its second site by the end of the year, the company said on Tuesday.`),
  ];
}

function finding(n: number, m: number, page: b.StoredPage, quote: string, fact: b.Fact, published: string | null = null): b.Finding {
  return { id: id(3, n, m), fact, source: { url: page.url, title: page.title, snapshot: page.hash, quote, offset: byteOffset(page.text, quote), fetched_at: page.fetched_at, published, unseen: false } };
}

function findings(n: number): b.Finding[] {
  const c = company(n);
  const [about, services, careers, contact, news] = pages(n) as [b.StoredPage, b.StoredPage, b.StoredPage, b.StoredPage, b.StoredPage];
  const all = [
    finding(n, 1, about, `${c.people} people`, { kind: 'head_count', low: c.people, high: c.people }),
    finding(n, 2, services, c.trade[2], { kind: 'industry', industry: c.trade[1] }),
    finding(n, 3, services, c.system, { kind: 'technology', name: c.system }),
    finding(n, 4, careers, `${c.planners} × supply planner`, { kind: 'hiring', role: 'supply planner', count: c.planners, place: c.place[0] }),
    finding(n, 5, about, `${c.place[0]}, Malmö and Łódź`, { kind: 'location', city: c.place[0], country: c.place[1], headquarters: true }),
    finding(n, 6, about, `Founded in ${c.founded}`, { kind: 'founded_year', year: c.founded }),
    finding(n, 7, contact, `${c.person[0]} ${c.person[1]} heads the department as ${c.person[2]}`, { kind: 'contact_role', name: `${c.person[0]} ${c.person[1]}`, role: c.person[2], departed: false }),
  ];
  if (scene(n) === 'ill_timed') all.push(finding(n, 8, news, 'will let go 40 people at its second site by the end of the year', { kind: 'layoffs', summary: '40 people at the second site are let go by the end of the year' }, '2026-10-27'));
  if (scene(n) === 'confirm') all.push(finding(n, 9, contact, `info@${c.host}`, { kind: 'mail_address', address: `info@${c.host}`, shared: true }));
  if (scene(n) === 'conflict') all.push(finding(n, 10, about, `${c.people} people across ${c.place[0]}`, { kind: 'head_count', low: 900, high: 900 }));
  return scene(n) === 'thin' ? all.slice(4, 6) : all;
}

export function storedPage(wanted: string): b.StoredPage | undefined {
  return pages(Number.parseInt(wanted.slice(0, 8), 16)).find((page) => page.hash === wanted);
}

function criteria(n: number): b.CriterionResult[] {
  const c = company(n);
  const known = new Set(findings(n).map((f) => f.id));
  const row = (criterion: b.Criterion, wanted: string, found: string, answer: b.Answer, m: number | null): b.CriterionResult => {
    const source = m === null || !known.has(id(3, n, m)) ? null : id(3, n, m);
    return source || m === null ? { criterion, wanted, found, answer, finding: source } : { criterion, wanted, found: '', answer: 'unknown', finding: null };
  };
  return [
    row('head_count', '50-500', String(c.people), 'matched', 1),
    row('industry', 'logistics, manufacturing, food', c.trade[1], c.trade[1] === 'media' ? 'missed' : 'matched', 2),
    row('country', 'Denmark, Sweden, Norway, Finland, Germany', c.place[2], c.place[1] === 'CH' ? 'missed' : 'matched', 5),
    row('technology', 'SAP, Oracle', c.system, /SAP|Oracle/.test(c.system) ? 'matched' : 'missed', 3),
    row('signal', 'hiring, news', 'hiring', 'matched', 4),
    row('role', 'operations, logistics, planning', c.person[2], 'matched', null),
  ];
}

const FOOTER = 'Kelpline ApS, Tangkajen 14, 8000 Aarhus C, Denmark\nIf you would rather not hear from me, reply “no” and I will not write again.';

function sentences(n: number): b.Sentence[] {
  const c = company(n);
  const s = (kind: b.SentenceKind, text: string, startsParagraph: boolean, ...m: number[]): b.Sentence => ({ text, kind, findings: m.map((one) => id(3, n, one)), starts_paragraph: startsParagraph });
  const opening = s('claim', `Saw that you are hiring ${c.planners} supply planners in ${c.place[0]} while you run ${c.trade[2]} on ${c.system}.`, true, 4, 2, 3);
  const bridge = scene(n) === 'tone' ? 'Every late port means somebody slaves away at a plan by hand.' : 'Every late port means somebody re-keys a plan by hand.';
  const middle = scene(n) === 'unsourced' ? s('claim', 'Teams that size usually lose 9 hours a week re-keying port delays.', true) : s('bridge', bridge, true);
  return [
    s('greeting', `Hi ${c.person[0]},`, false),
    opening,
    middle,
    s('offer', 'Kelpline Replan reads port-delay feeds and proposes a new plan for every shipment it touches, so planners confirm instead of re-booking by hand.', false),
    s('question', 'Would 20 minutes next week be worth it, to run it on one of your own late sailings?', true),
    s('sign_off', 'Best,\nJonna Revsbech', true),
    s('footer', FOOTER, true),
  ];
}

const HAS_NO_MAIL: Scene[] = ['no_draft', 'thin'];

function draft(n: number): b.Draft | null {
  const c = company(n);
  if (HAS_NO_MAIL.includes(scene(n))) return null;
  const subject = `The ${c.planners} planners you are hiring in ${c.place[0]}`;
  return { id: id(4, n), lead_id: leadId(n), subject, subject_findings: [id(3, n, 4)], sentences: sentences(n), language: 'en', opener: 'hiring', engine: 'rules 3', written_at: before(1) };
}

function checks(n: number): b.DraftChecks | null {
  const written = draft(n);
  if (!written) return null;
  const proof = (sentence: b.Sentence): b.Proof => (sentence.findings.length === 0 ? 'unsourced' : scene(n) === 'stale' ? 'stale' : 'sourced');
  const claims = written.sentences.flatMap((sentence, index): Array<[number, b.Proof]> => (sentence.kind === 'claim' ? [[index, proof(sentence)]] : []));
  return { claims, subject: scene(n) === 'stale' ? 'stale' : 'sourced', words: 62 + (n % 9), questions: 1, never_hit: [], always_missing: [], has_opt_out: true };
}

function exceptions(n: number): b.Exception[] {
  const one: Partial<Record<Scene, b.Exception>> = {
    unsourced: { kind: 'unsourced_claim', reason: '1 sentence without a source' },
    stale: { kind: 'stale_claim', reason: '2 sentences resting on a source older than 180 days' },
    ill_timed: { kind: 'ill_timed', reason: 'layoffs reported 9 days ago' },
    confirm: { kind: 'recipient_to_confirm', reason: `info@${company(n).host} stands on their contact page` },
    conflict: { kind: 'conflicting_facts', reason: `one page says ${company(n).people} people, another 900` },
    no_draft: { kind: 'suppressed', reason: 'the company is on your do-not-contact list' },
    thin: { kind: 'thin_evidence', reason: '2 facts on 5 pages' },
    tone: { kind: 'tone_deaf', reason: '"slaves away" makes light of slavery.', phrase: 'slaves away' },
  };
  const found = one[scene(n)];
  return found ? [found] : [];
}

function why(n: number): b.WhyReview {
  const [exception] = exceptions(n);
  if (exception) return { why: 'exception', kind: exception.kind };
  if (scene(n) === 'blind') return { why: 'marked' };
  return n % 4 === 0 ? { why: 'verify_everything' } : { why: 'below_threshold', certainty: Math.max(pCal(n), 1 - pCal(n)), threshold: 0.9 };
}

const pCal = (n: number) => Math.round((0.3 + share(n, 2) * 0.66) * 100) / 100;
const fit = (n: number) => 38 + Math.floor(share(n, 3) * 60);

const CHIPS: Partial<Record<b.ExceptionKind, string>> = {
  unsourced_claim: 'unsourced claim', stale_claim: 'stale source', ill_timed: 'bad timing', recipient_to_confirm: 'recipient to confirm',
  conflicting_facts: 'facts conflict', suppressed: 'do not contact', thin_evidence: 'little found', tone_deaf: 'tone',
};

/** Until when somebody should look: bad timing within a day, other exceptions within three. */
function due(n: number): { due_at: string | null; is_overdue: boolean } {
  const [exception] = exceptions(n);
  if (!exception) return { due_at: null, is_overdue: false };
  const left = (exception.kind === 'ill_timed' ? 24 : 72) - (n % 40);
  return { due_at: before(-left), is_overdue: left <= 0 };
}

export function queueLine(n: number): b.QueueLine {
  const c = company(n);
  const [exception] = exceptions(n);
  const isBlind = scene(n) === 'blind';
  return { item: itemId(n), company: c.name, person: `${c.person[0]} ${c.person[1]}, ${c.person[2]}`, confidence: isBlind ? null : pCal(n), fit: isBlind ? null : fit(n), chip: exception ? (CHIPS[exception.kind] ?? null) : null, opened_at: before(n % 40), ...due(n) };
}

export function lead(n: number): b.Lead {
  const c = company(n);
  const hasMail = scene(n) !== 'confirm' && n % 11 !== 8;
  const ascii = `${c.person[0]}.${c.person[1]}`.toLowerCase().normalize('NFD').replace(/[^a-z.]/g, '');
  return {
    id: leadId(n), workflow_id: WORKFLOW_ID, account_id: id(5, n), import_id: id(6, 1), company: c.name, website: `https://${c.host}`,
    person: { first_name: c.person[0], last_name: c.person[1], role: c.person[2], email: hasMail ? `${ascii.length > 2 ? ascii : 'desk'}@${c.host}` : null },
    country: c.place[2], city: c.place[0], industry: c.trade[1], head_count: c.people, other_columns: n % 3 === 0 ? { Notes: 'Met at the port day in May' } : {}, created_at: before(24 * 3 + (n % 60)),
  };
}

export function dossier(n: number): b.Dossier {
  const all = pages(n);
  const blocked: b.PageProblem[] = n % 5 === 2 ? [{ url: `https://${company(n).host}/press`, cause: 'the site’s robots file asks not to be read there' }] : [];
  return { lead_id: leadId(n), findings: findings(n), pages: all.map(({ url, title, hash: snapshot }) => ({ url, title, snapshot })), problems: blocked, taints: [], language: n % 9 === 4 ? null : 'en', ...(n % 9 === 4 ? { other_language: 'fr' } : {}), engine: 'rules 3', researched_at: all[0]!.fetched_at };
}

export function reviewItem(n: number): b.ReviewItem {
  const p = pCal(n);
  return {
    id: itemId(n), workflow_id: WORKFLOW_ID, workflow_version: 3, lead_id: leadId(n), level: 'verify_exceptions', why: why(n), marked: scene(n) === 'blind', blind: scene(n) === 'blind',
    state: 'open', snoozed_until: null, verdicts: { research: null, qualification: null, email: null },
    card: {
      dossier: dossier(n),
      qualified: {
        qualification: { criteria: criteria(n), fit: fit(n), value: { low: company(n).people * 120, high: company(n).people * 120, currency: 'EUR' }, features: {} },
        confidence: { p, p_cal: p, variance: 0.8, information: 0.2 },
        speaks_for: ['logistics with 80 to 350 people: 41 of 47 accepted', 'hiring planners'],
        speaks_against: p < 0.6 ? ['no known budget: 2 of 3 rejected'] : [], memory_version: 412,
      },
      draft: draft(n), checks: checks(n), exceptions: exceptions(n),
    },
    card_version: 1, opened_at: before(n % 40),
  };
}

export function itemView(n: number): b.ItemView {
  const recipient = scene(n) === 'confirm' ? `info@${company(n).host}` : null;
  return { item: reviewItem(n), lead: lead(n), confidence_is_hidden: scene(n) === 'blind', recipient_to_confirm: recipient, due_at: due(n).due_at, if_ignored: due(n).due_at && 'Nothing is sent; after three days it is overdue and comes first.' };
}

/** Paragraphs of about 100 words each, as a model writes them that was not told to be brief. */
const AT_LENGTH = [
  'Every late port means somebody re-keys a plan by hand. It begins with a call from the terminal, goes on with a spreadsheet that one person understands, and ends with four customers who hear about it last. None of this is anybody’s fault: the systems on both sides were bought in different decades, by different people, for different reasons, and the only thing that holds them together is a planner who stays until seven. That planner knows which customer can wait and which cannot, and no field in any system says so. When the planner is on leave, the whole yard notices it before noon.',
  'We have watched this at eleven yards. The pattern is always the same: the first delay of the day costs ten minutes, the second costs an hour, because the plan that the first one made is now wrong as well. By the afternoon the plan on the wall and the plan on the screen say different things, and the driver follows a third one. What people want is not another screen. They want the new plan proposed while the kettle boils, with the two or three shipments marked where a person has to choose, and everything else simply done and written down where the others can see it.',
  'So this is what we would do with you, and nothing more. You choose one sailing of last month that was late and that everybody remembers. You send us the plan as it was in the morning, and the plan as it was in the evening. We run the feeds of that day against the morning’s plan and show you, shipment by shipment, what would have been proposed, at what minute, and where we would have been wrong. It takes an hour of one planner’s time. If the evening’s plan was better than ours, we say so and leave you alone; you keep the comparison.',
];

/** The same item with a mail of about 400 words. */
export function withLongMail(view: b.ItemView): b.ItemView {
  const { draft: written, checks: checked } = view.item.card;
  if (!written || !checked) return view;
  const at = written.sentences.findIndex((sentence) => sentence.kind === 'question');
  const more = AT_LENGTH.map((text): b.Sentence => ({ text, kind: 'bridge', findings: [], starts_paragraph: true }));
  const card = { ...view.item.card, draft: { ...written, sentences: written.sentences.toSpliced(at, 0, ...more) }, checks: { ...checked, words: checked.words + 318 } };
  return { ...view, item: { ...view.item, card } };
}

export function definition(): b.WorkflowDefinition {
  return {
    name: 'Nordic freight',
    icp: {
      summary: 'Freight, manufacturing and food companies with 50 to 500 people in the Nordics and DACH whose planners re-book by hand when a port is late.',
      head_count: { min: 50, max: 500 }, industries: ['logistics', 'manufacturing', 'food'], excluded_industries: ['finance', 'media'], countries: ['DK', 'SE', 'NO', 'FI', 'DE'], excluded_countries: [],
      technologies: ['SAP', 'Oracle'], signals: ['hiring', 'news'], roles: ['operations', 'supply chain', 'logistics', 'planning'], competitors: ['dockshift.example'], customers: ['sundbro-seafood.example'],
    },
    messaging: {
      formality: 'neutral', always: ['Kelpline'], never: ['synergy', 'game-changer', 'quick question'], preferred_openers: ['hiring', 'news', 'technology'],
      offer: { en: 'Kelpline Replan reads port-delay feeds and proposes a new plan for every shipment it touches, so planners confirm instead of re-booking by hand.', de: '' },
      question: { en: 'Would 20 minutes next week be worth it, to run it on one of your own late sailings?', de: '' },
    },
    sender: { name: 'Jonna Revsbech', email: 'jonna@kelpline.example', company: 'Kelpline ApS', postal_address: 'Kelpline ApS, Tangkajen 14, 8000 Aarhus C, Denmark', opt_out: { en: 'If you would rather not hear from me, reply “no” and I will not write again.', de: '' } },
    quality_bar: { words: 'Moves goods through ports itself, and the contact answers for planning.', fit_score: 60 },
    high_value: { accounts: ['jarnvida.example'], value_from: 45_000, price_per_seat: 120, currency: 'EUR' },
    sending: { hold_minutes: 10, daily_cap: 50 },
  };
}

export function outboxLines(): b.OutboxLine[] {
  const at = (minutes: number) => new Date(Date.parse(NOW) + minutes * 60_000).toISOString();
  const line = (n: number, state: b.OutboxState, what: string, notBefore: string | null): b.OutboxLine => ({ mail: 40 + n, company: company(n + 20).name, to: lead(n + 20).person.email ?? `desk@${company(n + 20).host}`, subject: `The ${company(n + 20).planners} planners you are hiring in ${company(n + 20).place[0]}`, state, what, not_before: notBefore, message_id: `<${n}@kelpline.example>` });
  return [
    line(1, 'held', 'waits out its hold time; recall is possible', at(9.4)),
    line(2, 'held', 'waits out its hold time; recall is possible', at(6.1)),
    line(3, 'queued', 'waits for the sending window at the recipient, 09:00 in Oslo', at(22 * 60)),
    line(4, 'deferred', 'refused for now, will be tried again: 451 mailbox busy', at(14)),
    line(5, 'uncertain', 'the server took the mail but never answered; look into your Sent folder, then say which', null),
    line(6, 'sent', 'taken by the server; cannot be undone', null),
    line(7, 'sent', 'taken by the server; cannot be undone', null),
    line(8, 'bounced', 'refused: 550 no such mailbox', null),
    line(9, 'suppressed', 'kept here: the recipient is on the suppression list', null),
    line(10, 'cancelled', 'taken back', null),
  ];
}
