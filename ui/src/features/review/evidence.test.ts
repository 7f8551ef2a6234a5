import { describe, expect, it } from 'vitest';
import { itemView, storedPage } from '../../lib/ipc/fake-data';
import { bodyText, numberProofs, sentencePieces, wordsMeant } from './evidence';
import { unproven, whyWords } from './words';

function card(n: number) {
  const { card: shown } = itemView(n).item;
  const pages = new Map(shown.dossier.pages.map(({ snapshot }) => [snapshot, storedPage(snapshot)!]));
  return { shown, pages, proofs: numberProofs(shown, pages) };
}

describe('proofs', () => {
  it('show the very words of the page, also behind letters of several bytes', () => {
    for (let n = 0; n < 60; n++) for (const { excerpt, finding } of card(n).proofs) expect(excerpt?.quote).toBe(finding.source.quote);
  });

  it('are numbered once, those the card rests on first', () => {
    const { proofs } = card(3);
    expect(proofs.map((proof) => proof.number)).toEqual(proofs.map((_, at) => at + 1));
    expect(proofs.findIndex((proof) => !proof.isCited)).toBeGreaterThan(0);
    expect(proofs.slice(proofs.findIndex((proof) => !proof.isCited)).some((proof) => proof.isCited)).toBe(false);
  });

  it('whose page lost the quote are not shown as proven', () => {
    const { shown, pages } = card(3);
    for (const page of pages.values()) page.text = 'rewritten';
    expect(numberProofs(shown, pages).every((proof) => proof.excerpt === null)).toBe(true);
  });
});

describe('a sentence', () => {
  it('keeps every letter when it is cut into pieces', () => {
    for (let n = 0; n < 40; n++) {
      const { shown, proofs } = card(n);
      for (const sentence of shown.draft?.sentences ?? []) expect(sentencePieces(sentence, proofs).map((piece) => piece.text).join('')).toBe(sentence.text);
    }
  });

  it('puts each number behind the words it proves', () => {
    const { shown, proofs } = card(3);
    const pieces = sentencePieces(shown.draft!.sentences[1]!, proofs).filter((piece) => piece.proofs.length > 0);
    expect(pieces.map((piece) => piece.text)).toEqual(['5 supply planners', 'groupage from 6 terminals every evening', 'Infor LN']);
  });
});

describe('one value', () => {
  it('stands behind the why-box and the checks', () => {
    const { item } = itemView(0);
    expect(unproven(item.card)).toHaveLength(1);
    expect(whyWords(item, false).reason).toContain('one sentence has no source');
  });

  it('keeps the scores of a blind item out of the words', () => {
    const { item } = itemView(1);
    expect(whyWords(item, true).reason).not.toMatch(/\d/);
  });
});

it('a body is joined as the engine joins it', () => {
  const sentence = (text: string, starts_paragraph: boolean) => ({ text, starts_paragraph, kind: 'bridge' as const, findings: [] });
  expect(bodyText([sentence('Hi,', false), sentence('One.', true), sentence('Two.', false)])).toBe('Hi,\n\nOne. Two.');
});

describe('words that an exception means', () => {
  const cut = (text: string, ...phrases: string[]) => wordsMeant(text, phrases.map((phrase) => ({ phrase }))).map(({ text, isMeant }) => (isMeant ? `[${text}]` : text)).join('');

  it('are marked wherever they stand, whatever their case', () => {
    expect(cut('Cheap labour, and CHEAP labour again', 'cheap labour')).toBe('[Cheap labour], and [CHEAP labour] again');
    expect(cut('a killer deal', 'killer', 'killer deal')).toBe('a [killer deal]');
  });

  it('leave a text alone that does not hold them, and one without exceptions', () => {
    expect(cut('All is well.', 'killer')).toBe('All is well.');
    expect(cut('All is well.')).toBe('All is well.');
    expect(wordsMeant('Fine.', [{}])).toEqual([{ text: 'Fine.', isMeant: false }]);
  });

  it('never change a letter', () => {
    for (const text of ['İstanbul killer', 'ΌΔΟΣ killer ß', '🙂 killer']) expect(wordsMeant(text, [{ phrase: 'killer' }]).map((piece) => piece.text).join('')).toBe(text);
  });
});
