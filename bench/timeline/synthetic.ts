import { causalGraph } from "../../report/causality.ts";
import type { RunSource } from "../../report-ui/timeline/run-source.ts";
import type { TraceRecord } from "../../sim/trace.ts";

const NODES = ["node-1", "node-2", "node-3"];
const CLIENTS = ["client-1", "client-2", "client-3", "client-4"];
const SPACING = 20_000;

/** A run that nobody carried out, with as many events as are asked for, and as dense as real ones are: mostly messages. */
export function syntheticRun(events: number): RunSource {
  const records: TraceRecord[] = [];
  const causes: number[][] = [];
  const latest = new Map<string, number>();
  let drawn = 12345;
  const below = (bound: number): number => {
    drawn = (Math.imul(drawn, 1103515245) + 12345) & 0x7fffffff;
    return (drawn >>> 8) % bound;
  };
  let time = 0;
  const tell = (host: string, data: TraceRecord["data"], ...from: readonly number[]): number => {
    const index = records.length;
    time += below(2 * SPACING);
    records.push({ index, time, host, incarnation: 1, event: index, data });
    // What a machine does follows from what it did before.
    causes.push([...from, latest.get(host) ?? -1].filter((cause) => cause >= 0 && cause < index));
    latest.set(host, index);
    return index;
  };
  const under: { readonly number: number; readonly from: string; readonly to: string; readonly sent: number }[] = [];
  const asked = new Map<string, { readonly event: number; readonly data: TraceRecord["data"] }>();
  let number = 0;
  let file = 3;
  while (records.length < events) {
    const choice = below(100);
    const node = NODES[below(NODES.length)] ?? "";
    if (choice < 42) {
      const from = choice % 2 === 0 ? node : (CLIENTS[below(CLIENTS.length)] ?? "");
      const to = NODES[below(NODES.length)] ?? "";
      if (from === to) continue;
      const message = { kind: "message-sent", from, to, packet: "data", number: ++number, bytes: 92 };
      under.push({ number, from, to, sent: tell(from, message) });
    } else if (choice < 84 && under.length > 4) {
      const message = under.shift();
      if (message === undefined) continue;
      const { sent, ...of } = message;
      const kind = below(80) === 0 ? "message-dropped" : "message-delivered";
      tell(of.to, { kind, packet: "data", bytes: 92, ...of }, sent);
    } else if (choice < 92) {
      const client = CLIENTS[below(CLIENTS.length)] ?? "";
      const open = asked.get(client);
      if (open === undefined) {
        const data = { process: 0, op: below(2) === 0 ? "read" : "write", key: `k${below(20)}` };
        asked.set(client, { event: tell(client, { kind: "client-invoked", ...data }), data: { kind: "", ...data } });
      } else {
        asked.delete(client);
        const kind = below(40) === 0 ? "client-refused" : "client-answered";
        tell(client, { ...open.data, kind, outcome: "failed", node }, open.event);
      }
    } else if (choice < 96) {
      const of = { file: ++file, entries: 10, database: "/db" };
      const started = tell(node, { kind: "flush-started", ...of });
      tell(node, { kind: "flush-finished", ...of, bytes: 500 }, started);
      tell(node, { kind: "version-installed", version: file, added: String(file), removed: "", database: "/db" });
    } else if (choice < 97 && below(40) === 0) {
      tell(node, { kind: below(2) === 0 ? "fault-began" : "fault-ended", fault: "clog" });
    } else {
      tell(node, { kind: "file-synced", path: `/db/${file}.sst`, size: 500 });
    }
  }
  return {
    records,
    machines: { nodes: NODES, disks: [], clients: CLIENTS },
    causes: causalGraph(causes.length, (event) => causes[event] ?? []),
    violation: records[Math.floor(records.length * 0.6)],
    states: [],
    story: undefined,
  };
}
