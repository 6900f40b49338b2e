/** Lets one critical section run at a time, in the order in which they asked. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `section` once all earlier ones have ended, well or not; resolves or rejects as it does. */
  run<T>(section: () => Promise<T>): Promise<T> {
    const result = this.last.then(section);
    this.last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
