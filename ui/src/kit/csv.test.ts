import { expect, it } from 'vitest';
import { toCsv } from './csv';

it('quotes what holds a comma, a quote or a line break, and nothing else', () => {
  expect(toCsv(['Week', 'Counted'], [['Week 1', '61 of 1,074'], ['say "hi"', 'two\nlines']])).toBe('Week,Counted\r\nWeek 1,"61 of 1,074"\r\n"say ""hi""","two\nlines"\r\n');
});

it('lets no cell be run as a formula, and leaves numbers below zero alone', () => {
  expect(toCsv(['A'], [['=1+1'], ['@cmd'], ['-0.42'], ['−3 %'], ['-cmd'], ['+11']])).toBe("A\r\n'=1+1\r\n'@cmd\r\n-0.42\r\n−3 %\r\n'-cmd\r\n'+11\r\n");
});
