// Names of the people who review, as the engine takes them.

const LONGEST = 60;

/** Why a text is no new name, as a sentence; null when it is one. */
export function nameFault(name: string, known: string[]): string | null {
  const wanted = name.replace(/\s+/gu, ' ').trim();
  const letters = [...wanted].length;
  if (letters === 0) return 'Write a name.';
  if (letters > LONGEST) return `This name has ${letters} letters; the longest has ${LONGEST}.`;
  const same = known.find((one) => one.toLowerCase() === wanted.toLowerCase());
  return same ? `${same} is on the team already.` : null;
}
