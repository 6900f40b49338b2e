/**
 * What a store may promise of its transactions, weakest first. "strong-session" adds that the transactions of one process
 * take effect in its order, "strong" (and "strict") that all do in real time.
 */
export const CONSISTENCY_MODELS = [
  "read-uncommitted",
  "read-committed",
  "repeatable-read",
  "snapshot-isolation",
  "serializable",
  "strong-session-snapshot-isolation",
  "strong-session-serializable",
  "strong-snapshot-isolation",
  "strict-serializable",
] as const;

export type ConsistencyModel = (typeof CONSISTENCY_MODELS)[number];

export type CycleFamily = "G0" | "G1c" | "G-single" | "G-nonadjacent" | "G2-item";

/** Which edges beside those of data a cycle of the kind needs: none, those of processes, those of real time. */
export type CycleVariant = "" | "-process" | "-realtime";

export type CycleAnomaly = `${CycleFamily}${CycleVariant}`;

/** Anomalies that are seen without a cycle. */
export type DirectAnomaly =
  | "G1a"
  | "G1b"
  | "dirty-update"
  | "duplicate-elements"
  | "future-read"
  | "garbage-read"
  | "incompatible-order"
  | "internal"
  | "lost-update";

/**
 * What transactions may do that a model forbids, by Elle's names (Kingsbury and Alvaro, "Elle: Inferring Isolation
 * Anomalies from Experimental Observations", 2020). All anti-dependencies here are on items: "G-single" is what Elle calls
 * "G-single-item" too, and "G-nonadjacent" likewise.
 */
export type Anomaly = CycleAnomaly | DirectAnomaly;

/** Cycle families, the worst first. */
export const CYCLE_FAMILIES: readonly CycleFamily[] = ["G0", "G1c", "G-single", "G-nonadjacent", "G2-item"];

export const CYCLE_VARIANTS: readonly CycleVariant[] = ["", "-process", "-realtime"];

/**
 * The anomalies that a model forbids. Read uncommitted to repeatable read and serializable: Adya, "Weak Consistency",
 * 1999, sections 3.1 to 3.3. Snapshot isolation: cycles in which no two anti-dependencies follow each other (Cerone and
 * Gotsman, "Analysing Snapshot Isolation", 2016, theorem 10), and INT of the same authors' "A Framework for Transactional
 * Consistency Models with Atomic Visibility", 2015.
 */
export function forbiddenAnomalies(model: ConsistencyModel): ReadonlySet<Anomaly> {
  const forbidden = new Set<Anomaly>(["duplicate-elements", "garbage-read"]);
  const add = (...anomalies: Anomaly[]) => anomalies.forEach((anomaly) => forbidden.add(anomaly));
  const snapshot = model.endsWith("snapshot-isolation");
  const serializable = model.endsWith("serializable");
  if (model !== "read-uncommitted") add("G1a", "G1b", "dirty-update", "incompatible-order", "future-read");
  if (model === "repeatable-read" || snapshot || serializable) add("lost-update");
  if (snapshot || serializable) add("internal");
  for (const variant of variantsOf(model)) {
    for (const family of familiesOf(model)) add(`${family}${variant}`);
  }
  return forbidden;
}

function familiesOf(model: ConsistencyModel): readonly CycleFamily[] {
  if (model === "read-uncommitted") return ["G0"];
  if (model === "read-committed") return ["G0", "G1c"];
  return model.endsWith("snapshot-isolation") ? ["G0", "G1c", "G-single", "G-nonadjacent"] : CYCLE_FAMILIES;
}

function variantsOf(model: ConsistencyModel): readonly CycleVariant[] {
  if (model.startsWith("strong-session")) return ["", "-process"];
  return model.startsWith("strong") || model.startsWith("strict") ? CYCLE_VARIANTS : [""];
}

/** Whether a history with a cycle of the first kind need not be searched for the second, which says less. */
export function implies(found: CycleAnomaly, other: CycleAnomaly): boolean {
  const [a, b] = [partsOf(found), partsOf(other)];
  if (CYCLE_VARIANTS.indexOf(a.variant) > CYCLE_VARIANTS.indexOf(b.variant)) return false;
  const [from, to] = [CYCLE_FAMILIES.indexOf(a.family), CYCLE_FAMILIES.indexOf(b.family)];
  // Cycles with an anti-dependency are a chain of their own beside those without.
  return from <= to && from >= 2 === to >= 2;
}

function partsOf(anomaly: CycleAnomaly): { family: CycleFamily; variant: CycleVariant } {
  const variant = CYCLE_VARIANTS.find((ending) => ending !== "" && anomaly.endsWith(ending)) ?? "";
  return { family: anomaly.slice(0, anomaly.length - variant.length) as CycleFamily, variant };
}
