// Chooses the backend and shows the window.
import './app.css';
import { mount } from 'svelte';
import { use } from './lib/ipc/backend';
import { tauri } from './lib/ipc/tauri';
import App from './views/App.svelte';

async function chooseBackend(): Promise<void> {
  if (!__IN_MEMORY__ || '__TAURI_INTERNALS__' in window) return use(tauri);
  const { fromAddress } = await import('./lib/ipc/fake');
  const fake = fromAddress(new URLSearchParams(location.search));
  Object.assign(window, { fake });
  use(fake);
}

await chooseBackend();
mount(App, { target: document.getElementById('app') ?? document.body });
