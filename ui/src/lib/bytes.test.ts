import { describe, expect, it } from 'vitest';
import { excerpt, indexAtByte, quoteRange } from './bytes';

const utf8 = (text: string) => new TextEncoder().encode(text).length;

describe('byte offsets of the engine', () => {
  const page = 'Über uns – 🐟 Ægir fährt täglich.\nWir beschäftigen 146 Menschen in Łódź und Göteborg.';

  it('find the same place in a text of one to four byte characters', () => {
    for (const quote of ['Über', '–', '🐟', 'Ægir', '146 Menschen', 'Göteborg']) {
      const index = page.indexOf(quote);
      expect(indexAtByte(page, utf8(page.slice(0, index)))).toBe(index);
    }
  });

  it('differ from string indices as soon as one letter takes two bytes', () => {
    const offset = utf8(page.slice(0, page.indexOf('146')));
    expect(offset).not.toBe(page.indexOf('146'));
    const range = quoteRange(page, '146 Menschen', offset)!;
    expect(page.slice(range.start, range.end)).toBe('146 Menschen');
  });

  it('inside a character or behind the end are no place', () => {
    expect(indexAtByte('é', 1)).toBeNull();
    expect(indexAtByte('🐟', 2)).toBeNull();
    expect(indexAtByte('abc', 4)).toBeNull();
    expect(indexAtByte('abc', 3)).toBe(3);
  });

  it('choose the right one of two equal quotes', () => {
    const text = 'ß 12 ports, ß 12 ports';
    const second = text.lastIndexOf('12 ports');
    expect(quoteRange(text, '12 ports', utf8(text.slice(0, second)))).toEqual({ start: second, end: second + 8 });
  });

  it('fall back to the first occurrence, and to nothing when the quote is gone', () => {
    expect(quoteRange('we run 14 ports', '14 ports', 99)).toEqual({ start: 7, end: 15 });
    expect(quoteRange('we run 15 ports', '14 ports', 7)).toBeNull();
  });
});

describe('an excerpt', () => {
  it('keeps to the paragraph and cuts at spaces', () => {
    const text = 'Title\nOne two three four five six seven eight nine ten.\nNext';
    const cut = excerpt(text, { start: text.indexOf('five'), end: text.indexOf('five') + 4 }, 10);
    expect(cut).toEqual({ before: '… four ', quote: 'five', after: ' six seven …' });
  });

  it('shows a short paragraph whole', () => {
    expect(excerpt('a b c', { start: 2, end: 3 })).toEqual({ before: 'a ', quote: 'b', after: ' c' });
  });
});
