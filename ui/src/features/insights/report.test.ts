import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { civilDay } from '../../lib/format';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import { insights } from '../../lib/ipc/fake-insights';
import Insights from './Insights.svelte';
import { reportText, weekReport } from './report';

describe('the weekly report', () => {
  it('is about the latest week that was counted, with the week before beside it', () => {
    const view = insights(12);
    const report = weekReport(view)!;
    expect(report.title).toBe('Week 12');
    expect(report.days).toBe(`${civilDay('2026-11-02')} – ${civilDay('2026-11-08')}`);
    const [, value, counted, interval, before] = report.tables[0]!.rows[0]!;
    const { accepted } = view.weeks[11]!;
    expect(value).toBe(`${Math.round((100 * accepted.count) / accepted.of)}\u00a0%`);
    expect(counted).toBe(`${accepted.count} of ${accepted.of}`);
    expect(interval).toMatch(/^\d+–\d+/);
    expect(before).toMatch(/^\d+/);
  });

  it('says what is not known instead of a number, and is none before the first week', () => {
    const view = insights(7);
    expect(weekReport(view)!.tables[0]!.rows[3]![1]).toBe('not known yet');
    expect(weekReport({ ...view, weeks: [] })).toBeNull();
    expect(weekReport({ ...view, calibration_error: null })!.tables[1]!.rows[1]!.slice(1, 3)).toEqual(['not known yet', 'needs 200 decisions']);
  });

  it('holds as text what it shows in tables', () => {
    const report = weekReport(insights(12))!;
    const text = reportText(report, 'AutoReach · Nordic freight');
    for (const { title, rows } of report.tables) for (const cell of [title, ...rows.flat()]) expect(text).toContain(cell);
  });

  it('opens from Insights, is printed by the system, and leads back', async () => {
    use(new FakeBackend());
    await app.begin();
    render(Insights);
    await fireEvent.click(await screen.findByRole('button', { name: 'Weekly report' }));
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Week 12'));
    expect(within(screen.getByRole('region', { name: 'The week in numbers' })).getAllByRole('row')).toHaveLength(6);
    const print = vi.fn();
    window.print = print;
    await fireEvent.click(screen.getByRole('button', { name: 'Print or save as PDF' }));
    expect(print).toHaveBeenCalledOnce();
    await fireEvent.click(screen.getByRole('button', { name: 'Back to Insights' }));
    expect(await screen.findByText('Week by week')).toBeTruthy();
  });
});
