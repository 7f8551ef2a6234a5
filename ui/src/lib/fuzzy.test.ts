import { describe, expect, it } from 'vitest';
import { SCATTERED, fuzzyDistance, fuzzyFind } from './fuzzy';

describe('a few letters', () => {
  it('find a text by the beginnings of its words, by a part, and by letters in order', () => {
    for (const typed of ['go ins', 'insig', 'sights', 'gti', 'gtin', '']) expect(fuzzyDistance(typed, 'Go to Insights'), typed).not.toBeNull();
  });

  it('do not find what lacks a letter, or has it too far apart', () => {
    for (const typed of ['xyz', 'insights zoo', 'oohs', 'gts']) expect(fuzzyDistance(typed, 'Go to Insights'), typed).toBeNull();
  });

  it('of a name do not find a command that holds them by chance', () => {
    expect(fuzzyDistance('sol', 'Reason: in talks')).toBeNull();
    expect(fuzzyDistance('gtinsghts', 'Go to Insights')).toBeGreaterThanOrEqual(SCATTERED);
  });

  it('do not mind accents and case', () => {
    expect(fuzzyDistance('ostby', 'Ingrid Østby')).toBeNull();
    expect(fuzzyDistance('LEA', 'Léa Moreau')).toBe(0);
  });

  it('put the nearest first, and keep the order of equals', () => {
    expect(fuzzyFind('re', ['Previous', 'Go to Review', 'Redo', 'Reject'], (text) => text)).toEqual(['Redo', 'Reject', 'Go to Review', 'Previous']);
  });
});
