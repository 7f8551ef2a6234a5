// The ledger of calls of the in-memory backend: two days of research with a model on this computer and one elsewhere.
import type * as b from './bindings';
import * as data from './fake-data';

const QUESTION = `You write the opening of a first business mail. Greeting, offer, question, signature and footer are added by others.

----

{"company":"[[COMPANY-1]]","facts":[{"kind":"open role","number":1,"says":"Freight planner","words":"Now hiring: Freight planner."}],"language":"English","reader_role":"VP Operations"}`;

function line(id: number, change: Partial<b.EgressLine>): b.EgressLine {
  return {
    id, at: `2026-11-0${id % 2 === 0 ? 5 : 4}T09:${String(10 + id).padStart(2, '0')}:00Z`, purpose: 'read_page', purpose_words: 'read a page', host: 'orbital-freight.example', address: 'https://orbital-freight.example/careers',
    lead: data.leadId(0), company: 'Orbital Freight', reach: 'left_computer', profile: null, model: null, fields: [], text_hash: null, bytes_up: 318, bytes_down: 24_310, tokens: null, cost_micros: null, outcome: 'answered', detail: '', ...change,
  };
}

const asked = { address: '', text_hash: '9f2c'.repeat(16), profile: 'redact' } as const;
const CALLS: b.EgressLine[] = [
  line(9, { ...asked, purpose: 'write_mail', host: 'api.openai.com', model: 'gpt-4o-mini', fields: ['company', 'role', 'facts'], bytes_up: 4_120, bytes_down: 2_210, tokens: [1_180, 214], cost_micros: 306 }),
  line(8, { ...asked, purpose: 'score_lead', host: '127.0.0.1', reach: 'this_computer', model: 'gemma3:4b', fields: ['role', 'country', 'facts'], bytes_up: 2_040, bytes_down: 190, tokens: [640, 9], cost_micros: 0 }),
  line(7, { ...asked, purpose: 'find_facts', host: '127.0.0.1', reach: 'this_computer', model: 'gemma3:4b', fields: ['page title', 'page text'], bytes_up: 13_900, bytes_down: 1_640, tokens: [3_260, 310], cost_micros: 0 }),
  line(6, { ...asked, purpose: 'write_mail', host: 'models.harbour.example', model: 'harbour-large', fields: ['company', 'role', 'facts'], bytes_up: 4_020, bytes_down: 0, outcome: 'failed', detail: 'The provider did not answer in time.', company: 'Vantage Foods', lead: data.leadId(1) }),
  line(5, { address: 'https://orbital-freight.example/' }),
  line(4, { purpose: 'read_robots', address: 'https://orbital-freight.example/robots.txt', bytes_down: 212 }),
  line(3, { ...asked, purpose: 'write_mail', host: 'api.openai.com', model: 'gpt-4o-mini', fields: ['company', 'role', 'facts'], bytes_up: 0, bytes_down: 0, outcome: 'held_back', detail: 'The budget is used up: the cost limit is reached.', company: 'Vantage Foods', lead: data.leadId(1) }),
  line(2, { address: 'https://vantage-foods.example/', host: 'vantage-foods.example', outcome: 'refused', detail: 'The page does not exist.', bytes_down: 0, company: 'Vantage Foods', lead: data.leadId(1) }),
];
const MODELS: b.EgressPurpose[] = ['find_facts', 'write_mail', 'score_lead', 'check_mail', 'test_model'];

/** The ledger, filtered as the engine does. */
export function egress(profile: b.EgressProfile, filter: b.EgressFilter, limit: number): b.EgressView {
  const hasLeft = (one: b.EgressLine) => one.reach === 'left_computer' && one.outcome !== 'held_back';
  const fits = (one: b.EgressLine) => (!filter.host || one.host.includes(filter.host)) && (!filter.left_only || hasLeft(one)) && (!filter.models_only || MODELS.includes(one.purpose)) && (!filter.lead || one.lead === filter.lead);
  const calls = CALLS.filter(fits);
  const left = calls.filter(hasLeft);
  const totals = new Map<string, b.EgressTotal>();
  for (const one of calls) {
    const day = one.at.slice(0, 10);
    const key = `${day} ${one.host} ${one.reach}`;
    const sum = totals.get(key) ?? { day, host: one.host, reach: one.reach, calls: 0, bytes_up: 0, bytes_down: 0, tokens: 0, cost_micros: 0, unpriced: 0 };
    totals.set(key, { ...sum, calls: sum.calls + 1, bytes_up: sum.bytes_up + one.bytes_up, bytes_down: sum.bytes_down + one.bytes_down, tokens: sum.tokens + (one.tokens ? one.tokens[0] + one.tokens[1] : 0), cost_micros: sum.cost_micros + (one.cost_micros ?? 0) });
  }
  return { profile, lines: calls.slice(0, limit), count: calls.length, left: left.length, left_to_models: left.filter((one) => MODELS.includes(one.purpose)).length, totals: [...totals.values()].sort((a, b) => b.day.localeCompare(a.day)) };
}

export function detail(call: number): b.EgressDetail | null {
  const found = CALLS.find((one) => one.id === call);
  return found ? { line: found, text: found.text_hash && found.outcome !== 'failed' ? QUESTION : null } : null;
}

/** What a run would take: nothing with the built-in engine, else by usual figures. */
export function estimate(engine: b.EngineView, leads: number): b.RunEstimate {
  const isLocal = engine.choice.kind === 'ollama';
  if (engine.choice.kind === 'rules' || engine.profile === 'off') return { leads, stages: [], cost_micros: 0, words: leads === 0 ? 'No lead waits for a run.' : `${leads} leads: the built-in engine does all of it; models cost nothing.` };
  const cost = isLocal ? 'nothing, for the models are on this computer' : 'about $0.09';
  return { leads, stages: [], cost_micros: isLocal ? 0 : 90_000, words: `${leads} leads: about ${leads * 5} calls to models, about ${(leads * 15_800).toLocaleString('en')} tokens (from usual figures), ${cost}.` };
}
