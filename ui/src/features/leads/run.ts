// The agent's run over new leads: begin it, pause it, go on.
import { app } from '../../lib/app.svelte';
import { call } from '../../lib/ipc/backend';

export type RunCommand = 'start_run' | 'pause_run' | 'resume_run';

/** What can be done with the run as it stands, and how it is called. */
export function runCommand(): { command: RunCommand; words: string } {
  const state = app.overview?.run?.state;
  if (state === 'running') return { command: 'pause_run', words: 'Pause research' };
  if (state === 'paused') return { command: 'resume_run', words: 'Go on with research' };
  return { command: 'start_run', words: 'Research new leads' };
}

export async function steerRun(command: RunCommand): Promise<void> {
  const workflow_id = app.overview?.workflow ?? '';
  await app.attempt(() => (command === 'start_run' ? call(command, { workflow_id }) : call(command, {})));
  await app.refresh();
}
