/** One who waits until the log is durable up to a place. */
interface SyncWaiter {
  readonly lsn: number;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Those who wait for a log to become durable. Who waits for the same place shares one promise. */
export class LogSyncs {
  /** With rising LSNs. */
  private waiting: SyncWaiter[] = [];

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  /** @returns resolves when {@link reached} is told of `lsn`, which is at least that of the call before */
  wait(lsn: number): Promise<void> {
    const latest = this.waiting.at(-1);
    if (latest?.lsn === lsn) return latest.promise;
    let resolve!: () => void;
    let reject!: (error: unknown) => void;
    const promise = new Promise<void>((resolved, rejected) => {
      resolve = resolved;
      reject = rejected;
    });
    this.waiting.push({ lsn, promise, resolve, reject });
    return promise;
  }

  /** All up to `lsn` is durable. */
  reached(lsn: number): void {
    const { waiting } = this;
    let count = 0;
    while (count < waiting.length && (waiting[count] as SyncWaiter).lsn <= lsn) count++;
    if (count === 0) return;
    this.waiting = waiting.slice(count);
    for (let i = 0; i < count; i++) (waiting[i] as SyncWaiter).resolve();
  }

  /** Nothing more becomes durable. */
  fail(error: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
