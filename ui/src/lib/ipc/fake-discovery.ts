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

export class FakeDiscovery {
  settings: b.SearchView = { searxng: 'http://127.0.0.1:8888', brave_key: null, asked_first: 'searxng', left_today: 58 };

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
