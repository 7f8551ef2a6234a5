import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import { definition } from '../../lib/ipc/fake-data';
import { changesBetween } from './changes';
import Workflows from './Workflows.svelte';

describe('the versions of a workflow', () => {
  it('are compared field by field, in words', () => {
    const before = definition();
    const after = { ...before, icp: { ...before.icp, head_count: { min: 50, max: 1_500 }, countries: ['DK'] }, sending: { ...before.sending, daily_cap: 80 } };
    expect(changesBetween(before, after)).toEqual([
      { field: 'People', before: '50–500', after: '50–1,500' },
      { field: 'Countries wanted', before: 'Denmark, Sweden, Norway, Finland, Germany', after: 'Denmark' },
      { field: 'Most mails a day', before: '50', after: '80' },
    ]);
    expect(changesBetween(before, before)).toEqual([]);
  });

  it('can be put back into the form, and nothing is in force before it is saved', async () => {
    const fake = new FakeBackend();
    use(fake);
    await app.begin();
    render(Workflows);
    await fireEvent.click(await screen.findByRole('button', { name: 'Compare: version 1' }));
    expect(await screen.findByText('Fit from which a lead is good', { selector: 'dt' })).toBeTruthy();
    await fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Put version 1 into the form' }));
    await waitFor(() => expect((screen.getByLabelText('Fit from which a lead is good') as HTMLInputElement).value).toBe('50'));
    expect(fake.calls.some((call) => call.command === 'set_workflow')).toBe(false);
  });
});
