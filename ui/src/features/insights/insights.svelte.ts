// The numbers of the Insights screen.
import { presentation } from '../../lib/app.svelte';
import type { Presentation } from '../../lib/errors';
import { call } from '../../lib/ipc/backend';
import type { InsightsView } from '../../lib/ipc/bindings';

export class Insights {
  view = $state.raw<InsightsView | null>(null);
  failure = $state<Presentation | null>(null);

  async load(): Promise<void> {
    try {
      this.view = await call('insights', {});
      this.failure = null;
    } catch (cause) {
      this.failure = presentation(cause);
    }
  }
}
