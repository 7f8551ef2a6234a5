// When an invented team's batches begin by themselves, for the in-memory backend. The rules themselves live in the domain; here a
// next batch is only made up.
import { CommandError } from './backend';
import type * as b from './bindings';
import { WORKFLOW_ID } from './fake-data';

const USUAL: b.Schedule = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '06:00', until: '20:00', zone: null, leads_per_day: 50, ready_for_review: true };
const HONESTLY = 'AutoReach works while this computer is on and awake. What it misses is made up for by one batch as soon as it can.';

export class FakeSchedule {
  private kept: b.Schedule | null = { ...USUAL, leads_per_day: 40 };
  private isPaused = false;

  constructor(private isReviewKnown: boolean) {}

  view(name: string): b.ScheduleView {
    const { kept, isPaused } = this;
    const isEarly = this.isReviewKnown && kept?.ready_for_review;
    const next = kept && { workflow_id: WORKFLOW_ID, workflow: name, at: '2026-11-06T06:35:00Z', when: isEarly ? 'Friday 07:35' : `Friday ${kept.from}`, why: isEarly ? 'it is ready by 08:50 then, before you usually review' : 'its hours begin then' };
    return {
      workflow_id: WORKFLOW_ID, schedule: kept, usual: USUAL, next,
      held_up: kept && isPaused ? 'Batches are paused; none begins by itself until you say so.' : null,
      last: kept ? 'Thursday 07:35: 40 leads, done at 08:31.' : null,
      review_at: this.isReviewKnown ? '08:50' : null, zone: 'Europe/Copenhagen', is_paused: isPaused, honestly: HONESTLY,
    };
  }

  set(schedule: b.Schedule | null): void {
    if (schedule && (schedule.days.length === 0 || schedule.from >= schedule.until || !(schedule.leads_per_day >= 1 && schedule.leads_per_day <= 2_000))) throw new CommandError('schedule', 'it can never begin; nothing was changed');
    this.kept = schedule;
  }

  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
  }
}
