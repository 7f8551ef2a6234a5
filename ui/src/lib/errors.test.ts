import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, PRESENTATIONS, asErrorCode } from './errors';

/** The engine's own list, read from its source: a code added there without words here fails. */
function engineCodes(): string[] {
  const source = readFileSync(join(process.cwd(), '../src-tauri/crates/engine/src/error.rs'), 'utf8');
  const body = source.slice(source.indexOf('pub fn code('));
  return [...body.matchAll(/=> "([a-z_]+)"/g)].map((match) => match[1]!);
}

/** The codes the shell can send, read from the generated type. */
function shellCodes(): string[] {
  const source = readFileSync(join(process.cwd(), 'src/lib/ipc/bindings/ErrorCode.ts'), 'utf8');
  return [...source.matchAll(/"([a-z_]+)"/g)].map((match) => match[1]!);
}

describe('the words for failures', () => {
  it('exist for every code: what happened, what it means, what to do', () => {
    for (const code of ERROR_CODES) {
      const { what, effect, next } = PRESENTATIONS[code];
      for (const sentence of [what, effect, next]) expect(sentence, code).toMatch(/^\p{Lu}.*\.$/u);
      expect(`${what}${effect}${next}`, code).not.toContain('!');
    }
  });

  it('cover every code of the engine', () => {
    const codes = engineCodes();
    expect(codes.length).toBeGreaterThan(30);
    for (const code of codes) expect(ERROR_CODES, code).toContain(code);
  });

  it('cover every code of the shell', () => {
    const codes = shellCodes();
    expect(codes.length).toBeGreaterThan(30);
    for (const code of codes) expect(PRESENTATIONS, code).toHaveProperty(code);
  });

  it('take an unknown code for something unforeseen', () => {
    expect(asErrorCode('no such code')).toBe('unexpected');
    expect(asErrorCode(undefined)).toBe('unexpected');
    expect(asErrorCode('disk_full')).toBe('disk_full');
  });
});
