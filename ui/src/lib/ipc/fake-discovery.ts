// What an invented fair lists, for the in-memory backend.
import type * as b from './bindings';
import { CommandError } from './backend';

const FOUND: Array<[string, string, string]> = [
  ['Fjordpack Emballage A/S', 'fjordpack.example', 'Fjordpack Emballage A/S\nHall 2, stand B14\nDenmark'],
  ['Nordhavn Kølehus ApS', 'nordhavn-koelehus.example', 'Nordhavn Kølehus ApS\nHall 2, stand C02\nDenmark'],
  ['Grünwald Kühllogistik GmbH & Co. KG', 'gruenwald-kuehl.example', 'Grünwald Kühllogistik GmbH & Co. KG\nHall 4, stand A31\nGermany'],
  ['Østvind Shipping', 'oestvind.example', 'Østvind Shipping\nHall 4, stand D08\nNorway'],
  ['Baltika Stevedores', 'baltika-stevedores.example', ''],
];
const LEFT: b.LeftOut[] = [
  { name: 'Orbital Freight', domain: 'orbital.example', why: 'is_a_lead', words: 'Orbital Freight is already a lead' },
  { name: 'Maple Media', domain: 'maple-media.example', why: 'suppressed', words: 'on the suppression list' },
  { name: 'Vantage Line', domain: 'vantageline.example', why: 'may_be_a_lead', words: 'may be a lead already: Vantage Lines' },
];

/** The label that leads carry. */
export function labelOf(source: b.DiscoverySource): string {
  if (source.kind === 'list_page') return `list page ${source.address}`;
  if (source.kind === 'search') return `search ${source.engine === 'brave' ? 'Brave' : 'SearXNG'}: ${source.query}`;
  return `domain list ${source.name}`;
}

/** A profile with statements in it, as the engine makes it. */
export function stated(icp: b.Icp, statements: b.Statement[]): b.Icp {
  const next = structuredClone(icp);
  for (const one of statements) {
    if (one.kind === 'head_count') next.head_count = one.range;
    else if (one.kind === 'industry') (one.is_wanted ? next.industries : next.excluded_industries).push(one.industry);
    else if (one.kind === 'country') (one.is_wanted ? next.countries : next.excluded_countries).push(one.country);
    else if (one.kind === 'technology') next.technologies.push(one.name);
    else next.signals.push(one.signal);
  }
  return next;
}

export class FakeDiscovery {
  settings: b.SearchView = { searxng: 'http://127.0.0.1:8888', brave_key: null, asked_first: 'searxng', left_today: 58 };

  /** Every seventh lead was found on a list page. */
  originOf(n: number): b.LeadFound | null {
    if (n % 7 !== 0) return null;
    return { label: 'list page https://www.fair.example/exhibitors', page: 'https://www.fair.example/exhibitors', quote: 'Hall 4, stand A31\nGermany', found_at: '2026-03-01T09:00:00Z' };
  }

  examples(good: string, bad: string): b.ExampleReport {
    const hosts = (text: string) => text.split(/\s+/).filter((one) => one.includes('.'));
    for (const [side, list] of [['good', hosts(good)], ['bad', hosts(bad)]] as const) {
      if (list.length < 3) throw new CommandError('cannot_discover', `only ${list.length} of the ${side} companies have a web address that can be read; name at least 3, better ten, one a line, such as acme.example`);
    }
    const company = (domain: string, is_good: boolean, at: number): b.ExampleRead => ({ name: domain.split('.')[0]!, domain, is_good, facts: 7, pages: 5, problem: at === 2 && !is_good ? 'The site did not answer within 20 seconds.' : null });
    return {
      statements: [
        { statement: { kind: 'industry', industry: 'logistics', is_wanted: true }, words: 'look for logistics', good: { have: 8, known: 10 }, bad: { have: 2, known: 9 }, such_as: ['Orbital Freight', 'Vantage Lines', 'Fjordpack Emballage'], is_advised: true },
        { statement: { kind: 'head_count', range: { min: 50, max: 500 } }, words: 'look for 50-500 people', good: { have: 9, known: 9 }, bad: { have: 3, known: 8 }, such_as: ['Orbital Freight', 'Nordhavn Kølehus', 'Baltika Stevedores'], is_advised: true },
        { statement: { kind: 'technology', name: 'SAP' }, words: 'look for users of SAP', good: { have: 4, known: 10 }, bad: { have: 0, known: 9 }, such_as: ['Vantage Lines', 'Østvind Shipping'], is_advised: true },
        { statement: { kind: 'industry', industry: 'retail', is_wanted: false }, words: 'rule out retail', good: { have: 0, known: 10 }, bad: { have: 5, known: 9 }, such_as: ['Maple Fashion', 'Corner Deli'], is_advised: false },
      ],
      ranking: { pairs: 90, right: 74, level: 9 },
      test: 'With each pair left out in turn, what is advised ranks the good company above the bad one in 74 of 90 pairs, and below it in 7; 9 are level. Guessing ranks half of them right.',
      companies: [...hosts(good).map((host, at) => company(host, true, at)), ...hosts(bad).map((host, at) => company(host, false, at))],
      notes: [],
    };
  }

  private report(source: b.DiscoverySource, page: string, notes: string[]): b.DiscoveryReport {
    const found = FOUND.map(([name, domain, quote]) => ({ name, website: `https://www.${domain}/`, domain, page, quote, basis: quote ? 'words on the page' : 'the description of a picture' }));
    return { source, label: labelOf(source), found, left_out: LEFT, notes };
  }

  page(address: string): b.DiscoveryReport {
    if (!address.includes('.')) throw new CommandError('cannot_discover', 'This is not a web address.');
    return this.report({ kind: 'list_page', address }, address, ['Read 3 pages of the list.', 'At least 2 more pages were not read: one go reads 40 pages. Start again at a later page of the list.']);
  }

  domains(name: string, text: string): b.DiscoveryReport {
    if (!text.includes('.')) throw new CommandError('cannot_discover', 'there is no web address of a company in this list; write one a line, such as acme.example');
    return this.report({ kind: 'domain_list', name }, '', []);
  }

  search(queries: string[], engine: b.SearchEngine | null): b.DiscoveryReport {
    const asked = engine ?? this.settings.asked_first;
    if (asked === null) throw new CommandError('cannot_discover', 'no search engine is set up; give a SearXNG address or a Brave key in Settings, or with `autoreach discover setup`');
    return this.report({ kind: 'search', engine: asked, query: queries.join('; ') }, `result for: ${queries[0] ?? ''}`, [`Asked ${queries.length} times.`]);
  }

  queries(): b.SearchQuery[] {
    return [
      { words: 'freight forwarding and logistics company Denmark', because: 'industry: you accepted 31 of 38; Denmark: you accepted 22 of 27' },
      { words: 'Spedition Logistikunternehmen Deutschland', because: 'industry: you accepted 31 of 38; Germany: in your profile' },
    ];
  }

  setSearxng(address: string | null): b.SearchView {
    return this.set({ ...this.settings, searxng: address?.trim() || null });
  }

  setKey(key: string | null): b.SearchView {
    return this.set({ ...this.settings, brave_key: key ? key.slice(-4) : null });
  }

  private set(view: b.SearchView): b.SearchView {
    return (this.settings = { ...view, asked_first: view.searxng ? 'searxng' : view.brave_key ? 'brave' : null });
  }
}
