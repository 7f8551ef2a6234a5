// A person's answers to what was learned: sent one at a time, each told in the engine's own sentence.
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { call } from '../../lib/ipc/backend';
import type { ProfileAnswer } from '../../lib/ipc/bindings';

export class Answers {
  /** An answer is on its way to the engine. */
  isBusy = $state(false);

  constructor(private onchange: () => void) {}

  async give(slot: string, answer: ProfileAnswer): Promise<void> {
    if (this.isBusy || app.refuses()) return;
    this.isBusy = true;
    const done = await app.attempt(() => call('answer_profile', { slot, answer }));
    this.isBusy = false;
    if (!done) return;
    const [title = done.words, ...body] = done.words.split(/(?<=\.) /);
    toasts.show(title, { body: body.join(' ') });
    this.onchange();
  }
}
