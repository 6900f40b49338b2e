import type { Host } from "../../host/host.ts";
import type { SimulatedNetwork } from "../../sim/network/network.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { OperationError } from "../../topologies/topology.ts";
import type { Effect } from "./effect.ts";

/**
 * A person does something to some hosts, one after the other, from a machine of their own. What makes no sense is refused, and
 * the person lets it be. Ended before, the person stops in the middle of it.
 *
 * @param whenDone called once the person has nothing left to do
 */
export function operate(
  simulation: Simulation<SimulatedNetwork>,
  name: string,
  subjects: readonly string[],
  act: (operator: Host, subject: string) => Promise<void>,
  whenDone: () => void,
): Effect {
  let done = 0;
  let finished = false;
  const machine = simulation.host(name, async (host) => {
    for (const subject of subjects) {
      try {
        await act(host, subject);
        done++;
        host.trace({ kind: "operator-done", subject });
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        host.trace({ kind: "operator-refused", subject, code: error.code, reason: error.message });
      }
    }
    finished = true;
    whenDone();
  });
  return { hosts: subjects, fired: () => done > 0, end: () => (finished ? undefined : machine.kill()) };
}
