/** What a fault has done to the world, and how it is taken back. */
export interface Effect {
  /** The hosts it was done to. */
  readonly hosts: readonly string[];
  /** Whether it has made any difference so far: a partition that no packet met has not. */
  fired(): boolean;
  /** Ends it where it can be ended: a machine starts again, a link carries again. What is damaged stays so. */
  end(): void;
}

/**
 * An effect on a host that has made a difference if something was counted while it lasted; what is counted later is not
 * its doing.
 *
 * @param begin what is done; returns what ends it
 */
export function countedEffect(host: string, count: () => number, begin: () => () => void): Effect {
  const before = count();
  const end = begin();
  let after: number | undefined;
  return {
    hosts: [host],
    fired: () => (after ?? count()) > before,
    end() {
      after ??= count();
      end();
    },
  };
}
