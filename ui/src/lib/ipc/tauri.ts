// The backend of the real window: every command goes to the Rust shell under its own name with one argument `request`.
import { invoke } from '@tauri-apps/api/core';
import { listen as listenTo } from '@tauri-apps/api/event';
import { asErrorCode } from '../errors';
import { type Backend, CommandError } from './backend';

/** The shell rejects with `{ code, message }`; anything else is a bug and is shown as one. */
function commandError(cause: unknown): CommandError {
  const shaped = cause as { code?: unknown; message?: unknown } | null;
  const message = typeof shaped?.message === 'string' ? shaped.message : String(cause);
  return new CommandError(asErrorCode(shaped?.code), message);
}

export const tauri: Backend = {
  async call(command, request) {
    try {
      return await invoke(command, { request });
    } catch (cause) {
      throw commandError(cause);
    }
  },
  listen(event, handler) {
    const unlisten = listenTo(event, ({ payload }) => handler(payload as never));
    return () => void unlisten.then((stop) => stop());
  },
};
