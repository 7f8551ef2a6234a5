// The words for what the engine names: exceptions, criteria, reasons, facts. One table per enumeration; a new value does
// not compile until it has its words.
import { country, moneyRange, number, percent, readable, sentenceCase, withoutStop } from '../../lib/format';
import type { Answer, Card, Criterion, ExceptionKind, Fact, Level, QueueSplit, Reason, ReviewItem, Stage, StandInReason } from '../../lib/ipc/bindings';

export type Tone = 'red' | 'amber' | 'violet' | 'blue' | 'green' | '';

interface ExceptionWords {
  chip: string;
  tone: Tone;
  settles: string;
}

const ex = (chip: string, tone: Tone, settles: string): ExceptionWords => ({ chip, tone, settles });

export const EXCEPTIONS: Record<ExceptionKind, ExceptionWords> = {
  suppressed: ex('do not contact', 'red', 'Take the entry off your do-not-contact list if it is a mistake.'),
  no_recipient: ex('no recipient', 'amber', 'Add a mail address to the lead.'),
  recipient_to_confirm: ex('recipient to confirm', 'amber', 'Accepting asks you to confirm the address.'),
  existing_customer: ex('existing customer', 'amber', 'Decide whether customers may be written to.'),
  known_contact: ex('you know them', 'blue', 'Decide whether the earlier thread is over.'),
  competitor: ex('competitor', 'red', 'Take them off the competitor list if they are none.'),
  unsourced_claim: ex('unsourced claim', 'red', 'Edit or remove the sentence, or vouch for it.'),
  stale_claim: ex('stale source', 'amber', 'Vouch for the sentence if it still holds, or remove it.'),
  suspected_injection: ex('suspicious page', 'red', 'Read the marked words on their page and decide yourself.'),
  repaired_reply: ex('repaired reply', 'amber', 'Read the draft whole; the model’s answer was cut.'),
  sensitive_topic: ex('sensitive topic', 'red', 'Write this one yourself, or take the subject out.'),
  wrong_company: ex('wrong company?', 'red', 'Check that this site belongs to the company you mean.'),
  parked_domain: ex('parked domain', 'red', 'Enter the company’s real website.'),
  contact_gone: ex('contact has left', 'amber', 'Name who has the role now.'),
  ill_timed: ex('bad timing', 'amber', 'Accept to write now, or put it off with S.'),
  market_note: ex('market note', 'blue', 'Decide whether to write in spite of the note.'),
  tone_deaf: ex('tone', 'amber', 'Find other words for what is named, or accept them.'),
  conflicting_facts: ex('facts conflict', 'amber', 'Mark the wrong fact with F.'),
  thin_evidence: ex('little found', 'amber', 'Add a website with more to read, or decide on what is here.'),
  high_value: ex('high value', 'violet', 'Leads of this value are always yours to decide.'),
  draft_rule: ex('draft breaks a rule', 'red', 'Edit the draft so that it keeps your rule.'),
  model_trouble: ex('model trouble', 'amber', 'Test the engine in Settings, or ask for another draft.'),
  budget_reached: ex('budget reached', 'amber', 'Raise what models may cost in Settings, or go on with the built-in engine.'),
  unknown_kind_of_lead: ex('new kind of lead', 'violet', 'Your verdict teaches the agent this kind of lead.'),
};

/** The tone of a chip that comes as words. */
export function chipTone(words: string): Tone {
  return Object.values(EXCEPTIONS).find((one) => one.chip === words)?.tone ?? 'amber';
}

export const CRITERIA: Record<Criterion, string> = { head_count: 'People', industry: 'Industry', country: 'Region', technology: 'Uses', signal: 'Signal', role: 'Role', exclusion: 'Excluded' };
export const ANSWERS: Record<Answer, { glyph: string; words: string; tone: Tone }> = {
  matched: { glyph: '✓', words: 'yes', tone: 'green' },
  missed: { glyph: '✗', words: 'no', tone: 'red' },
  unknown: { glyph: '?', words: 'unknown', tone: '' },
};
export const REASONS: Array<{ reason: Reason; words: string }> = [
  { reason: 'not_our_icp', words: 'Not our ICP' },
  { reason: 'wrong_person', words: 'Wrong person' },
  { reason: 'bad_timing', words: 'Bad timing' },
  { reason: 'facts_wrong', words: 'Facts wrong' },
  { reason: 'in_talks', words: 'In talks' },
  { reason: 'tone', words: 'Tone' },
  { reason: 'wrong_size', words: 'Too small/large' },
  { reason: 'competitor', words: 'Competitor' },
  { reason: 'do_not_contact', words: 'Do not contact' },
];
export const SPLITS: Record<QueueSplit, string> = { all: 'All', exceptions: 'Exceptions', unsure: 'Unsure', checks: 'Checks', opinions: 'Opinions' };
export const LEVELS: Record<Level, { number: number; words: string; tone: Tone }> = {
  verify_everything: { number: 1, words: 'verify everything', tone: '' },
  verify_exceptions: { number: 2, words: 'verify exceptions', tone: 'blue' },
  periodic_audit: { number: 3, words: 'periodic audit', tone: 'violet' },
  strategic_oversight: { number: 4, words: 'strategic oversight', tone: 'green' },
};

/** The stages as people call them. */
export const STAGES: Record<Stage, string> = { research: 'Facts', qualification: 'Leads', email: 'Mail' };

export function factKind(fact: Fact): string {
  const words: Record<Fact['kind'], string> = {
    registered_name: 'Registered name', industry: 'Industry', head_count: 'People', location: 'Location', founded_year: 'Founded', technology: 'Uses', hiring: 'Hiring', funding: 'Funding',
    layoffs: 'Layoffs', trouble: 'Trouble', news: 'News', contact_role: 'Contact', mail_address: 'Mail address', product: 'Product',
  };
  return words[fact.kind];
}

export function factValue(fact: Fact): string {
  switch (fact.kind) {
    case 'registered_name':
    case 'technology':
      return fact.name;
    case 'industry':
      return sentenceCase(fact.industry);
    case 'head_count':
      return fact.low === fact.high ? number(fact.low) : `${number(fact.low)}–${number(fact.high)}`;
    case 'location':
      return [fact.city, fact.country && country(fact.country)].filter(Boolean).join(', ');
    case 'founded_year':
      return String(fact.year);
    case 'hiring':
      return `${fact.count ? `${fact.count} × ` : ''}${fact.role}${fact.place ? `, ${fact.place}` : ''}`;
    case 'funding':
      return [fact.amount, fact.round].filter(Boolean).join(', ');
    case 'layoffs':
    case 'trouble':
      return fact.summary;
    case 'news':
      return fact.headline;
    case 'contact_role':
      return `${fact.name}, ${fact.role}${fact.departed ? ' (has left)' : ''}`;
    case 'mail_address':
      return fact.address;
    case 'product':
      return fact.sentence;
  }
}

/** The sentences of a draft without fresh proof: the one value behind the why-box, the highlights and the checks line. */
export function unproven(card: Card): Array<{ text: string; proof: 'stale' | 'unsourced' }> {
  const { draft, checks } = card;
  if (!draft || !checks) return [];
  const sentences = checks.claims.flatMap(([index, proof]) => (proof === 'sourced' ? [] : [{ text: draft.sentences[index]?.text ?? '', proof }]));
  const subject = checks.subject !== null && checks.subject !== 'sourced' ? [{ text: draft.subject, proof: checks.subject }] : [];
  return [...subject, ...sentences];
}

/** The beginning of a sentence, cut at a word. */
function shortened(text: string): string {
  if (text.length <= 60) return text.replace(/[.]$/, '');
  return `${text.slice(0, text.lastIndexOf(' ', 58))}\u00a0…`;
}

const leaning = (card: Card) => (card.qualified.confidence.p > 0.5 ? 'accept' : 'reject');

const OPENINGS = new Set(['The', 'Their', 'They', 'This', 'A', 'An', 'No', 'Nothing', 'Only', 'One', 'It', 'Its', 'There']);

/** What the engine says of an exception, to stand inside a sentence of ours. */
export function exceptionWords(reason: string): string {
  const words = withoutStop(readable(reason));
  return OPENINGS.has(words.split(' ', 1)[0] ?? '') ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}

/** The engine of a stamp such as `rules 3` or `gemma3:4b p2`: its name without the version of its rules or prompt. */
export function engineWords(stamp: string): string {
  return stamp.startsWith('rules') ? 'built-in engine' : stamp.replace(/ p?\d+$/u, '');
}

/** Why the built-in engine wrote although a model was chosen. */
export const STAND_INS: Record<StandInReason, string> = {
  model_trouble: 'The model you chose gave nothing usable; the built-in engine wrote this draft.',
  nothing_to_open_with: 'No proven fact was there to open with, so the model was not asked.',
  leans_to_reject: 'The agent would reject this lead. Your paid model writes once you accept the lead.',
};

/** Why a person sees this item: one sentence, and what would settle it. */
export function whyWords(item: ReviewItem, hidesScores: boolean): { reason: string; settles: string } {
  const { why, card } = item;
  switch (why.why) {
    case 'exception': {
      const { chip, settles } = EXCEPTIONS[why.kind];
      const said = card.exceptions.find((one) => one.kind === why.kind)?.reason;
      const [first] = unproven(card);
      if (why.kind === 'unsourced_claim' && first) return { reason: `${unproven(card).length === 1 ? 'one sentence has' : `${unproven(card).length} sentences have`} no source: “${shortened(first.text)}”`, settles };
      return { reason: said ? `${chip.replace(/\?$/, '')}: ${exceptionWords(said)}` : chip, settles };
    }
    case 'verify_everything':
      return { reason: 'at level 1 you review everything', settles: '' };
    case 'marked':
      return { reason: 'drawn for a check', settles: hidesScores ? 'Scores are hidden until you decide, so that your verdict stays your own.' : '' };
    case 'segment_back':
      return { reason: 'spot checks of this kind of account disagreed, so it is back with you', settles: 'Your verdicts earn it back.' };
    case 'rejects_are_yours':
      if (hidesScores) return { reason: 'drawn for a check', settles: '' };
      return { reason: 'the agent would turn this lead down, which this workflow leaves to you', settles: '' };
    case 'check':
      return { reason: 'drawn for a check of what the agent decided alone', settles: hidesScores ? 'What it decided is hidden until you have, so that your verdict stays your own.' : '' };
    case 'second_opinion':
      return { reason: 'you are asked for a second opinion on this lead', settles: 'What was decided stays hidden and stands; accept or reject the lead.' };
    case 'pulled_back':
      return { reason: 'taken back before it left, because the level was pulled back', settles: 'Decide it yourself; nothing was sent.' };
    case 'below_threshold':
      if (hidesScores) return { reason: 'drawn for a check', settles: '' };
      return { reason: `the agent leans to ${leaning(card)} and is ${percent(why.certainty)} sure; ${why.threshold === null ? 'no line is certified yet' : `your line is ${percent(why.threshold)}`}`, settles: '' };
  }
}

export function valueWords(card: Card): string | null {
  const value = card.qualified.qualification.value;
  if (!value) return null;
  return `${moneyRange(value.low, value.high, value.currency)} a year`;
}
