import { describe, expect, it } from 'vitest';
import { area, line, roundUp, scale } from './plot';

describe('a chart', () => {
  it('puts values in their place', () => {
    const y = scale(0, 100, 200, 0);
    expect([y(0), y(50), y(100)]).toEqual([200, 100, 0]);
  });

  it('breaks its line where a value is missing', () => {
    expect(line([[0, 1], [2, 3], null, [4, 5], [6, 7]])).toBe('M0.0 1.0L2.0 3.0M4.0 5.0L6.0 7.0');
  });

  it('breaks its interval there too', () => {
    const point = (x: number) => ({ x, low: 4, high: 2 });
    expect(area([point(0), point(1), null, point(3), point(4)])).toBe('M0.0 2.0L1.0 2.0L1.0 4.0L0.0 4.0ZM3.0 2.0L4.0 2.0L4.0 4.0L3.0 4.0Z');
  });

  it('ends its axis at a round number', () => {
    expect([0, 0.07, 0.12, 17, 180, 101].map(roundUp)).toEqual([1, 0.08, 0.2, 20, 200, 200]);
  });
});
