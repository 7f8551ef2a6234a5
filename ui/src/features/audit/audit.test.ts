import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import { itemId } from '../../lib/ipc/fake-data';
import { CALM, type TrustOptions } from '../../lib/ipc/fake-trust';
import { keymap } from '../../lib/keymap';
import Audit from './Audit.svelte';

const handle = (event: KeyboardEvent) => keymap.handle(event);
const press = (key: string) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

async function begin(trust: Partial<TrustOptions> = {}): Promise<FakeBackend> {
  const fake = new FakeBackend({ items: 40, trust: { ...CALM, level: 3, ...trust } });
  use(fake);
  await app.begin();
  render(Audit);
  return fake;
}

const title = () => screen.getByRole('heading', { level: 1 }).textContent;
const decisions = (fake: FakeBackend) => fake.calls.filter((call) => call.command === 'decide').map((call) => (call.request as { item: string }).item);

beforeEach(() => {
  window.removeEventListener('keydown', handle);
  window.addEventListener('keydown', handle);
  toasts.all = [];
});

describe('an audit', () => {
  it('names company and person only, and no score, before and while it is done', async () => {
    await begin();
    await fireEvent.click(await screen.findByText(/^Check 3/, { selector: 'button' }));
    await waitFor(() => expect(title()).toBe('Spot checks: Wren Cargo'));
    expect(screen.getByText('scores hidden until you decide')).toBeTruthy();
    expect(document.body.textContent).not.toMatch(/likely that you accept|The agent knows|Receipt|leans to/);
  });

  it('goes through the sample one after the other and says how far it is', async () => {
    const fake = await begin({ hasAudit: false });
    await fireEvent.click(await screen.findByText(/^Check 3/, { selector: 'button' }));
    await waitFor(() => expect(title()).toBe('Spot checks: Wren Cargo'));
    expect(screen.getByRole('status', { name: '' }).textContent).toMatch(/^1 of 3/);
    press('x');
    await waitFor(() => expect(title()).not.toBe('Spot checks: Wren Cargo'));
    await waitFor(() => expect(screen.getAllByText(/^2 of 3/).length).toBeGreaterThan(0));
    expect(decisions(fake)).toEqual([itemId(3)]);
  });

  it('ends with what it proves', async () => {
    const fake = await begin();
    await fireEvent.click(await screen.findByText(/^Start 5/, { selector: 'button' }));
    for (let n = 0; n < 5; n++) {
      await waitFor(() => expect(title()).toMatch(/^Audit, week of .*: /));
      const before = title();
      press('x');
      await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).not.toBe(before));
    }
    expect(await screen.findByRole('heading', { name: /^Audit done: week of/ })).toBeTruthy();
    expect(screen.getByText('Leads: 4 of 5 agree.')).toBeTruthy();
    expect(decisions(fake)).toHaveLength(5);
  });

  it('takes a verdict back into the sample', async () => {
    await begin({ hasAudit: false });
    await fireEvent.click(await screen.findByText(/^Check 3/, { selector: 'button' }));
    await waitFor(() => expect(title()).toBe('Spot checks: Wren Cargo'));
    press('x');
    await waitFor(() => expect(title()).not.toBe('Spot checks: Wren Cargo'));
    press('z');
    await waitFor(() => expect(title()).toBe('Spot checks: Wren Cargo'));
  });

  it('cannot be put off item by item', async () => {
    await begin();
    await fireEvent.click(await screen.findByText(/^Check 3/, { selector: 'button' }));
    await waitFor(() => expect(title()).toBe('Spot checks: Wren Cargo'));
    expect(screen.queryByText('Later', { selector: 'button' })).toBeNull();
  });
});

describe('nothing to audit', () => {
  it.each([
    [1, 'At level 1 you see everything; audits begin at level 3.'],
    [2, 'audits begin at level 3.'],
    [3, 'the next weekly audit is drawn on Monday'],
  ] as const)('is explained at level %i', async (level, words) => {
    await begin({ level, checks: 0, hasAudit: false });
    expect(await screen.findByText(new RegExp(words))).toBeTruthy();
  });
});

it('keeps past audits with their sentence, and names the missed ones', async () => {
  await begin();
  expect(await screen.findByText(/^0 wrong of 15: with 95 % certainty at most 18.1 %/)).toBeTruthy();
  expect(screen.getByText('missed')).toBeTruthy();
});
