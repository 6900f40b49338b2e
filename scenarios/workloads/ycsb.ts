import type { RandomStream } from "../../host/random.ts";
import type { ClientPlan, ClientStep, PlannedOperation } from "../plan.ts";
import { drawn, drawTarget, planTogether, type ClientsOptions, type Range } from "./draw.ts";
import { keyChooser, type KeyDistribution } from "./key-chooser.ts";

export type YcsbWorkload = "A" | "B" | "C" | "D" | "E" | "F";

/** What a workload is made of: percent of each operation, and which keys are used. */
interface Mix {
  readonly read: number;
  readonly update: number;
  readonly insert: number;
  readonly scan: number;
  readonly modify: number;
  readonly distribution: KeyDistribution;
}

/**
 * The core workloads of Cooper et al., "Benchmarking Cloud Serving Systems with YCSB" (SoCC 2010). "zipfian" is YCSB's
 * scrambled distribution there.
 */
const MIXES: Readonly<Record<YcsbWorkload, Mix>> = {
  A: { read: 50, update: 50, insert: 0, scan: 0, modify: 0, distribution: "scrambled" },
  B: { read: 95, update: 5, insert: 0, scan: 0, modify: 0, distribution: "scrambled" },
  C: { read: 100, update: 0, insert: 0, scan: 0, modify: 0, distribution: "scrambled" },
  D: { read: 95, update: 0, insert: 5, scan: 0, modify: 0, distribution: "latest" },
  E: { read: 0, update: 0, insert: 5, scan: 95, modify: 0, distribution: "scrambled" },
  F: { read: 50, update: 0, insert: 0, scan: 0, modify: 50, distribution: "scrambled" },
};

export interface YcsbOptions extends ClientsOptions {
  /** Records that are loaded first, each by one of the clients. */
  readonly records: number;
  /** Size of a value. */
  readonly bytes: number;
  /** Pause before each write of the load phase. Default none. */
  readonly loadPause?: Range;
  /** Default the workload's own. */
  readonly distribution?: KeyDistribution | undefined;
  /** The skew of a distribution that has one, in hundredths. Default 99. */
  readonly theta?: number;
  /** Records of a scan. Default 1 to 100, as YCSB has it. */
  readonly scanLength?: Range;
}

/**
 * Clients that first load records, each its share, and then do YCSB's workload A, B, C, D, E or F. A record is one register.
 * Workload F's read-modify-write is a read, and a compare-and-set that expects what was read: where another client was
 * faster it is refused. Every value is new.
 */
export function ycsbClients(workload: YcsbWorkload, random: RandomStream, options: YcsbOptions): ClientPlan[] {
  const { clients, steps, records, bytes, loadPause = [0, 0], scanLength = [1, 100] } = options;
  const mix = MIXES[workload];
  const most = records + (mix.insert > 0 ? clients * steps : 0);
  const chooser = keyChooser(options.distribution ?? mix.distribution, most, random, options.theta);
  const width = String(most).length;
  const name = (record: number): string => `user${String(record).padStart(width, "0")}`;
  let count = records;
  let values = 0;
  const write = (key: string, client: string): PlannedOperation => {
    const value = `${client}-${++values}`;
    return { op: "write", key, value, bytes };
  };
  const loads = Array.from({ length: clients }, (_, index): ClientStep[] => {
    const share = Array.from({ length: records }, (_, record) => record).filter((record) => record % clients === index);
    return share.map((record) => ({
      wait: drawn(random, loadPause),
      operation: write(name(record), `ycsb-${index + 1}`),
    }));
  });
  const runs = planTogether("ycsb", "register", random, options, (client): PlannedOperation => {
    const draw = random.below(100);
    if (draw < mix.insert) return write(name(count++), client);
    const key = name(chooser.choose(random, count));
    if (draw < mix.insert + mix.scan) return { op: "scan", from: key, limit: drawn(random, scanLength) };
    if (draw < mix.insert + mix.scan + mix.update) return write(key, client);
    if (draw < mix.insert + mix.scan + mix.update + mix.read) return { op: "read", key };
    return { op: "cas", key, from: null, to: `${client}-${++values}`, bytes, expectsKnown: true };
  });
  return runs.map((plan, index) => {
    const steps = plan.steps.flatMap((step): ClientStep[] => {
      const { wait, operation } = step;
      if (operation.op !== "cas") return [step];
      // The pause stands before both: what was read is modified at once.
      const target = drawTarget(random, options.readFrom);
      return [
        { wait, operation: { op: "read", key: operation.key }, target },
        { wait: 0, operation },
      ];
    });
    return { ...plan, steps: [...(loads[index] ?? []), ...steps] };
  });
}
