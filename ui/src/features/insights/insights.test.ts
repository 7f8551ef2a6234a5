import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import { CALM } from '../../lib/ipc/fake-trust';
import Insights from './Insights.svelte';
import { numbers, shares } from './weeks';
import { insights } from '../../lib/ipc/fake-insights';

async function begin(options: Partial<FakeOptions> = {}): Promise<FakeBackend> {
  const fake = new FakeBackend(options);
  use(fake);
  await app.begin();
  render(Insights);
  return fake;
}

const asked = (fake: FakeBackend) => fake.calls.filter((call) => call.command === 'answer_profile').map((call) => call.request);

beforeEach(() => {
  toasts.all = [];
});

describe('insights', () => {
  it('show every chart as a table with the same numbers', async () => {
    await begin();
    await screen.findByText('Week by week');
    await screen.findByText('What the changes add up to');
    const buttons = screen.getAllByText('Show as table', { selector: 'button' });
    expect(buttons).toHaveLength(8);
    for (const button of buttons) await fireEvent.click(button);
    const table = within(screen.getByRole('region', { name: 'Leads accepted, as a table' }));
    expect(table.getAllByRole('row')).toHaveLength(13);
    expect(within(screen.getByRole('region', { name: 'Time for a lead, as a table' })).getByText('not known yet')).toBeTruthy();
  });

  it('copy a table as it is shown, for a spreadsheet', async () => {
    const copied: string[] = [];
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: async (text: string) => void copied.push(text) } });
    await begin();
    await screen.findByText('Week by week');
    await fireEvent.click(screen.getAllByText('Show as table', { selector: 'button' })[0]!);
    await fireEvent.click(within(screen.getByRole('figure', { name: 'Leads accepted' })).getByRole('button', { name: /^Copy as CSV/ }));
    await waitFor(() => expect(copied).toHaveLength(1));
    const lines = copied[0]!.trimEnd().split('\r\n');
    expect(lines[0]).toBe('Week,Value,95 % interval,Counted');
    expect(lines).toHaveLength(13);
  });

  it('say whether the drafts learn, with counts, intervals and a table', async () => {
    await begin();
    const proof = within(await screen.findByRole('region', { name: 'Do the drafts learn?' }));
    expect(await proof.findByText(/^The drafts learn from your edits\./)).toBeTruthy();
    expect(proof.getByText(/^21 % changed \(17–25 %\), then 6 %/)).toBeTruthy();
    expect(proof.getByText(/^6\.2 points nearer to what was sent \(4\.1 to 8\.4\), p < 0\.001/)).toBeTruthy();
    expect(proof.getByText('58 nearer, 17 farther, of 87 edited')).toBeTruthy();
    await fireEvent.click(proof.getAllByText('Show as table', { selector: 'button' })[0]!);
    const table = within(proof.getByRole('region', { name: 'How much of a draft is changed, as a table' }));
    expect(table.getAllByRole('row')).toHaveLength(13);
    expect(table.getAllByText('not known yet')).toHaveLength(2);
  });

  it('say how many mails are missing before it is known whether the drafts learn', async () => {
    await begin({ weeks: 1 });
    const proof = within(await screen.findByRole('region', { name: 'Do the drafts learn?' }));
    expect(await proof.findByText(/^Not known yet: 48 more approved mails/)).toBeTruthy();
    expect(proof.getByText('not known yet, 48 more approved mails')).toBeTruthy();
    expect(proof.getByText('not known yet, 10 more edited mails')).toBeTruthy();
  });

  it('say what is not known yet instead of a number', async () => {
    await begin({ trust: { ...CALM, isFresh: true } });
    expect(await screen.findByRole('heading', { name: 'Nothing is known yet' })).toBeTruthy();
  });

  it('put the stated profile beside the learned one, with counts and a verdict', async () => {
    await begin();
    const row = within((await screen.findByRole('rowheader', { name: 'People' })).closest('tr')!);
    expect(row.getByText('50-500')).toBeTruthy();
    expect(row.getByText('✗ the other way round')).toBeTruthy();
    expect(row.getByText(/56 of 93/)).toBeTruthy();
    expect(screen.getByText('about 24 more reviews')).toBeTruthy();
  });

  it('ask what to do about a finding, and say what the answer did', async () => {
    const fake = await begin();
    await fireEvent.click(await screen.findByLabelText('Adopt: rule out retail'));
    await waitFor(() => expect(asked(fake)).toEqual([{ slot: 'industry=retail', answer: 'adopt' }]));
    expect(toasts.all.map(({ title, body }) => `${title} ${body}`)).toEqual(['Adopted: rule out retail. Version 4 of the workflow says so.']);
    expect(await screen.findByText('Adopted in version 4.')).toBeTruthy();
    await fireEvent.click(screen.getByLabelText('Ask again: industry: retail'));
    expect(await screen.findByLabelText('Adopt: rule out retail')).toBeTruthy();
  });

  it('offer no adopting where the profile has no place, and say so', async () => {
    await begin();
    const row = within((await screen.findByRole('rowheader', { name: 'founded: 2010s' })).closest('tr')!);
    expect(row.getByText(/Your profile has no place for this/)).toBeTruthy();
    expect(row.queryByLabelText(/^Adopt/)).toBeNull();
    expect(row.getByLabelText('Keep mine: founded: 2010s')).toBeTruthy();
  });

  it('put a dismissed finding aside, within reach', async () => {
    await begin();
    await fireEvent.click(await screen.findByLabelText('Dismiss: industry: retail'));
    await waitFor(() => expect(screen.queryByRole('rowheader', { name: 'industry: retail' })).toBeNull());
    expect(screen.getByText('Put aside · 1')).toBeTruthy();
    expect(screen.getByLabelText('Ask again: industry: retail')).toBeTruthy();
  });

  it('propose rules with the notes behind them, and adopt none without a click', async () => {
    const fake = await begin();
    const rules = within((await screen.findByText('Rules your reasons propose')).closest('section')!);
    expect(rules.getByText(/^Never: discounts/)).toBeTruthy();
    expect(rules.getByText('“never mention discounts”')).toBeTruthy();
    expect(rules.queryByLabelText(/^Keep mine/)).toBeNull();
    expect(asked(fake)).toEqual([]);
    await fireEvent.click(rules.getByLabelText('Adopt: never write “discounts”'));
    await waitFor(() => expect(asked(fake)).toEqual([{ slot: 'notes:never-discounts', answer: 'adopt' }]));
    expect(await rules.findByText('Adopted in version 4.')).toBeTruthy();
  });

  it('ask nothing of somebody who only reads', async () => {
    const fake = await begin({ isReadOnly: true });
    const button = await screen.findByLabelText('Adopt: rule out retail');
    expect((button as HTMLButtonElement).disabled).toBe(true);
    expect(asked(fake)).toEqual([]);
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
