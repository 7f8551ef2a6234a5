// The order of the first start, and what each step is called.

export type Step = 'start' | 'lock' | 'recovery' | 'profile' | 'messages' | 'engine' | 'leads' | 'arriving';

export interface Stage {
  words: string;
  /** The steps that belong to it; the first is where a click on it leads. */
  steps: Step[];
}

export const STAGES: Stage[] = [
  { words: 'Start', steps: ['start', 'lock', 'recovery'] },
  { words: 'Who you look for', steps: ['profile'] },
  { words: 'How you write', steps: ['messages'] },
  { words: 'Who reads and writes', steps: ['engine'] },
  { words: 'First leads', steps: ['leads', 'arriving'] },
];

/** The stage that a step belongs to, counted from 0. */
export function stageOf(step: Step): number {
  return STAGES.findIndex((stage) => stage.steps.includes(step));
}
