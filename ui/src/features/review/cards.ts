// Cards read ahead: the item and every stored page it quotes, so that the next card is simply there. Reading never touches
// the network; a page that cannot be read leaves its quote without its surroundings.
import type { ItemId, ItemView, StoredPage } from '../../lib/ipc/bindings';
import { call } from '../../lib/ipc/backend';
import { type NumberedProof, numberProofs } from './evidence';

export interface LoadedCard {
  view: ItemView;
  proofs: NumberedProof[];
}

/** Cards kept: enough to go back over the history strip. */
const MOST_KEPT = 60;

export class Cards {
  private cards = new Map<ItemId, LoadedCard>();
  private loading = new Map<ItemId, Promise<LoadedCard>>();
  private pages = new Map<string, Promise<StoredPage | null>>();

  /** The card if it is there already. */
  peek(item: ItemId): LoadedCard | null {
    return this.cards.get(item) ?? null;
  }

  async get(item: ItemId): Promise<LoadedCard> {
    const known = this.cards.get(item) ?? this.loading.get(item);
    if (known) return known;
    const loading = this.read(item).finally(() => this.loading.delete(item));
    this.loading.set(item, loading);
    return loading;
  }

  /** Reads ahead; a failure shows when the card is really asked for. */
  prefetch(items: ItemId[]): void {
    for (const item of items) this.get(item).catch(() => undefined);
  }

  forget(item: ItemId): void {
    this.cards.delete(item);
  }

  private async read(item: ItemId): Promise<LoadedCard> {
    const view = await call('item', { item });
    const hashes = [...new Set(view.item.card.dossier.findings.map((finding) => finding.source.snapshot))];
    const pages = await Promise.all(hashes.map((hash) => this.page(hash)));
    const byHash = new Map(pages.flatMap((page): Array<[string, StoredPage]> => (page ? [[page.hash, page]] : [])));
    const card = { view, proofs: numberProofs(view.item.card, byHash) };
    this.cards.set(item, card);
    const oldest = this.cards.keys().next().value;
    if (this.cards.size > MOST_KEPT && oldest) this.cards.delete(oldest);
    return card;
  }

  private page(hash: string): Promise<StoredPage | null> {
    const known = this.pages.get(hash);
    if (known) return known;
    if (this.pages.size > MOST_KEPT * 6) this.pages.clear();
    const page = call('stored_page', { hash }).catch(() => null);
    this.pages.set(hash, page);
    return page;
  }
}
