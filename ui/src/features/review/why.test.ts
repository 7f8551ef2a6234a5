import { render, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { call, use } from '../../lib/ipc/backend';
import type { Exception, ItemView } from '../../lib/ipc/bindings';
import { FakeBackend } from '../../lib/ipc/fake';
import { itemId } from '../../lib/ipc/fake-data';
import Why from './Why.svelte';

async function withExceptions(exceptions: Exception[], due_at: string | null = null): Promise<ItemView> {
  use(new FakeBackend({}));
  const view = await call('item', { item: itemId(1) });
  const first = exceptions[0];
  if (!first) throw new Error('name an exception');
  return { ...view, due_at, if_ignored: due_at && 'Nothing is sent.', item: { ...view.item, why: { why: 'exception', kind: first.kind }, card: { ...view.item.card, exceptions } } };
}

const said = () => screen.getAllByText(/—/, { selector: 'p' }).map((line) => line.textContent?.replace(/\s+/g, ' ').trim());

describe('why a person sees an item', () => {
  it('tells every reason once, also two of one kind', async () => {
    const view = await withExceptions([
      { kind: 'wrong_company', reason: 'The site names Acme.' },
      { kind: 'wrong_company', reason: 'The mail address is at other.example.' },
      { kind: 'thin_evidence', reason: 'Only one fact was found.', muted: true },
    ]);
    render(Why, { view });
    const lines = said();
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('the site names Acme');
    expect(lines[1]).toBe('Also — wrong company: the mail address is at other.example.');
    expect(lines[2]).toBe('Muted — little found: only one fact was found.');
  });

  it('says until when somebody should look and what happens otherwise', async () => {
    render(Why, { view: await withExceptions([{ kind: 'ill_timed', reason: 'Layoffs.' }], '2020-01-01T00:00:00Z') });
    expect(said().at(-1)).toMatch(/^Overdue since .* — Nothing is sent\.$/);
  });
});
