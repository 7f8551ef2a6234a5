import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import Settings from './Settings.svelte';

async function begin(): Promise<FakeBackend> {
  const fake = new FakeBackend({});
  use(fake);
  await app.begin();
  render(Settings);
  await screen.findByRole('heading', { name: 'What stops the agent' });
  return fake;
}

const part = (name: string) => within(screen.getByRole('region', { name }));
const asked = (fake: FakeBackend, command: string) => fake.calls.filter((call) => call.command === command).map((call) => call.request);

beforeEach(() => {
  toasts.all = [];
});

describe('what stops the agent', () => {
  it('is muted for some days and stopped being muted at once, except what always goes to a person', async () => {
    const fake = await begin();
    const section = part('What stops the agent');
    expect(await section.findByText(/6 wait, 2 overdue · due in 1 day/)).toBeTruthy();
    expect(section.queryByRole('button', { name: 'Mute: competitor' })).toBeNull();
    await fireEvent.change(section.getByLabelText('Mute for'), { target: { value: '30' } });
    await fireEvent.click(section.getByRole('button', { name: 'Mute: thin evidence' }));
    const stop = await section.findByRole('button', { name: 'Stop muting: thin evidence' });
    expect(asked(fake, 'mute_exception')).toEqual([{ kind: 'thin_evidence', days: 30 }]);
    await fireEvent.click(stop);
    expect(await section.findByRole('button', { name: 'Mute: thin evidence' })).toBeTruthy();
  });
});

describe('a note about a market', () => {
  it('needs words, a market and a last day', async () => {
    const fake = await begin();
    const section = part('Notes about markets');
    await fireEvent.click(section.getByRole('button', { name: 'Add the note' }));
    expect(section.getByText('Say what should be known.')).toBeTruthy();
    await fireEvent.input(section.getByLabelText('What to know'), { target: { value: 'New tariff' } });
    await fireEvent.click(section.getByRole('button', { name: 'Add the note' }));
    expect(section.getByText(/would stop every lead/)).toBeTruthy();
    await fireEvent.change(section.getByLabelText('Country'), { target: { value: 'DE' } });
    await fireEvent.input(section.getByLabelText('Last day'), { target: { value: '2026-12-24' } });
    await fireEvent.click(section.getByRole('button', { name: 'Add the note' }));
    await waitFor(() => expect(asked(fake, 'add_market_note')).toEqual([{ text: 'New tariff', industry: null, country: 'DE', until: '2026-12-24' }]));
    await fireEvent.click(await section.findByRole('button', { name: 'End the note: New tariff' }));
    await waitFor(() => expect(section.queryByText('New tariff')).toBeNull());
  });
});

describe('people the team knows', () => {
  it('are added by a file and taken off one by one', async () => {
    const fake = await begin();
    const section = part('People you know');
    await fireEvent.input(section.getByLabelText('How you know them'), { target: { value: 'CRM' } });
    const file = new File(['Name,Email\nAda Costa,ada.costa@vantage.example\n'], 'book.csv');
    await fireEvent.change(section.getByLabelText('Choose a file'), { target: { files: [file] } });
    expect(await section.findByText('1 contact added, 2 known already, 1 without mailbox or website.')).toBeTruthy();
    expect(asked(fake, 'import_contacts')).toMatchObject([{ note: 'CRM' }]);
    await fireEvent.click(section.getByRole('button', { name: /^Take off: Kim Holm/ }));
    await waitFor(() => expect(section.queryByText(/Kim Holm/)).toBeNull());
  });
});
