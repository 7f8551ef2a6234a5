import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import { itemId } from '../../lib/ipc/fake-data';
import { keymap } from '../../lib/keymap';
import Review from './Review.svelte';

const handle = (event: KeyboardEvent) => keymap.handle(event);
const press = (key: string) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const said = () => toasts.all.map((toast) => toast.title);
const decisions = (fake: FakeBackend) => fake.calls.filter((call) => call.command === 'decide').map((call) => call.request);

async function begin(options: Partial<FakeOptions> = {}, turn: string | null = null): Promise<FakeBackend> {
  const fake = new FakeBackend({ team: { others: ['Ben Okafor'], isSplit: false, isKnown: true }, ...options });
  use(fake);
  await app.begin();
  if (turn) await app.takeTurn(turn);
  toasts.all = [];
  render(Review);
  await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Review: Orbital Freight'));
  return fake;
}

beforeEach(() => {
  window.removeEventListener('keydown', handle);
  window.addEventListener('keydown', handle);
});

describe('second opinions', () => {
  it('wait in a part of the queue of their own, for the other person alone', async () => {
    await begin();
    expect(screen.queryByRole('button', { name: /^Opinions/ })).toBeNull();
  });

  it('are given blind, about the lead and nothing else', async () => {
    const fake = await begin({}, 'Ben Okafor');
    await fireEvent.click(screen.getByRole('button', { name: 'Opinions 2' }));
    expect(await screen.findAllByText(/you are asked for a second opinion on this lead/i)).not.toHaveLength(0);
    press('r');
    press('e');
    await waitFor(() => expect(said()).toContain('A second opinion is about the lead'));
    expect(decisions(fake)).toEqual([]);
    press('Escape');
    press('a');
    await waitFor(() => expect(decisions(fake)).toMatchObject([{ item: itemId(3), gesture: { gesture: 'accept', part: 'lead' }, vouches: false }]));
  });
});

describe('another person’s turn', () => {
  it('shows nothing that was read for the one before, and waits for what is on its way', async () => {
    const fake = await begin();
    fake.options.delay = 30;
    press('x');
    await app.takeTurn('Ben Okafor');
    expect(fake.calls.map((call) => call.command).filter((command) => ['decide', 'use_reviewer'].includes(command))).toEqual(['decide', 'use_reviewer']);
    await fireEvent.click(await screen.findByRole('button', { name: 'Opinions 2' }));
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Review: Wren Cargo'));
    expect(screen.queryByText(/% sure/)).toBeNull();
    expect(screen.getByRole('button', { name: /^Accept lead/ })).toBeTruthy();
  });
});

describe('a sitting', () => {
  it('ends with a word that stands in nobody’s way', async () => {
    const fake = await begin({ hint: { hint: 'good_place_to_stop', decided: 18 } });
    press('x');
    await waitFor(() => expect(said()).toContain('A good place to stop'));
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Review: Vantage Foods'));
    press('x');
    await waitFor(() => expect(decisions(fake)).toHaveLength(2));
  });

  it('is told softly that it rushes', async () => {
    await begin({ hint: { hint: 'rushed' } });
    press('x');
    await waitFor(() => expect(toasts.all.find((toast) => toast.title === 'Faster than anybody reads')?.isError).toBe(false));
  });
});
