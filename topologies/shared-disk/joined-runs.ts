/**
 * Lets many wait for one run of the same work. Whoever asks while a run is under way waits for the next: what it learns must
 * be from after they asked.
 */
export class JoinedRuns {
  private readonly work: () => Promise<void>;
  private current: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.work = work;
  }

  /** Resolves or rejects as a run that began at this call or later. */
  run(): Promise<void> {
    if (this.current === undefined) return this.start();
    const again = (): Promise<void> => {
      this.next = undefined;
      return this.start();
    };
    return (this.next ??= this.current.then(again, again));
  }

  private start(): Promise<void> {
    const ended = (): void => {
      this.current = undefined;
    };
    const run = this.work();
    this.current = run;
    run.then(ended, ended);
    return run;
  }
}
