// The keys of one card, the same wherever it is judged: in the queue and in a sample.
import type { Handlers } from '../../lib/keymap';
import type { Review } from './review.svelte';

/** Keys that act on the card of `review`; `section` has the focus after Escape. */
export function cardHandlers(review: Review, section: () => HTMLElement | undefined): Handlers {
  return {
    accept: () => review.accept(),
    accept_lead: review.acceptLead,
    reject: review.reject,
    reject_mail: () => review.rejectMail(),
    edit: () => review.edit(),
    save_edit: () => review.saveEdit(),
    undo: review.undo,
    redo: review.redo,
    next: review.next,
    previous: review.previous,
    next_proof: () => review.walkProof(1),
    previous_proof: () => review.walkProof(-1),
    diff: () => review.toggleDiff(),
    open_source: () => void review.openSource(),
    fact_wrong: () => review.markFact(),
    note: () => (review.ask = { kind: 'note' }),
    block: () => review.startBlocking(),
    copy: () => void review.copy(),
    confirm: () => review.ask && review.confirm(),
    leave: () => {
      const field = document.activeElement;
      if (field instanceof HTMLElement && field.matches('input, textarea')) field.blur();
      review.leave();
      section()?.focus();
    },
    ...Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`reason_${at + 1}`, () => review.reason(at + 1)])),
  };
}
