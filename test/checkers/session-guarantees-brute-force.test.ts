import { describe, expect, test } from "vitest";
import type { Operation } from "../../checkers/history.ts";
import { checkSessionGuarantees } from "../../checkers/session-guarantees.ts";
import { drawing, operation } from "./random-history.ts";

const isChange = ({ f, outcome }: Operation): boolean => f !== "read" && outcome !== "fail";
const isAnswer = ({ f, outcome }: Operation): boolean => f === "read" && outcome === "ok";
const left = (change: Operation) => (change.f === "delete" ? null : change.value);

/** By the definitions, looking at every pair, triple and quadruple of operations. */
class BruteForce {
  protected readonly history: readonly Operation[];

  constructor(history: readonly Operation[]) {
    this.history = history;
  }

  candidates(read: Operation): Operation[] {
    return this.history.filter(
      (one) => isChange(one) && one.key === read.key && left(one) === read.value && one.start < read.end,
    );
  }

  only(read: Operation): Operation | undefined {
    const candidates = isAnswer(read) && read.value !== null ? this.candidates(read) : [];
    return candidates.length === 1 ? candidates[0] : undefined;
  }

  happenedBy(change: Operation): number {
    const sightings = this.history.filter((one) => this.only(one) === change).map(({ end }) => end);
    return Math.min(change.end, ...sightings);
  }

  /** Whether what was read is certainly older than what a change left. */
  older(read: Operation, change: Operation): boolean {
    if (change.key !== read.key) return false;
    const candidates = this.candidates(read);
    if (candidates.length === 0 && read.value !== null) return false;
    const placed = candidates.every(({ position }) => position !== undefined);
    if (change.position !== undefined) {
      if (placed) return candidates.every(({ position }) => (position ?? 0) < (change.position ?? 0));
      if (read.position !== undefined && read.position < change.position) return true;
    }
    return candidates.every((one) => this.happenedBy(one) < change.start);
  }

  broken(): Set<string> {
    const found = new Set<string>();
    const before = (one: Operation) =>
      this.history.filter(({ process, index }) => process === one.process && index < one.index);
    for (const one of this.history) {
      const earlier = before(one);
      const written = (of: readonly Operation[]) => of.filter((own) => isChange(own) && own.outcome === "ok");
      const seen = (of: readonly Operation[]) => of.map((own) => this.only(own)).filter((own) => own !== undefined);
      if (isAnswer(one)) {
        if (written(earlier).some((own) => this.older(one, own))) found.add(`read-your-writes ${one.index}`);
        if (seen(earlier).some((other) => this.older(one, other))) found.add(`monotonic-reads ${one.index}`);
        for (const later of seen(earlier)) {
          if (later.process === one.process) continue;
          const theirs = before(later);
          if (written(theirs).some((other) => this.older(one, other))) found.add(`monotonic-writes ${one.index}`);
          if (seen(theirs).some((other) => this.older(one, other))) found.add(`writes-follow-reads ${one.index}`);
        }
        const origin = this.only(one);
        if (origin?.position !== undefined && one.position !== undefined && origin.position > one.position) {
          found.add(`contradicted-position ${one.index}`);
        }
      }
      if (isChange(one) && one.position !== undefined) {
        const { key, position } = one;
        const above = (other: Operation) => other.key === key && (other.position ?? -1) > position;
        if (written(earlier).some(above)) found.add(`monotonic-writes ${one.index}`);
        if (seen(earlier).some(above)) found.add(`writes-follow-reads ${one.index}`);
      }
    }
    return found;
  }
}

/** Registers kept by replicas that lag, with or without positions, now and then wrong ones. */
function randomHistory(seed: number): Operation[] {
  const draw = drawing(seed);
  const [keys, processes, replicas] = [1 + draw(3), 1 + draw(4), 1 + draw(3)];
  const stamped = draw(3);
  const careless = draw(2) === 0;
  const scattered = draw(2) === 0;
  const log: { key: string; value: string | null }[] = [];
  const applied = Array.from({ length: replicas }, () => 0);
  const operations: Operation[] = [];
  const free = Array.from({ length: processes }, () => 0);
  let now = 0;
  for (let index = 0, count = 8 + draw(22); index < count; index++) {
    now += 1 + draw(4);
    const process = draw(processes);
    const started = Math.max(now, (free[process] ?? 0) + 1);
    const ended = started + 1 + draw(careless ? 20 : 4);
    free[process] = ended;
    const key = `k${draw(keys)}`;
    const replica = draw(replicas);
    applied[replica] = Math.max(applied[replica] ?? 0, log.length - draw(4));
    const position = (at: number) => (stamped > 0 && draw(8) > 0 ? at - (draw(16) === 0 ? 1 : 0) : undefined);
    const kind = draw(10);
    const rest = { index, key };
    if (kind < 5) {
      const to = Math.max(0, (applied[replica] ?? 0) - (scattered && draw(2) === 0 ? draw(14) : 0));
      const value = log.slice(0, to).findLast((entry) => entry.key === key)?.value ?? null;
      const read = operation(index, process, "read", value, [started, ended], {
        ...rest,
        position: stamped > 1 ? position(to) : undefined,
      });
      operations.push(read);
      continue;
    }
    const outcome = kind === 9 ? (draw(2) === 0 ? "fail" : "info") : "ok";
    const f = kind === 5 && draw(2) === 0 ? "delete" : "write";
    const value = `v${draw(12) === 0 ? 1 : index}`;
    if (outcome !== "fail" && (outcome === "ok" || draw(2) === 0))
      log.push({ key, value: f === "delete" ? null : value });
    operations.push(
      operation(
        index,
        process,
        f,
        f === "delete" ? undefined : value,
        [started, outcome === "info" ? Infinity : ended],
        {
          ...rest,
          outcome,
          position: outcome === "ok" ? position(log.length) : undefined,
        },
      ),
    );
  }
  // Positions in the history are told apart even where times are equal.
  return operations
    .map((one) => ({ ...one, start: one.start + one.index / 100, end: one.end + 0.5 + one.index / 100 }))
    .sort((a, b) => a.start - b.start)
    .map((one, index) => ({ ...one, index }));
}

describe("session guarantees against their definitions", () => {
  test("the same reads and writes are accused in 6,000 histories", () => {
    const tally = new Map<string, number>();
    for (let seed = 1; seed <= 6_000; seed++) {
      const history = randomHistory(seed);
      const { violations, verdict } = checkSessionGuarantees(history, { keep: Infinity });
      const found = new Set(violations.map(({ kind, operations: [first] }) => `${kind} ${first}`));
      const expected = new BruteForce(history).broken();
      if ([...found].sort().join() !== [...expected].sort().join()) {
        expect.fail(`seed ${seed}: ${JSON.stringify([[...found], [...expected], history], null, 1)}`);
      }
      for (const kind of new Set([verdict, ...violations.map((one) => one.kind)]))
        tally.set(kind, (tally.get(kind) ?? 0) + 1);
    }
    for (const kind of [
      "valid",
      "invalid",
      "read-your-writes",
      "monotonic-reads",
      "monotonic-writes",
      "writes-follow-reads",
    ]) {
      expect(tally.get(kind), kind).toBeGreaterThan(60);
    }
  });
});
