// A sample to be looked at blind: the items of a check or an audit in the place of the queue, and cards without anything
// that would tell what the agent decided.
import type { CheckLine, QueueLine } from '../../lib/ipc/bindings';
import type { LoadedCard } from '../review/cards';
import { Queue } from '../review/queue.svelte';
import { isDecidable } from '../review/review.svelte';

/** A line as the review screen keeps it, with company and person only. */
function line({ item, company, person }: CheckLine): QueueLine {
  return { item, company, person, confidence: null, fit: null, chip: null, opened_at: '', due_at: null, is_overdue: false };
}

/** The items of a sample that are still to be decided, in their order. */
export class SampleQueue extends Queue {
  constructor(
    settled: () => Promise<unknown>,
    private readonly sample: CheckLine[],
  ) {
    super(settled);
  }

  override async load(): Promise<void> {
    await this.settled();
    this.lines = this.sample.filter((one) => !one.is_done).map(line);
    this.isLoaded = true;
  }
}

/** The card with scores and leanings hidden until it is decided, whatever the engine says of it. */
export function blinded(card: LoadedCard): LoadedCard {
  const isOpen = isDecidable(card.view.item.state);
  return { ...card, view: { ...card.view, confidence_is_hidden: isOpen || card.view.confidence_is_hidden } };
}
