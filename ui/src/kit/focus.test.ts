import { afterEach, describe, expect, it } from 'vitest';
import { keepFocus } from './focus';

const settled = () => new Promise((done) => setTimeout(done, 5));
let stop: () => void = () => undefined;

function page(html: string): HTMLElement {
  document.body.innerHTML = `<main tabindex="-1">${html}</main>`;
  const root = document.querySelector('main')!;
  stop = keepFocus(root);
  return root;
}
const one = (selector: string) => document.querySelector<HTMLElement>(selector)!;

afterEach(() => {
  stop();
  document.body.innerHTML = '';
});

describe('the focus', () => {
  it('goes to the nearest place around a button that leaves', async () => {
    page('<section tabindex="-1"><ol><li><button>Undo</button></li></ol></section>');
    one('button').focus();
    one('li').remove();
    await settled();
    expect(document.activeElement).toBe(one('section'));
  });

  it('goes to the page when nothing around is left', async () => {
    page('<section tabindex="-1"><button>Undo</button></section>');
    one('button').focus();
    one('section').remove();
    await settled();
    expect(document.activeElement).toBe(one('main'));
  });

  it('leaves a button that is switched off', async () => {
    page('<section tabindex="-1"><button>Save</button></section>');
    one('button').focus();
    (one('button') as HTMLButtonElement).disabled = true;
    await settled();
    expect(document.activeElement).toBe(one('section'));
  });

  it('is left alone where somebody gave it away, or has it elsewhere', async () => {
    page('<section tabindex="-1"><button id="a">A</button><button id="b">B</button></section>');
    one('#a').focus();
    one('#a').blur();
    one('section').append('more');
    await settled();
    expect(document.activeElement).toBe(document.body);
    one('#b').focus();
    one('#a').remove();
    await settled();
    expect(document.activeElement).toBe(one('#b'));
  });
});
