// Words for what is kept: kinds of backups, and what a store holds in numbers.
import { counted, number } from '../../../lib/format';
import type { Holdings, RestoreReport } from '../../../lib/ipc/bindings';

const KINDS: Record<string, string> = { daily: 'Daily', weekly: 'Weekly', 'pre-migration': 'Before an update', manual: 'By hand', 'before-restore': 'Before a restore' };

export const kindWords = (kind: string) => KINDS[kind] ?? kind;

export function holdsWords(holds: Holdings): string {
  return `${counted(holds.leads, 'lead')}, ${number(holds.journal)} journal entries, ${counted(holds.mails, 'mail')}`;
}

/** What a restore did, one sentence each. */
export function restoredWords(report: RestoreReport): string[] {
  const { held, uncertain, erased_again } = report.settled;
  return [
    `In use now: ${holdsWords(report.holds)}.`,
    report.kept_aside ? `What was in use is kept as ${report.kept_aside}; putting that one back undoes this.` : report.damaged_kept_in ? `What was in use did not open; its files are kept in ${report.damaged_kept_in}.` : '',
    held > 0 ? `${counted(held, 'mail')} waits in the Outbox until you release ${held === 1 ? 'it' : 'them'}.`.replace('mails waits', 'mails wait') : '',
    uncertain > 0 ? `${counted(uncertain, 'mail')} may have left after this backup and will not be sent again by itself.` : '',
    erased_again > 0 ? `${counted(erased_again, 'person', 'people')} erased since then ${erased_again === 1 ? 'was' : 'were'} erased again.` : '',
  ].filter((sentence) => sentence !== '');
}
