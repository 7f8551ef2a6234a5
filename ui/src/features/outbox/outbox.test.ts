import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import Outbox from './Outbox.svelte';

async function shown() {
  const fake = new FakeBackend();
  use(fake);
  await app.begin();
  render(Outbox);
  await screen.findByText('Waiting to leave');
  return fake;
}

const section = (name: string) => within(screen.getByRole('region', { name }));

it('holds everything with one button and releases it with the same', async () => {
  const fake = await shown();
  await fireEvent.click(screen.getByRole('button', { name: 'Hold all sending' }));
  await fireEvent.click(await screen.findByRole('button', { name: 'Release 3 mails' }));
  await screen.findByRole('button', { name: 'Hold all sending' });
  expect(fake.calls.filter((call) => ['hold_all', 'release_all'].includes(call.command)).map((call) => call.command)).toEqual(['hold_all', 'release_all']);
});

it('takes a waiting mail back', async () => {
  await shown();
  const before = section('Waiting to leave').getAllByRole('button', { name: 'Take back' }).length;
  await fireEvent.click(section('Waiting to leave').getAllByRole('button', { name: 'Take back' })[0]!);
  await waitFor(() => expect(section('Waiting to leave').getAllByRole('button', { name: 'Take back' })).toHaveLength(before - 1));
});

it('never decides about an uncertain mail by itself', async () => {
  const fake = await shown();
  expect(fake.calls.some((call) => call.command === 'resolve_uncertain')).toBe(false);
  await fireEvent.click(screen.getByRole('button', { name: 'Look in my Sent folder' }));
  expect(fake.calls.some((call) => call.command === 'resolve_uncertain')).toBe(false);
  await fireEvent.click(screen.getByRole('button', { name: 'It arrived' }));
  await waitFor(() => expect(screen.queryByText('1 mail needs your word')).toBeNull());
  expect(fake.calls.find((call) => call.command === 'resolve_uncertain')?.request).toMatchObject({ answer: 'was_sent' });
});
