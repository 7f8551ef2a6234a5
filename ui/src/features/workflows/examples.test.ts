import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import { app } from '../../lib/app.svelte';
import { use } from '../../lib/ipc/backend';
import { FakeBackend } from '../../lib/ipc/fake';
import type { Icp } from '../../lib/ipc/bindings';
import { emptyDefinition } from './options';
import FromExamples from './FromExamples.svelte';

const THREE = (side: string) => [1, 2, 3].map((n) => `${side}${n}.example`).join('\n');

async function asked(good: string, bad: string) {
  const fake = new FakeBackend({});
  use(fake);
  await app.begin();
  const onstated = vi.fn<(icp: Icp) => void>();
  render(FromExamples, { icp: emptyDefinition().icp, onclose: vi.fn(), onstated });
  await fireEvent.input(screen.getByLabelText('Companies you would want'), { target: { value: good } });
  await fireEvent.input(screen.getByLabelText('Companies you would not want'), { target: { value: bad } });
  await fireEvent.click(screen.getByRole('button', { name: 'Read their pages' }));
  return onstated;
}

it('what is advised is ticked, what rules companies out is not, and only what is ticked is stated', async () => {
  const onstated = await asked(THREE('good'), THREE('bad'));
  expect(((await screen.findByLabelText(/Rule out retail/)) as HTMLInputElement).checked).toBe(false);
  await fireEvent.click(screen.getByLabelText(/users of SAP/));
  await fireEvent.click(screen.getByRole('button', { name: 'Put 2 statements into the form' }));
  await waitFor(() => expect(onstated).toHaveBeenCalled());
  expect(onstated.mock.calls[0]![0]).toMatchObject({ industries: ['logistics'], head_count: { min: 50, max: 500 }, technologies: [], excluded_industries: [] });
});

it('lists that are too short say so and keep what was typed', async () => {
  await asked('only.example', THREE('bad'));
  expect(await screen.findByText(/Only 1 of the good companies/)).toBeTruthy();
  expect((screen.getByLabelText('Companies you would want') as HTMLTextAreaElement).value).toBe('only.example');
});

it('a company that could not be read is named with its cause', async () => {
  await asked(THREE('good'), THREE('bad'));
  expect(await screen.findByText('1 company could not be read')).toBeTruthy();
  expect(screen.getByText(/bad3.example: The site did not answer/)).toBeTruthy();
});
