// Numbers, times and amounts in words. The locale is always passed to `Intl`: a webview under a C locale would otherwise
// print its own. A number never stands alone: callers get value and unit in one piece.

/** The reader's language as BCP 47; "C" and "POSIX" mean English. */
export function locale(): string {
  const named = globalThis.navigator?.language ?? 'en';
  try {
    return Intl.getCanonicalLocales(named)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** Keeps what is dear to make, by its name: a formatter costs more than a hundred numbers written with it. */
function keeping<T>(make: (name: string) => T): (name: string) => T {
  const kept = new Map<string, T>();
  return (name) => {
    const one = kept.get(name) ?? make(name);
    kept.set(name, one);
    return one;
  };
}

const plainNumbers = keeping((language) => new Intl.NumberFormat(language));
const shortNumbers = keeping((language) => new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 0 }));
const amounts = keeping((currency) => new Intl.NumberFormat(locale(), { style: 'currency', currency, maximumFractionDigits: 0 }));
const clocks = keeping((language) => new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }));
const relativeTimes = keeping((language) => new Intl.RelativeTimeFormat(language, { numeric: 'always' }));

/** `62 %`, with a space that does not break. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}\u00a0%`;
}

export function number(value: number): string {
  return plainNumbers(locale()).format(value);
}

/** `9,041` as `9K`, for places with little room. */
export function compact(value: number): string {
  return shortNumbers(locale()).format(value);
}

/** `1 lead`, `12 leads`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** `about 4 min`; hours above 90 minutes. */
export function aboutMinutes(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes <= 90) return `about ${minutes} min`;
  const hours = minutes / 60;
  return `about ${hours < 10 ? Math.round(hours * 2) / 2 : Math.round(hours)} h`;
}

/** `9:41` until `until`; `now` when it is over. */
export function countdown(until: Date, now: Date): string {
  const left = Math.ceil((until.getTime() - now.getTime()) / 1000);
  if (left <= 0) return 'now';
  const hours = Math.floor(left / 3600);
  const minutes = Math.floor((left % 3600) / 60);
  const seconds = String(left % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** `14:02` or `2:02 PM`, as the reader writes it. */
export function clock(at: Date): string {
  return clocks(locale()).format(at);
}

/** `Thu 14:02` within a week, else `3 Nov 2026`. */
export function when(at: Date, now: Date): string {
  const sameDay = at.toDateString() === now.toDateString();
  if (sameDay) return clock(at);
  const days = Math.abs(now.getTime() - at.getTime()) / 86_400_000;
  if (days < 6) return `${new Intl.DateTimeFormat(locale(), { weekday: 'short' }).format(at)} ${clock(at)}`;
  return day(at);
}

/** `3 Nov 2026`. */
export function day(at: Date): string {
  return new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}

/** `3 Nov 2026`, of a day without a time, such as a page's date: the same wherever one reads it. */
export function civilDay(date: string): string {
  return new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${date}T12:00:00Z`));
}

/** `2 hours ago`, `3 days ago`, `just now`. */
export function ago(at: Date, now: Date): string {
  const minutes = Math.round((now.getTime() - at.getTime()) / 60_000);
  const relative = relativeTimes('en');
  if (minutes < 1) return 'just now';
  if (minutes < 60) return relative.format(-minutes, 'minute');
  if (minutes < 48 * 60) return relative.format(-Math.round(minutes / 60), 'hour');
  return relative.format(-Math.round(minutes / 1440), 'day');
}

/** `€ 17,520` in the reader's way, without cents. */
export function money(amount: number, currency: string): string {
  try {
    return amounts(currency).format(amount);
  } catch {
    return `${number(amount)} ${currency}`;
  }
}

/** `€72,000–€144,000`, or one amount when both ends are the same. */
export function moneyRange(low: number, high: number, currency: string): string {
  return low === high ? money(low, currency) : `${money(low, currency)}–${money(high, currency)}`;
}

const AMOUNT = /(\d{1,3}(?:,\d{3})+|\d{4,})(?:\s*[-–]\s*(\d{1,3}(?:,\d{3})+|\d{4,}))?\s+([A-Z]{3})\b/gu;
const HEADS = /(?:\d{1,3}(?:,\d{3})+|\d{4,})(?=\s+(?:people|employees)\b)/gu;
const ungrouped = (digits: string) => Number(digits.replaceAll(',', ''));

/** A sentence of the engine with its large numbers as the reader writes them: `144,000 EUR` becomes `€144,000`. */
export function readable(sentence: string): string {
  const withMoney = sentence.replace(AMOUNT, (_, low: string, high: string | undefined, currency: string) => moneyRange(ungrouped(low), ungrouped(high ?? low), currency));
  return withMoney.replace(HEADS, (digits) => number(ungrouped(digits)));
}

/** Words without the full stop at their end, to stand inside a sentence that has its own. */
export function withoutStop(sentence: string): string {
  return sentence.trimEnd().replace(/[.]+$/u, '');
}

/** As many parts of a list as have room, and how many more there are: `Denmark +4`. */
export function shortList(list: string, room: number): string {
  const parts = list.split(', ');
  let shown = 1;
  while (shown < parts.length && parts.slice(0, shown + 1).join(', ').length + (shown + 1 < parts.length ? 3 : 0) <= room) shown++;
  const left = parts.length - shown;
  return parts.slice(0, shown).join(', ') + (left > 0 ? ` +${left}` : '');
}

/** `1.2 MB`. */
export function bytes(n: number): string {
  if (n < 1024) return `${n} bytes`;
  if (n < 1024 * 1024) return `${Math.round(n / 1024)} KB`;
  return `${(n / 1024 / 1024).toFixed(1)} MB`;
}

/** `en` and `de` names of ISO country codes. */
export function country(code: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Words of a text, as the checks count them. */
export function wordCount(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

/** `Nordic freight` for `nordic_freight`. */
export function sentenceCase(text: string): string {
  const plain = text.replaceAll('_', ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' });

/** A language by its ISO 639-1 code, as people call it; what is no code stays as it is. */
export function languageName(code: string): string {
  try {
    return languageNames.of(code) ?? code;
  } catch {
    return code;
  }
}
