// Everything the palette offers: what keys do at this moment, what else can be done from anywhere, and the leads that the
// typed words name.
import { runCommand, steerRun } from '../features/leads/run';
import { holdAll } from '../features/outbox/outbox.svelte';
import type { Entry } from '../kit/Palette.svelte';
import { app } from '../lib/app.svelte';
import { call } from '../lib/ipc/backend';
import type { LeadRow, Theme } from '../lib/ipc/bindings';
import { type Action, KEYS, keyWords, keymap } from '../lib/keymap';

/** Leads shown for what was typed. */
const MOST_LEADS = 6;
/** Keys that answer something on screen; chosen from a list they would answer nothing. */
const ANSWERS: Action[] = ['palette', 'leave', 'confirm', 'save_edit'];
const GROUPS = { screens: 'Screens', here: 'On this screen', anywhere: 'From anywhere', reasons: 'Reasons for the last decision', leads: 'Leads' };
const THEMES: Array<{ theme: Theme; words: string }> = [{ theme: 'light', words: 'Light' }, { theme: 'dark', words: 'Dark' }, { theme: 'system', words: 'As the system' }];

function groupOf(action: Action): string {
  if (action.startsWith('go_')) return GROUPS.screens;
  return action.startsWith('reason_') ? GROUPS.reasons : GROUPS.here;
}

function keyed(): Entry[] {
  const actions = keymap.available().filter((action) => !ANSWERS.includes(action));
  return actions.map((action) => ({ id: action, group: groupOf(action), words: KEYS[action].words, key: keymap.bindings(action).slice(0, 1).map(keyWords).join(''), run: () => keymap.run(action) }));
}

/** What has no key: it is done seldom, and from anywhere. */
function anywhere(): Entry[] {
  const entry = (words: string, run: () => unknown): Entry => ({ id: words.toLowerCase().replaceAll(/[^a-z]+/g, '-'), group: GROUPS.anywhere, words, key: '', run: () => void run() });
  const research = runCommand();
  const others = app.reviewers?.names.filter((name) => name !== app.reviewers?.active) ?? [];
  const changes = [
    ...(app.overview?.workflow ? [entry('Import leads', () => app.startImport()), entry('Find companies', () => app.startFinding()), entry(research.words, () => steerRun(research.command))] : []),
    entry('Hold all sending', () => holdAll(true)),
    entry('Release held mails', () => holdAll(false)),
    ...others.map((name) => ({ ...entry(`${name} decides now`, () => app.takeTurn(name)), id: `turn-${name.replaceAll(/\s+/g, '-')}` })),
    ...(app.notices.length > 0 ? [entry('Clear messages', () => app.dismissNotices())] : []),
    // The settings on screen hold the choice themselves.
    ...(app.screen === 'settings' ? [] : THEMES.map(({ theme, words }) => entry(`Theme: ${words.toLowerCase()}`, () => app.setTheme(theme)))),
  ];
  const report = app.overview?.workflow ? [entry('Weekly report', () => app.openReport())] : [];
  return [...(app.isReadOnly ? [] : changes), ...report, entry('Open the data folder', () => app.attempt(() => call('open_data_folder', {})))];
}

export function paletteEntries(): Entry[] {
  const order = Object.values(GROUPS);
  return [...keyed(), ...anywhere()].sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
}

/** Leads whose company, person or tag holds what was typed; one with a card opens in Review. */
export async function findLeads(typed: string): Promise<Entry[]> {
  const workflow_id = app.overview?.workflow;
  if (!workflow_id) return [];
  const page = await app.attempt(() => call('lead_page', { workflow_id, filter: typed, archived: false, offset: 0, limit: MOST_LEADS }));
  return page?.rows.map(leadEntry) ?? [];
}

function leadEntry({ line: { lead }, item }: LeadRow): Entry {
  const person = `${lead.person.first_name} ${lead.person.last_name}`.trim();
  return { id: `lead-${lead.id}`, group: GROUPS.leads, words: [lead.company, person].filter(Boolean).join(' · '), key: '', run: () => (item ? app.openItem(item) : app.openLead(lead.id)) };
}
