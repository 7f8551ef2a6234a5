import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import ImportWizard from './ImportWizard.svelte';

async function chosen(options: Partial<FakeOptions> = {}) {
  const fake = new FakeBackend(options);
  use(fake);
  await app.begin();
  const { container } = render(ImportWizard, { onclose: vi.fn(), onimported: vi.fn() });
  const input = container.querySelector('input[type=file]')!;
  Object.defineProperty(input, 'files', { value: [new File(['Company,Größe\nÆgir,12\n'], 'Messe – Gäste.csv')] });
  await fireEvent.change(input);
  return fake;
}

/** Presses a button as soon as it can be pressed. */
async function press(name: string): Promise<void> {
  const button = (await screen.findByRole('button', { name })) as HTMLButtonElement;
  await waitFor(() => expect(button.disabled).toBe(false));
  await fireEvent.click(button);
}

it('a file is shown before anything is stored, and a corrected column is asked again', async () => {
  const fake = await chosen();
  const select = (await screen.findByLabelText('Notes')) as HTMLSelectElement;
  expect(screen.getByText('Messe – Gäste.csv')).toBeTruthy();
  expect(fake.calls.some((call) => call.command === 'import_leads')).toBe(false);
  await fireEvent.change(select, { target: { value: 'industry' } });
  await waitFor(() => expect(fake.calls.at(-1)).toMatchObject({ command: 'preview_import', request: { overrides: ['Notes=industry'], takes_unsure: false } }));
});

it('its bytes reach the engine whole', async () => {
  const fake = await chosen();
  await screen.findByLabelText('Notes');
  const staged = fake.calls.find((call) => call.command === 'stage_lead_file')!.request as { content_base64: string };
  expect(new TextDecoder().decode(Uint8Array.from(atob(staged.content_base64), (one) => one.charCodeAt(0)))).toBe('Company,Größe\nÆgir,12\n');
});

it('an import can be taken back', async () => {
  const fake = await chosen();
  await press('Import 812 leads');
  await press('Take the import back');
  await waitFor(() => expect(fake.calls.find((call) => call.command === 'undo_import')?.request).toEqual({ import: 'i2' }));
  expect(await screen.findByText('taken back')).toBeTruthy();
});

it('a file that is no table says what to do', async () => {
  await chosen({ failures: { preview_import: { code: 'import' } } });
  expect(await screen.findByText(/Save it as CSV or XLSX/)).toBeTruthy();
});
