import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { app } from '../lib/app.svelte';
import { use } from '../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../lib/ipc/fake';
import { ALONE } from '../lib/ipc/fake-team';
import { ACTIONS, KEYS, keymap } from '../lib/keymap';
import { paletteEntries } from './palette';
import Shell from './Shell.svelte';

const handle = (event: KeyboardEvent) => keymap.handle(event);

async function open(options: Partial<FakeOptions> = {}): Promise<FakeBackend> {
  const fake = new FakeBackend(options);
  use(fake);
  await app.begin();
  app.go('review');
  app.isPaletteOpen = false;
  render(Shell);
  await screen.findByRole('heading', { level: 1, name: 'Review: Orbital Freight' });
  app.isPaletteOpen = true;
  await screen.findByRole('dialog');
  return fake;
}

const field = () => screen.getByRole('combobox', { name: 'Find a screen, a command or a lead' });
const type = async (typed: string) => fireEvent.input(field(), { target: { value: typed } });
const options = () => within(screen.getByRole('listbox', { name: 'Commands' })).queryAllByRole('option').map((one) => one.querySelector('span')?.textContent ?? '');
const enter = async () => fireEvent.keyDown(field(), { key: 'Enter' });

beforeEach(() => {
  window.removeEventListener('keydown', handle);
  window.addEventListener('keydown', handle);
});

describe('the palette', () => {
  it('holds every key of the screen except those that answer something on it', async () => {
    await open();
    app.isPaletteOpen = false;
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const answers = ['palette', 'leave', 'confirm', 'save_edit'];
    const offered = paletteEntries().map((entry) => entry.words);
    for (const action of ACTIONS.filter((one) => !answers.includes(one))) expect(offered, action).toContain(KEYS[action].words);
  });

  it('holds what has no key, and does it', async () => {
    const fake = await open({ team: { ...ALONE, others: ['Ben Okafor'] } });
    const offered = paletteEntries().map((entry) => entry.words);
    for (const words of ['Import leads', 'Find companies', 'Research new leads', 'Hold all sending', 'Theme: dark', 'Ben Okafor decides now', 'Weekly report', 'Open the data folder']) expect(offered, words).toContain(words);
    await type('hold all');
    await enter();
    await waitFor(() => expect(fake.calls.map((call) => call.command)).toContain('hold_all'));
  });

  it('finds by letters, and a lead by its name', async () => {
    await open();
    await type('gti');
    expect(options()[0]).toBe('Go to Insights');
    await type('solace');
    await waitFor(() => expect(options().some((words) => words.startsWith('Solace Media · '))).toBe(true));
    await enter();
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Review: Solace Media'));
  });

  it('offers nothing that changes a workspace that is only read', async () => {
    await open({ isReadOnly: true });
    const offered = paletteEntries().map((entry) => entry.words);
    for (const words of ['Import leads', 'Hold all sending', 'Theme: dark']) expect(offered).not.toContain(words);
    expect(offered).toContain('Open the data folder');
  });
});

describe('another screen', () => {
  it('has the focus as soon as it is there', async () => {
    await open();
    app.isPaletteOpen = false;
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    app.go('outbox');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('main')));
  });
});
