// What can be chosen in a workflow, with its words; and an empty one to begin with.
import { country, sentenceCase } from '../../lib/format';
import type { Formality, Industry, Opener, Signal, WorkflowDefinition } from '../../lib/ipc/bindings';

interface Option<T extends string> {
  value: T;
  words: string;
}

const named = <T extends string>(values: T[]): Array<Option<T>> => values.map((value) => ({ value, words: sentenceCase(value) }));

export const INDUSTRIES: Array<Option<Industry>> = named<Industry>(['logistics', 'manufacturing', 'food', 'software', 'healthcare', 'retail', 'professional_services', 'energy', 'media', 'finance', 'construction', 'education', 'hospitality', 'public_sector']);
export const SIGNALS: Array<Option<Signal>> = named<Signal>(['hiring', 'funding', 'news']);
export const OPENERS: Array<Option<Opener>> = named<Opener>(['hiring', 'funding', 'news', 'technology', 'locations', 'head_count', 'product']);
export const FORMALITIES: Array<Option<Formality>> = named<Formality>(['casual', 'neutral', 'formal']);
/** The countries the engine can tell apart. */
export const COUNTRIES: Array<Option<string>> = ['AT', 'AU', 'BE', 'BR', 'CA', 'CH', 'CN', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GB', 'GR', 'HU', 'IE', 'IN', 'IS', 'IT', 'JP', 'LT', 'LU', 'LV', 'MX', 'NL', 'NO', 'NZ', 'PL', 'PT', 'RO', 'SE', 'SG', 'SI', 'SK', 'TR', 'UA', 'US', 'ZA'].map((value) => ({ value, words: country(value) }));

/** Two openings in each tone, to hear the difference before choosing. */
export const OPENINGS: Record<Formality, [string, string]> = {
  casual: ['Hi Wei, saw you’re hiring four planners in Aarhus.', 'Hi Wei, 14 ports and one planning desk: that’s a lot of phone calls.'],
  neutral: ['Hi Wei, I saw that you are hiring four planners in Aarhus.', 'Hi Wei, your site says that one desk plans for 14 ports.'],
  formal: ['Dear Ms Rao, I noticed that you are recruiting four planners in Aarhus.', 'Dear Ms Rao, according to your website, one desk plans for 14 ports.'],
};

export function emptyDefinition(): WorkflowDefinition {
  return {
    name: '',
    icp: { summary: '', head_count: { min: 50, max: 500 }, industries: [], excluded_industries: [], countries: [], excluded_countries: [], technologies: [], signals: [], roles: [], competitors: [], customers: [] },
    messaging: { formality: 'neutral', offer: { en: '', de: '' }, question: { en: '', de: '' }, always: [], never: [], preferred_openers: [] },
    sender: { name: '', email: '', company: '', postal_address: '', opt_out: { en: 'If you would rather not hear from me, reply “no” and I will not write again.', de: '' } },
    quality_bar: { words: '', fit_score: 60 },
    high_value: { accounts: [], value_from: null, price_per_seat: null, currency: 'EUR' },
    sending: { hold_minutes: 10, daily_cap: 50 },
  };
}

/** A profile to look at and to change; what was written elsewhere stays. */
export function exampleProfile(definition: WorkflowDefinition): WorkflowDefinition {
  const icp = { ...emptyDefinition().icp, summary: 'Freight and food companies with 50 to 500 people in the Nordics whose planners re-book by hand.', industries: ['logistics', 'food'] as Industry[], countries: ['DK', 'SE', 'NO', 'FI'], roles: ['operations', 'logistics', 'planning'], signals: ['hiring'] as Signal[] };
  return { ...definition, name: definition.name || 'Nordic freight', icp };
}

/** Words to look at and to change; a name or an address that was typed stays. */
export function exampleMessages(definition: WorkflowDefinition): WorkflowDefinition {
  const { messaging, sender } = definition;
  const offer = 'Our planner reads port-delay feeds and proposes a new plan for every shipment a delay touches, so that people confirm instead of re-booking by hand.';
  const question = 'Would 20 minutes next week be worth it, to try it on one of your own late sailings?';
  return {
    ...definition,
    messaging: { ...messaging, offer: { ...messaging.offer, en: messaging.offer.en || offer }, question: { ...messaging.question, en: messaging.question.en || question }, never: messaging.never.length > 0 ? messaging.never : ['synergy', 'game-changer', 'quick question'] },
    sender: { ...sender, name: sender.name || 'Jonna Revsbech', company: sender.company || 'Kelpline ApS', email: sender.email || 'jonna@kelpline.example', postal_address: sender.postal_address || 'Tangkajen 14, 8000 Aarhus C, Denmark' },
  };
}
