import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import { queueLine } from '../../lib/ipc/fake-data';
import { keymap } from '../../lib/keymap';
import { EXCEPTIONS } from '../review/words';
import Exceptions from './Exceptions.svelte';
import { grouped, kindOf } from './groups';

async function begin(options: Partial<FakeOptions> = {}): Promise<FakeBackend> {
  const fake = new FakeBackend(options);
  use(fake);
  await app.begin();
  app.now = new Date('2026-11-05T10:42:00Z');
  render(Exceptions);
  return fake;
}

const group = async (name: string) => within(await screen.findByRole('region', { name }));

beforeEach(() => {
  toasts.all = [];
});

describe('exceptions', () => {
  it('are all put into a group, each kind found again by its words', () => {
    for (const kind of Object.keys(EXCEPTIONS) as Array<keyof typeof EXCEPTIONS>) {
      const line = { ...queueLine(0), chip: EXCEPTIONS[kind].chip };
      expect(kindOf(line)).toBe(kind);
      expect(grouped([line], [])[0]?.kinds[0]).toMatchObject({ kind, lines: [line] });
    }
  });

  it('say what, why, since when, and what happens if nobody looks', async () => {
    await begin();
    const timing = await group('Timing and tone');
    const line = timing.getByText('Brightleaf Components').closest('li')!;
    await waitFor(() => expect(line.textContent).toContain('Bad timing: layoffs reported 9 days ago.'));
    expect(line.textContent).toContain('2 hours ago');
    expect(line.textContent).toContain('look by');
    expect(timing.getByText(/^If nobody looks: Nothing is sent/)).toBeTruthy();
  });

  it('lead to the card, where the verdict is given', async () => {
    const fake = await begin();
    await fireEvent.click(await screen.findByLabelText('Look at Brightleaf Components'));
    expect([app.screen, app.wantedItem]).toEqual(['review', queueLine(2).item]);
    expect(fake.calls.map((call) => call.command)).not.toContain('decide');
    app.wantedItem = null;
  });

  it('are put off to tomorrow morning and brought back, and the focus goes on to the next', async () => {
    const fake = await begin();
    await screen.findByLabelText('Look at Brightleaf Components');
    keymap.run('next');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Look at Brightleaf Components');
    keymap.run('later');
    await waitFor(() => expect(screen.queryByText('Brightleaf Components')).toBeNull());
    const until = new Date((fake.calls.find((call) => call.command === 'snooze')!.request as { until: string }).until);
    expect([until.getHours(), until.getMinutes(), until > new Date()]).toEqual([8, 0, true]);
    await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Look at /));
    toasts.all[0]!.action!.run();
    expect(await screen.findByText('Brightleaf Components')).toBeTruthy();
  });

  it('can be muted by kind for two weeks where no floor forbids it', async () => {
    const fake = await begin();
    const timing = await group('Timing and tone');
    await fireEvent.click(timing.getByRole('button', { name: /^Mute for 14 days/ }));
    expect(await (await group('Muted kinds')).findByText(/^bad timing, until/)).toBeTruthy();
    expect(fake.calls.find((call) => call.command === 'mute_exception')?.request).toEqual({ kind: 'ill_timed', days: 14 });
    expect((await group('Whom to write to')).queryByRole('button', { name: /^Mute/ })).toBeNull();
  });

  it('name what holds everything up', async () => {
    await begin({ offline: true });
    const all = await group('What holds more than one up');
    expect(all.getByText(/^Offline since/)).toBeTruthy();
    expect(await all.findByText('1 mail needs your word')).toBeTruthy();
  });

  it('say so when there are none', async () => {
    const fake = new FakeBackend({ items: 0, hasMails: false });
    use(fake);
    const call = fake.call.bind(fake);
    fake.call = (async (command: never, request: never) => (command === 'given_up' ? [] : call(command, request))) as typeof fake.call;
    await app.begin();
    render(Exceptions);
    expect(await screen.findByText('Nothing stops the agent')).toBeTruthy();
  });

  it('tell of a failure and try again', async () => {
    await begin({ failures: { exception_desk: { code: 'store' } } });
    await fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Brightleaf Components')).toBeTruthy();
  });
});
