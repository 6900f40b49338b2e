import type { MemberChange } from "../../topologies/topology.ts";

/** What a person's step makes of a host. */
export interface MemberStep {
  readonly host: string;
  readonly change: MemberChange;
}

/**
 * The electorates that there are, and those that there may be once any of the steps are done.
 *
 * @param nodes all hosts: any may come in the place of one that is replaced
 */
export function comingElectorates(
  now: readonly (readonly string[])[],
  steps: readonly MemberStep[],
  nodes: readonly string[],
): readonly (readonly string[])[] {
  return steps.reduce((before, step) => [...before, ...before.flatMap((each) => after(each, step, nodes))], now);
}

function after(electorate: readonly string[], { host, change }: MemberStep, nodes: readonly string[]): string[][] {
  const left = electorate.filter((each) => each !== host);
  switch (change) {
    case "joins":
      return [[...left, host]];
    case "leaves":
      // The last is not let go.
      return left.length === 0 ? [] : [left];
    case "is-replaced": {
      const spares = nodes.filter((node) => !electorate.includes(node));
      return spares.flatMap((spare) => [
        [...electorate, spare],
        [...left, spare],
      ]);
    }
  }
}
