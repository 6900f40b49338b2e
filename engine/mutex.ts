/** Lets one critical section run at a time, in the order in which they asked. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `section` once all earlier ones have ended, well or not; resolves or rejects as it does. */
  run<T>(section: () => Promise<T>): Promise<T> {
    const result = runAfter(this.last, section);
    this.last = result.then(nothing, nothing);
    return result;
  }
}

async function runAfter<T>(last: Promise<unknown>, section: () => Promise<T>): Promise<T> {
  await last;
  return await section();
}

function nothing(): void {
  // Whoever is next does not ask how the one before ended.
}
