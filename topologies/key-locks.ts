/** "shared": others may hold the key in the same mode. "exclusive": nobody else holds it. */
export type LockMode = "shared" | "exclusive";

interface Waiter {
  readonly mode: LockMode;
  readonly grant: () => void;
}

interface LockedKey {
  mode: LockMode;
  holders: number;
  readonly waiting: Waiter[];
}

/**
 * Locks on keys, within one process. Whoever wants several takes them in ascending order, so that no two wait for each
 * other; each key goes to those who want it in the order in which they asked, so that nobody waits for ever behind others
 * who came later.
 */
export class KeyLocks {
  private readonly locked = new Map<string, LockedKey>();

  /** How many keys are held. */
  get size(): number {
    return this.locked.size;
  }

  /**
   * Takes all of the keys if that needs no waiting, or none.
   *
   * @param keys each once, in ascending order
   * @returns whether they were taken
   */
  tryAcquire(keys: readonly string[], mode: LockMode): boolean {
    for (const key of keys) {
      const lock = this.locked.get(key);
      if (lock !== undefined && !admits(lock, mode)) return false;
    }
    for (const key of keys) this.take(key, mode);
    return true;
  }

  /**
   * Takes all of the keys, one after the other, waiting for each as long as it takes.
   *
   * @param keys each once, in ascending order
   */
  async acquire(keys: readonly string[], mode: LockMode): Promise<void> {
    for (const key of keys) {
      const lock = this.locked.get(key);
      if (lock === undefined || admits(lock, mode)) this.take(key, mode);
      else await new Promise<void>((grant) => lock.waiting.push({ mode, grant }));
    }
  }

  /** Gives back keys that were taken together. */
  release(keys: readonly string[]): void {
    for (const key of keys) {
      const lock = this.locked.get(key);
      if (lock === undefined) throw new RangeError(`key '${key}' is not locked, so it cannot be released`);
      lock.holders--;
      if (lock.holders === 0) this.handOn(key, lock);
    }
  }

  private take(key: string, mode: LockMode): void {
    const lock = this.locked.get(key);
    if (lock === undefined) this.locked.set(key, { mode, holders: 1, waiting: [] });
    else lock.holders++;
  }

  /** Gives a key that nobody holds to whoever is next: to one alone, or to all who come before the first who wants it alone. */
  private handOn(key: string, lock: LockedKey): void {
    const [next] = lock.waiting;
    if (next === undefined) {
      this.locked.delete(key);
      return;
    }
    lock.mode = next.mode;
    const end = next.mode === "exclusive" ? 1 : lock.waiting.findIndex(({ mode }) => mode === "exclusive");
    for (const { grant } of lock.waiting.splice(0, end < 0 ? lock.waiting.length : end)) {
      lock.holders++;
      grant();
    }
  }
}

/** Whether one more may hold the key now. Who comes while others wait waits behind them. */
function admits(lock: LockedKey, mode: LockMode): boolean {
  return mode === "shared" && lock.mode === "shared" && lock.waiting.length === 0;
}
