// What happy-dom lacks of a browser and the components use.
import { cleanup, configure } from '@testing-library/svelte';
import { afterEach } from 'vitest';

// What is waited for comes at once; on a machine under load it may take its time without being wrong.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => cleanup());
