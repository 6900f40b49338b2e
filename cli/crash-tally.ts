import { CALL_FAULTS, type FaultName } from "../scenarios/crash/call-faults.ts";
import type { FaultCounts } from "../scenarios/crash/explore-errors.ts";
import type { CrashFailure } from "../scenarios/crash/explore.ts";
import { wrapped } from "./commands/crash-failure.ts";
import type { CrashJobResult } from "./crash-messages.ts";
import type { Terminal } from "./terminal.ts";

const REDRAW_EVERY = 200;
/** Without a terminal to redraw a line on, a line is added so often, in milliseconds. */
const LINE_EVERY = 30_000;

const INDENT = 4;

interface Row {
  calls: number;
  points: number;
  states: number;
  readonly hashes: Set<number>;
  failed: boolean;
}

/** What a tally holds, as text and numbers. */
export interface SavedTally {
  readonly seconds: number;
  readonly sums: Readonly<Record<string, number>>;
  readonly byFault: readonly (readonly [FaultName, FaultCounts])[];
  readonly rows: readonly (readonly [string, Omit<Row, "hashes">, hashes: string])[];
  readonly hashes: string;
  readonly failures: readonly CrashFailure[];
}

/** Sums up a crash exploration while it goes on, and prints the sum. */
export class CrashTally {
  readonly failures: CrashFailure[] = [];
  private readonly out: Terminal;
  private readonly err: Terminal;
  private readonly goal: number | undefined;
  private begun = performance.now();
  private readonly rows = new Map<string, Row>();
  private readonly hashes = new Set<number>();
  private readonly sums = {
    points: 0,
    nestedPoints: 0,
    states: 0,
    errors: 0,
    recoveries: 0,
    bits: 0,
    noticed: 0,
    right: 0,
  };
  private readonly byFault = new Map<FaultName, FaultCounts>();
  private drawn = -Infinity;
  private visible = false;

  constructor(out: Terminal, err: Terminal, goal: number | undefined) {
    this.out = out;
    this.err = err;
    this.goal = goal;
  }

  /** All that was added, for {@link restore}. */
  save(): SavedTally {
    const { seconds, sums, byFault, rows, hashes, failures } = this;
    return {
      seconds,
      sums,
      byFault: [...byFault],
      rows: [...rows].map(([name, { hashes: own, ...row }]) => [name, row, packed(own)]),
      hashes: packed(hashes),
      failures,
    };
  }

  /** Begins with what another tally has saved. */
  restore(saved: SavedTally): void {
    this.begun -= saved.seconds * 1_000;
    Object.assign(this.sums, saved.sums);
    for (const [fault, counts] of saved.byFault) this.byFault.set(fault, counts);
    for (const [name, row, hashes] of saved.rows) this.rows.set(name, { ...row, hashes: new Set(unpacked(hashes)) });
    for (const hash of unpacked(saved.hashes)) this.hashes.add(hash);
    this.failures.push(...saved.failures);
  }

  /** States that differ, over all workloads. */
  get distinct(): number {
    return this.hashes.size;
  }

  add(result: CrashJobResult): void {
    const { sums } = this;
    sums.points += result.points;
    sums.nestedPoints += result.nestedPoints;
    sums.states += result.states;
    sums.errors += result.errors;
    sums.recoveries += result.recoveries;
    sums.bits += result.bits;
    sums.noticed += result.noticed;
    sums.right += result.right;
    for (const [fault, counts] of result.byFault) {
      const sum = this.byFault.get(fault) ?? { struck: 0, kept: 0, noticed: 0, excused: 0 };
      sum.struck += counts.struck;
      sum.kept += counts.kept;
      sum.noticed += counts.noticed;
      sum.excused += counts.excused;
      this.byFault.set(fault, sum);
    }
    this.failures.push(...result.failures);
    for (const hash of result.hashes) this.hashes.add(hash);
    const row = this.rowOf(result.job.workload);
    row.calls = Math.max(row.calls, result.calls);
    row.points += result.points;
    row.states += result.states;
    row.failed ||= result.failures.length > 0;
    if (!result.job.workload.startsWith("random-")) for (const hash of result.hashes) row.hashes.add(hash);
  }

  /** Shows how far it is; `tried` counts what the jobs under way have tried. */
  progress(tried: number): void {
    const now = performance.now();
    const { interactive } = this.err;
    if (now - Math.max(this.drawn, this.begun) < (interactive ? REDRAW_EVERY : LINE_EVERY)) return;
    this.drawn = now;
    const of = this.goal === undefined ? "" : ` of ${group(this.goal)}`;
    const text = `${group(this.distinct)}${of} distinct states, ${this.failures.length} failures, ${group(tried)} tries under way, ${Math.round(this.seconds)} s`;
    this.visible = interactive;
    this.err.write(interactive ? `\r\u001b[K  ${text}` : `  ${text}\n`);
  }

  clear(): void {
    if (this.visible) this.err.write("\r\u001b[K");
    this.visible = false;
  }

  print(interrupted: boolean): void {
    const { out, sums } = this;
    out.write(out.dim(`  ${"workload".padEnd(16)}${columns(["calls", "points", "states", "distinct"])}\n`));
    let drawn = 0;
    for (const [name, row] of this.rows) {
      if (name.startsWith("random-")) {
        drawn++;
        continue;
      }
      const { calls, points, states, hashes } = row;
      const mark = row.failed ? `  ${out.red("✘")}` : "";
      out.write(`  ${name.padEnd(16)}${columns([calls, points, states, hashes.size])}${mark}\n`);
    }
    if (drawn > 0) out.write(`  ${"drawn workloads".padEnd(16)}${columns([drawn, "", "", ""])}\n`);
    out.write(`  ${out.bold("all".padEnd(16))}${columns(["", sums.points, sums.states, this.distinct])}\n`);
    out.write(`  ${"in recoveries".padEnd(16)}${columns(["", sums.nestedPoints, "", ""])}\n`);
    this.printFaults();
    out.write(`  rotten bits: ${group(sums.bits)}; noticed ${group(sums.noticed)}, harmless ${group(sums.right)}\n`);
    const rate = Math.round(this.distinct / Math.max(this.seconds, 0.001));
    const speed = out.dim(`(${this.seconds.toFixed(1)} s, ${group(rate)} distinct states/s)`);
    if (interrupted) out.write(`  ${out.yellow("interrupted")}   ${speed}\n`);
    else if (this.failures.length > 0)
      out.write(`  ${out.red("not recovered as promised")} ${out.red("✘")}   ${speed}\n`);
    else out.write(`  every state recovered as promised ${out.green("✔")}   ${speed}\n`);
  }

  /** How often each fault struck; of those that no call fails by, what the recoveries after them came to. */
  private printFaults(): void {
    const { out, sums, byFault } = this;
    out.write(`  faults of the disk: ${group(sums.errors)}, ${group(sums.recoveries)} recoveries after them\n`);
    const told: string[] = [];
    for (const [name, { claim }] of CALL_FAULTS) {
      const counts = byFault.get(name);
      if (counts !== undefined && (claim === "told" || claim === "harmless"))
        told.push(`${name} ${group(counts.struck)}`);
    }
    if (told.length > 0) for (const line of wrapped(told.join(", "), INDENT)) out.write(`    ${line}\n`);
    for (const [name, { claim }] of CALL_FAULTS) {
      const counts = byFault.get(name);
      if (counts === undefined || claim === "told" || claim === "harmless") continue;
      const { struck, kept, noticed, excused } = counts;
      out.write(
        `    ${name} ${group(struck)}; recovered whole ${group(kept)}, noticed ${group(noticed)}, ` +
          `lost unnoticed ${group(excused)} (excused)\n`,
      );
    }
  }

  private get seconds(): number {
    return (performance.now() - this.begun) / 1000;
  }

  private rowOf(name: string): Row {
    let row = this.rows.get(name);
    if (row === undefined) {
      row = { calls: 0, points: 0, states: 0, hashes: new Set(), failed: false };
      this.rows.set(name, row);
    }
    return row;
  }
}

function packed(hashes: ReadonlySet<number>): string {
  return Buffer.from(Float64Array.from(hashes).buffer).toString("base64");
}

function unpacked(text: string): Float64Array {
  // A copy, since the bytes of a Buffer begin anywhere.
  return new Float64Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
}

function columns(cells: readonly (number | string)[]): string {
  return cells.map((cell) => (typeof cell === "number" ? group(cell) : cell).padStart(12)).join("");
}

/** "1,204,500". */
function group(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
