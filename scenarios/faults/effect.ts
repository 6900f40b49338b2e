/** What a fault has done to the world, and how it is taken back. */
export interface Effect {
  /** The hosts it was done to. */
  readonly hosts: readonly string[];
  /** Whether it has made any difference so far: a partition that no packet met has not. */
  fired(): boolean;
  /** Ends it where it can be ended: a machine starts again, a link carries again. What is damaged stays so. */
  end(): void;
}
