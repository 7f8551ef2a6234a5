// The queue as the window holds it: as many places as there are open items, filled page by page as they come into sight.
// Decided items leave at once and come back when their decision was not saved, so places always match the engine's order
// once all decisions are saved; pages are therefore read only then.
import type { ItemId, QueueLine, QueueSplit } from '../../lib/ipc/bindings';
import { call } from '../../lib/ipc/backend';

const PAGE = 200;

export class Queue {
  split = $state<QueueSplit>('all');
  filter = $state('');
  /** One place per open item; undefined where its line was not read yet. */
  lines = $state.raw<Array<QueueLine | undefined>>([]);
  isLoaded = $state(false);
  private reading = new Set<number>();
  private generation = 0;
  /** The lines of a sitting; null for the whole of a split as the engine keeps it. */
  private chosen: QueueLine[] | null = null;

  /** `settled` resolves when every decision on its way is saved. */
  constructor(protected readonly settled: () => Promise<unknown>) {}

  get total(): number {
    return this.lines.length;
  }

  /** Every line is read. */
  get isWhole(): boolean {
    return !this.lines.includes(undefined);
  }

  /** Reads the first page of a split anew. */
  async load(): Promise<void> {
    const generation = ++this.generation;
    this.reading.clear();
    await this.settled();
    if (this.chosen) {
      this.lines = this.chosen;
      this.isLoaded = true;
      return;
    }
    const page = await call('queue_page', { split: this.split, filter: this.filter, offset: 0, limit: PAGE });
    if (generation !== this.generation) return;
    const lines: Array<QueueLine | undefined> = new Array(page.total).fill(undefined);
    page.lines.forEach((line, at) => (lines[at] = line));
    this.lines = lines;
    this.isLoaded = true;
  }

  /** Makes sure that the line at `index` is read. */
  async ensure(index: number): Promise<void> {
    const offset = Math.floor(index / PAGE) * PAGE;
    if (index < 0 || index >= this.total || this.lines[index] || this.reading.has(offset)) return;
    this.reading.add(offset);
    const generation = this.generation;
    try {
      await this.settled();
      const page = await call('queue_page', { split: this.split, filter: this.filter, offset, limit: PAGE });
      if (generation !== this.generation) return;
      const held = new Set(this.lines.map((line) => line?.item));
      const lines = this.lines.slice();
      page.lines.forEach((line, at) => {
        if (offset + at < lines.length && !lines[offset + at] && !held.has(line.item)) lines[offset + at] = line;
      });
      // Places of this page that stayed empty have no item of their own: it stands elsewhere in the list, or left it.
      this.lines = lines.filter((line, at) => line !== undefined || at < offset || at >= offset + PAGE);
    } finally {
      this.reading.delete(offset);
    }
  }

  /** Holds to these lines until it is told otherwise; shown with the next `load`. */
  choose(lines: QueueLine[] | null): void {
    this.chosen = lines;
  }

  indexOf(item: ItemId): number {
    return this.lines.findIndex((line) => line?.item === item);
  }

  remove(index: number): void {
    this.keep(this.lines.toSpliced(index, 1));
  }

  /** Puts a line back to where it was, or as near as the list allows. */
  insert(index: number, line: QueueLine): void {
    if (this.indexOf(line.item) >= 0) return;
    this.keep(this.lines.toSpliced(Math.min(index, this.total), 0, line));
  }

  private keep(lines: Array<QueueLine | undefined>): void {
    this.lines = lines;
    if (this.chosen) this.chosen = lines.filter((line) => line !== undefined);
  }
}
