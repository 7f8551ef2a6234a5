import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import { WORKFLOW_ID } from '../../lib/ipc/fake-data';
import ScheduleSection from './ScheduleSection.svelte';

async function open(): Promise<FakeBackend> {
  const fake = new FakeBackend();
  use(fake);
  await app.begin();
  render(ScheduleSection, { workflow: WORKFLOW_ID });
  await screen.findByText('Next batch: Friday 07:35');
  return fake;
}

const asked = (fake: FakeBackend, command: string) => fake.calls.filter((call) => call.command === command).map((call) => call.request);

beforeEach(() => {
  toasts.all = [];
});

describe('the schedule of a workflow', () => {
  it('says when the next batch begins, why then, and what it cannot promise', async () => {
    await open();
    expect(screen.getByText(/because it is ready by 08:50 then/)).toBeTruthy();
    expect(screen.getByText(/works while this computer is on and awake/)).toBeTruthy();
    expect(screen.getByText(/About 08:50, read from your own decisions/)).toBeTruthy();
  });

  it('holds at once what is changed, and leaves the rest as it was', async () => {
    const fake = await open();
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Saturday' }));
    await waitFor(() => expect(asked(fake, 'set_schedule').at(-1)).toMatchObject({ schedule: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], leads_per_day: 40 } }));
    await fireEvent.change(screen.getByLabelText('Time zone'), { target: { value: 'Europe/Berlin' } });
    await waitFor(() => expect(asked(fake, 'set_schedule').at(-1)).toMatchObject({ schedule: { zone: 'Europe/Berlin', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'] } }));
  });

  it('shows the value in force again when another one is refused', async () => {
    await open();
    await fireEvent.change(screen.getByLabelText('Not after'), { target: { value: '05:00' } });
    await waitFor(() => expect(toasts.all.map((toast) => toast.title)).toContain('This schedule can never begin.'));
    await waitFor(() => expect((screen.getByLabelText('Not after') as HTMLInputElement).value).toBe('20:00'));
  });

  it('is paused and resumed, ended and begun with the usual one', async () => {
    const fake = await open();
    await fireEvent.click(screen.getByRole('button', { name: 'Pause batches' }));
    expect(await screen.findByText(/Batches are paused/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Resume batches' }));
    await screen.findByText('Next batch: Friday 07:35');
    const toggle = screen.getByRole('switch', { name: 'Begin batches by itself' });
    await fireEvent.click(toggle);
    await waitFor(() => expect(screen.queryByText(/Next batch/)).toBeNull());
    await fireEvent.click(toggle);
    await waitFor(() => expect(asked(fake, 'set_schedule').at(-1)).toMatchObject({ schedule: { from: '06:00', leads_per_day: 50 } }));
  });
});
