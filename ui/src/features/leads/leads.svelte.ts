// The list of leads, read page by page, and the lead that is open.
import { toasts } from '../../kit/toasts.svelte';
import { app, presentation } from '../../lib/app.svelte';
import type { Presentation } from '../../lib/errors';
import { call } from '../../lib/ipc/backend';
import type { LeadChange, LeadDetail, LeadId, LeadRow, LeadStage } from '../../lib/ipc/bindings';

const PAGE = 200;

export const STAGES: Record<LeadStage, { words: string; tone: string }> = {
  new: { words: 'new', tone: '' },
  researching: { words: 'being researched', tone: 'violet' },
  in_review: { words: 'in review', tone: 'blue' },
  accepted: { words: 'accepted', tone: 'green' },
  rejected: { words: 'rejected', tone: '' },
  sent: { words: 'mail sent', tone: 'green' },
  given_up: { words: 'research failed', tone: 'amber' },
};

export class LeadList {
  rows = $state.raw<Array<LeadRow | undefined>>([]);
  isLoaded = $state(false);
  failure = $state<Presentation | null>(null);
  filter = $state('');
  showsArchived = $state(false);
  detail = $state.raw<LeadDetail | null>(null);
  private reading = new Set<number>();
  private generation = 0;
  private loading: Promise<void> = Promise.resolve();

  load(): Promise<void> {
    this.loading = this.readFirstPage();
    return this.loading;
  }

  private async readFirstPage(): Promise<void> {
    const generation = ++this.generation;
    const workflow = app.overview?.workflow;
    this.reading.clear();
    if (!workflow) {
      this.rows = [];
      this.isLoaded = app.overview !== null;
      return;
    }
    try {
      const page = await call('lead_page', { workflow_id: workflow, filter: this.filter, archived: this.showsArchived, offset: 0, limit: PAGE });
      if (generation !== this.generation) return;
      const rows: Array<LeadRow | undefined> = new Array(page.total).fill(undefined);
      page.rows.forEach((row, at) => (rows[at] = row));
      this.rows = rows;
      this.failure = null;
    } catch (cause) {
      this.failure = presentation(cause);
    }
    this.isLoaded = true;
  }

  async ensure(index: number): Promise<void> {
    const offset = Math.floor(index / PAGE) * PAGE;
    const workflow = app.overview?.workflow;
    if (!workflow || this.rows[index] || this.reading.has(offset)) return;
    this.reading.add(offset);
    const generation = this.generation;
    const page = await app.attempt(() => call('lead_page', { workflow_id: workflow, filter: this.filter, archived: this.showsArchived, offset, limit: PAGE }));
    this.reading.delete(offset);
    if (!page || generation !== this.generation) return;
    const rows = this.rows.slice();
    page.rows.forEach((row, at) => (rows[offset + at] = row));
    this.rows = rows;
  }

  async open(lead: LeadId): Promise<void> {
    this.detail = await app.attempt(() => call('lead', { lead }));
  }

  /** Opens the next or previous lead. A key pressed before the list has come counts when it has. */
  async step(by: 1 | -1): Promise<void> {
    await this.loading;
    const at = this.rows.findIndex((row) => row?.line.lead.id === this.detail?.row.line.lead.id);
    const row = this.rows[at < 0 ? 0 : Math.max(0, Math.min(this.rows.length - 1, at + by))];
    if (row) await this.open(row.line.lead.id);
  }

  async change(change: LeadChange): Promise<boolean> {
    const lead = this.detail?.row.line.lead.id;
    return lead !== undefined && this.put(await app.attempt(() => call('change_lead', { lead, change })));
  }

  async readAgain(): Promise<void> {
    const lead = this.detail?.row.line.lead;
    if (lead && this.put(await app.attempt(() => call('read_again', { lead: lead.id })))) {
      toasts.show(`The pages of ${lead.company} are being read again. The lead comes back to Review when they are.`);
    }
  }

  async tag(tags: string[]): Promise<void> {
    const lead = this.detail?.row.line.lead.id;
    if (lead) this.put(await app.attempt(() => call('tag_lead', { lead, tags })));
  }

  async archive(isArchived: boolean): Promise<void> {
    const lead = this.detail?.row.line.lead;
    if (!lead) return;
    const detail = await app.attempt(() => call('archive_lead', { lead: lead.id, is_archived: isArchived }));
    if (!detail) return;
    this.detail = null;
    this.rows = this.rows.filter((row) => row?.line.lead.id !== lead.id);
    const undo = { words: 'Undo', run: () => void this.bringBack(lead.id, !isArchived) };
    toasts.show(`${lead.company} ${isArchived ? 'archived' : 'back in the list'}`, { action: undo });
  }

  private async bringBack(lead: LeadId, isArchived: boolean): Promise<void> {
    await app.attempt(() => call('archive_lead', { lead, is_archived: isArchived }));
    await this.load();
  }

  private put(detail: LeadDetail | null): boolean {
    if (!detail) return false;
    this.detail = detail;
    this.rows = this.rows.map((row) => (row?.line.lead.id === detail.row.line.lead.id ? detail.row : row));
    return true;
  }
}
