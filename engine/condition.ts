/** Lets tasks wait until something may have changed; each looks for itself, and waits again if it did not. */
export class Condition {
  private waiting: (() => void)[] = [];

  /** Resolves at the next {@link notify}. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  /** Wakes all who wait now, in the order in which they came. */
  notify(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const wake of woken) wake();
  }
}
