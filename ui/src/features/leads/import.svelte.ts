// A lead file on its way in: staged, looked at, imported, taken back. Nothing is stored before `importAll`.
import { Attempts } from '../../lib/attempts.svelte';
import { app } from '../../lib/app.svelte';
import { bytes } from '../../lib/format';
import { call } from '../../lib/ipc/backend';
import type { ImportReport, LeadImport, RowLine, StagedFile } from '../../lib/ipc/bindings';
import { toBase64 } from '../../lib/text';

/** Larger files are refused before they are read. */
const MOST_BYTES = 50 * 1024 * 1024;

export interface RowsOf {
  title: string;
  rows: RowLine[];
  tone: string;
}

/** What becomes of the rows that are no new leads. */
export function rowsOf(report: ImportReport): RowsOf[] {
  return [
    { title: 'already here', rows: report.same, tone: '' },
    { title: 'unsure, kept out', rows: report.unsure, tone: 'amber' },
    { title: 'do not contact', rows: report.suppressed, tone: 'red' },
    { title: 'could not be used', rows: report.problems, tone: 'red' },
    { title: 'taken at a guess', rows: report.notes, tone: '' },
    { title: 'incomplete', rows: report.incomplete, tone: 'amber' },
  ].filter((part) => part.rows.length > 0);
}

export class LeadFile {
  readonly attempts = new Attempts();
  staged = $state.raw<StagedFile | null>(null);
  report = $state.raw<ImportReport | null>(null);
  finished = $state.raw<ImportReport | null>(null);
  takesUnsure = $state(false);
  /** Earlier imports, newest first. */
  imports = $state.raw<LeadImport[]>([]);
  private overrides: Record<string, string> = {};

  columns = $derived(this.report ? [...this.report.mapping.map(([header, field]) => ({ header, field })), ...this.report.unmapped.map((header) => ({ header, field: '' }))] : []);

  constructor(private readonly onimported: () => void) {
    void this.readImports();
  }

  async choose(file: File | undefined): Promise<void> {
    if (!file) return;
    if (file.size > MOST_BYTES) return void (this.attempts.failure = { what: `${file.name} is larger than ${bytes(MOST_BYTES)}.`, effect: 'No lead was added.', next: 'Split the file and import the parts.' });
    await this.attempts.run(async () => {
      this.staged = await call('stage_lead_file', { file_name: file.name, content_base64: toBase64(new Uint8Array(await file.arrayBuffer())) });
      this.overrides = {};
      await this.preview();
    });
  }

  chooseAnother(): void {
    this.staged = null;
    this.report = null;
  }

  setField(header: string, field: string): Promise<void> {
    this.overrides[header] = field;
    return this.attempts.run(() => this.preview());
  }

  setTakesUnsure(takes: boolean): Promise<void> {
    this.takesUnsure = takes;
    return this.attempts.run(() => this.preview());
  }

  importAll(): Promise<void> {
    return this.attempts.run(async () => {
      this.finished = await call('import_leads', this.request());
      await this.hasChanged();
    });
  }

  takeBack(id: string): Promise<void> {
    return this.attempts.run(async () => {
      await call('undo_import', { import: id });
      this.finished = null;
      this.chooseAnother();
      await this.hasChanged();
    });
  }

  startResearch(then: () => void): Promise<void> {
    return this.attempts.run(async () => {
      await call('start_run', { workflow_id: app.overview?.workflow ?? '' });
      void app.refresh();
      then();
    });
  }

  private request() {
    return { workflow_id: app.overview?.workflow ?? '', file: this.staged?.file ?? '', overrides: Object.entries(this.overrides).map(([header, field]) => `${header}=${field}`), takes_unsure: this.takesUnsure };
  }

  private async preview(): Promise<void> {
    this.report = await call('preview_import', this.request());
  }

  private async readImports(): Promise<void> {
    this.imports = (await app.attempt(() => call('imports', {}))) ?? [];
  }

  private async hasChanged(): Promise<void> {
    await this.readImports();
    void app.refresh();
    this.onimported();
  }
}
