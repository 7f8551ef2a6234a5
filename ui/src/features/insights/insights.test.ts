import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import { CALM } from '../../lib/ipc/fake-trust';
import Insights from './Insights.svelte';
import { numbers, shares } from './weeks';
import { insights } from '../../lib/ipc/fake-insights';

async function begin(options: Partial<FakeOptions> = {}): Promise<void> {
  use(new FakeBackend(options));
  await app.begin();
  render(Insights);
}

describe('insights', () => {
  it('show every chart as a table with the same numbers', async () => {
    await begin();
    await screen.findByText('Week by week');
    const buttons = screen.getAllByText('Show as table', { selector: 'button' });
    expect(buttons).toHaveLength(6);
    for (const button of buttons) await fireEvent.click(button);
    const table = within(screen.getByRole('region', { name: 'Leads accepted, as a table' }));
    expect(table.getAllByRole('row')).toHaveLength(13);
    expect(within(screen.getByRole('region', { name: 'Time for a lead, as a table' })).getByText('not known yet')).toBeTruthy();
  });

  it('say what is not known yet instead of a number', async () => {
    await begin({ trust: { ...CALM, isFresh: true } });
    expect(await screen.findByRole('heading', { name: 'Nothing is known yet' })).toBeTruthy();
  });

  it('put the stated profile beside the learned one, with counts and a verdict', async () => {
    await begin();
    const row = within((await screen.findByRole('rowheader', { name: 'Head count' })).closest('tr')!);
    expect(row.getByText('50-500')).toBeTruthy();
    expect(row.getByText('✗ the other way round')).toBeTruthy();
    expect(row.getByText(/56 of 93/)).toBeTruthy();
    expect(screen.getByText('about 24 more reviews')).toBeTruthy();
  });

  it('let a person pin, switch off and forget what edits taught', async () => {
    await begin();
    await fireEvent.click((await screen.findAllByText('Pin', { selector: 'button' }))[0]!);
    expect(await screen.findAllByText('Unpin', { selector: 'button' })).not.toHaveLength(0);
    await fireEvent.click(screen.getAllByText('Switch off', { selector: 'button' })[0]!);
    expect(await screen.findByText('switched off')).toBeTruthy();
    const before = screen.getAllByText('Forget', { selector: 'button' }).length;
    await fireEvent.click(screen.getAllByText('Forget', { selector: 'button' })[0]!);
    await waitFor(() => expect(screen.getAllByText('Forget', { selector: 'button' })).toHaveLength(before - 1));
  });

  it('tell of a failure and try again', async () => {
    await begin({ failures: { insights: { code: 'store' } } });
    await fireEvent.click(await screen.findByText('Try again', { selector: 'button' }));
    expect(await screen.findByText('Week by week')).toBeTruthy();
  });
});

describe('weekly numbers', () => {
  it('are missing where nothing was counted', () => {
    const { weeks } = insights(12);
    expect(numbers(weeks, (week) => week.seconds_per_lead)[6]).toMatchObject({ number: 7, value: null });
    expect(shares([{ ...weeks[0]!, accepted: { count: 0, of: 0, low: 0, high: 1 } }], (week) => week.accepted)).toEqual([{ number: 1, value: null, counted: '' }]);
  });
});
