// The one door to the engine. Two rooms lie behind it: the Rust shell (`tauri.ts`) and an in-memory engine (`fake.ts`)
// for tests and screenshots. A failed command rejects with a `CommandError`, nothing else.
import type { ErrorCode } from '../errors';
import type { Command, Events, Request, Response } from './commands';

/** A command that failed: the stable cause for the program, one sentence for the log. */
export class CommandError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}

export interface Backend {
  call<K extends Command>(command: K, request: Request<K>): Promise<Response<K>>;
  /** Calls `handler` for each event until the returned function is called. */
  listen<K extends keyof Events>(event: K, handler: (payload: Events[K]) => void): () => void;
}

let chosen: Backend | undefined;

/** Chooses the backend, once, before anything is shown. */
export function use(backend: Backend): void {
  chosen = backend;
}

function backend(): Backend {
  if (!chosen) throw new Error('no backend was chosen before the first command');
  return chosen;
}

export function call<K extends Command>(command: K, request: Request<K>): Promise<Response<K>> {
  return backend().call(command, request);
}

export function listen<K extends keyof Events>(event: K, handler: (payload: Events[K]) => void): () => void {
  return backend().listen(event, handler);
}
