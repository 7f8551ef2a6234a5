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
