// Words for the ledger of calls.
import { locale } from '../../lib/format';
import type { EgressOutcome, EgressProfile, EgressPurpose, Reach } from '../../lib/ipc/bindings';

export const PROFILES: Record<EgressProfile, { name: string; words: string }> = {
  full: { name: 'Full', words: 'Models see what they need to read pages and write mails.' },
  redact: { name: 'Redact', words: 'A model on another computer is not told who the lead is: name, mail addresses, phone numbers, company and site are replaced, and put back here. A model on this computer sees everything.' },
  block: { name: 'Block', words: 'Only models on this computer are asked; nothing is sent to any other.' },
  off: { name: 'Off', words: 'No model is asked. The built-in engine does all the work.' },
};

export const PURPOSES: Record<EgressPurpose, string> = {
  read_page: 'Read a page',
  read_robots: 'Read a site’s rules',
  search: 'Search for companies',
  find_facts: 'Find the facts on a page',
  write_mail: 'Write a mail',
  score_lead: 'Score a lead',
  check_mail: 'Check the words of a mail',
  test_model: 'Test a model',
};

export const REACHES: Record<Reach, { words: string; tone: string }> = {
  left_computer: { words: 'left', tone: 'amber' },
  this_computer: { words: 'this computer', tone: 'green' },
  recording: { words: 'recording', tone: '' },
};

export const OUTCOMES: Record<EgressOutcome, string> = {
  under_way: 'Written down before it was sent; no answer is known.',
  answered: 'Answered.',
  refused: 'Refused.',
  failed: 'Failed.',
  cancelled: 'Stopped.',
  held_back: 'Held back: nothing was sent.',
};

/** Millionths of a US dollar; small sums keep the digits that say something. */
export function dollars(micros: number): string {
  const digits = micros > 0 && micros < 10_000 ? 4 : 2;
  return `$${(micros / 1e6).toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** Day and minute, in the person's own zone. */
export function instant(at: string): string {
  return new Date(at).toLocaleString(locale(), { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
}
