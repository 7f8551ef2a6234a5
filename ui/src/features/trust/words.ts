// The words of the ladder: what each level means, and what an override leaves in force.
import { counted, percent } from '../../lib/format';
import type { Level, Policy, Stage, StageView } from '../../lib/ipc/bindings';
import { LEVELS } from '../review/words';

export const RUNGS = Object.keys(LEVELS) as Level[];

/** What one output of a stage is called. */
export const OUTPUTS: Record<Stage, { one: string; many: string }> = {
  research: { one: 'set of facts', many: 'facts' },
  qualification: { one: 'lead', many: 'leads' },
  email: { one: 'mail', many: 'mails' },
};

/** What a stage decides, for the person who asks. */
export const QUESTIONS: Record<Stage, string> = {
  research: 'Are the facts right?',
  qualification: 'Is this a lead for us?',
  email: 'May this mail go out as it is?',
};

/** Share of items drawn for a check at a level when nothing is set (the engine's defaults). */
const MARKED: Record<Level, number> = { verify_everything: 1, verify_exceptions: 0.15, periodic_audit: 0.1, strategic_oversight: 0.05 };

/** The range in which the share may be set at a level, in percent. */
export const MARK_RANGE: Record<Level, [number, number]> = { verify_everything: [10, 20], verify_exceptions: [10, 20], periodic_audit: [10, 20], strategic_oversight: [2, 20] };

export const defaultMark = (level: Level): number => MARKED[level];

/** What a level means in one or two sentences. */
export function meaning(level: Level, stage: Stage, policy: Policy): string {
  const { one, many } = OUTPUTS[stage];
  const marked = percent(level === 'verify_everything' ? 1 : (policy.mark_rate ?? MARKED[level]));
  switch (level) {
    case 'verify_everything':
      return `You look at every ${one} before anything happens.`;
    case 'verify_exceptions':
      return `The agent decides the ${many} it is certain of. Exceptions and the rest come to you; ${marked} wait for a blind check first.`;
    case 'periodic_audit':
      return `The agent decides most ${many} alone. ${marked} are checked blind afterwards, and ${policy.audit_sample} are audited every week.`;
    case 'strategic_oversight':
      return `The agent decides or puts aside; below your line nothing leaves. You set direction, and the weekly audit goes on.`;
  }
}

export const levelName = (level: Level): string => LEVELS[level].words.charAt(0).toUpperCase() + LEVELS[level].words.slice(1);

/** Certainty from which on evidence stands behind what is released; null when nothing is certified. */
export function certifiedFrom(view: StageView): number | null {
  const thresholds = view.certificates.map((certificate) => certificate.threshold);
  return thresholds.length > 0 ? Math.min(...thresholds) : null;
}

/** What no evidence stands behind while an override at this threshold holds. */
export function uncertified(view: StageView, threshold: number): string {
  const from = certifiedFrom(view);
  if (from === null) return 'Nothing is certified for this stage yet, so no evidence stands behind any of it.';
  if (threshold >= from) return `The ${percent(view.certificates[0]?.promise ?? view.promise)} promise is certified from ${percent(from)} on; the floor and the level are what this goes around.`;
  return `Certified is ${percent(from)} and above. Between ${percent(threshold)} and ${percent(from)} nothing stands behind what leaves.`;
}

/** What became of leads that waited, at the head of a sentence that goes on. */
export const wentOn = (decided: number): string => (decided > 0 ? `The agent went on with ${counted(decided, 'lead')} that waited. ` : '');
