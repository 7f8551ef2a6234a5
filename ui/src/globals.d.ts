/** True where the in-memory backend is part of the build: development, tests, screenshots. */
declare const __IN_MEMORY__: boolean;
