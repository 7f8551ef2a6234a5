import { describe, expect, it } from 'vitest';
import { changedWords, shortened, wordDiff } from './diff';

const sides = (before: string, after: string) => {
  const changes = wordDiff(before, after);
  const side = (skipped: string) => changes.filter((change) => change.kind !== skipped).map((change) => change.text).join('');
  return { changes, before: side('added'), after: side('removed') };
};

describe('the word diff', () => {
  it('gives both texts back, whatever they are', () => {
    const texts = ['', 'a', 'Hi Wei,\n\nSaw you hire.', 'Hi Wei,\nSaw that you hire four 🐟.', 'مرحبا بكم', 'a b c d e f', 'f e d c b a', '  two  spaces '];
    for (const before of texts) for (const after of texts) expect(sides(before, after)).toMatchObject({ before, after });
  });

  it('marks only the words that changed', () => {
    const { changes } = sides('Worth a short call next week?', 'Worth a call next Tuesday?');
    expect(changes.filter((change) => change.kind === 'removed').map((change) => change.text.trim())).toEqual(['short', 'week?']);
    expect(changedWords(changes)).toEqual({ added: 1, removed: 2 });
  });

  it('is empty for an unchanged text', () => {
    expect(changedWords(wordDiff('same text', 'same text'))).toEqual({ added: 0, removed: 0 });
  });

  it('leaves out long unchanged stretches but no change', () => {
    const long = Array.from({ length: 60 }, (_, n) => `w${n}`).join(' ');
    const brief = shortened(wordDiff(`${long} old`, `${long} new`));
    expect(brief.map((change) => change.text).join('').length).toBeLessThan(80);
    expect(changedWords(brief)).toEqual({ added: 1, removed: 1 });
  });
});
