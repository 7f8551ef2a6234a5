import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { app } from '../lib/app.svelte';
import { use } from '../lib/ipc/backend';
import type { KeychainTrouble, SlotKind } from '../lib/ipc/bindings';
import { FakeBackend } from '../lib/ipc/fake';
import StartScreen from './StartScreen.svelte';

const TROUBLES: KeychainTrouble[] = ['absent', 'locked', 'denied', 'emptied', 'wrong_key', 'not_answering', 'failing'];
const startup = (trouble: KeychainTrouble) => ({ state: 'keychain' as const, trouble, slots: ['keychain', 'recovery'] as SlotKind[] });

function shown(trouble: KeychainTrouble): FakeBackend {
  const fake = new FakeBackend({ startup: startup(trouble) });
  use(fake);
  render(StartScreen, { startup: startup(trouble), failure: null });
  return fake;
}

describe('a workspace that does not open', () => {
  it('says for every trouble what happened, that the data is safe, and offers every way on', () => {
    const titles = TROUBLES.map((trouble) => {
      const fake = new FakeBackend({ startup: startup(trouble) });
      use(fake);
      const { unmount } = render(StartScreen, { startup: startup(trouble), failure: null });
      const title = screen.getByRole('heading', { level: 1 }).textContent;
      expect(screen.getByText(/Your data is safe/)).toBeTruthy();
      for (const name of ['Try again', 'Enter the recovery key', 'Open read-only']) expect(screen.getByRole('button', { name })).toBeTruthy();
      unmount();
      return title;
    });
    expect(new Set(titles).size).toBe(TROUBLES.length);
  });

  it('asks for the passphrase at once where one locks it, and takes the recovery key too', async () => {
    const passphrase = { state: 'passphrase' as const, slots: ['recovery', 'passphrase'] as SlotKind[] };
    const fake = new FakeBackend({ startup: passphrase });
    use(fake);
    render(StartScreen, { startup: passphrase, failure: null });
    const field = screen.getByLabelText('Passphrase', { selector: 'input[type=password]' }) as HTMLInputElement;
    await fireEvent.input(field, { target: { value: 'wrong' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Open' }));
    expect(await screen.findByText(/Check the key for a typing error/)).toBeTruthy();
    expect(field.value).toBe('wrong');
    await fireEvent.click(screen.getByLabelText('Recovery key'));
    const key = (await screen.findByLabelText('Recovery key', { selector: 'input.input' })) as HTMLInputElement;
    await fireEvent.input(key, { target: { value: 'ARK1P-7QHFM-2M9XD' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Open' }));
    await waitFor(() => expect(fake.calls.filter((call) => call.command === 'open_workspace').at(-1)?.request).toEqual({ access: { way: 'recovery_key', recovery_key: 'ARK1P-7QHFM-2M9XD' }, read_only: false }));
  });

  it('tells any other trouble in words, with the program’s own sentence, a retry and the way to the folder', async () => {
    const trouble = { state: 'trouble' as const, code: 'disk_full' as const, message: 'no space left on device' };
    const fake = new FakeBackend({ startup: trouble });
    use(fake);
    render(StartScreen, { startup: trouble, failure: null });
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('The disk is full.');
    expect(screen.getByText('No space left on device')).toBeTruthy();
    expect(screen.getByText(/Your data is safe/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/Still not open/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Open the data folder' }));
    await waitFor(() => expect(fake.calls.at(-1)?.command).toBe('open_data_folder'));
  });

  it('open elsewhere or damaged can be looked at without writing', async () => {
    for (const state of ['in_use', 'damaged'] as const) {
      const fake = new FakeBackend({ startup: { state } });
      use(fake);
      const { unmount } = render(StartScreen, { startup: { state }, failure: null });
      await fireEvent.click(screen.getByRole('button', { name: 'Open read-only' }));
      await waitFor(() => expect(fake.calls[0]?.request).toEqual({ access: { way: 'keychain' }, read_only: true }));
      unmount();
    }
  });

  it('keeps a wrong recovery key in the field and says what to do', async () => {
    shown('emptied');
    await fireEvent.click(screen.getByRole('button', { name: 'Enter the recovery key' }));
    const field = screen.getByLabelText('Recovery key') as HTMLInputElement;
    await fireEvent.input(field, { target: { value: 'ARK1' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Open' }));
    expect(await screen.findByText(/Check the key for a typing error/)).toBeTruthy();
    expect(field.value).toBe('ARK1');
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  it('opens read-only when that was asked', async () => {
    const fake = shown('locked');
    await fireEvent.click(screen.getByRole('button', { name: 'Open read-only' }));
    await fireEvent.input(screen.getByLabelText('Recovery key'), { target: { value: 'ARK1-7QHF-2M9X' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Open' }));
    await waitFor(() => expect(app.startup?.state).toBe('ready'));
    expect(fake.calls.find((call) => call.command === 'open_workspace')?.request).toEqual({ access: { way: 'recovery_key', recovery_key: 'ARK1-7QHF-2M9X' }, read_only: true });
  });
});
