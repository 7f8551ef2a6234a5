// The word diff of an edit, as the reviewer types. Longest common subsequence over words and the gaps between them; mails
// are short, so the plain table is fast enough for every key press.

export interface Change {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Words and the white space between them, in order. */
function tokens(text: string): string[] {
  return text.match(/\s+|[^\s]+/gu) ?? [];
}

/** Length of the longest common subsequence of every pair of suffixes. */
function lcsTable(a: string[], b: string[]): Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    const row = table[i]!;
    const below = table[i + 1]!;
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? below[j + 1]! + 1 : Math.max(below[j]!, row[j + 1]!);
    }
  }
  return table;
}

function push(changes: Change[], kind: Change['kind'], text: string): void {
  const last = changes.at(-1);
  if (last?.kind === kind) last.text += text;
  else changes.push({ kind, text });
}

/** What was removed and added, word by word; neighbours of one kind are joined, and so are changes with only a gap between. */
export function wordDiff(before: string, after: string): Change[] {
  return joined(plainDiff(before, after));
}

/** Changes that only white space parts become one removal and one addition, so that they read as phrases. */
function joined(changes: Change[]): Change[] {
  const result: Change[] = [];
  for (let at = 0; at < changes.length; ) {
    const end = endOfRun(changes, at);
    if (end === at) push(result, 'same', changes[at++]!.text);
    else {
      const run = changes.slice(at, end);
      push(result, 'removed', run.filter((change) => change.kind !== 'added').map((change) => change.text).join(''));
      push(result, 'added', run.filter((change) => change.kind !== 'removed').map((change) => change.text).join(''));
      at = end;
    }
  }
  return result.filter((change) => change.text !== '');
}

/** Where a run of changes and gaps that begins at `from` ends; it begins and ends with a change. */
function endOfRun(changes: Change[], from: number): number {
  let end = from;
  for (let at = from; at < changes.length; at++) {
    const change = changes[at]!;
    if (change.kind !== 'same') end = at + 1;
    else if (at === from || change.text.trim() !== '') break;
  }
  return end;
}

function plainDiff(before: string, after: string): Change[] {
  const a = tokens(before);
  const b = tokens(after);
  const table = lcsTable(a, b);
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      push(changes, 'same', a[i]!);
      i++;
      j++;
    } else if (table[i + 1]![j]! >= table[i]![j + 1]!) push(changes, 'removed', a[i++]!);
    else push(changes, 'added', b[j++]!);
  }
  while (i < a.length) push(changes, 'removed', a[i++]!);
  while (j < b.length) push(changes, 'added', b[j++]!);
  return changes;
}

/** How many words were added and removed, white space not counted. */
export function changedWords(changes: Change[]): { added: number; removed: number } {
  const count = (kind: Change['kind']) =>
    changes.filter((change) => change.kind === kind).reduce((sum, change) => sum + (change.text.match(/\S+/gu)?.length ?? 0), 0);
  return { added: count('added'), removed: count('removed') };
}

/** Words kept beside a change where the rest is left out. */
const NEAR = 5;

/** The same diff with long unchanged stretches cut to the words beside the changes. */
export function shortened(changes: Change[]): Change[] {
  return changes.map((change, at) => {
    const words = tokens(change.text);
    if (change.kind !== 'same' || words.length <= NEAR * 4) return change;
    const head = at === 0 ? '' : words.slice(0, NEAR * 2).join('').trimEnd();
    const tail = at === changes.length - 1 ? '' : words.slice(-NEAR * 2).join('').trimStart();
    return { kind: 'same', text: `${head} … ${tail}`.replaceAll(/\s*\n\s*/gu, ' ').replace(/^ (?=…)/u, '') };
  });
}
