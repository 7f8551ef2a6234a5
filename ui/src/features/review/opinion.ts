// Second opinions and private words about a sitting: what is said, and to which gestures.
import { toasts } from '../../kit/toasts.svelte';
import type { Gesture, ItemView, SittingHint } from '../../lib/ipc/bindings';

/** Has somebody else decided this, and is a second person asked? */
export function isOpinion(view: ItemView): boolean {
  return view.item.why.why === 'second_opinion' && view.item.state === 'open';
}

/** A yes or no to the lead: all that a second opinion can be. */
export function isAboutTheLead(gesture: Gesture): boolean {
  return (gesture.gesture === 'accept' || gesture.gesture === 'reject') && (gesture.part === 'lead' || gesture.part === 'all');
}

/** Tells why a gesture does nothing on such a card. */
export function refuseOpinion(): void {
  toasts.show('A second opinion is about the lead', { body: 'Accept it or reject it; what was decided about the mail stands.' });
}

/** A word after a decision, for whoever made it. It stands in nobody's way and leaves by itself. */
export function tell(hint: SittingHint | null): void {
  if (hint?.hint === 'good_place_to_stop') toasts.show('A good place to stop', { body: `${hint.decided} decided in one sitting. The others wait.` });
  if (hint?.hint === 'rushed') toasts.show('Faster than anybody reads', { body: 'So were your last ten decisions. They teach half; nobody else is told.' });
}
