// Proofs get their numbers here, and sentences learn which of their words rest on which proof. Pure: a card and the stored
// pages in, what is shown out. A quote that its page does not hold is shown as missing, never as proven.
import { type Excerpt, excerpt, quoteRange } from '../../lib/bytes';
import type { Card, Exception, Finding, FindingId, Proof, Sentence, StoredPage } from '../../lib/ipc/bindings';

export interface NumberedProof {
  number: number;
  finding: Finding;
  /** The quote in its place on the stored page; null when the page is not there or does not hold it. */
  excerpt: Excerpt | null;
  /** The profile table or the mail rests on it. */
  isCited: boolean;
}

/** The findings a card rests on, in the order the eye meets them: profile, subject, sentences. */
function citedIds(card: Card): FindingId[] {
  const profile = card.qualified.qualification.criteria.map((row) => row.finding);
  const mail = card.draft ? [...card.draft.subject_findings, ...card.draft.sentences.flatMap((sentence) => sentence.findings)] : [];
  return [...new Set([...profile, ...mail].filter((id): id is FindingId => id !== null))];
}

export function numberProofs(card: Card, pages: Map<string, StoredPage>): NumberedProof[] {
  const { findings } = card.dossier;
  const cited = citedIds(card);
  const first = cited.flatMap((id) => findings.find((finding) => finding.id === id) ?? []);
  const rest = findings.filter((finding) => !cited.includes(finding.id));
  return [...first, ...rest].map((finding, index) => ({ number: index + 1, finding, excerpt: excerptOf(finding, pages), isCited: index < first.length }));
}

function excerptOf({ source }: Finding, pages: Map<string, StoredPage>): Excerpt | null {
  const text = pages.get(source.snapshot)?.text;
  const range = text === undefined ? null : quoteRange(text, source.quote, source.offset);
  return text === undefined || range === null ? null : excerpt(text, range);
}

export interface Piece {
  text: string;
  /** Numbers of the proofs these words rest on. */
  proofs: number[];
}

const SMALL_WORDS = new Set(['the', 'a', 'an', 'in', 'on', 'of', 'to', 'and', 'you', 'your', 'are', 'is', 'for', 'with', 'at', 'we', 'our', 'that', 'while']);

interface Word {
  text: string;
  start: number;
  end: number;
}

function words(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}&/.+-]*/gu)].map((match) => ({ text: match[0].toLowerCase().replace(/[.]+$/, '').replace(/s$/, ''), start: match.index, end: match.index + match[0].replace(/[.]+$/, '').length }));
}

const carriesMeaning = (run: Word[]) => run.some((word) => /\d/.test(word.text) || (word.text.length > 3 && !SMALL_WORDS.has(word.text)));

/**
 * The longest run of words that a sentence shares with a text; null when they share nothing that says something. A bare
 * number takes the word it counts with it.
 */
function sharedRun(sentence: string, text: string): [number, number] | null {
  const said = words(sentence);
  const proven = words(text);
  let best: Word[] = [];
  for (let i = 0; i < said.length; i++) {
    for (let j = 0; j < proven.length; j++) {
      let length = 0;
      while (said[i + length] && said[i + length]?.text === proven[j + length]?.text) length++;
      const run = said.slice(i, i + length);
      if (run.length > best.length && carriesMeaning(run)) best = run;
    }
  }
  const ends = best.length === 1 && /^\d+$/.test(best[0]!.text) ? [...best, ...said.slice(said.indexOf(best[0]!) + 1).slice(0, 1)] : best;
  const trimmed = ends.filter((word, at) => !(SMALL_WORDS.has(word.text) && (at === 0 || at === ends.length - 1)));
  const [first, last] = [trimmed[0], trimmed.at(-1)];
  return first && last ? [first.start, last.end] : null;
}

/**
 * A sentence cut into pieces: the words that a proof holds carry its number. A finding that shares no words with the
 * sentence puts its number behind the whole of it.
 */
export function sentencePieces(sentence: Pick<Sentence, 'text' | 'findings'>, proofs: NumberedProof[]): Piece[] {
  const cited = sentence.findings.flatMap((id) => proofs.find((proof) => proof.finding.id === id) ?? []);
  const spans: Array<{ start: number; end: number; numbers: number[] }> = [];
  const loose: number[] = [];
  for (const { finding, number } of cited) {
    const run = sharedRun(sentence.text, finding.source.quote);
    const overlap = run && spans.find((span) => run[0] < span.end && span.start < run[1]);
    if (overlap) overlap.numbers.push(number);
    else if (run) spans.push({ start: run[0], end: run[1], numbers: [number] });
    else loose.push(number);
  }
  spans.sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let at = 0;
  for (const span of spans) {
    if (span.start > at) pieces.push({ text: sentence.text.slice(at, span.start), proofs: [] });
    pieces.push({ text: sentence.text.slice(span.start, span.end), proofs: span.numbers });
    at = span.end;
  }
  if (at < sentence.text.length) pieces.push({ text: sentence.text.slice(at), proofs: [] });
  if (loose.length > 0) pieces.push({ text: '', proofs: loose });
  return pieces;
}

/** Words of the mail, and whether an exception means them. */
export interface Words {
  text: string;
  isMeant: boolean;
}

/** A text cut where exceptions mean its words, whatever their case. */
export function wordsMeant(text: string, exceptions: Pick<Exception, 'phrase'>[]): Words[] {
  const phrases = exceptions.flatMap(({ phrase }) => (phrase ? [phrase.toLocaleLowerCase()] : []));
  const lower = text.toLocaleLowerCase();
  // A few letters change their length with their case, and offsets with it: such a text is shown unmarked.
  if (phrases.length === 0 || lower.length !== text.length) return [{ text, isMeant: false }];
  const pieces: Words[] = [];
  let at = 0;
  while (at < text.length) {
    const places = phrases.map((phrase) => ({ start: lower.indexOf(phrase, at), length: phrase.length })).filter(({ start }) => start >= 0);
    const next = places.sort((a, b) => a.start - b.start || b.length - a.length)[0];
    if (next === undefined) break;
    if (next.start > at) pieces.push({ text: text.slice(at, next.start), isMeant: false });
    at = next.start + next.length;
    pieces.push({ text: text.slice(next.start, at), isMeant: true });
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMeant: false });
  return pieces;
}

/** Sentences that say nothing about the reader's company: the workflow's own words, shown in grey. */
export function isStanding({ kind }: Sentence): boolean {
  return kind !== 'claim' && kind !== 'bridge';
}

/** The proof of each claim by index of its sentence. */
export function proofOfSentence(card: Card, index: number): Proof | null {
  return card.checks?.claims.find(([at]) => at === index)?.[1] ?? null;
}

/** Sentences grouped into paragraphs, each with its index in the draft. */
export function paragraphs(sentences: Sentence[]): Array<Array<{ sentence: Sentence; index: number }>> {
  const groups: Array<Array<{ sentence: Sentence; index: number }>> = [];
  sentences.forEach((sentence, index) => {
    if (sentence.starts_paragraph || groups.length === 0) groups.push([]);
    groups.at(-1)!.push({ sentence, index });
  });
  return groups;
}

/** The body of a draft as plain text: sentences joined by spaces, paragraphs by a blank line, as the engine joins them. */
export function bodyText(sentences: Sentence[]): string {
  return sentences.reduce((body, sentence) => body + (body === '' ? '' : sentence.starts_paragraph ? '\n\n' : ' ') + sentence.text, '');
}
