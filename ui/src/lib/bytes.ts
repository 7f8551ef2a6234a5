// Rust counts bytes of UTF-8, JavaScript counts UTF-16 units. Every offset that comes from the engine passes through here
// before it touches a string; nothing else may slice by an engine's number.

/** UTF-8 length of the character that begins with this code point. */
function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** The string index that lies `bytes` bytes of UTF-8 into `text`; null when that is inside a character or behind the end. */
export function indexAtByte(text: string, bytes: number): number | null {
  let counted = 0;
  let index = 0;
  while (index < text.length && counted < bytes) {
    const codePoint = text.codePointAt(index) ?? 0;
    counted += utf8Length(codePoint);
    index += codePoint > 0xffff ? 2 : 1;
  }
  return counted === bytes ? index : null;
}

export interface Range {
  start: number;
  end: number;
}

/**
 * Where a quote stands in the stored text: at its byte offset, or, when the text there differs (an older snapshot), at its
 * first occurrence. Null when the text does not hold the quote at all: it must then not be shown as proven.
 */
export function quoteRange(text: string, quote: string, byteOffset: number): Range | null {
  const start = indexAtByte(text, byteOffset);
  if (start !== null && text.startsWith(quote, start)) return { start, end: start + quote.length };
  const found = text.indexOf(quote);
  return found < 0 ? null : { start: found, end: found + quote.length };
}

export interface Excerpt {
  before: string;
  quote: string;
  after: string;
}

/** The quote with the words around it, cut at spaces; at most `around` characters on each side, within its paragraph. */
export function excerpt(text: string, range: Range, around = 44): Excerpt {
  const paragraphStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const lineEnd = text.indexOf('\n', range.end);
  const paragraphEnd = lineEnd < 0 ? text.length : lineEnd;
  let start = Math.max(paragraphStart, range.start - around);
  let end = Math.min(paragraphEnd, range.end + around);
  if (start > paragraphStart) start = nextSpace(text, start, range.start);
  if (end < paragraphEnd) end = lastSpace(text, end, range.end);
  return {
    before: (start > paragraphStart ? '… ' : '') + text.slice(start, range.start),
    quote: text.slice(range.start, range.end),
    after: text.slice(range.end, end).replace(/[\s–—-]+$/u, '') + (end < paragraphEnd ? ' …' : ''),
  };
}

function nextSpace(text: string, from: number, limit: number): number {
  const space = text.indexOf(' ', from);
  return space < 0 || space >= limit ? limit : space + 1;
}

function lastSpace(text: string, from: number, limit: number): number {
  const space = text.lastIndexOf(' ', from);
  return space <= limit ? limit : space;
}
