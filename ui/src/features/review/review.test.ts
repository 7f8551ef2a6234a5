import { render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import { itemId } from '../../lib/ipc/fake-data';
import { keymap } from '../../lib/keymap';
import Review from './Review.svelte';

const handle = (event: KeyboardEvent) => keymap.handle(event);

async function begin(options: Partial<FakeOptions> = {}): Promise<FakeBackend> {
  const fake = new FakeBackend(options);
  use(fake);
  await app.begin();
  render(Review);
  if (fake.options.items > 0) await waitFor(() => shows('Orbital Freight'));
  return fake;
}

const title = () => screen.getByRole('heading', { level: 1 }).textContent;
const shows = (company: string) => expect(title()).toBe(`Review: ${company}`);
const press = (...keys: string[]) => {
  for (const key of keys) {
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new KeyboardEvent('keydown', { key: key.replace('Shift+', ''), shiftKey: key.startsWith('Shift+'), bubbles: true, cancelable: true }));
  }
};
const decisions = (fake: FakeBackend) => fake.calls.filter((call) => call.command === 'decide').map((call) => call.request as { item: string; gesture: object; vouches: boolean; active_ms: number; note: string });
const history = () => within(screen.getByRole('region', { name: 'Last decisions' })).getAllByRole('listitem').map((line) => line.textContent?.replace(/\s+/g, ' ').trim());
const settled = () => new Promise((done) => setTimeout(done, 20));

beforeEach(() => {
  window.removeEventListener('keydown', handle);
  window.addEventListener('keydown', handle);
  toasts.all = [];
});

describe('review by keyboard', () => {
  it('accepts, and the next card is there before the engine answers', async () => {
    const fake = await begin();
    press('j', 'j', 'j');
    await waitFor(() => shows('Wren Cargo'));
    await settled();
    fake.options.delay = 50;
    press('a');
    await Promise.resolve();
    await Promise.resolve();
    shows('Solace Media');
    await waitFor(() => expect(history()[0]).toContain('accepted'));
    expect(decisions(fake)).toMatchObject([{ item: itemId(3), gesture: { gesture: 'accept', part: 'all' }, vouches: false }]);
  });

  it('asks before it accepts a sentence without a source, and vouches on Enter', async () => {
    const fake = await begin();
    press('a');
    expect(await screen.findByText(/1 sentence has no fresh source/)).toBeTruthy();
    expect(decisions(fake)).toEqual([]);
    press('Enter');
    await waitFor(() => expect(decisions(fake)).toMatchObject([{ item: itemId(0), vouches: true }]));
  });

  it('rejects with a reason given afterwards', async () => {
    const fake = await begin();
    press('x');
    await waitFor(() => shows('Vantage Foods'));
    press('3');
    await waitFor(() => expect(fake.calls.find((call) => call.command === 'explain')?.request).toMatchObject({ gesture: 'g1', reasons: ['bad_timing'] }));
    expect(history()[0]).toContain('bad timing');
  });

  it('takes the last decision back and gives it again', async () => {
    await begin();
    press('x');
    await waitFor(() => shows('Vantage Foods'));
    press('z');
    await waitFor(() => shows('Orbital Freight'));
    expect(screen.queryByRole('region', { name: 'Last decisions' })).toBeNull();
    press('Shift+Z');
    await waitFor(() => shows('Vantage Foods'));
  });

  it('keeps the text of an edit that was left, and sends it when accepted', async () => {
    const fake = await begin();
    press('j', 'j', 'j');
    await waitFor(() => shows('Wren Cargo'));
    press('e');
    const body = (await screen.findByLabelText('Text')) as HTMLTextAreaElement;
    body.value = 'Hi Ada, a shorter mail.';
    body.dispatchEvent(new Event('input', { bubbles: true }));
    body.focus();
    press('Escape');
    await waitFor(() => expect(screen.queryByLabelText('Text')).toBeNull());
    expect(screen.getByText('Hi Ada, a shorter mail.')).toBeTruthy();
    press('a');
    await waitFor(() => expect(decisions(fake)[0]?.gesture).toMatchObject({ gesture: 'edit_mail', body: 'Hi Ada, a shorter mail.' }));
  });

  it('removes facts that were marked wrong', async () => {
    const fake = await begin();
    press(' ', 'f');
    expect(await screen.findByText(/1 fact marked wrong/)).toBeTruthy();
    press('Enter');
    await waitFor(() => expect(decisions(fake)[0]?.gesture).toMatchObject({ gesture: 'remove_facts', findings: [expect.any(String)] }));
  });

  it('shows no score of a blind item', async () => {
    await begin();
    press('j');
    await waitFor(() => shows('Vantage Foods'));
    expect(screen.getByText('scores hidden until you decide')).toBeTruthy();
    expect(screen.getByRole('region', { name: 'Evidence' }).textContent).not.toMatch(/of 100|likely/);
  });

  it('puts off and brings back without teaching anything', async () => {
    const fake = await begin();
    press('s');
    await waitFor(() => shows('Vantage Foods'));
    press('z');
    await waitFor(() => shows('Orbital Freight'));
    expect(fake.calls.filter((call) => ['decide', 'undo'].includes(call.command))).toEqual([]);
  });

  it('reads five cards ahead', async () => {
    const fake = await begin();
    await settled();
    const read = fake.calls.filter((call) => call.command === 'item').map((call) => (call.request as { item: string }).item);
    expect(read).toEqual([0, 1, 2, 3, 4, 5].map(itemId));
  });
});

describe('every key of the review', () => {
  it('rejects the draft and keeps the lead, or asks for a new draft', async () => {
    const fake = await begin();
    press('Shift+X');
    await waitFor(() => shows('Vantage Foods'));
    press('Shift+A');
    await waitFor(() => expect(decisions(fake).map((one) => one.gesture)).toEqual([{ gesture: 'reject', part: 'email' }, { gesture: 'ask_for_redraft' }]));
  });

  it('has the mail written anew as it is said, without a verdict, and takes that back', async () => {
    const fake = await begin();
    press('r');
    const field = (await screen.findByLabelText(/What should be different/)) as HTMLInputElement;
    field.value = 'shorter, no compliment';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await settled();
    screen.getByRole('button', { name: /Ask for a new draft/ }).click();
    await waitFor(() => shows('Vantage Foods'));
    await waitFor(() => expect(history()[0]).toContain('sent back: shorter, no compliment'));
    expect(fake.calls.filter((call) => call.command === 'instruct').map((call) => call.request)).toEqual([{ item: itemId(0), text: 'shorter, no compliment', shown_card_version: 1 }]);
    expect(decisions(fake)).toEqual([]);
    press('z');
    await waitFor(() => shows('Orbital Freight'));
  });

  it('gives an item back whose instruction is not understood, and says what is', async () => {
    await begin();
    press('r');
    const field = (await screen.findByLabelText(/What should be different/)) as HTMLInputElement;
    field.value = 'make it pop';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await settled();
    screen.getByRole('button', { name: /Ask for a new draft/ }).click();
    await waitFor(() => expect(toasts.all[0]?.body).toContain('It knows: shorter, longer'));
  });

  it('does nothing on key repeat or with a stray modifier', async () => {
    const fake = await begin();
    for (const more of [{ repeat: true }, { altKey: true }, { metaKey: true }, { ctrlKey: true }]) document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true, cancelable: true, ...more }));
    await settled();
    expect(decisions(fake)).toEqual([]);
    shows('Orbital Freight');
  });

  it('finds the letter by its place on a Cyrillic keyboard', async () => {
    const fake = await begin();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ч', code: 'KeyX', bubbles: true, cancelable: true }));
    await waitFor(() => expect(decisions(fake)).toMatchObject([{ gesture: { gesture: 'reject', part: 'lead' } }]));
  });

  it('walks the proofs both ways with Space and marks the one in sight', async () => {
    await begin();
    const walked = () => screen.getByRole('region', { name: 'Evidence' }).querySelector('.proof.on .number')?.textContent;
    press(' ');
    await waitFor(() => expect(walked()).toBe('1'));
    press(' ');
    await waitFor(() => expect(walked()).toBe('2'));
    press('Shift+ ');
    await waitFor(() => expect(walked()).toBe('1'));
  });

  it('keeps a note with the decision', async () => {
    const fake = await begin();
    press('n');
    const field = (await screen.findByLabelText('Note for this lead')) as HTMLInputElement;
    field.value = 'Met at the port day';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await settled();
    screen.getByRole('button', { name: /Keep the note/ }).click();
    expect(await screen.findByText('note written')).toBeTruthy();
    document.body.focus();
    press('x');
    await waitFor(() => expect(decisions(fake)[0]?.note).toBe('Met at the port day'));
  });

  it('shows the words an edit changes while it is typed', async () => {
    await begin();
    press('j', 'j', 'j');
    await waitFor(() => shows('Wren Cargo'));
    press('e');
    const body = (await screen.findByLabelText('Text')) as HTMLTextAreaElement;
    body.value = body.value.replace('Hi Ada', 'Good morning Ada');
    body.dispatchEvent(new Event('input', { bubbles: true }));
    expect(await screen.findByText('2 words added, 1 word removed')).toBeTruthy();
  });

  it('steps through the parts of the queue with brackets', async () => {
    await begin();
    press(']');
    await waitFor(() => expect(screen.getByRole('button', { name: /^Exceptions/ }).getAttribute('aria-pressed')).toBe('true'));
    press('[');
    await waitFor(() => expect(screen.getByRole('button', { name: /^All/ }).getAttribute('aria-pressed')).toBe('true'));
  });

  it('is switched off with single letters, and the buttons still act', async () => {
    const fake = await begin();
    keymap.choose({ singleKeys: false, remapped: {} });
    press('x');
    await settled();
    expect(decisions(fake)).toEqual([]);
    screen.getByRole('button', { name: /^Reject lead/ }).click();
    await waitFor(() => expect(decisions(fake)).toHaveLength(1));
    keymap.choose({ singleKeys: true, remapped: {} });
  });

  it('keeps ten lines of history, the newest first', async () => {
    await begin({ items: 40 });
    for (let n = 0; n < 12; n++) {
      const before = title();
      press('x');
      await waitFor(() => expect(title()).not.toBe(before));
    }
    await waitFor(() => expect(history()).toHaveLength(10));
  });
});

describe('a card', () => {
  it('names the engine that stood in for the chosen one', async () => {
    await begin({ engine: 'ollama' });
    expect(await screen.findByText('built-in engine instead of gemma3:4b')).toBeTruthy();
  });

  it('without a mail says why and what can still be decided', async () => {
    await begin();
    app.openItem(itemId(10));
    await waitFor(() => shows('Northwell Media'));
    expect(screen.getByText('no mail on this card')).toBeTruthy();
    expect(screen.getByText(/keeps the lead/)).toBeTruthy();
  });
});

describe('a decision that is not saved', () => {
  it('brings the item back to its place and says why', async () => {
    const fake = await begin({ failures: { decide: { code: 'disk_full' } } });
    press('x');
    await waitFor(() => expect(toasts.all[0]?.title).toBe('Orbital Freight was not rejected'));
    expect(toasts.all[0]?.body).toContain('The disk is full.');
    await waitFor(() => shows('Vantage Foods'));
    press('k');
    await waitFor(() => shows('Orbital Freight'));
    press('x');
    await waitFor(() => expect(decisions(fake)).toHaveLength(2));
    await waitFor(() => expect(history()).toHaveLength(1));
  });

  it('does not stop the ones after it', async () => {
    const fake = await begin({ failures: { decide: { code: 'store' } } });
    press('x');
    await waitFor(() => shows('Vantage Foods'));
    press('x');
    await waitFor(() => expect(history()).toHaveLength(1));
    expect(decisions(fake).map((one) => one.item)).toEqual([itemId(0), itemId(1)]);
    expect(history()[0]).toContain('Vantage Foods');
  });
});

describe('a queue', () => {
  it('without items says what comes next and offers one way', async () => {
    await begin({ items: 0 });
    expect(await screen.findByText('Nothing to review')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Import leads' })).toBeTruthy();
  });

  it('that cannot be read says so and tries again', async () => {
    const fake = new FakeBackend({ failures: { queue_page: { code: 'store' } } });
    use(fake);
    await app.begin();
    render(Review);
    (await screen.findByRole('button', { name: 'Try again' })).click();
    await waitFor(() => shows('Orbital Freight'));
  });

  it('that changes leaves the card on screen, also far down', async () => {
    const fake = await begin({ items: 1_000 });
    app.openItem(itemId(450));
    await waitFor(() => expect(title()).not.toContain('Orbital Freight'));
    const shown = title();
    fake.emit('queue_changed', null);
    await settled();
    expect(title()).toBe(shown);
  });

  it('shows its head as long as nobody has begun to read', async () => {
    const fake = await begin({ items: 0 });
    const wanted = [itemId(5), itemId(2)];
    fake.options.items = 12;
    for (const item of wanted) {
      fake.bring(item);
      await settled();
    }
    await waitFor(() => shows('Brightleaf Components'));
    press('j');
    await waitFor(() => expect(title()).toContain('Donau'));
    fake.bring(itemId(1));
    await settled();
    expect(title()).toContain('Donau');
  });

  it('opens the item that a notification names', async () => {
    await begin();
    app.openItem(itemId(7));
    await waitFor(() => shows('Fjordlys Foods'));
  });
});

describe('a workspace that is open for reading', () => {
  it('refuses a verdict with its reason and stays on the card', async () => {
    const fake = await begin({ isReadOnly: true });
    press('x', 'z', 's', 'e', 'b');
    await settled();
    shows('Orbital Freight');
    expect(decisions(fake)).toEqual([]);
    expect(toasts.all.map((toast) => toast.title)).toContain('This workspace can only be read.');
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
