// How far a sitting has come, in words.
import { aboutMinutes, number } from '../../lib/format';
import type { Asks, Sitting } from './sitting.svelte';

export const UNITS: Record<Asks, string> = { all: 'items', leads: 'leads', mails: 'mails' };

/** `7 of 24 leads`. */
export function sittingCount({ done, asks }: Sitting, left: number): string {
  return `${number(done)} of ${number(done + left)} ${UNITS[asks]}`;
}

/** `4 of 15 min`, or that they are over; without a time there is nothing to say. */
export function sittingTime(sitting: Sitting, now: Date): string {
  const minutes = sitting.plan?.minutes ?? null;
  if (minutes === null) return '';
  const gone = sitting.minutesGone(now);
  return gone >= minutes ? `your ${number(minutes)} min are over` : `${number(gone)} of ${number(minutes)} min`;
}

/** The count, and what is left at one's own pace; half a card has no pace of its own yet. */
export function sittingProgress(sitting: Sitting, left: number, pace: number | null, now: Date): string {
  const rest = sitting.asks === 'all' && pace !== null && left > 0 ? `${aboutMinutes(pace * left)} left` : sittingTime(sitting, now);
  return [sittingCount(sitting, left), rest].filter(Boolean).join(' · ');
}
