// Builds the window. Two builds: the plain one talks to the Rust shell only; `--mode browser` carries the in-memory
// backend too, for screenshots and tests in an ordinary browser. Nothing inline: the shell's CSP allows 'self' alone.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ command, mode }) => ({
  plugins: [svelte()],
  define: { __IN_MEMORY__: JSON.stringify(command === 'serve' || mode === 'browser') },
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: {
    target: ['safari16', 'chrome111'],
    outDir: mode === 'browser' ? 'dist-browser' : 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], setupFiles: ['src/test-setup.ts'], testTimeout: 60_000 },
}));
