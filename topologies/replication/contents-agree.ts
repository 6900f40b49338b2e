import type { TraceEvent } from "../../host/trace.ts";
import { positionOf } from "../position.ts";
import type { StepInvariant } from "../topology.ts";

/** Digests of positions that are remembered. */
const MOST_DIGESTS = 8_192;

/** Nodes whose data has the same last entry have the same data. */
export const contentsAgree: StepInvariant = {
  name: "contents-agree",
  watch() {
    const digests = new Map<number, { readonly host: string; readonly digest: string }>();
    const last = new Map<string, number>();
    return {
      check(nodes): TraceEvent | undefined {
        for (const [host, { fields }] of nodes) {
          const { applied, appliedEpoch, digest } = fields;
          if (typeof applied !== "number" || typeof appliedEpoch !== "number" || typeof digest !== "string") continue;
          const position = positionOf(appliedEpoch, applied);
          if (last.get(host) === position) continue;
          last.set(host, position);
          const known = digests.get(position);
          if (known === undefined) {
            digests.set(position, { host, digest });
            if (digests.size > MOST_DIGESTS) for (const oldest of digests.keys()) if (digests.delete(oldest)) break;
          } else if (known.digest !== digest) {
            return { kind: "invariant-contents-differ", host, other: known.host, epoch: appliedEpoch, place: applied };
          }
        }
        return undefined;
      },
    };
  },
};
