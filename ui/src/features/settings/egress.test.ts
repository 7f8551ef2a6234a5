import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../../kit/toasts.svelte';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import { dollars } from './egress';
import Settings from './Settings.svelte';

async function begin(options: Partial<FakeOptions> = {}): Promise<FakeBackend> {
  const fake = new FakeBackend(options);
  use(fake);
  await app.begin();
  render(Settings);
  await screen.findByRole('list', { name: 'Calls, the latest first' });
  return fake;
}

const section = () => within(screen.getByRole('region', { name: 'What leaves this computer' }));
const lines = () => within(section().getByRole('list', { name: 'Calls, the latest first' })).getAllByRole('button').map((one) => one.textContent?.replace(/\s+/g, ' ').trim());

const settled = () => new Promise((done) => setTimeout(done, 20));

beforeEach(() => {
  toasts.all = [];
});

describe('the ledger of calls', () => {
  it('says how many calls there are and how many of them left this computer', async () => {
    await begin();
    expect(section().getByText('8 calls').parentElement?.textContent).toContain('5 left this computer, 2 of them to models');
    expect(lines()).toHaveLength(8);
  });

  it('is narrowed to what left, to models, and to a host', async () => {
    await begin();
    await fireEvent.click(section().getByRole('button', { name: 'Asked a model' }));
    await waitFor(() => expect(lines()).toHaveLength(5));
    await fireEvent.click(section().getByRole('button', { name: 'Left this computer' }));
    await waitFor(() => expect(lines()).toHaveLength(2));
    await fireEvent.input(section().getByRole('searchbox', { name: 'Filter the calls by host' }), { target: { value: 'harbour' } });
    await waitFor(() => expect(lines()).toHaveLength(1));
  });

  it('shows the words of one call, as text', async () => {
    await begin();
    await fireEvent.click(section().getAllByRole('button', { name: /^Write a mail .*api.openai.com/, expanded: false })[0]!);
    const words = await section().findByRole('region', { name: 'The words that were sent' });
    expect(words.textContent).toContain('[[COMPANY-1]]');
    expect(section().getByText(/Of the lead it was shown: company, role, facts/)).toBeTruthy();
  });

  it('sets what models may see, and says which chosen model is not asked then', async () => {
    const fake = await begin({ engine: 'openai_compatible' });
    await fireEvent.click(section().getByRole('radio', { name: 'Block' }));
    expect(await section().findByText(/gpt-4o-mini is not asked/)).toBeTruthy();
    expect(fake.calls.filter((call) => call.command === 'set_egress_profile').map((call) => call.request)).toEqual([{ profile: 'block' }]);
  });
});

describe('the parts of models and what they may cost', () => {
  it('names an engine for one part and lets it follow again', async () => {
    const fake = await begin();
    const writer = screen.getByRole('combobox', { name: 'Writes mails' });
    await fireEvent.change(writer, { target: { value: '1' } });
    await fireEvent.change(writer, { target: { value: '' } });
    await waitFor(() =>
      expect(fake.calls.filter((call) => call.command === 'set_stage_engine').map((call) => call.request)).toEqual([
        { role: 'writer', choice: { kind: 'openai_compatible', base_url: null, model: null } },
        { role: 'writer', choice: null },
      ]),
    );
  });

  it('takes dollars to the cent, and an empty field for no limit', async () => {
    const fake = await begin();
    await fireEvent.change(screen.getByRole('spinbutton', { name: 'US dollars a run' }), { target: { value: '0.50' } });
    await settled();
    await fireEvent.change(screen.getByRole('spinbutton', { name: 'US dollars a day' }), { target: { value: '' } });
    await waitFor(() =>
      expect(fake.calls.filter((call) => call.command === 'set_spending_limits').at(-1)?.request).toEqual({ limits: { day_micros: null, day_tokens: 2_000_000, run_micros: 500_000, run_tokens: null } }),
    );
  });

  it('keeps the digits of small sums', () => {
    expect([dollars(0), dollars(306), dollars(1_840_000)]).toEqual(['$0.00', '$0.0003', '$1.84']);
  });
});
