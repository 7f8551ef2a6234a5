// What differs between two versions of a workflow, field by field, in words. Pure.
import { country, number, sentenceCase } from '../../lib/format';
import type { HeadCountRange, WorkflowDefinition } from '../../lib/ipc/bindings';

export interface FieldChange {
  field: string;
  /** Empty: it said nothing. */
  before: string;
  after: string;
}

const list = (values: string[], words = sentenceCase) => values.map(words).join(', ');
const asTyped = (text: string) => text;
const amount = (value: number | null) => (value === null ? '' : number(value));
const people = (range: HeadCountRange | null) => (range === null ? '' : `${number(range.min)}–${range.max === null ? 'any number' : number(range.max)}`);

/** Every field with the words for its value; a new field of a definition is added here to be compared. */
const FIELDS: Array<[string, (definition: WorkflowDefinition) => string]> = [
  ['Name', ({ name }) => name],
  ['Profile in one sentence', ({ icp }) => icp.summary],
  ['People', ({ icp }) => people(icp.head_count)],
  ['Industries wanted', ({ icp }) => list(icp.industries)],
  ['Industries ruled out', ({ icp }) => list(icp.excluded_industries)],
  ['Countries wanted', ({ icp }) => list(icp.countries, country)],
  ['Countries ruled out', ({ icp }) => list(icp.excluded_countries, country)],
  ['Technologies', ({ icp }) => list(icp.technologies, asTyped)],
  ['Signals', ({ icp }) => list(icp.signals)],
  ['Words in the contact’s role', ({ icp }) => list(icp.roles, asTyped)],
  ['Competitors', ({ icp }) => list(icp.competitors, asTyped)],
  ['Customers', ({ icp }) => list(icp.customers, asTyped)],
  ['Tone', ({ messaging }) => sentenceCase(messaging.formality)],
  ['What you offer', ({ messaging }) => messaging.offer.en],
  ['What you offer, in German', ({ messaging }) => messaging.offer.de],
  ['The question', ({ messaging }) => messaging.question.en],
  ['The question, in German', ({ messaging }) => messaging.question.de],
  ['Every mail holds', ({ messaging }) => list(messaging.always, asTyped)],
  ['No mail holds', ({ messaging }) => list(messaging.never, asTyped)],
  ['Openings, best first', ({ messaging }) => list(messaging.preferred_openers)],
  ['Who signs', ({ sender }) => [sender.name, sender.company].filter(Boolean).join(', ')],
  ['Mails come from', ({ sender }) => sender.email],
  ['Postal address', ({ sender }) => sender.postal_address],
  ['How to be left alone', ({ sender }) => sender.opt_out.en],
  ['How to be left alone, in German', ({ sender }) => sender.opt_out.de],
  ['What makes a lead good enough', ({ quality_bar }) => quality_bar.words],
  ['Fit from which a lead is good', ({ quality_bar }) => number(quality_bar.fit_score)],
  ['High value from, a year', ({ high_value }) => amount(high_value.value_from)],
  ['Your price per employee, a year', ({ high_value }) => amount(high_value.price_per_seat)],
  ['Named accounts', ({ high_value }) => list(high_value.accounts, asTyped)],
  ['Minutes a mail is held', ({ sending }) => number(sending.hold_minutes)],
  ['Most mails a day', ({ sending }) => number(sending.daily_cap)],
];

export function changesBetween(before: WorkflowDefinition, after: WorkflowDefinition): FieldChange[] {
  return FIELDS.map(([field, words]) => ({ field, before: words(before), after: words(after) })).filter((change) => change.before !== change.after);
}
