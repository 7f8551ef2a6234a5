import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import { nameFault } from '../../lib/reviewers';
import WhoDecides from '../../views/WhoDecides.svelte';
import Settings from './Settings.svelte';

const BEN = { others: ['Ben Okafor'], isSplit: false, isKnown: true };

async function begin(options: Partial<FakeOptions> = {}): Promise<FakeBackend> {
  const fake = new FakeBackend(options);
  use(fake);
  await app.begin();
  render(Settings);
  render(WhoDecides);
  await screen.findByRole('heading', { name: 'Reviewers' });
  return fake;
}

const people = () => within(screen.getByRole('region', { name: 'Reviewers' })).getAllByRole('listitem').map((line) => line.textContent?.replace(/\s+/g, ' ').trim());
const switched = () => screen.queryByRole<HTMLSelectElement>('combobox', { name: 'Who decides' });

beforeEach(() => {
  toasts.all = [];
});

describe('the people who review', () => {
  it('are added by name and take turns', async () => {
    const fake = await begin();
    expect(switched()).toBeNull();
    await fireEvent.input(screen.getByLabelText('Another person'), { target: { value: 'Ben Okafor' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Add' }));
    await waitFor(() => expect(people()).toEqual(['Jonna Revsbech Make senior decides now', 'Ben Okafor Make senior Let decide']));
    await fireEvent.click(screen.getByRole('button', { name: 'Let decide: Ben Okafor' }));
    await waitFor(() => expect(people()).toEqual(['Jonna Revsbech Make senior Let decide', 'Ben Okafor Make senior decides now']));
    expect(switched()?.value).toBe('Ben Okafor');
    expect(fake.calls.filter((call) => call.command === 'use_reviewer').map((call) => call.request)).toEqual([{ name: 'Ben Okafor' }]);
  });

  it('are made senior and are so no longer', async () => {
    const fake = await begin({ team: BEN });
    await fireEvent.click(screen.getByRole('button', { name: 'Make senior: Ben Okafor' }));
    await waitFor(() => expect(people()[1]).toBe('Ben Okafor senior No longer senior Let decide'));
    await fireEvent.click(screen.getByRole('button', { name: 'No longer senior: Ben Okafor' }));
    await waitFor(() => expect(people()[1]).toBe('Ben Okafor Make senior Let decide'));
    expect(fake.calls.filter((call) => call.command === 'set_senior').map((call) => call.request)).toEqual([{ name: 'Ben Okafor', is_senior: true }, { name: 'Ben Okafor', is_senior: false }]);
  });

  it('take turns where the navigation ends', async () => {
    await begin({ team: BEN });
    await fireEvent.change(switched()!, { target: { value: 'Ben Okafor' } });
    await waitFor(() => expect(people()[1]).toBe('Ben Okafor Make senior decides now'));
    await waitFor(() => expect(toasts.all.map((toast) => toast.title)).toContain('Ben Okafor decides now'));
  });

  it('are not added under a name that is none, is too long or is taken', async () => {
    const fake = await begin();
    for (const [name, fault] of [[' ', 'Write a name.'], ['x'.repeat(61), 'This name has 61 letters; the longest has 60.'], ['JONNA revsbech', 'Jonna Revsbech is on the team already.']] as const) {
      await fireEvent.input(screen.getByLabelText('Another person'), { target: { value: name } });
      await fireEvent.click(screen.getByRole('button', { name: 'Add' }));
      expect(await screen.findByText(fault)).toBeTruthy();
    }
    expect(fake.calls.filter((call) => call.command === 'add_reviewer')).toEqual([]);
    expect(nameFault('Ben', ['Ana'])).toBeNull();
  });
});

describe('quiet hours', () => {
  it('are proposed with their evidence and set by a click alone', async () => {
    const fake = await begin();
    const button = await screen.findByRole('button', { name: 'Quiet from 17:00 to 08:00' });
    expect(button.parentElement?.textContent).toContain('You decide mostly 9:00 to 11:00');
    expect(fake.calls.filter((call) => call.command === 'set_preferences')).toEqual([]);
    await fireEvent.click(button);
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Quiet from 17:00 to 08:00' })).toBeNull());
    expect(fake.calls.find((call) => call.command === 'set_preferences')?.request).toMatchObject({ preferences: { quiet_hours: { from: '17:00', to: '08:00' } } });
  });
});
