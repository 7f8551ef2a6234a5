// Backups, people and diagnostics of an invented workspace, for the in-memory backend.
import { CommandError } from './backend';
import type * as b from './bindings';
import { NOW } from './fake-data';

const DAY = 24 * 3_600_000;
const NOTHING_SETTLED: b.Settled = { held: 3, uncertain: 1, erased_again: 0 };
const HOLDS: b.Holdings = { leads: 1240, journal: 9312, mails: 318 };

const at = (days: number, minutes = 0) => new Date(Date.parse(NOW) - days * DAY - minutes * 60_000).toISOString();
const stamp = (instant: string) => instant.replaceAll(/[-:]/g, '');

function line(kind: string, days: number, bytes: number, minutes = 0): b.BackupLine {
  const taken_at = at(days, minutes);
  return { name: `${stamp(taken_at)}-${kind}.db`, kind, taken_at, bytes, kept_until: new Date(Date.parse(taken_at) + 35 * DAY).toISOString() };
}

const PEOPLE: b.FoundPerson[] = [
  { who: { by: 'lead', value: 'l1' }, name: 'Wei Rao', email: 'wei.rao@orbital.example', company: 'Orbital Freight' },
  { who: { by: 'lead', value: 'l2' }, name: 'Weibke Wahlström-Østergaard', email: 'weibke@vantage.example', company: 'Vantage Foods' },
];

export class FakeKeeping {
  private backups = [line('daily', 0, 48_300_000, 95), ...[1, 2, 3, 4, 5, 6].map((day) => line('daily', day, 48_300_000 - day * 510_000)), line('weekly', 4, 46_000_000, 3), line('weekly', 11, 41_800_000), line('pre-migration', 19, 37_200_000)];
  private people = [...PEOPLE];

  list(): b.BackupList {
    return { folder: '~/AutoReach/backups', backups: this.backups };
  }

  private check(name: string): b.BackupCheck {
    const known = this.backups.find((one) => one.name === name);
    return { name, taken_at: known?.taken_at ?? null, rows: 61_204, holds: { leads: 1180, journal: 8790, mails: 301 } };
  }

  backUp(isElsewhere: boolean): b.BackupCheck {
    const taken = line('manual', 0, 48_400_000, this.backups.filter((one) => one.kind === 'manual').length);
    if (!isElsewhere) this.backups = [taken, ...this.backups];
    return { ...this.check(taken.name), holds: HOLDS };
  }

  preview(name: string | null): b.RestorePreview {
    const backup = this.check(name ?? '20261101T090000.000Z-manual.db');
    return { backup, now: HOLDS, journal_since: HOLDS.journal - backup.holds.journal };
  }

  restore(): b.RestoreReport {
    const kept = line('before-restore', 0, 48_400_000);
    this.backups = [kept, ...this.backups];
    return { holds: { leads: 1180, journal: 8790, mails: 301 }, kept_aside: kept.name, damaged_kept_in: null, settled: NOTHING_SETTLED };
  }

  everything(): b.ExportReport {
    const files = [['leads.csv', 1240], ['decisions.csv', 2977], ['mails.csv', 318], ['journal.jsonl', 9312], ['tables/artifact.jsonl', 3720]] as const;
    return { folder: '~/Documents/autoreach-export-2026-11-24-101500', files: files.map(([name, rows]) => ({ name, rows })) };
  }

  find(text: string): b.FoundPerson[] {
    const wanted = text.trim().toLowerCase();
    return wanted === '' ? [] : this.people.filter((one) => `${one.name} ${one.email} ${one.company}`.toLowerCase().includes(wanted));
  }

  held(who: b.WhichPerson): b.PersonHeld {
    const person = this.people.find((one) => one.who.value === who.value);
    if (!person) throw new CommandError('cannot_erase', 'nobody');
    const held = [['Lead: name, role, address, company', 1], ['Findings with quotes, qualification and drafts', 5], ['Cards as shown', 1], ['Verdicts that can be undone', 1], ['Journal entries', 7], ['Mails', 1], ['Stored pages', 6], ['Calls to sites and models', 8]] as const;
    return { person, held: held.map(([what, rows]) => ({ what, rows })), unsent: 1, sent: 0, backups: this.backups.length, gone_from_backups: new Date(Date.parse(NOW) + 35 * DAY).toISOString() };
  }

  erase(who: b.WhichPerson): b.Erased {
    this.people = this.people.filter((one) => one.who.value !== who.value);
    return { rows: 23, journal: 7, mentions: 0, is_suppressed: true };
  }

  diagnostics(): string {
    const bundle = { program: { version: '0.2.0', system: 'linux' }, store: { schema_version: 7, damaged_pages: 0, journal_entries: 9312, journal_is_whole: true, rows: { lead: 1240, journal: 9312, outbox: 318 } }, settings: { engine: 'rules', has_mail_account: true, is_dry_run: false }, last_errors: [{ at: at(1), level: 'WARN', part: 'autoreach_engine::jobs', code: 'model' }] };
    return JSON.stringify(bundle, null, 2);
  }
}
