/** How an election stands. */
export type ElectionOutcome = "won" | "lost" | "open";

/** What a majority of voters comes to. */
export class Quorum {
  private readonly sorted: number[] = [];

  /** How many of `voters` are a majority; of none there is no majority. */
  size(voters: number): number {
    return Math.floor(voters / 2) + 1;
  }

  /**
   * The highest value that a majority has reached: an index that a majority holds, a round that a majority has confirmed.
   *
   * @param values one a voter, in any order
   * @returns 0 for no voters
   */
  reached(values: readonly number[]): number {
    const { sorted } = this;
    const count = values.length;
    // A sort by insertion: there are hardly ever more than seven.
    for (let i = 0; i < count; i++) {
      const value = values[i] as number;
      let at = i;
      for (; at > 0 && (sorted[at - 1] as number) < value; at--) sorted[at] = sorted[at - 1] as number;
      sorted[at] = value;
    }
    return count === 0 ? 0 : (sorted[this.size(count) - 1] ?? 0);
  }

  /** How an election stands when so many of `voters` have granted and refused their votes. */
  outcome(voters: number, granted: number, refused: number): ElectionOutcome {
    const needed = this.size(voters);
    if (granted >= needed) return "won";
    return voters - refused < needed ? "lost" : "open";
  }
}
