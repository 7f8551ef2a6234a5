// What surrounds every screen: where we are, what waits, who is told of failures. Screens keep their own state.
import { sentenceCase } from './format';
import { toasts } from '../kit/toasts.svelte';
import { PRESENTATIONS, type Presentation } from './errors';
import type { ItemId, LeadId, Notice, Overview, Preferences, Reviewers, SettingsView, Startup, Theme } from './ipc/bindings';
import { CommandError, call, listen } from './ipc/backend';
import { keymap } from './keymap';

export const SCREENS = ['review', 'exceptions', 'audit', 'insights', 'leads', 'workflows', 'trust', 'outbox', 'settings'] as const;
export type Screen = (typeof SCREENS)[number];

/** The words for any failure, ours or not. Why companies could not be looked for differs each time, so the engine's reason is shown. */
export function presentation(cause: unknown): Presentation {
  if (!(cause instanceof CommandError)) return PRESENTATIONS.unexpected;
  const words = PRESENTATIONS[cause.code];
  return cause.code === 'cannot_discover' && cause.message ? { ...words, what: sentenceCase(cause.message) } : words;
}

class App {
  startup = $state<Startup | null>(null);
  startupFailure = $state<Presentation | null>(null);
  screen = $state<Screen>('review');
  overview = $state<Overview | null>(null);
  preferences = $state<Preferences | null>(null);
  notices = $state<Notice[]>([]);
  /** Who reviews here, and whose turn it is. */
  reviewers = $state<Reviewers | null>(null);
  isOnboarding = $state(false);
  isPaletteOpen = $state(false);
  isHelpOpen = $state(false);
  /** An item that a notification or a link asks for; the review screen takes it. */
  wantedItem = $state<ItemId | null>(null);
  /** What the leads screen is to show first; it takes it. */
  wantedOfLeads = $state.raw<{ what: 'import' } | { what: 'find' } | { what: 'lead'; lead: LeadId } | null>(null);
  /** The insights stand as the weekly report. */
  wantsReport = $state(false);
  /** Resolves when every decision on its way is saved. */
  saved: Promise<unknown> = Promise.resolve();
  /** The time, once a second, for countdowns. */
  now = $state(new Date());

  /** The workspace is open for reading: nothing in it can be changed. */
  get isReadOnly(): boolean {
    return this.overview?.read_only != null;
  }

  async begin(): Promise<void> {
    try {
      await this.show(await call('startup', {}));
    } catch (cause) {
      this.startupFailure = presentation(cause);
    }
  }

  /** Follows the state of the workspace: open, new, or closed for a reason. */
  async show(startup: Startup): Promise<void> {
    this.startupFailure = null;
    if (startup.state === 'ready') {
      this.applySettings(await call('settings', {}));
      await this.refresh();
      this.notices = await call('notices', {});
    }
    this.isOnboarding = startup.state === 'new' || (startup.state === 'ready' && this.overview?.workflow === null && !this.isReadOnly);
    this.startup = startup;
  }

  async refresh(): Promise<void> {
    try {
      this.overview = await call('overview', {});
    } catch (cause) {
      this.fail(cause);
    }
  }

  go(screen: Screen): void {
    this.screen = screen;
  }

  /** Goes where leads come in. */
  startImport(): void {
    this.wantedOfLeads = { what: 'import' };
    this.screen = 'leads';
  }

  /** Goes where companies are found that are no leads yet. */
  startFinding(): void {
    this.wantedOfLeads = { what: 'find' };
    this.screen = 'leads';
  }

  openReport(): void {
    this.wantsReport = true;
    this.screen = 'insights';
  }

  /** Shows one lead among all of them. */
  openLead(lead: LeadId): void {
    this.wantedOfLeads = { what: 'lead', lead };
    this.screen = 'leads';
  }

  /** Shows one item, wherever the person is. It only navigates; nothing is decided. */
  openItem(item: ItemId): void {
    this.wantedItem = item;
    this.screen = 'review';
  }

  applySettings({ preferences, reviewers }: SettingsView): void {
    this.reviewers = reviewers;
    this.applyPreferences(preferences);
  }

  /** Lets another person decide from now on; null when that failed. What is on its way still carries the name before. */
  async takeTurn(name: string): Promise<SettingsView | null> {
    await this.saved;
    const settings = await this.attempt(() => call('use_reviewer', { name }));
    if (!settings) return null;
    this.applySettings(settings);
    await this.refresh();
    toasts.show(`${name} decides now`);
    return settings;
  }

  /** Light, dark, or as the system says. */
  async setTheme(theme: Theme): Promise<void> {
    if (!this.preferences) return;
    const preferences = { ...this.preferences, theme };
    const settings = await this.attempt(() => call('set_preferences', { preferences }));
    if (settings) this.applySettings(settings);
  }

  async dismissNotices(): Promise<void> {
    await this.attempt(() => call('dismiss_notices', {}));
    this.notices = [];
  }

  private applyPreferences(preferences: Preferences): void {
    this.preferences = preferences;
    const root = document.documentElement;
    if (preferences.theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = preferences.theme;
    keymap.choose({ singleKeys: preferences.single_keys, remapped: preferences.keys as Record<string, string> });
  }

  /** Tells of a failure in three sentences. */
  fail(cause: unknown, action?: { words: string; run: () => void }): void {
    const { what, effect, next } = presentation(cause);
    toasts.show(what, { body: `${effect} ${next}`, isError: true, action });
  }

  /** Tells that nothing can be changed, where that is so. */
  refuses(): boolean {
    if (this.isReadOnly) this.fail(new CommandError('store_read_only', 'the workspace is open for reading'));
    return this.isReadOnly;
  }

  /** Runs an action and tells of its failure; null when it failed. */
  async attempt<T>(action: () => Promise<T>): Promise<T | null> {
    try {
      return await action();
    } catch (cause) {
      this.fail(cause);
      return null;
    }
  }

  /** Follows the engine's events until the returned function is called. */
  follow(): () => void {
    const stops = [
      listen('queue_changed', () => void this.refresh()),
      listen('outbox_changed', () => void this.refresh()),
      listen('network_changed', ({ offline_since }) => this.overview && (this.overview.offline_since = offline_since)),
      listen('run_progress', (run) => this.overview && (this.overview.run = run)),
      listen('open_item', ({ item }) => this.openItem(item)),
      listen('open_screen', ({ screen }) => SCREENS.includes(screen as Screen) && this.go(screen as Screen)),
      listen('notice', (notice) => (this.notices = [notice, ...this.notices])),
    ];
    const timer = setInterval(() => (this.now = new Date()), 1_000);
    return () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    };
  }
}

export const app = new App();
