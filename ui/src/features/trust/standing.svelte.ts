// What of trust stands around every screen: overrides in force, and how much there is to check. Read when the workspace
// opens and whenever the person goes to another screen; a failure here is told by the screens themselves.
import { call } from '../../lib/ipc/backend';
import type { AuditView, StageView, TrustView } from '../../lib/ipc/bindings';

class Standing {
  trust = $state.raw<TrustView | null>(null);
  audit = $state.raw<AuditView | null>(null);

  async refresh(): Promise<void> {
    const [trust, audit] = await Promise.allSettled([call('trust', {}), call('audit', {})]);
    if (trust.status === 'fulfilled') this.trust = trust.value;
    if (audit.status === 'fulfilled') this.audit = audit.value;
  }

  /** Items that wait for a blind look. */
  get toCheck(): number {
    if (!this.audit) return 0;
    return [...this.audit.checks, ...this.audit.audits.flatMap((week) => week.items)].filter((line) => !line.is_done).length;
  }

  /** Stages in which more is released than is certified, at an instant. */
  overridden(now: Date): StageView[] {
    const holds = ({ override_threshold, override_until }: StageView) => override_threshold !== null && (override_until === null || new Date(override_until) > now);
    return this.trust?.stages.filter(holds) ?? [];
  }

  /** Stages in which a step up waits for a person. */
  get proposed(): StageView[] {
    return this.trust?.stages.filter((stage) => stage.is_proposed) ?? [];
  }
}

export const standing = new Standing();
