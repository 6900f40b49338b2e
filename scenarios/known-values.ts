import type { Answer, ClusterClient } from "../topologies/topology.ts";
import { valueLabel, type PlannedOperation } from "./plan.ts";

/** What a client has last seen registers hold, by a read or a change of its own: labels, null for nothing. */
export class KnownValues {
  private readonly labels = new Map<string, string | null>();

  /** The operation as it is to be carried out now: one that expects what is known, with that in it. */
  resolve(operation: PlannedOperation): PlannedOperation {
    if (operation.op !== "cas" || operation.expectsKnown !== true) return operation;
    const { op, key, from, to, bytes = 0 } = operation;
    const known = this.labels.get(key);
    return { op, key, from: known === undefined ? from : known, to, bytes };
  }

  /** The client, with everything that it is answered taken note of. */
  observing(client: ClusterClient): ClusterClient {
    return {
      execute: async (operation, target, sync): Promise<Answer> => {
        const answer = await client.execute(operation, target, sync);
        if (operation.op === "read") this.note(operation.key, answer.value as string | null);
        else if (operation.op === "write") this.note(operation.key, operation.value);
        else if (operation.op === "cas") this.note(operation.key, operation.to);
        else if (operation.op === "delete") this.note(operation.key, null);
        return answer;
      },
    };
  }

  private note(key: string, value: string | null): void {
    this.labels.set(key, value === null ? null : valueLabel(value));
  }
}
