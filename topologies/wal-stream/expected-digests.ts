import type { LocalCopy } from "./local-copy.ts";

/** Digests of positions not yet reached that are remembered. */
const MOST = 64;

/** What the primary says that the content is, by LSN, until the replica is there and can compare. */
export class ExpectedDigests {
  private readonly digests = new Map<number, string>();

  /** @param digest of the primary's content up to `lsn` */
  expect(lsn: number, digest: string, applied: number): void {
    const { digests } = this;
    if (lsn < applied) return;
    digests.set(lsn, digest);
    if (digests.size > MOST) for (const oldest of digests.keys()) if (digests.delete(oldest)) return;
  }

  /**
   * Compares, if the primary has said what there should be at what is applied now.
   *
   * @returns what was expected instead; undefined when the content is as expected, or that is not known
   */
  mismatch({ store, digest }: LocalCopy): string | undefined {
    const { digests } = this;
    const { lsn: applied } = store.applied;
    const expected = digests.get(applied);
    for (const lsn of digests.keys()) if (lsn <= applied) digests.delete(lsn);
    return digest === undefined || expected === digest ? undefined : expected;
  }
}
