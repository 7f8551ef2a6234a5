import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, it } from 'vitest';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend, type FakeOptions } from '../../lib/ipc/fake';
import FindCompanies from './FindCompanies.svelte';

let fake: FakeBackend;

async function open(options: Partial<FakeOptions> = {}): Promise<void> {
  fake = new FakeBackend(options);
  use(fake);
  await app.begin();
  render(FindCompanies, { onclose: () => undefined, onadded: () => undefined });
}

async function read(address: string): Promise<void> {
  await fireEvent.input(screen.getByLabelText('Address of the page'), { target: { value: address } });
  await fireEvent.click(screen.getByRole('button', { name: 'Read the list' }));
}

beforeEach(() => document.body.replaceChildren());

it('takes only the companies that stay chosen, with where they were found', async () => {
  await open();
  await read('https://www.fair.example/exhibitors');
  await screen.findByText('5 companies to take');
  expect(screen.getByText('3 companies left out')).toBeTruthy();
  await fireEvent.click(screen.getByRole('checkbox', { name: /Østvind Shipping/ }));
  await fireEvent.click(screen.getByRole('button', { name: 'Add 4 leads' }));
  await screen.findByText('4 leads added');
  const request = fake.calls.find((one) => one.command === 'add_discovered')?.request as { source: unknown; chosen: Array<{ name: string; page: string }> };
  expect(request.source).toEqual({ kind: 'list_page', address: 'https://www.fair.example/exhibitors' });
  expect(request.chosen.map((one) => one.name)).not.toContain('Østvind Shipping');
  expect(request.chosen[0]?.page).toBe('https://www.fair.example/exhibitors');
});

it('says the reason in the words of whoever refused', async () => {
  await open();
  await read('nowhere');
  await waitFor(() => expect(screen.getByText('This is not a web address.')).toBeTruthy());
});

it('shows the queries before they are sent, and sends them as they were changed', async () => {
  await open();
  await fireEvent.click(screen.getByRole('radio', { name: 'More like those I accept' }));
  await fireEvent.input(await screen.findByLabelText('Query 1'), { target: { value: 'reefer warehouse Jutland' } });
  expect(fake.calls.some((one) => one.command === 'discover_search')).toBe(false);
  await fireEvent.click(screen.getByRole('button', { name: 'Leave out query 2' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Search' }));
  await waitFor(() => expect(fake.calls.at(-1)).toMatchObject({ command: 'discover_search', request: { queries: ['reefer warehouse Jutland'] } }));
});
