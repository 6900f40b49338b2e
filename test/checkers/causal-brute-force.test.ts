import { describe, expect, test } from "vitest";
import { checkCausal, type CausalModel } from "../../checkers/causal/causal.ts";
import type { Operation } from "../../checkers/history.ts";
import { drawing, operation, someOrder } from "./random-history.ts";

/** By the definitions of Bouajjani et al., section 3, trying all orders. */
class BruteForce {
  /** What happened: unknown writes that nobody read are left out. */
  readonly done: readonly Operation[];
  protected readonly order: boolean[][];

  constructor(history: readonly Operation[]) {
    this.done = history.filter(
      (one) =>
        one.outcome === "ok" ||
        (one.outcome === "info" &&
          history.some((read) => read.f === "read" && read.key === one.key && read.value === one.value)),
    );
    this.order = this.done.map((before) =>
      this.done.map(
        (after) =>
          (before.process === after.process && before.index < after.index && before.outcome === "ok") ||
          (before.f === "write" && after.f === "read" && before.key === after.key && before.value === after.value),
      ),
    );
    this.done.forEach((_, via) => {
      this.done.forEach((_, a) => {
        this.done.forEach((_, b) => {
          if (this.precedes(a, via) && this.precedes(via, b)) (this.order[a] as boolean[])[b] = true;
        });
      });
    });
  }

  precedes(a: number, b: number): boolean {
    return this.order[a]?.[b] === true;
  }

  consistent(model: CausalModel): boolean {
    const all = [...this.done.keys()];
    if (all.some((one) => this.precedes(one, one))) return false;
    const reads = all.filter((one) => this.done[one]?.f === "read");
    const past = (one: number) => all.filter((other) => other === one || this.precedes(other, one));
    if (model === "causal-convergence") {
      const writes = all.filter((one) => this.done[one]?.f === "write");
      return someOrder(
        writes.length,
        (a, b) => this.precedes(writes[a] ?? 0, writes[b] ?? 0),
        (arbitration) => {
          const inTurn = arbitration.map((at) => writes[at] ?? 0);
          return reads.every((read) =>
            this.explains([...inTurn.filter((one) => past(read).includes(one)), read], [read]),
          );
        },
      );
    }
    const views =
      model === "causal-consistency"
        ? reads.map((read) => ({ of: past(read), judged: [read] }))
        : [...new Set(this.done.map(({ process }) => process))].map((process) => {
            const own = all.filter((one) => this.done[one]?.process === process && this.done[one].outcome === "ok");
            const of = own.length === 0 ? [] : past(own[own.length - 1] ?? 0);
            return { of, judged: reads.filter((read) => own.includes(read)) };
          });
    return views.every(({ of, judged }) => {
      const relevant = of.filter((one) => this.done[one]?.f === "write" || judged.includes(one));
      return someOrder(
        relevant.length,
        (a, b) => this.precedes(relevant[a] ?? 0, relevant[b] ?? 0),
        (order) =>
          this.explains(
            order.map((at) => relevant[at] ?? 0),
            judged,
          ),
      );
    });
  }

  explains(order: readonly number[], judged: readonly number[]): boolean {
    const state = new Map<string, unknown>();
    for (const one of order) {
      const { f, key = "", value } = this.done[one] as Operation;
      if (f === "write") state.set(key, value);
      else if (judged.includes(one) && (state.get(key) ?? null) !== value) return false;
    }
    return true;
  }
}

/** Small histories, of replicas that pass writes on in any order, or of reads of anything. */
function randomHistory(seed: number): Operation[] {
  const draw = drawing(seed);
  const [keys, processes, wild] = [1 + draw(2), 2 + draw(2), draw(3)];
  const replicas = Array.from({ length: processes }, () => new Map<string, string>());
  const sent: { to: number; key: string; value: string }[] = [];
  const written: { key: string; value: string }[] = [];
  const operations: Operation[] = [];
  for (let index = 0, count = 6 + draw(4); index < count; index++) {
    for (let delivered = draw(4); delivered > 0 && sent.length > 0; delivered--) {
      const [message] = sent.splice(draw(sent.length), 1);
      if (message !== undefined) replicas[message.to]?.set(message.key, message.value);
    }
    const process = draw(processes);
    const key = `k${draw(keys)}`;
    const times = [index * 10, index * 10 + 5] as const;
    if (draw(5) < 2) {
      const outcome = draw(10) === 0 ? "info" : draw(20) === 0 ? "fail" : "ok";
      const value = `v${index}`;
      operations.push(
        operation(index, process, "write", value, times, {
          key,
          outcome,
          ...(outcome === "info" ? { end: Infinity } : {}),
        }),
      );
      if (outcome === "fail") continue;
      written.push({ key, value });
      replicas[process]?.set(key, value);
      for (let to = 0; to < processes; to++) if (to !== process) sent.push({ to, key, value });
      continue;
    }
    const same = written.filter((one) => one.key === key);
    const drawn = same[draw(same.length + 1)]?.value ?? null;
    const value = wild > 0 && draw(3) < wild ? drawn : (replicas[process]?.get(key) ?? null);
    operations.push(operation(index, process, "read", value, times, { key }));
  }
  return operations;
}

describe("causal consistency against all orders", () => {
  for (const model of ["causal-consistency", "causal-memory", "causal-convergence"] as const) {
    test(`says of 6,000 histories whether they have ${model}`, () => {
      const tally = { valid: 0, invalid: 0, unknown: 0 };
      for (let seed = 1; seed <= 6_000; seed++) {
        const history = randomHistory(seed);
        const { verdict, violations } = checkCausal(history, { model });
        const expected = new BruteForce(history).consistent(model) ? "valid" : "invalid";
        if (verdict !== expected) {
          expect.fail(`seed ${seed}: ${verdict}, not ${expected}: ${JSON.stringify({ history, violations }, null, 1)}`);
        }
        tally[verdict]++;
      }
      expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(500);
    });
  }
});
