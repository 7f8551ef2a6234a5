// The week as a report: tables with value, count and interval, the week before beside them, and what was learned. Pure; the
// screen shows it, print puts it on paper, and its text goes to whoever asks "how is it going".
import { civilDay, counted, number, percent, sentenceCase } from '../../lib/format';
import type { InsightsView, Share, WeekLine } from '../../lib/ipc/bindings';
import { counts, interval, isKnown, rate } from '../../lib/share';

export interface ReportTable {
  title: string;
  head: string[];
  rows: string[][];
}

export interface WeekReport {
  title: string;
  /** `2 – 8 Nov 2026`. */
  days: string;
  tables: ReportTable[];
  lists: Array<{ title: string; lines: string[] }>;
}

const UNKNOWN = 'not known yet';
const shareCells = (share: Share | undefined) => (share && isKnown(share) ? [percent(rate(share)), counts(share), interval(share)] : [UNKNOWN, '', '']);
const value = (share: Share | undefined) => shareCells(share)[0]!;
const seconds = (n: number | null | undefined) => (n == null ? UNKNOWN : `${number(Math.round(n))}\u00a0s`);
const minutes = (n: number | null | undefined) => (n == null ? UNKNOWN : `${number(Math.round(n))}\u00a0min`);

function weekRows(week: WeekLine, before: WeekLine | undefined): string[][] {
  const [accepted, acceptedCount, acceptedInterval] = shareCells(week.accepted);
  const [unedited, uneditedCount, uneditedInterval] = shareCells(week.unedited);
  const [alone, aloneCount, aloneInterval] = shareCells(week.alone);
  return [
    ['Leads accepted', accepted!, acceptedCount!, acceptedInterval!, value(before?.accepted)],
    ['Mails sent as drafted', unedited!, uneditedCount!, uneditedInterval!, value(before?.unedited)],
    ['Leads no person decided', alone!, aloneCount!, aloneInterval!, value(before?.alone)],
    ['Time for a lead, median', seconds(week.seconds_per_lead), counted(week.accepted.of, 'lead'), '', seconds(before?.seconds_per_lead)],
    ['Time on a day with decisions', minutes(week.minutes_per_day), '', '', minutes(before?.minutes_per_day)],
  ];
}

function lastDay(monday: string): string {
  return new Date(Date.parse(`${monday}T12:00:00Z`) + 6 * 86_400_000).toISOString().slice(0, 10);
}

/** The latest week in which something was decided; null while there is none. */
export function weekReport(view: InsightsView): WeekReport | null {
  const at = view.weeks.findLastIndex((week) => isKnown(week.accepted));
  const week = view.weeks[at];
  if (!week) return null;
  const { held_out: heldOut, calibration_error: gap } = view;
  const honest = [
    ['Overruled where the agent was 85 % sure or more', ...shareCells(view.confident_overruled)],
    ['Mean gap between foretold and true', gap === null ? UNKNOWN : `${(100 * gap).toFixed(1)} points`, gap === null ? 'needs 200 decisions' : counted(view.decisions, 'decision'), ''],
    ['Latest decisions foretold right', heldOut ? `${number(heldOut.now)} of ${number(heldOut.decisions)}` : UNKNOWN, heldOut ? `before: ${number(heldOut.before)} of ${number(heldOut.decisions)}` : '', ''],
  ];
  const differing = view.profile.filter((line) => line.verdict === 'contradicted' || line.verdict === 'unstated');
  return {
    title: `Week ${number(week.number)}`,
    days: `${civilDay(week.week)} – ${civilDay(lastDay(week.week))}`,
    tables: [
      { title: 'The week in numbers', head: ['What', 'This week', 'Counted', '95 % interval', 'Week before'], rows: weekRows(week, view.weeks[at - 1]) },
      { title: 'How far the numbers can be trusted', head: ['What', 'Value', 'Counted', '95 % interval'], rows: honest },
      ...(view.exceptions.length > 0 ? [{ title: 'Exceptions, accepted in spite of it', head: ['Kind', 'Accepted', 'Counted', '95 % interval'], rows: view.exceptions.map(({ kind, accepted }) => [sentenceCase(kind), ...shareCells(accepted)]) }] : []),
    ],
    lists: [
      { title: 'What you accept other than you wrote', lines: differing.map((line) => `${sentenceCase(line.criterion)}: you wrote ${line.stated || 'nothing'}; you accept ${line.learned} (${counts(line.accepted)})`) },
      { title: 'What edits taught', lines: view.lessons.filter((lesson) => lesson.state === 'in use').map((lesson) => `${lesson.text} (from ${counted(lesson.support, 'edit')})`) },
      { title: 'What is not known yet', lines: view.questions.map((question) => question.words) },
    ].filter((list) => list.lines.length > 0),
  };
}

/** The report as plain text, one line a row. */
export function reportText(report: WeekReport, heading: string): string {
  const tables = report.tables.map(({ title, head, rows }) => [title, head.join('\t'), ...rows.map((row) => row.join('\t'))].join('\n'));
  const lists = report.lists.map(({ title, lines }) => [title, ...lines.map((line) => `- ${line}`)].join('\n'));
  return [`${heading}\n${report.title}, ${report.days}`, ...tables, ...lists].join('\n\n');
}
