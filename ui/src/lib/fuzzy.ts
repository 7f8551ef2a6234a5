// Finding by a few letters: each word typed must stand in the text, at best at the beginning of a word, at least letter by
// letter in its order. Accents and case do not matter.

/** Letters without case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** From here on letters are only scattered over the text. */
export const SCATTERED = 3;

const isBoundary = (letter: string | undefined) => letter === undefined || !/[\p{L}\p{N}]/u.test(letter);

/** How well one word fits: 0 is best; null when it does not. */
function distance(word: string, text: string): number | null {
  const whole = text.indexOf(word);
  if (whole === 0) return 0;
  for (let at = whole; at >= 0; at = text.indexOf(word, at + 1)) if (isBoundary(text[at - 1])) return 1;
  if (whole > 0) return 2;
  let gaps = 0;
  let last = -1;
  for (const letter of word) {
    const at = text.indexOf(letter, last + 1);
    if (at < 0) return null;
    // A letter that begins a word is no gap: `gi` finds “Go to Insights”.
    if (last >= 0 && at > last + 1 && !isBoundary(text[at - 1])) gaps++;
    last = at;
  }
  return gaps > word.length / 4 ? null : SCATTERED + gaps;
}

/** How well a text fits what was typed: smaller is better, null when it does not fit. Nothing typed fits everything. */
export function fuzzyDistance(typed: string, text: string): number | null {
  const haystack = plain(text);
  let sum = 0;
  for (const word of plain(typed).split(/\s+/).filter(Boolean)) {
    const one = distance(word, haystack);
    if (one === null) return null;
    sum += one;
  }
  return sum;
}

/** Those that fit, the best first; equal ones keep their order. */
export function fuzzyFind<T>(typed: string, all: T[], words: (one: T) => string): T[] {
  const found = all.flatMap((one) => {
    const far = fuzzyDistance(typed, words(one));
    return far === null ? [] : [{ one, far }];
  });
  return found.sort((a, b) => a.far - b.far).map(({ one }) => one);
}
