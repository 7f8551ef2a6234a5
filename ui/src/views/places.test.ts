import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, expect, it } from 'vitest';
import { app } from '../lib/app.svelte';
import { use } from '../lib/ipc/backend';
import { FakeBackend } from '../lib/ipc/fake';
import { CALM, type TrustOptions } from '../lib/ipc/fake-trust';
import { keymap } from '../lib/keymap';
import Shell from './Shell.svelte';

const handle = (event: KeyboardEvent) => keymap.handle(event);
const press = (...keys: string[]) => keys.forEach((key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));

async function begin(trust: Partial<TrustOptions> = {}): Promise<void> {
  use(new FakeBackend({ trust: { ...CALM, ...trust } }));
  await app.begin();
  app.go('review');
  app.now = new Date('2026-11-05T10:42:00Z');
  render(Shell);
}

beforeEach(() => {
  window.removeEventListener('keydown', handle);
  window.addEventListener('keydown', handle);
});

it.each([
  ['t', 'How far may the agent go alone?'],
  ['a', 'Audit'],
  ['e', 'What stops the agent'],
  ['i', 'How is it going?'],
])('G then %s leads to “%s”', async (key, title) => {
  await begin();
  press('g', key);
  expect(await screen.findByRole('heading', { level: 1, name: title })).toBeTruthy();
});

it('an override stands in the top bar of every screen and leads to Trust', async () => {
  await begin({ override: 60 });
  const notice = await screen.findByRole('button', { name: /^Override, not certified/ });
  expect(notice.textContent).toContain('Leads from 60\u00a0%');
  await fireEvent.click(notice);
  expect(await screen.findByText(/^Override on leads:/)).toBeTruthy();
});

it('counts in the list of screens what waits for a blind look', async () => {
  await begin({ level: 3 });
  await waitFor(() => expect(within(screen.getByRole('navigation')).getByRole('button', { name: /Audit/ }).textContent).toContain('8'));
});
