/**
 * The life of one incarnation on a real machine, shared by all that belongs to it. What is started after its end does
 * nothing, what was under way is never heard of again, and what it held is given back.
 */
export class Lifetime {
  private over = false;
  private ending: Promise<void> | undefined;
  private readonly releases = new Set<() => Promise<void> | void>();
  private readonly underway = new Set<Promise<void>>();

  get ended(): boolean {
    return this.over;
  }

  /** Has `release` called at the end, unless the function returned is called before. */
  hold(release: () => Promise<void> | void): () => void {
    this.releases.add(release);
    return () => this.releases.delete(release);
  }

  /** Does the work and passes on how it ended, unless the end comes first; the end then waits for it. */
  during<T>(work: () => Promise<T>): Promise<T> {
    if (this.over) return never();
    return new Promise((resolve, reject) => {
      const settled = (async () => work())()
        .then(
          (value) => {
            if (!this.over) resolve(value);
          },
          (error: unknown) => {
            if (!this.over) reject(error);
          },
        )
        .then(() => void this.underway.delete(settled));
      this.underway.add(settled);
    });
  }

  /** Ends the life. Resolves when nothing is under way any more and all that was held is given back. */
  end(): Promise<void> {
    this.ending ??= this.giveBack();
    return this.ending;
  }

  private async giveBack(): Promise<void> {
    this.over = true;
    // What is under way may still come to hold something, so the releases come last.
    await Promise.all(this.underway);
    await Promise.allSettled([...this.releases].map(async (release) => release()));
    this.releases.clear();
  }
}

/** A promise that stays pending: what the dead get when they ask. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
