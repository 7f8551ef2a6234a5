// The weekly numbers as a chart takes them.
import { counted } from '../../lib/format';
import { counts, rate } from '../../lib/share';
import type { Share, WeekLine } from '../../lib/ipc/bindings';

export interface WeekValue {
  number: number;
  /** Null where too little was counted. */
  value: number | null;
  low?: number;
  high?: number;
  /** What it was counted from, in words. */
  counted: string;
}

/** A share of each week in percent; unknown where nothing was counted. */
export function shares(weeks: WeekLine[], of: (week: WeekLine) => Share): WeekValue[] {
  return weeks.map((week) => {
    const share = of(week);
    if (share.of === 0) return { number: week.number, value: null, counted: '' };
    return { number: week.number, value: 100 * rate(share), low: 100 * share.low, high: 100 * share.high, counted: counts(share) };
  });
}

/** A plain number of each week. */
export function numbers(weeks: WeekLine[], of: (week: WeekLine) => number | null): WeekValue[] {
  return weeks.map((week) => ({ number: week.number, value: of(week), counted: counted(week.accepted.of, 'lead') }));
}
