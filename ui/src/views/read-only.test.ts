import { render, screen } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '../kit/toasts.svelte';
import { app, type Screen } from '../lib/app.svelte';
import { use } from '../lib/ipc/backend';
import { FakeBackend } from '../lib/ipc/fake';
import { keymap } from '../lib/keymap';
import Shell from './Shell.svelte';

/** What may be pressed where nothing may be changed: going places, looking, copying. */
const READS = /^(Review|Exceptions|Look at|Go to|Show all|See what|Audit|Insights|Trust|Leads|Workflows|Outbox|Settings|Search or run|Messages|All \d|Exceptions \d|Unsure \d|Checks \d|Previous item|Next item|Open page|Close|Fit and proof|Show archived|Open in Review|Close the lead|Compare|Look in my Sent folder|The \d planners|Open the data folder|Export everything…|Look|Show the diagnostics|Left this computer|Asked a model|Show more calls|(Read|Write|Find|Score|Test) (a|the) [a-z ’]+ · |Leave)/;
/** What is written into a field that only narrows a list. */
const FILTERS = /^(Filter|Find a person)/;

/** The document of these tests does not hand a field set's state down to what lies in it. */
const isLocked = (one: Element) => one.matches(':disabled') || one.closest('fieldset:disabled') !== null;
const nameOf = (one: Element) => (one.getAttribute('aria-label') ?? one.textContent ?? '').replace(/\s+/g, ' ').trim();

async function open(place: Screen): Promise<FakeBackend> {
  const fake = new FakeBackend({ isReadOnly: true });
  use(fake);
  await app.begin();
  app.go(place);
  render(Shell);
  return fake;
}

beforeEach(() => {
  toasts.all = [];
  app.screen = 'review';
});

describe('a workspace that is open for reading', () => {
  it.each<[Screen, string]>([
    ['review', 'Accept all'],
    ['exceptions', 'Put off to tomorrow: Brightleaf'],
    ['leads', 'Import leads'],
    ['workflows', 'Save as version 4'],
    ['outbox', 'Hold all sending'],
    ['settings', 'Save account'],
  ])('offers nothing on %s that would change it', async (place, button) => {
    const fake = await open(place);
    const locked = await screen.findByRole('button', { name: new RegExp(`^${button}`) });
    expect(isLocked(locked)).toBe(true);
    const pressed = [...document.querySelectorAll('button, summary')].filter((one) => !isLocked(one)).map(nameOf);
    expect(pressed.filter((name) => name !== '' && !READS.test(name) && name !== 'Change keys')).toEqual([]);
    const fields = [...document.querySelectorAll('input, textarea, select')].filter((one) => !isLocked(one)).map(nameOf);
    expect(fields.filter((name) => !FILTERS.test(name))).toEqual([]);
    expect(fake.calls.map((call) => call.command).filter((command) => !/^(startup|settings|overview|notices|queue_page|item|stored_page|history|lead_page|given_up|workflows|workflow_versions|schedule|outbox|suppressions|exception_desk|market_notes|contacts|trust|audit|insights|style_proof|team|pace|receipt|estimate_run|egress|search_settings|backups)$/.test(command))).toEqual([]);
  });

  it('leaves an open lead as it is', async () => {
    await open('leads');
    await screen.findByText(/ in this workflow/);
    keymap.run('next');
    const detail = await screen.findByRole('complementary', { name: 'Lead' });
    expect([...detail.querySelectorAll('button, input')].filter((one) => !isLocked(one)).map(nameOf).filter((name) => !READS.test(name))).toEqual([]);
  });

  it('says so in words, with the reason', async () => {
    await open('review');
    const said = await screen.findByText('A newer program has upgraded this workspace.');
    expect(said.parentElement?.textContent).toContain('nothing changes and no mail leaves');
  });
});
