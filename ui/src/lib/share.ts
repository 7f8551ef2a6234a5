// Shares in words. A share never stands alone: what it was counted from and what that proves come with it.
import { number, percent } from './format';
import type { Share } from './ipc/bindings';

export const isKnown = (share: Share): boolean => share.of > 0;

/** The share itself, 0 to 1; 0 where nothing was counted. */
export const rate = ({ count, of }: Share): number => (of > 0 ? count / of : 0);

/** `72–89 %`: the 95 % interval. */
export function interval({ low, high }: Share): string {
  return `${Math.round(low * 100)}–${percent(high)}`;
}

/** `61 of 74`. */
export function counts({ count, of }: Share): string {
  return `${number(count)} of ${number(of)}`;
}

/** `82 % · 61 of 74 · 72–89 %`, or that it is not known. */
export function shareWords(share: Share): string {
  return isKnown(share) ? `${percent(rate(share))} · ${counts(share)} · ${interval(share)}` : 'not known yet';
}
