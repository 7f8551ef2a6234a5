// What an invented team knows around its leads, for the in-memory backend: kinds of exceptions, notes, contacts.
import { CommandError } from './backend';
import type * as b from './bindings';
import { NOW } from './fake-data';

const DAY = 24 * 3_600_000;
const FLOORS: b.ExceptionKind[] = ['suppressed', 'no_recipient', 'recipient_to_confirm', 'existing_customer', 'known_contact', 'competitor', 'unsourced_claim', 'stale_claim', 'suspected_injection', 'repaired_reply', 'sensitive_topic', 'wrong_company', 'parked_domain', 'high_value', 'unknown_kind_of_lead'];
const OTHERS: b.ExceptionKind[] = ['contact_gone', 'ill_timed', 'market_note', 'tone_deaf', 'conflicting_facts', 'thin_evidence', 'draft_rule', 'model_trouble', 'budget_reached'];
const SOON: b.ExceptionKind[] = ['ill_timed', 'suspected_injection'];
const WAITING: Partial<Record<b.ExceptionKind, [number, number]>> = { ill_timed: [6, 2], recipient_to_confirm: [9, 0], thin_evidence: [4, 0], unsourced_claim: [3, 1] };

export class FakeContext {
  private muted = new Map<b.ExceptionKind, string>([['conflicting_facts', new Date(Date.parse(NOW) + 9 * DAY).toISOString()]]);
  private kept: b.MarketNote[] = [{ id: 'n1', text: 'Port strike: planners have other worries this week', industry: 'logistics', country: 'DK', until: '2026-12-04', by: 'Jonna Revsbech' }];
  private known: b.ContactLine[] = [
    { id: 'c1', name: 'Kim Holm', company: 'Orbital Freight', address: 'kim.holm@orbital.example', note: 'met at the fair', added_at: NOW },
    { id: 'c2', name: '', company: 'Maple Media', address: 'maple-media.example', note: '', added_at: NOW },
  ];

  desk(): b.ExceptionDesk[] {
    const line = (kind: b.ExceptionKind): b.ExceptionDesk => {
      const [waiting, overdue] = WAITING[kind] ?? [0, 0];
      const until = this.muted.get(kind) ?? null;
      return { kind, words: kind.replaceAll('_', ' '), is_hard_floor: FLOORS.includes(kind), waiting, overdue, due_hours: SOON.includes(kind) ? 24 : 72, if_ignored: 'Nothing is sent; after three days it is overdue and comes first.', muted_until: until, muted_by: until && 'Jonna Revsbech' };
    };
    return [...OTHERS, ...FLOORS].map(line).sort((a, z) => z.waiting - a.waiting);
  }

  mute(kind: b.ExceptionKind, days: number): b.ExceptionDesk[] {
    if (FLOORS.includes(kind)) throw new CommandError('cannot_mute', 'this kind always goes to a person');
    this.muted.set(kind, new Date(Date.parse(NOW) + days * DAY).toISOString());
    return this.desk();
  }

  unmute(kind: b.ExceptionKind): b.ExceptionDesk[] {
    this.muted.delete(kind);
    return this.desk();
  }

  notes(): b.MarketNote[] {
    return this.kept;
  }

  addNote(note: b.NewMarketNote): b.MarketNote[] {
    this.kept = [...this.kept, { ...note, id: `n${this.kept.length + 1}`, by: 'Jonna Revsbech' }];
    return this.kept;
  }

  endNote(id: b.MarketNoteId): b.MarketNote[] {
    this.kept = this.kept.filter((note) => note.id !== id);
    return this.kept;
  }

  contacts(): b.ContactList {
    return { lines: this.known, total: this.known.length };
  }

  importContacts(note: string): b.ContactsAdded {
    this.known = [{ id: `c${this.known.length + 1}`, name: 'Ada Costa', company: 'Vantage Lines', address: 'ada.costa@vantage.example', note, added_at: NOW }, ...this.known];
    return { new: 1, known: 2, unusable: 1 };
  }

  removeContact(id: b.ContactId): b.ContactList {
    this.known = this.known.filter((contact) => contact.id !== id);
    return this.contacts();
  }
}
