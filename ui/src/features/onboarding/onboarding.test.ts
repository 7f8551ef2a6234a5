import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import Onboarding from './Onboarding.svelte';

async function begin(options: Partial<FakeOptions> = {}): Promise<FakeBackend> {
  const fake = new FakeBackend({ startup: { state: 'new' }, arrivalMs: 1, ...options });
  use(fake);
  await app.begin();
  render(Onboarding);
  return fake;
}

const button = (name: string | RegExp) => screen.findByRole('button', { name });
/** Presses a button as soon as it can be pressed. */
async function click(name: string | RegExp): Promise<void> {
  const found = (await button(name)) as HTMLButtonElement;
  await waitFor(() => expect(found.disabled).toBe(false));
  await fireEvent.click(found);
}
const fill = (label: string | RegExp, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const created = (fake: FakeBackend) => fake.calls.filter((call) => call.command === 'create_workspace').map((call) => call.request);

beforeEach(() => {
  app.overview = null;
  app.startup = null;
});

describe('the first start', () => {
  it('of the demo ends on a queue with cards, not before', async () => {
    const fake = await begin();
    await click(/Use the demo workspace/);
    expect(await screen.findByText('The agent reads its first pages')).toBeTruthy();
    expect(app.isOnboarding).toBe(true);
    const stop = app.follow();
    await waitFor(() => expect(app.isOnboarding).toBe(false));
    stop();
    expect(created(fake)).toEqual([{ kind: 'demo' }]);
    expect(app.overview?.counts.open).toBeGreaterThanOrEqual(5);
    expect(app.screen).toBe('review');
  });

  it('asks for a passphrase where there is no keychain, twice and long enough', async () => {
    const fake = await begin({ hasKeychain: false });
    await click(/Set up your own/);
    await screen.findByRole('heading', { name: 'Choose a passphrase' });
    const make = (await button('Make the workspace')) as HTMLButtonElement;
    await fill('Passphrase', 'short');
    expect(screen.getAllByText(/At least 10 characters/).length).toBeGreaterThan(0);
    await fill('Passphrase', 'four words in a row');
    await fill('Passphrase again', 'four words in a raw');
    expect(screen.getByText('Not the same as above.')).toBeTruthy();
    expect(make.disabled).toBe(true);
    await fill('Passphrase again', 'four words in a row');
    await waitFor(() => expect(make.disabled).toBe(false));
    await fireEvent.click(make);
    await screen.findByRole('heading', { name: 'Keep this recovery key' });
    expect(created(fake)).toEqual([{ kind: 'own' }, { kind: 'own', passphrase: 'four words in a row' }]);
  });

  it('goes on only when two groups of the recovery key were typed back', async () => {
    await begin();
    await click(/Set up your own/);
    const key = (await screen.findByLabelText('Recovery key')).textContent!.trim();
    await click('I have written it down');
    expect(screen.queryByText(key)).toBeNull();
    await fill('The third group', key.split('-')[2]!.toLowerCase());
    await fill('The sixth group', 'AAAAA');
    await click('Go on');
    expect(await screen.findByText('Not the same as on the key. Look again.')).toBeTruthy();
    await fill('The sixth group', key.split('-')[5]!);
    await click('Go on');
    expect(await screen.findByRole('heading', { name: 'Who do you look for?' })).toBeTruthy();
  });

  it('keeps what was typed when one goes back', async () => {
    await begin({ startup: { state: 'ready' }, hasWorkflow: false, hasLeads: false });
    await fill('Name of the workflow', 'Ports of the north');
    await click('Go on to messages');
    await screen.findByRole('heading', { name: 'How do you write?' });
    await fill('Your name', 'Jonna');
    await click('✓ Who you look for');
    expect(((await screen.findByLabelText('Name of the workflow')) as HTMLInputElement).value).toBe('Ports of the north');
    await click('Go on to messages');
    expect(((await screen.findByLabelText('Your name')) as HTMLInputElement).value).toBe('Jonna');
  });

  it('says at the field what is missing, and stores nothing before it is there', async () => {
    const fake = await begin({ startup: { state: 'ready' }, hasWorkflow: false, hasLeads: false });
    await click('Go on to messages');
    await click('Go on to the engine');
    expect(await screen.findByText('One thing is missing.')).toBeTruthy();
    expect(fake.calls.some((call) => call.command === 'set_workflow')).toBe(false);
    await click('Fill in an example');
    await click('Go on to the engine');
    await screen.findByRole('heading', { name: 'Who reads and writes?' });
    expect(await screen.findByText('Ollama on this computer: gemma3:4b')).toBeTruthy();
  });

  it('can be finished later at any step', async () => {
    await begin({ startup: { state: 'ready' }, hasWorkflow: false, hasLeads: false });
    await click('Finish later');
    await waitFor(() => expect(app.isOnboarding).toBe(false));
  });
});
