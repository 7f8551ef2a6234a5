import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import Settings from './Settings.svelte';
import { restoredWords } from './data/words';

async function begin(options: ConstructorParameters<typeof FakeBackend>[0] = {}): Promise<FakeBackend> {
  const fake = new FakeBackend(options);
  use(fake);
  await app.begin();
  render(Settings);
  await screen.findByRole('heading', { name: 'Your data' });
  return fake;
}

const data = () => within(screen.getByRole('region', { name: 'Your data' }));
const asked = (fake: FakeBackend, command: string) => fake.calls.filter((call) => call.command === command).map((call) => call.request);
const said = () => toasts.all.map((toast) => toast.title).join(' ');

beforeEach(() => {
  toasts.all = [];
});

describe('backups', () => {
  it('are listed newest first with kind, size and how long they stay, five until more are asked for', async () => {
    await begin();
    const list = await data().findByRole('list', { name: 'Backups, the newest first' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(5);
    expect(within(list).getAllByText(/Daily · 4\d(\.\d)? MB · kept until/).length).toBeGreaterThan(0);
    await fireEvent.click(data().getByRole('button', { name: /^Show all 10 backups/ }));
    expect(within(list).getAllByRole('listitem')).toHaveLength(10);
  });

  it('are taken at once, and the check is said in numbers', async () => {
    const fake = await begin();
    await fireEvent.click(await data().findByRole('button', { name: 'Back up now' }));
    expect(await data().findByText(/By hand/)).toBeTruthy();
    expect(asked(fake, 'back_up')).toEqual([{ to_chosen_folder: false }]);
    expect(said()).toMatch(/1,240 leads, 9,312 journal entries, 318 mails/);
  });
});

describe('putting a backup back', () => {
  it('says in numbers what will no longer be in use, asks once, and names the way back', async () => {
    const fake = await begin();
    await fireEvent.click((await data().findAllByRole('button', { name: /^Restore the backup of/ }))[0]!);
    const dialog = within(await screen.findByRole('dialog', { name: 'Put this backup back?' }));
    expect(dialog.getByText(/^522 journal entries written since/)).toBeTruthy();
    expect(asked(fake, 'restore_backup')).toEqual([]);
    await fireEvent.click(dialog.getByRole('button', { name: 'Restore the backup' }));
    expect(await data().findByText(/before-restore\.db; putting that one back undoes this/)).toBeTruthy();
    expect(data().getByText('3 mails wait in the Outbox until you release them.')).toBeTruthy();
    expect(asked(fake, 'startup')).toHaveLength(2);
  });

  it('is left alone by one press', async () => {
    const fake = await begin();
    await fireEvent.click((await data().findAllByRole('button', { name: /^Restore the backup of/ }))[0]!);
    await fireEvent.click(await screen.findByRole('button', { name: 'Leave it as it is' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(asked(fake, 'restore_backup')).toEqual([]);
  });

  it('tells of a store that did not open, and of people erased since', () => {
    const report = { holds: { leads: 1, journal: 2, mails: 1 }, kept_aside: null, damaged_kept_in: '/data/damaged/1', settled: { held: 1, uncertain: 0, erased_again: 1 } };
    expect(restoredWords(report)).toEqual(['In use now: 1 lead, 2 journal entries, 1 mail.', 'What was in use did not open; its files are kept in /data/damaged/1.', '1 mail waits in the Outbox until you release it.', '1 person erased since then was erased again.']);
  });
});

describe('one person', () => {
  async function found(): Promise<FakeBackend> {
    const fake = await begin();
    await fireEvent.input(data().getByLabelText('Find a person by name, address or company'), { target: { value: 'wei rao' } });
    await fireEvent.click(data().getByRole('button', { name: 'Look' }));
    await fireEvent.click(await data().findByRole('button', { name: 'What is held about Wei Rao' }));
    return fake;
  }

  it('is shown what is held, what cannot be taken back and until when backups hold them, before anything goes', async () => {
    const fake = await found();
    const dialog = within(await screen.findByRole('dialog', { name: 'What is held about Wei Rao' }));
    expect(dialog.getByText('Findings with quotes, qualification and drafts')).toBeTruthy();
    expect(dialog.getByText('1 mail to them will never leave.')).toBeTruthy();
    expect(dialog.getByText(/^10 backups may hold them until/)).toBeTruthy();
    await fireEvent.click(dialog.getByRole('button', { name: 'Save as a file…' }));
    expect(asked(fake, 'save_person')).toHaveLength(1);
    expect(asked(fake, 'erase_person')).toEqual([]);
  });

  it('is erased by one press then, and found no more', async () => {
    const fake = await found();
    await fireEvent.click(await screen.findByRole('button', { name: 'Erase this person for good' }));
    await expect.poll(said).toMatch(/Erased: 23 rows, 7 journal entries emptied/);
    expect(asked(fake, 'erase_person')).toEqual([{ who: { by: 'lead', value: 'l1' } }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('nobody knows is said so', async () => {
    await begin();
    await fireEvent.input(data().getByLabelText('Find a person by name, address or company'), { target: { value: 'nobody' } });
    await fireEvent.click(data().getByRole('button', { name: 'Look' }));
    expect(await data().findByText(/Nothing is held about anybody/)).toBeTruthy();
  });
});

describe('the rest', () => {
  it('everything is exported into a folder and what was written is said', async () => {
    await begin();
    await fireEvent.click(data().getByRole('button', { name: 'Export everything…' }));
    expect(await data().findByText(/leads.csv: 1,240, decisions.csv: 2,977/)).toBeTruthy();
  });

  it('diagnostics are shown before they can be saved', async () => {
    await begin();
    expect(data().queryByRole('button', { name: 'Save the diagnostics…' })).toBeNull();
    await fireEvent.click(data().getByRole('button', { name: 'Show the diagnostics' }));
    expect((await data().findByRole('region', { name: 'The diagnostics' })).textContent).toContain('journal_is_whole');
    expect(data().getByRole('button', { name: 'Save the diagnostics…' })).toBeTruthy();
  });

  it('nothing can be changed in a workspace that is open for reading', async () => {
    const fake = await begin({ isReadOnly: true });
    await data().findByRole('list', { name: 'Backups, the newest first' });
    const locked = data().getAllByRole('button', { name: /^(Back up|Restore)/ });
    expect(locked.every((button) => button.closest('fieldset')?.disabled)).toBe(true);
    expect(asked(fake, 'back_up')).toEqual([]);
  });
});
