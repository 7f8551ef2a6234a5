import { expect, it } from 'vitest';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import { LeadList } from './leads.svelte';

it('a key pressed before the list has come opens the first lead when it has', async () => {
  use(new FakeBackend({}));
  await app.begin();
  const list = new LeadList();
  void list.load();
  expect(list.rows).toHaveLength(0);
  await list.step(1);
  expect(list.detail?.row.line.lead.id).toBe(list.rows[0]?.line.lead.id);
  expect(list.detail).not.toBeNull();
});
