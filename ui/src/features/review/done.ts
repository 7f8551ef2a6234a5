// Lines of the history strip, and the words for what was done.
import type { Gesture, GestureId, ItemId, ItemView, Lead, QueueLine, Reason, WorkflowId } from '../../lib/ipc/bindings';

/** One line of the history strip. */
export interface Done {
  item: ItemId;
  company: string;
  /** Null for lines of an earlier session. */
  lead: Lead | null;
  words: string;
  at: Date;
  reasons: Reason[];
  state: 'saving' | 'saved';
  /** Null for lines of an earlier session, which take no more reasons, and until the decision is saved. */
  gesture: GestureId | null;
  workflow: WorkflowId | null;
  isSnooze: boolean;
  /** The agent's confidence in this lead before the verdict and after having learnt from it. */
  learned: [number, number] | null;
  /** Where and how the line stood, to put it back. */
  place: { index: number; line: QueueLine } | null;
}

const WORDS: Record<Gesture['gesture'], string> = { accept: 'accepted', reject: 'rejected', edit_mail: 'accepted with an edit', remove_facts: 'sent back: fact wrong', ask_for_redraft: 'sent back for a new draft' };

/** What a gesture did, to follow a company's name; a lead whose mail is still to be read is not yet all accepted. */
export function gestureWords(gesture: Gesture, leavesMail: boolean): string {
  return gesture.gesture === 'accept' && leavesMail ? 'accepted as a lead' : WORDS[gesture.gesture];
}

/** A line as it would stand in the queue, for items that come back from elsewhere. */
export function lineOf({ item, lead, confidence_is_hidden }: ItemView): QueueLine {
  const { first_name, last_name, role } = lead.person;
  const { qualified } = item.card;
  const person = [`${first_name} ${last_name}`.trim(), role].filter(Boolean).join(', ');
  return { item: item.id, company: lead.company, person, confidence: confidence_is_hidden ? null : qualified.confidence.p_cal, fit: confidence_is_hidden ? null : qualified.qualification.fit, chip: null, opened_at: item.opened_at, due_at: null, is_overdue: false };
}

/** A history line of an earlier session: "Orbital Freight: accepted". */
export function earlier(item: ItemId, summary: string, at: string): Done {
  const colon = summary.lastIndexOf(': ');
  const [company, words] = colon < 0 ? [summary, ''] : [summary.slice(0, colon), summary.slice(colon + 2)];
  return { item, company, lead: null, words, at: new Date(at), reasons: [], state: 'saved', gesture: null, workflow: null, isSnooze: false, learned: null, place: null };
}
