import { describe, expect, it } from 'vitest';
import type { Routing, StageRoute } from '../../lib/ipc/bindings';
import { receiptOf } from './receipt';
import { whyWords } from './words';
import { itemView } from '../../lib/ipc/fake-data';

const route: StageRoute = {
  stage: 'qualification', outcome: 'review', why: { why: 'marked' }, level: 'verify_exceptions', confidence: { p: 0.95, p_cal: 0.93, variance: 0.2, information: 0.1 },
  line: { threshold: 0.9, basis: { basis: 'certified', certificate: { promise: 0.8, risk: 0.1, threshold: 0.84, pairs: 104, coverage: 0.29, feature_schema_version: 2, memory_version: 412 }, certified: 0.84, floor: 0.9 } },
  exceptions: [], is_segment_back: false, rejects_are_yours: false, draw: { unit: 0.0312, rate: 0.15 }, features: {}, feature_schema_version: 2, memory_version: 412,
};
const routing = (more: Partial<StageRoute> = {}): Routing => ({ workflow_id: 'w', lead_id: 'l', item_id: 'i', segment: { industry: 'logistics', head_count: '51-200' }, engine: 'rules 3', card_version: 1, again: false, at: '2026-11-05T10:42:00Z', stages: [{ ...route, ...more }] });
const words = (more: Partial<StageRoute> = {}) => Object.fromEntries(receiptOf(routing(more))[0]!.lines.map((line) => [line.what, line.words.replaceAll('\u00a0', ' ')]));

describe('a receipt', () => {
  it('prints the draw, the line and what it rests on', () => {
    expect(words()).toMatchObject({
      Draw: '0.0312 < 0.15: drawn for a check',
      Line: '90 %, the floor; the 80 % promise is certified from 84 % on by 104 reviews (risk 10 %)',
      Exceptions: 'all floors checked, none found',
      Level: '2, verify exceptions',
      Versions: 'memory 412, features 2',
    });
  });

  it('says that nothing certifies an override', () => {
    expect(words({ line: { threshold: 0.6, basis: { basis: 'overridden', given: { threshold_percent: 60, from: '', until: null } } } })['Line']).toBe('60 % by override; nothing certifies it');
  });

  it('says of an item that was not drawn that it was not', () => {
    expect(words({ draw: { unit: 0.4, rate: 0.15 } })['Draw']).toBe('0.4 ≥ 0.15: not drawn');
  });
});

describe('the reason for a card', () => {
  const why = (reason: 'segment_back' | 'rejects_are_yours' | 'check', hides: boolean) => whyWords({ ...itemView(3).item, why: { why: reason } }, hides).reason;

  it('tells of segments and rejections, and nothing of a leaning while scores are hidden', () => {
    expect(why('segment_back', false)).toMatch(/back with you/);
    expect(why('rejects_are_yours', false)).toMatch(/would turn this lead down/);
    expect(why('rejects_are_yours', true)).toBe('drawn for a check');
    expect(why('check', true)).toMatch(/^drawn for a check/);
  });
});
