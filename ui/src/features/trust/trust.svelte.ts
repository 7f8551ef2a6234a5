// The Trust screen's state: what stands, and the few things a person can do about it. Every step is the engine's; the
// screen asks, and reads anew what came of it.
import { toasts } from '../../kit/toasts.svelte';
import { app, presentation } from '../../lib/app.svelte';
import type { Presentation } from '../../lib/errors';
import { counted } from '../../lib/format';
import { call } from '../../lib/ipc/backend';
import type { Policy, Stage, StageView, TrustView } from '../../lib/ipc/bindings';
import { LEVELS, STAGES } from '../review/words';
import { standing } from './standing.svelte';
import { wentOn } from './words';

export class Trust {
  view = $state.raw<TrustView | null>(null);
  failure = $state<Presentation | null>(null);
  stage = $state<Stage>('qualification');
  /** A step is on its way to the engine. */
  isBusy = $state(false);

  get shown(): StageView | null {
    return this.view?.stages.find((one) => one.stage === this.stage) ?? null;
  }

  async load(): Promise<void> {
    try {
      this.view = await call('trust', {});
      standing.trust = this.view;
      this.failure = null;
    } catch (cause) {
      this.failure = presentation(cause);
    }
  }

  /** Sends one step and reads what stands afterwards; tells whether it went through. */
  private async step<T>(action: () => Promise<T>): Promise<{ answer: T } | null> {
    if (this.isBusy || app.refuses()) return null;
    this.isBusy = true;
    const done = await app.attempt(async () => ({ answer: await action() }));
    this.isBusy = false;
    if (!done) return null;
    await this.load();
    void app.refresh();
    return done;
  }

  private get where(): string {
    return `${STAGES[this.stage]} ${this.stage === 'email' ? 'is' : 'are'} at level ${this.shown ? LEVELS[this.shown.level].number : 1}`;
  }

  async promote(): Promise<void> {
    const { stage } = this;
    const done = await this.step(() => call('promote', { stage }));
    if (done) toasts.show(this.where, { body: `${wentOn(done.answer)}Going down again is one click, at any time.` });
  }

  async pullBack(): Promise<void> {
    const { stage } = this;
    if (await this.step(() => call('pull_back', { stage }))) toasts.show(this.where, { body: 'What the agent had released and was not sent yet is back with you.' });
  }

  async override(threshold_percent: number, minutes: number | null, typed: string | null): Promise<boolean> {
    const { stage } = this;
    const done = await this.step(() => call('set_override', { stage, threshold_percent, minutes, typed }));
    if (done) toasts.show('The override holds', { body: `${wentOn(done.answer)}Floors, checks and the weekly audit go on.` });
    return done !== null;
  }

  async endOverride(stage: Stage): Promise<void> {
    if (await this.step(() => call('end_override', { stage }))) toasts.show('The override is over', { body: 'What is certified holds again.' });
  }

  async setPolicy(policy: Policy): Promise<void> {
    const { stage } = this;
    if (await this.step(() => call('set_policy', { stage, policy }))) toasts.show('The settings are in force');
  }

  async beginEra(why: string, old_weight: number): Promise<void> {
    const done = await this.step(() => call('begin_era', { why, old_weight }));
    if (done) toasts.show('A new era has begun', { body: done.answer.words });
  }

  async unlearn(day: string | null, reviewer: string | null): Promise<void> {
    const done = await this.step(() => call('unlearn', { day, reviewer }));
    if (done) toasts.show(`${counted(done.answer, 'decision')} unlearned`, { body: 'Memory, certificates and levels are as if they had never been given.' });
  }
}
