// Tables as comma-separated values (RFC 4180). A cell that a spreadsheet would run as a formula is made plain text.

const isFormula = (cell: string) => /^[=+@\t\r]/u.test(cell) || /^[-−](?![\d.])/u.test(cell);

function quoted(cell: string): string {
  const safe = isFormula(cell) ? `'${cell}` : cell;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Head and rows, one a line, ended as the standard has it. */
export function toCsv(head: string[], rows: string[][]): string {
  return [head, ...rows].map((row) => `${row.map((cell) => quoted(cell.trim())).join(',')}\r\n`).join('');
}
