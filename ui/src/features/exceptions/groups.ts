// Exceptions by what a person has to do about them. One table; a new kind does not compile until it has its place.
import type { ExceptionDesk, ExceptionKind, QueueLine } from '../../lib/ipc/bindings';
import { EXCEPTIONS } from '../review/words';

export type Group = 'timing' | 'facts' | 'recipient' | 'value' | 'rules' | 'system';

/** In the order in which they are read: what spoils by waiting comes first. */
export const GROUPS: Record<Group, { title: string; about: string }> = {
  timing: { title: 'Timing and tone', about: 'Something happened there, or is said in the mail, that makes writing now a question.' },
  facts: { title: 'Facts', about: 'What the mail rests on is missing, old, or contradicts itself.' },
  recipient: { title: 'Whom to write to', about: 'The person or the company may be the wrong one, or one you know.' },
  value: { title: 'High value and new kinds', about: 'These are always yours to decide.' },
  rules: { title: 'Your rules', about: 'The draft does not keep what you wrote in the workflow.' },
  system: { title: 'Engine', about: 'A model gave nothing usable, or its budget is used up.' },
};

const GROUP_OF: Record<ExceptionKind, Group> = {
  ill_timed: 'timing', sensitive_topic: 'timing', market_note: 'timing', tone_deaf: 'timing',
  unsourced_claim: 'facts', stale_claim: 'facts', conflicting_facts: 'facts', thin_evidence: 'facts', suspected_injection: 'facts',
  no_recipient: 'recipient', recipient_to_confirm: 'recipient', contact_gone: 'recipient', existing_customer: 'recipient', known_contact: 'recipient', competitor: 'recipient', suppressed: 'recipient', wrong_company: 'recipient', parked_domain: 'recipient',
  high_value: 'value', unknown_kind_of_lead: 'value',
  draft_rule: 'rules',
  model_trouble: 'system', budget_reached: 'system', repaired_reply: 'system',
};

const KINDS = Object.keys(GROUP_OF) as ExceptionKind[];

/** The kind that a line of the queue names in two or three words. */
export function kindOf({ chip }: QueueLine): ExceptionKind | null {
  return KINDS.find((kind) => EXCEPTIONS[kind].chip === chip) ?? null;
}

export interface KindLines {
  kind: ExceptionKind;
  desk: ExceptionDesk | null;
  lines: QueueLine[];
}

/** The lines by group and kind, each in the order of the queue; groups and kinds without lines are left out. */
export function grouped(lines: QueueLine[], desk: ExceptionDesk[]): Array<{ group: Group; kinds: KindLines[] }> {
  const byKind = new Map<ExceptionKind, QueueLine[]>();
  for (const line of lines) {
    const kind = kindOf(line);
    if (kind) byKind.set(kind, [...(byKind.get(kind) ?? []), line]);
  }
  return (Object.keys(GROUPS) as Group[]).flatMap((group) => {
    const kinds = [...byKind].filter(([kind]) => GROUP_OF[kind] === group).map(([kind, own]) => ({ kind, desk: desk.find((one) => one.kind === kind) ?? null, lines: own }));
    return kinds.length > 0 ? [{ group, kinds }] : [];
  });
}
