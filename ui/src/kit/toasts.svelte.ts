// The messages on screen. Plain ones leave by themselves; errors wait to be read.

export interface Toast {
  id: number;
  title: string;
  body: string;
  isError: boolean;
  action?: { words: string; run: () => void };
}

/** How long a plain message stays, in milliseconds. */
const STAYS_MS = 6_000;
/** More than this many at once nobody reads. */
const MOST = 3;

class Toasts {
  all = $state<Toast[]>([]);
  private last = 0;

  show(title: string, more: Partial<Omit<Toast, 'id' | 'title'>> = {}): void {
    const toast: Toast = { id: ++this.last, title, body: '', isError: false, ...more };
    this.all = [...this.all.filter((other) => other.title !== title), toast].slice(-MOST);
    if (!toast.isError) setTimeout(() => this.close(toast.id), STAYS_MS);
  }

  close(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
