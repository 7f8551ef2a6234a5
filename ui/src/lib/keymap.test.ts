import { describe, expect, it, vi } from 'vitest';
import { ACTIONS, KEYS, Keymap, keyWords } from './keymap';

interface Pressed extends KeyboardEventInit {
  on?: HTMLElement;
}

function press(keymap: Keymap, key: string, { on = document.body, ...init }: Pressed = {}): KeyboardEvent {
  if (on !== document.body) document.body.append(on);
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  on.addEventListener('keydown', (seen) => keymap.handle(seen), { once: true });
  on.dispatchEvent(event);
  return event;
}

function made(now?: () => number) {
  const keymap = new Keymap(now);
  const did: string[] = [];
  keymap.add(Object.fromEntries(ACTIONS.map((action) => [action, () => did.push(action)])));
  return { keymap, did };
}

describe('keys', () => {
  it('act by letter, with Shift as a key of its own', () => {
    const { keymap, did } = made();
    press(keymap, 'a');
    press(keymap, 'A', { shiftKey: true });
    press(keymap, ' ');
    press(keymap, ' ', { shiftKey: true });
    press(keymap, '?', { shiftKey: true });
    expect(did).toEqual(['accept', 'accept_lead', 'next_proof', 'previous_proof', 'help']);
  });

  it('do nothing when held, except for moving', () => {
    const { keymap, did } = made();
    press(keymap, 'a', { repeat: true });
    press(keymap, 'x', { repeat: true });
    press(keymap, 'j', { repeat: true });
    expect(did).toEqual(['next']);
  });

  it('do nothing with stray modifiers', () => {
    const { keymap, did } = made();
    for (const modifier of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { ctrlKey: true, shiftKey: true }]) press(keymap, 'a', modifier);
    expect(did).toEqual([]);
  });

  it('stay letters in text fields, where only Ctrl Enter, Ctrl K and Esc act', () => {
    const { keymap, did } = made();
    const field = document.createElement('textarea');
    const letter = press(keymap, 'a', { on: field });
    press(keymap, '?', { on: field, shiftKey: true });
    press(keymap, 'Enter', { on: field, ctrlKey: true });
    press(keymap, 'Escape', { on: field });
    press(keymap, 'k', { on: field, ctrlKey: true });
    expect(did).toEqual(['save_edit', 'leave', 'palette']);
    expect(letter.defaultPrevented).toBe(false);
  });

  it('leave Space and Enter to a button that has the focus', () => {
    const { keymap, did } = made();
    const button = document.createElement('button');
    press(keymap, ' ', { on: button });
    press(keymap, 'Enter', { on: button });
    press(keymap, 'a', { on: button });
    expect(did).toEqual(['accept']);
  });

  it('are found by position on keyboards without Latin letters only', () => {
    const { keymap, did } = made();
    press(keymap, 'ф', { code: 'KeyA' });
    press(keymap, 'ч', { code: 'KeyX' });
    press(keymap, 'q', { code: 'KeyA' });
    press(keymap, 'ö', { code: 'KeyA' });
    expect(did).toEqual(['accept', 'reject']);
  });

  it('of a prefix wait for the second key, and swallow its own meaning', () => {
    let time = 0;
    const { keymap, did } = made(() => time);
    press(keymap, 'g');
    press(keymap, 'r');
    press(keymap, 'r');
    press(keymap, 'g');
    time += 5_000;
    press(keymap, 's');
    press(keymap, 'g');
    press(keymap, 'x');
    expect(did).toEqual(['go_review', 'redraft', 'later']);
  });

  it('can be given another letter', () => {
    const { keymap, did } = made();
    keymap.choose({ singleKeys: true, remapped: { accept: 'y' } });
    press(keymap, 'a');
    press(keymap, 'y');
    expect(did).toEqual(['accept']);
  });

  it('of one letter can be switched off; the others stay', () => {
    const { keymap, did } = made();
    keymap.choose({ singleKeys: false, remapped: {} });
    for (const key of ['a', 'x', '1', '?', '/', '[']) press(keymap, key);
    press(keymap, 'A', { shiftKey: true });
    press(keymap, 'z', { ctrlKey: true });
    press(keymap, 'ArrowDown');
    press(keymap, 'k', { ctrlKey: true });
    expect(did).toEqual(['undo', 'next', 'palette']);
  });

  it('go to the uppermost layer, and no further than a dialog', () => {
    const keymap = new Keymap();
    const below = vi.fn();
    const above = vi.fn();
    keymap.add({ accept: below });
    const close = keymap.add({}, true);
    press(keymap, 'a');
    expect(below).not.toHaveBeenCalled();
    close();
    keymap.add({ accept: above });
    press(keymap, 'a');
    expect([below, above].map((handler) => handler.mock.calls.length)).toEqual([0, 1]);
  });

  it('are each used once', () => {
    const used = ACTIONS.flatMap((action) => KEYS[action].keys);
    expect(new Set(used).size).toBe(used.length);
  });

  it('are printed as people know them', () => {
    expect(['$mod+Enter', 'Shift+a', 'g r', 'ArrowDown', 'Escape', 'Shift+?'].map(keyWords)).toEqual(['Ctrl Enter', 'Shift A', 'G R', '↓', 'Esc', '?']);
  });
});
