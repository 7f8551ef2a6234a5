import { expect, it } from 'vitest';
import { ActiveTime } from './active-time';

function clock() {
  let time = 0;
  const active = new ActiveTime(() => time);
  return { active, pass: (ms: number) => (time += ms) };
}

it('time on an item counts up to 60 seconds without a sign of life', () => {
  const { active, pass } = clock();
  pass(20_000);
  active.sign();
  pass(300_000);
  expect(active.milliseconds()).toBe(80_000);
  active.sign();
  pass(5_000);
  expect(active.milliseconds()).toBe(85_000);
});

it('time in the background does not count', () => {
  const { active, pass } = clock();
  pass(10_000);
  active.pause();
  pass(40_000);
  active.sign();
  pass(1_000);
  expect(active.milliseconds()).toBe(11_000);
});
