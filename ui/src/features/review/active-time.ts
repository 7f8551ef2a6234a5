// Time really spent on an item: it stops after 60 seconds without a sign of life and while the window is in the
// background, so that "seconds per lead" stays clean.

const IDLE_AFTER_MS = 60_000;

export class ActiveTime {
  private counted = 0;
  private lastSign: number | null;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.lastSign = now();
  }

  /** A key, a click, a movement. */
  sign(): void {
    const now = this.now();
    if (this.lastSign !== null) this.counted += Math.min(now - this.lastSign, IDLE_AFTER_MS);
    this.lastSign = now;
  }

  /** The window went into the background. */
  pause(): void {
    this.sign();
    this.lastSign = null;
  }

  /** Milliseconds so far. */
  milliseconds(): number {
    const sinceSign = this.lastSign === null ? 0 : Math.min(this.now() - this.lastSign, IDLE_AFTER_MS);
    return Math.round(this.counted + sinceSign);
  }
}
