import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import { itemId, itemView, queueLine } from '../../lib/ipc/fake-data';
import { keymap } from '../../lib/keymap';
import Review from './Review.svelte';
import { alikeTogether, itemsThatFit, likeness } from './sitting.svelte';

const handle = (event: KeyboardEvent) => keymap.handle(event);
const press = (...keys: string[]) => keys.forEach((key) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));
const title = () => screen.getByRole('heading', { level: 1 }).textContent;
const shows = (company: string) => expect(title()).toBe(`Review: ${company}`);
const gestures = (fake: FakeBackend) => fake.calls.filter((call) => call.command === 'decide').map((call) => (call.request as { item: string; gesture: object }).gesture);

async function begin(items = 40): Promise<FakeBackend> {
  const fake = new FakeBackend({ items });
  use(fake);
  await app.begin();
  render(Review);
  await waitFor(() => shows('Orbital Freight'));
  return fake;
}

async function plan(...choices: string[]): Promise<void> {
  press('p');
  await screen.findByRole('dialog', { name: 'Plan a sitting' });
  for (const choice of choices) await fireEvent.click(screen.getByLabelText(choice));
  await fireEvent.click(screen.getByRole('button', { name: /^Begin with/ }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
}

beforeEach(() => {
  window.removeEventListener('keydown', handle);
  window.addEventListener('keydown', handle);
  toasts.all = [];
});

describe('the time there is', () => {
  it('holds as many items as the measured pace allows, at least one, and never more than wait', () => {
    expect(itemsThatFit({ minutes: 15 }, 21, 400, 12)).toBe(42);
    expect(itemsThatFit({ minutes: 5 }, 400, 400, 12)).toBe(1);
    expect(itemsThatFit({ minutes: 60 }, 21, 9, 12)).toBe(9);
    expect(itemsThatFit({ minutes: 60 }, 5, 4_000, 12)).toBe(200);
  });

  it('is filled at two minutes each while the pace is not known, and with the rest of today where it is not limited', () => {
    expect(itemsThatFit({ minutes: 15 }, null, 400, 12)).toBe(7);
    expect(itemsThatFit({ minutes: null }, 21, 400, 12)).toBe(12);
  });
});

describe('alike ones', () => {
  it('stand behind each other, and keep their urgency within', () => {
    const lines = Array.from({ length: 60 }, (_, n) => queueLine(n));
    const keys = new Map(lines.map((_, n) => [itemId(n), likeness(itemView(n))]));
    const sorted = alikeTogether(lines, keys);
    expect(sorted.map(({ item }) => item).sort()).toEqual(lines.map(({ item }) => item).sort());
    const runs = sorted.map(({ item }) => keys.get(item)!.join('|')).filter((key, at, all) => key !== all[at - 1]);
    expect(new Set(runs).size).toBe(runs.length);
    expect(sorted[0]!.item).toBe(itemId(0));
  });
});

describe('a sitting', () => {
  it('takes the items that fit, counts them down, and gives the rest of the queue back', async () => {
    await begin();
    await plan('5 min');
    expect(await screen.findByText('0 of 14 items')).toBeTruthy();
    press('x');
    await waitFor(() => expect(screen.getByText('1 of 14 items')).toBeTruthy());
    press('z');
    await waitFor(() => expect(screen.getByText('0 of 14 items')).toBeTruthy());
    await fireEvent.click(screen.getByRole('button', { name: 'End sitting' }));
    expect(await screen.findByRole('button', { name: /^Exceptions/ })).toBeTruthy();
  });

  it('in two passes decides the leads first, and then only the mails of those that were accepted', async () => {
    const fake = await begin(4);
    await plan('All leads, then the mails');
    expect(await screen.findByText('0 of 4 leads')).toBeTruthy();
    expect(screen.queryByText(/re-keying port delays/)).toBeNull();
    expect(document.querySelector('.panes.drawer')).not.toBeNull();
    press('a');
    await waitFor(() => shows('Vantage Foods'));
    press('x');
    await waitFor(() => shows('Brightleaf Components'));
    press('x');
    await waitFor(() => shows('Wren Cargo'));
    press('a');
    await fireEvent.click(await screen.findByRole('button', { name: 'Read 2 mails' }));
    await waitFor(() => shows('Orbital Freight'));
    expect(screen.getByText('0 of 2 mails')).toBeTruthy();
    expect(document.querySelector('.panes.drawer')).toBeNull();
    press('x');
    await waitFor(() => shows('Wren Cargo'));
    press('a');
    expect(await screen.findByText('That was the sitting')).toBeTruthy();
    const [accept, reject] = [{ gesture: 'accept', part: 'lead' }, { gesture: 'reject', part: 'lead' }];
    await waitFor(() => expect(gestures(fake)).toEqual([accept, reject, reject, accept, { gesture: 'reject', part: 'email' }, { gesture: 'accept', part: 'all' }]));
    expect(toasts.all.filter((toast) => toast.isError)).toEqual([]);
  });

  it('forgets that a lead was accepted when that is taken back', async () => {
    const fake = await begin(4);
    await plan('All leads, then the mails');
    press('a');
    await waitFor(() => shows('Vantage Foods'));
    press('z');
    await waitFor(() => shows('Orbital Freight'));
    press('x');
    await waitFor(() => expect(gestures(fake)).toEqual([{ gesture: 'accept', part: 'lead' }, { gesture: 'reject', part: 'lead' }]));
  });
});

describe('sentences that were released before', () => {
  const grey = () => screen.getByRole('region', { name: 'Mail' }).querySelector('.old')?.parentElement?.textContent ?? '';
  const isGrey = (text: string) => [...screen.getByRole('region', { name: 'Mail' }).querySelectorAll('.old')].some((one) => one.textContent?.includes(text));

  it('recede on the next card, and come back into ink when the release is taken back', async () => {
    await begin();
    press('j', 'j', 'j');
    await waitFor(() => shows('Wren Cargo'));
    expect(grey()).toBeTruthy();
    expect(isGrey('re-keys a plan by hand')).toBe(false);
    press('a');
    await waitFor(() => expect(isGrey('re-keys a plan by hand')).toBe(true));
    expect(isGrey('Saw that you are hiring')).toBe(false);
    press('z');
    await waitFor(() => shows('Wren Cargo'));
    await waitFor(() => expect(isGrey('re-keys a plan by hand')).toBe(false));
  });
});
