import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import type { Command } from '../../lib/ipc/commands';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import { CALM, type TrustOptions } from '../../lib/ipc/fake-trust';
import Trust from './Trust.svelte';

async function begin(trust: Partial<TrustOptions> = {}, more: Partial<FakeOptions> = {}): Promise<FakeBackend> {
  const fake = new FakeBackend({ trust: { ...CALM, ...trust }, ...more });
  use(fake);
  await app.begin();
  app.now = new Date('2026-11-05T10:42:00Z');
  render(Trust);
  return fake;
}

const shown = () => screen.findByText('The ladder');
const asked = (fake: FakeBackend, command: Command) => fake.calls.filter((call) => call.command === command).map((call) => call.request);
const region = (name: string) => within(screen.getByRole('region', { name }));

beforeEach(() => {
  toasts.all = [];
});

describe('a step up', () => {
  it('is never taken without being confirmed, and shows what it rests on', async () => {
    const fake = await begin({ level: 1, isProposed: true });
    await fireEvent.click(await screen.findByText('Move to level 2…', { selector: 'button' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('The 80 % promise is certified for 29 % of leads.')).toBeTruthy();
    expect(asked(fake, 'promote')).toEqual([]);
    await fireEvent.click(dialog.getByText('Confirm: level 2', { selector: 'button' }));
    await waitFor(() => expect(asked(fake, 'promote')).toEqual([{ stage: 'qualification' }]));
    expect(await screen.findByText('Go down to level 1', { selector: 'button' })).toBeTruthy();
  });

  it('can be left, and then nothing is asked of the engine', async () => {
    const fake = await begin({ level: 1, isProposed: true });
    await fireEvent.click(await screen.findByText('Move to level 2…', { selector: 'button' }));
    await fireEvent.click(await screen.findByText('Stay at level 1', { selector: 'button' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked(fake, 'promote')).toEqual([]);
  });

  it('is not offered while something is missing, and says what', async () => {
    await begin({ level: 1 });
    await shown();
    expect(screen.queryByText(/^Move to/, { selector: 'button' })).toBeNull();
    expect(screen.getByText('61 reviews, 100 needed.')).toBeTruthy();
    expect(screen.getByText('Needs · 1 of 4 there')).toBeTruthy();
  });
});

describe('a step down', () => {
  it('is one click', async () => {
    const fake = await begin({ level: 3 });
    await fireEvent.click(await screen.findByText('Go down to level 2', { selector: 'button' }));
    await waitFor(() => expect(asked(fake, 'pull_back')).toEqual([{ stage: 'qualification' }]));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(await screen.findByText('Go down to level 1', { selector: 'button' })).toBeTruthy();
  });

  it('is not there at level 1', async () => {
    await begin({ level: 1 });
    await shown();
    expect(screen.queryByText(/^Go down/, { selector: 'button' })).toBeNull();
  });
});

describe('an override', () => {
  async function open(): Promise<{ fake: FakeBackend; line: HTMLElement; release: () => HTMLButtonElement }> {
    const fake = await begin();
    await fireEvent.click(await screen.findByText('Override…', { selector: 'button' }));
    const dialog = within(await screen.findByRole('dialog'));
    return { fake, line: dialog.getByLabelText(/^Decide alone from/), release: () => dialog.getByText(/^Release from/, { selector: 'button' }) as HTMLButtonElement };
  }

  it('at 70 % for an hour takes no word', async () => {
    const { fake, line, release } = await open();
    await fireEvent.input(line, { target: { value: '70' } });
    expect(screen.queryByLabelText(/it takes a word/)).toBeNull();
    await fireEvent.click(release());
    await waitFor(() => expect(asked(fake, 'set_override')).toEqual([{ stage: 'qualification', threshold_percent: 70, minutes: 60, typed: null }]));
    expect(await screen.findByText(/^Override on leads:/)).toBeTruthy();
  });

  it('below 70 % is refused until the word is typed', async () => {
    const { fake, line, release } = await open();
    await fireEvent.input(line, { target: { value: '65' } });
    expect(release().disabled).toBe(true);
    await fireEvent.input(await screen.findByLabelText(/^Below 70 % it takes a word/), { target: { value: 'yes' } });
    expect(release().disabled).toBe(true);
    await fireEvent.input(screen.getByLabelText(/^Below 70 % it takes a word/), { target: { value: ' Release ' } });
    await fireEvent.click(release());
    await waitFor(() => expect(asked(fake, 'set_override')).toEqual([{ stage: 'qualification', threshold_percent: 65, minutes: 60, typed: 'Release' }]));
  });

  it('without an end takes the word at any threshold', async () => {
    const { fake, release } = await open();
    await fireEvent.click(screen.getByLabelText('until I end it'));
    expect(release().disabled).toBe(true);
    await fireEvent.input(screen.getByLabelText(/^Without an end it takes a word/), { target: { value: 'release' } });
    await fireEvent.click(release());
    await waitFor(() => expect(asked(fake, 'set_override')).toEqual([{ stage: 'qualification', threshold_percent: 80, minutes: null, typed: 'release' }]));
  });

  it('says what nothing stands behind, and ends with one click', async () => {
    const fake = await begin({ override: 60 });
    expect(await screen.findByText(/Between 60 % and 84 % nothing stands behind what leaves/)).toBeTruthy();
    await fireEvent.click(screen.getByText('End the override', { selector: 'button' }));
    await waitFor(() => expect(asked(fake, 'end_override')).toEqual([{ stage: 'qualification' }]));
    await waitFor(() => expect(screen.queryByText(/^Override on leads:/)).toBeNull());
  });
});

describe('another line', () => {
  it('is asked of the past, and its wrong ones lead to their cards', async () => {
    const fake = await begin({ level: 3 });
    const line = await screen.findByLabelText(/^Line at/);
    await fireEvent.input(line, { target: { value: '62' } });
    await waitFor(() => expect(asked(fake, 'replay').at(-1)).toEqual({ stage: 'qualification', threshold: 0.62, last: 200, level: null }));
    expect(await screen.findByText(/^At 62 % the agent would have decided/)).toBeTruthy();
    const first = region('What another line would have done').getAllByRole('row')[1]!;
    await fireEvent.click(within(first).getByRole('button'));
    expect(app.screen).toBe('review');
    expect(app.wantedItem).not.toBeNull();
  });

  it('has its curve as a table too', async () => {
    await begin({ level: 3 });
    await fireEvent.click(await screen.findByText('Show as table', { selector: 'button' }));
    const table = region('Every line at once, as a table');
    expect(table.getByRole('columnheader', { name: 'Decided alone' })).toBeTruthy();
    expect(table.getAllByRole('row').length).toBeGreaterThan(5);
  });
});

describe('settings and unlearning', () => {
  it('saves the settings of the stage that is shown', async () => {
    const fake = await begin();
    await fireEvent.click(await screen.findByLabelText(/^Mail · level/));
    await fireEvent.input(await screen.findByLabelText('Reviews before level 2'), { target: { value: '60' } });
    await fireEvent.click(screen.getByText('Save the settings', { selector: 'button' }));
    await waitFor(() => expect(asked(fake, 'set_policy')).toEqual([{ stage: 'email', policy: { review_minimum: 60, mark_rate: null, audit_sample: 15, rejects_alone: true } }]));
  });

  it('asks before a day is unlearned, and says what falls with it', async () => {
    const fake = await begin();
    await fireEvent.input(await screen.findByLabelText('Which day'), { target: { value: '2026-11-03' } });
    await fireEvent.click(screen.getByText('Unlearn the day…', { selector: 'button' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/A level that rested on them falls/)).toBeTruthy();
    expect(asked(fake, 'unlearn')).toEqual([]);
    await fireEvent.click(dialog.getByText(/^Unlearn/, { selector: 'button' }));
    await waitFor(() => expect(asked(fake, 'unlearn')).toEqual([{ day: '2026-11-03', reviewer: null }]));
    await waitFor(() => expect(toasts.all.map((toast) => toast.title)).toContain('27 decisions unlearned'));
  });

  it('begins a new era only after saying what is lost with the old one', async () => {
    const fake = await begin({ level: 3 });
    const button = await screen.findByText('Begin a new era…', { selector: 'button' });
    expect((button as HTMLButtonElement).disabled).toBe(true);
    await fireEvent.input(screen.getByLabelText('What changed'), { target: { value: ' new price list ' } });
    await fireEvent.click(button);
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/counts 30 % of what it counted/)).toBeTruthy();
    expect(dialog.getByText(/All three stages go to level 1/)).toBeTruthy();
    expect(asked(fake, 'begin_era')).toEqual([]);
    await fireEvent.click(dialog.getByText('Begin the new era', { selector: 'button' }));
    await waitFor(() => expect(asked(fake, 'begin_era')).toEqual([{ why: 'new price list', old_weight: 0.3 }]));
    expect(await screen.findByText(/^A new era: new price list/, { selector: 'p' })).toBeTruthy();
    expect(screen.queryByText(/^Go down/, { selector: 'button' })).toBeNull();
  });

  it('unlearns a reviewer by name', async () => {
    const fake = await begin();
    await fireEvent.click(await screen.findByLabelText('A reviewer'));
    await fireEvent.input(await screen.findByLabelText('Which reviewer'), { target: { value: 'Jonna' } });
    await fireEvent.click(screen.getByText('Unlearn the reviewer…', { selector: 'button' }));
    await fireEvent.click(await screen.findByText('Unlearn Jonna', { selector: 'button' }));
    await waitFor(() => expect(asked(fake, 'unlearn')).toEqual([{ day: null, reviewer: 'Jonna' }]));
  });
});

describe('a workspace that is open for reading', () => {
  it('shows where trust stands and locks every step', async () => {
    await begin({ level: 2, isProposed: true }, { isReadOnly: true });
    await shown();
    for (const name of ['Move to level 3…', 'Go down to level 1', 'Override…', 'Save the settings', 'Unlearn the day…', 'Begin a new era…']) expect((screen.getByText(name, { selector: 'button' }) as HTMLButtonElement).disabled).toBe(true);
  });
});
