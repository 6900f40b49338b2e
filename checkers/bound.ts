/** A history larger than what can be judged in the memory that a checker allows itself. */
export class BoundError extends Error {
  override readonly name = "BoundError";
  /** What there is too much of, such as "transactions". */
  readonly what: string;
  readonly size: number;
  /** The most that is judged. */
  readonly bound: number;

  constructor(what: string, size: number, bound: number) {
    super(`${size} ${what}: at most ${bound} can be judged`);
    this.what = what;
    this.size = size;
    this.bound = bound;
  }
}

/** @throws BoundError when there are more than `bound` */
export function refuseAbove(what: string, size: number, bound: number): void {
  if (size > bound) throw new BoundError(what, size, bound);
}
