// Sentences a person has released before, so that the eyes go to what is new. Only words that claim nothing are remembered:
// a claim is about one company, and is read anew on every card however often it was right elsewhere.
import type { Draft, ItemId, Sentence } from '../../lib/ipc/bindings';
import { wordCount } from '../../lib/format';
import { isStanding } from './evidence';

const plain = (text: string) => text.replace(/\s+/gu, ' ').trim();

export class KnownSentences {
  private byItem = $state.raw<ReadonlyMap<ItemId, string[]>>(new Map());
  private texts = $derived(new Set([...this.byItem.values()].flat()));

  /** The mail of an item was released, as drafted or with an edit that left some of its sentences. */
  learn(item: ItemId, { sentences }: Draft, sent?: string): void {
    const kept = sentences.filter(({ kind, text }) => kind === 'bridge' && (sent === undefined || sent.includes(text)));
    this.byItem = new Map(this.byItem).set(item, kept.map(({ text }) => plain(text)));
  }

  /** The release was taken back: its sentences are new again, unless another mail had them too. */
  forget(item: ItemId): void {
    const left = new Map(this.byItem);
    if (left.delete(item)) this.byItem = left;
  }

  /** May this sentence recede? */
  isTrusted(sentence: Sentence): boolean {
    return isStanding(sentence) || (sentence.kind === 'bridge' && this.texts.has(plain(sentence.text)));
  }

  /** Words of a draft that were not released before: the subject and what stands in full ink. */
  newWords({ subject, sentences }: Draft): number {
    return sentences.filter((sentence) => !this.isTrusted(sentence)).reduce((sum, { text }) => sum + wordCount(text), wordCount(subject));
  }
}
