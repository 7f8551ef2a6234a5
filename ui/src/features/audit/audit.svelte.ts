// The Audit screen's state: what there is to check, the sample being looked at, and what the last one showed.
import { app, presentation } from '../../lib/app.svelte';
import type { Presentation } from '../../lib/errors';
import { call } from '../../lib/ipc/backend';
import type { AuditResult, AuditView, AuditWeek, CheckLine, StageView, TrustView } from '../../lib/ipc/bindings';
import { standing } from '../trust/standing.svelte';

/** What is looked at: the spot checks, or the audit of a week. */
export interface Sample {
  week: AuditWeek | null;
  items: CheckLine[];
}

/** What a finished sample showed. */
export interface Finished {
  week: AuditWeek | null;
  items: number;
  /** Of the week's audit, stage by stage; empty for spot checks. */
  results: AuditResult[];
  stages: StageView[];
}

export class Audit {
  view = $state.raw<AuditView | null>(null);
  trust = $state.raw<TrustView | null>(null);
  failure = $state<Presentation | null>(null);
  sample = $state.raw<Sample | null>(null);
  finished = $state.raw<Finished | null>(null);

  async load(): Promise<void> {
    try {
      [this.view, this.trust] = await Promise.all([call('audit', {}), call('trust', {})]);
      standing.audit = this.view;
      standing.trust = this.trust;
      this.failure = null;
    } catch (cause) {
      this.failure = presentation(cause);
    }
  }

  begin(week: AuditWeek | null): void {
    const items = week ? week.items : (this.view?.checks ?? []);
    this.finished = null;
    if (items.some((item) => !item.is_done) && !app.refuses()) this.sample = { week, items };
  }

  /** Back to the overview; what was decided stays decided. */
  async leave(): Promise<void> {
    this.sample = null;
    await this.load();
  }

  /** Every item of the sample has its verdict: what does that prove? */
  async finish(): Promise<void> {
    const sample = this.sample;
    if (!sample) return;
    await this.leave();
    const results = sample.week ? (this.view?.past ?? []).filter((result) => result.week === sample.week?.week) : [];
    this.finished = { week: sample.week, items: sample.items.length, results, stages: this.trust?.stages ?? [] };
  }
}
