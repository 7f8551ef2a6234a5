// A receipt in plain words: everything that decided where an item went, stage by stage.
import { percent } from '../../lib/format';
import type { Routing, StageRoute } from '../../lib/ipc/bindings';
import { EXCEPTIONS, LEVELS, STAGES } from './words';

export interface ReceiptLine {
  what: string;
  words: string;
}

export interface StageReceipt {
  stage: string;
  outcome: string;
  lines: ReceiptLine[];
}

const share = (value: number) => value.toFixed(4).replace(/0+$/, '').replace(/[.]$/, '');

function outcomeWords({ outcome, confidence }: StageRoute): string {
  switch (outcome) {
    case 'accepted':
      return 'the agent went on alone: accepted';
    case 'rejected':
      return 'the agent went on alone: turned down';
    case 'review':
      return `a person decides; the agent would ${confidence.p > 0.5 ? 'accept' : 'turn it down'}`;
    case 'parked':
      return 'put aside until somebody opens it';
    case 'not_asked':
      return 'not asked: an earlier stage waits or was turned down';
  }
}

function whyWords({ why }: StageRoute): string | null {
  switch (why?.why) {
    case undefined:
      return null;
    case 'exception':
      return `an exception: ${EXCEPTIONS[why.kind].chip.replace(/\?$/, '')}`;
    case 'verify_everything':
      return 'at level 1 a person looks at everything';
    case 'marked':
      return 'drawn for a blind check before release';
    case 'segment_back':
      return 'this kind of account is back with people';
    case 'rejects_are_yours':
      return 'only people turn leads down here';
    case 'check':
      return 'drawn for a blind look afterwards';
    case 'second_opinion':
      return 'judged by a second person too';
    case 'pulled_back':
      return 'taken back because the level was pulled back';
    case 'below_threshold':
      return why.threshold === null ? 'no line is certified' : `${percent(why.certainty)} sure is below the line of ${percent(why.threshold)}`;
  }
}

function basisWords({ line }: StageRoute): string {
  if (!line) return 'none; nothing is decided alone';
  const { basis } = line;
  if (basis.basis === 'overridden') return `${percent(line.threshold)} by override; nothing certifies it`;
  const { certificate, certified, floor } = basis;
  const rests = `the ${percent(certificate.promise)} promise is certified from ${percent(certified)} on by ${certificate.pairs} reviews (risk ${percent(certificate.risk)})`;
  return floor > certified ? `${percent(line.threshold)}, the floor; ${rests}` : `${percent(line.threshold)}; ${rests}`;
}

function stageReceipt(route: StageRoute): StageReceipt {
  const { confidence, draw, exceptions } = route;
  const certainty = Math.max(confidence.p_cal, 1 - confidence.p_cal);
  const why = whyWords(route);
  const guards = [route.is_segment_back ? 'this kind of account is back with people' : '', route.rejects_are_yours ? 'only people turn leads down' : ''].filter(Boolean);
  return {
    stage: STAGES[route.stage],
    outcome: outcomeWords(route),
    lines: [
      ...(why ? [{ what: 'Why a person', words: why }] : []),
      { what: 'Level', words: `${LEVELS[route.level].number}, ${LEVELS[route.level].words}` },
      { what: 'Confidence', words: `${percent(confidence.p_cal)} likely that you accept (${percent(confidence.p)} before calibration); ${percent(certainty)} sure` },
      { what: 'Line', words: basisWords(route) },
      { what: 'Exceptions', words: exceptions.length === 0 ? 'all floors checked, none found' : exceptions.map((kind) => EXCEPTIONS[kind].chip.replace(/\?$/, '')).join(', ') },
      ...(guards.length > 0 ? [{ what: 'In force', words: guards.join('; ') }] : []),
      { what: 'Draw', words: draw.rate >= 1 ? 'every item counts at this level' : draw.unit < draw.rate ? `${share(draw.unit)} < ${share(draw.rate)}: drawn for a check` : `${share(draw.unit)} ≥ ${share(draw.rate)}: not drawn` },
      { what: 'Versions', words: `memory ${route.memory_version}, features ${route.feature_schema_version}` },
    ],
  };
}

export function receiptOf(routing: Routing): StageReceipt[] {
  return routing.stages.map(stageReceipt);
}
