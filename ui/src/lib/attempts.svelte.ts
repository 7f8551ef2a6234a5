// One thing after the other, with the words of what failed: for screens that show a failure in place of a message.
import { presentation } from './app.svelte';
import type { Presentation } from './errors';

export class Attempts {
  isBusy = $state(false);
  failure = $state<Presentation | null>(null);

  /** Runs an action; its failure stays on screen until the next attempt. */
  async run(action: () => Promise<unknown>): Promise<void> {
    this.isBusy = true;
    this.failure = null;
    try {
      await action();
    } catch (cause) {
      this.failure = presentation(cause);
    } finally {
      this.isBusy = false;
    }
  }
}
