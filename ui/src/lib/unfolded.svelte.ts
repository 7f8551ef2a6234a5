// What a fold-out shows, read when it is opened for the first time; after a failure, when it is opened again.
import { presentation } from './app.svelte';

export class Unfolded<T> {
  value = $state.raw<T | undefined>(undefined);
  failure = $state('');
  private isReading = false;

  constructor(private readonly ask: () => Promise<T>) {}

  async read(isOpen: boolean): Promise<void> {
    if (!isOpen || this.isReading || this.value !== undefined) return;
    this.isReading = true;
    try {
      this.value = await this.ask();
      this.failure = '';
    } catch (cause) {
      const { what, next } = presentation(cause);
      this.failure = `${what} ${next}`;
    }
    this.isReading = false;
  }
}
