import { render, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import { ALONE, type TeamOptions } from '../../lib/ipc/fake-team';
import Insights from './Insights.svelte';

async function begin(team: Partial<TeamOptions>): Promise<void> {
  use(new FakeBackend({ team: { ...ALONE, ...team } }));
  await app.begin();
  render(Insights);
  await screen.findByText('Week by week');
}

const team = async () => within(await screen.findByRole('region', { name: 'Team' }));

describe('the team', () => {
  it('is shown person by person, with the agent as one rater among them', async () => {
    await begin({ others: ['Ben Okafor'] });
    const row = within((await team()).getByRole('rowheader', { name: 'Ben Okafor' }).closest('tr')!);
    expect(row.getByText('stricter (−0.42)')).toBeTruthy();
    expect(row.getByText('0.57')).toBeTruthy();
    expect(row.getByText(/0.40 to 0.72 · 99 of 118 agreed/)).toBeTruthy();
    expect((await team()).getByText('4 leads judged both ways')).toBeTruthy();
    expect((await team()).queryByText('The team disagrees on what is qualified.')).toBeNull();
  });

  it('says when it disagrees on what is qualified', async () => {
    await begin({ others: ['Ben Okafor'], isSplit: true });
    expect((await team()).getByText('The team disagrees on what is qualified.')).toBeTruthy();
  });

  it('names its senior reviewer, and what their word settled', async () => {
    const fake = new FakeBackend({ team: { ...ALONE, others: ['Ben Okafor'], isSplit: true } });
    use(fake);
    await fake.call('set_senior', { name: 'Ben Okafor', is_senior: true });
    await app.begin();
    render(Insights);
    expect(within((await team()).getByRole('rowheader', { name: /Ben Okafor/ })).getByText('senior')).toBeTruthy();
    expect((await team()).getByText(/what a senior reviewer says\.$/)).toBeTruthy();
    expect((await team()).getByText(/4 had no majority and went as a senior reviewer said/)).toBeTruthy();
  });

  it('says what is not known yet, and how much is missing', async () => {
    await begin({ others: ['Ben Okafor'], isSplit: true, isKnown: false });
    expect((await team()).getByText(/^18 more to be judged by both/)).toBeTruthy();
    expect((await team()).getByText('not known yet, 16 more verdicts')).toBeTruthy();
    expect((await team()).queryByText('The team disagrees on what is qualified.')).toBeNull();
  });

  it('is not shown of one person', async () => {
    await begin({});
    expect(screen.queryByRole('region', { name: 'Team' })).toBeNull();
  });
});
