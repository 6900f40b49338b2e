import { ConfigurationCache } from "./configuration-cache.ts";
import { ILLEGAL, NEVER, type Machine } from "./machine.ts";
import type { Subject } from "./model.ts";
import { Timeline } from "./timeline.ts";

export interface SearchLimits {
  /** How many configurations may be visited. */
  readonly steps: number;
  /** How many bytes may be held for what the search must remember. */
  readonly bytes: number;
}

export interface SearchResult {
  /** Whether there is an order; or which limit was reached before that was known. */
  readonly answer: "linearizable" | "nonlinearizable" | "steps" | "memory";
  /** Configurations visited. */
  readonly steps: number;
  /** The order found; without one, the order that got furthest. By numbers of the subject. */
  readonly order: readonly number[];
  /** How many operations, in order of completion, are known to fit into an order, whatever comes after them. */
  readonly completed: number;
}

/**
 * Looks for an order of a subject's operations in which each takes effect between its invocation and its completion, and each
 * answers as the machine would: the search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993), which takes one
 * operation after another, with Lowe's memory of configurations that led nowhere ("Testing for Linearizability", 2017).
 *
 * It leaves out branches that need not be tried:
 *
 * - An eager operation, or one that settles, is taken at once, alone; a lazy one not before it must be (see Machine).
 * - Of operations of one kind that can be taken now, only the one that completes first is tried. If an order takes another of
 *   them before it, the two can change places: the other was invoked already, and completes later.
 * - Those that may never have happened are tried after those that must, and only where they make a difference: when the next
 *   operation would have been as legal without it, and led to the same state, then the order without it is as good, and it is
 *   tried as well. (Were an order missed for this reason, then one with fewer such operations would be missed too.)
 *
 * All arrays are kept from one search to the next, so that many small subjects cost little.
 */
export class Search {
  private readonly calls = new Timeline();
  private readonly optionalCalls = new Timeline();
  private readonly ends = new Timeline();
  private readonly secondEnds = new Timeline();
  private readonly cache = new ConfigurationCache();

  // By operation.
  private start = new Int32Array(0);
  private end = new Int32Array(16);
  private rank = new Int32Array(16);
  private hashes = new Int32Array(0);
  /** Which operations have been taken: first the required, then, from a word of their own, the others. */
  private bits = new Uint32Array(16);

  // The order so far, and the best.
  private moves = new Int32Array(16);
  private best = new Int32Array(16);

  // By level: a configuration in which there was a choice, and what remains to be tried there.
  private levelMoves = new Int32Array(16);
  private levelState = new Int32Array(16);
  private levelLast = new Int32Array(16);
  private levelCursor = new Int32Array(16);
  private levelEnd = new Int32Array(16);
  private choices = new Int32Array(64);
  private urgency = new Float64Array(64);

  // By kind: in which configuration it was looked at, and where among the choices it stands.
  private seen = new Int32Array(16);
  private seenAt = new Int32Array(16);
  private stamp = 0;

  run({ operations, required }: Subject, machine: Machine, limits: SearchLimits): SearchResult {
    this.load({ operations, required }, machine);
    if (machine.impossible()) return { answer: "nonlinearizable", steps: 0, order: [], completed: 0 };
    const { calls, optionalCalls, ends, secondEnds, cache, start, end, rank, hashes, bits, moves, seen, seenAt } = this;
    const { kindOf, eager, lazy, secondLine } = machine;
    const restWord = (required + 31) >>> 5;
    const endWord = restWord + ((operations.length - required + 31) >>> 5);
    let hash = 0;
    let state = machine.initial;
    let moved = 0;
    let level = 0;
    let steps = 0;
    let bestMoved = 0;
    /** Up to here the best order is the order so far. */
    let shared = 0;
    let completed = 0;
    /** Before the last move, when that was an operation that need not have happened; else ILLEGAL. */
    let stateWithout = ILLEGAL;

    const take = (operation: number): void => {
      hash ^= hashes[operation] as number;
      if (operation < required) {
        bits[operation >>> 5] = (bits[operation >>> 5] as number) | (1 << (operation & 31));
        calls.take(operation);
        ends.take(operation);
      } else {
        const bit = operation - required;
        const word = restWord + (bit >>> 5);
        bits[word] = (bits[word] as number) | (1 << (bit & 31));
        optionalCalls.take(operation);
      }
      if (secondLine !== undefined && (secondLine.until[operation] as number) < NEVER) secondEnds.take(operation);
      machine.taken(operation);
      moves[moved++] = operation;
    };
    const putBack = (): void => {
      const operation = moves[--moved] as number;
      hash ^= hashes[operation] as number;
      if (operation < required) {
        bits[operation >>> 5] = (bits[operation >>> 5] as number) & ~(1 << (operation & 31));
        calls.putBack(operation);
        ends.putBack(operation);
      } else {
        const bit = operation - required;
        const word = restWord + (bit >>> 5);
        bits[word] = (bits[word] as number) & ~(1 << (bit & 31));
        optionalCalls.putBack(operation);
      }
      if (secondLine !== undefined && (secondLine.until[operation] as number) < NEVER) secondEnds.putBack(operation);
      machine.returned(operation);
    };
    const tooEarly = (operation: number): boolean => {
      if (secondLine === undefined) return false;
      const first = secondEnds.first;
      return first >= 0 && (secondLine.until[first] as number) < (secondLine.from[operation] as number);
    };
    const keepBest = (): void => {
      const returns = rank[ends.first] as number;
      if (returns <= completed && bestMoved > 0) return;
      completed = returns;
      this.best.set(moves.subarray(shared, moved), shared);
      bestMoved = moved;
      shared = moved;
    };
    const finish = (answer: SearchResult["answer"]): SearchResult => {
      if (ends.first >= 0) keepBest();
      const order = answer === "linearizable" ? moves.subarray(0, moved) : this.best.subarray(0, bestMoved);
      return { answer, steps, order: Array.from(order), completed };
    };

    for (;;) {
      if (++steps > limits.steps) return finish("steps");
      if ((steps & 1023) === 0 && cache.bytes + machine.bytes > limits.bytes) return finish("memory");

      // What can be taken at once; then the choices.
      const from = level === 0 ? 0 : (this.levelEnd[level - 1] as number);
      let count = 0;
      let last = 0;
      let known = false;
      settling: for (;;) {
        let bound = 0;
        let beyond = -1;
        let changed = false;
        do {
          changed = false;
          const urgent = ends.first;
          if (urgent < 0) return finish("linearizable");
          bound = end[urgent] as number;
          let operation = calls.first;
          while (operation >= 0 && (start[operation] as number) <= bound) {
            const kind = kindOf[operation] as number;
            if (eager[kind] === 1 && !tooEarly(operation)) {
              const next = machine.step(state, kind);
              if (next !== ILLEGAL) {
                const wasUrgent = operation === ends.first;
                take(operation);
                state = next;
                stateWithout = ILLEGAL;
                changed = true;
                if (wasUrgent) {
                  if (ends.first < 0) return finish("linearizable");
                  bound = end[ends.first] as number;
                }
              }
            }
            operation = calls.next[operation] as number;
          }
          beyond = operation;
          // On one line what was passed over stays illegal; on a second it may have been waiting.
        } while (changed && secondLine !== undefined);

        last = ((beyond < 0 ? required : beyond) + 31) >>> 5;
        if (cache.size > 0) {
          const first = calls.first >>> 5;
          known = cache.has(mix(hash, state), state, bits, first, last, restWord, endWord);
          if (known) break;
        }

        const stamp = ++this.stamp;
        const urgent = ends.first;
        const urgentKind = kindOf[urgent] as number;
        count = 0;
        if (from + operations.length - moved + 1 > this.choices.length)
          this.growChoices(from + operations.length - moved + 1);
        const { choices, urgency } = this;
        for (
          let operation = calls.first;
          operation >= 0 && (start[operation] as number) <= bound;
          operation = calls.next[operation] as number
        ) {
          const kind = kindOf[operation] as number;
          if (eager[kind] === 1 || (lazy[kind] === 1 && operation !== urgent)) continue;
          if (seen[kind] === stamp) {
            const at = seenAt[kind] as number;
            if (at >= 0 && (end[operation] as number) < (end[choices[at] as number] as number)) choices[at] = operation;
            continue;
          }
          seen[kind] = stamp;
          seenAt[kind] = -1;
          const next = machine.step(state, kind);
          if (next === ILLEGAL || tooEarly(operation)) continue;
          if (stateWithout === ILLEGAL) {
            if (machine.settles(state, operation, bound)) {
              take(operation);
              state = next;
              continue settling;
            }
          } else if (machine.step(stateWithout, kind) === next) continue;
          if (machine.hopeless(state, next, operation)) continue;
          seenAt[kind] = from + count;
          choices[from + count++] = operation;
        }
        for (
          let operation = optionalCalls.first;
          operation >= 0 && (start[operation] as number) <= bound;
          operation = optionalCalls.next[operation] as number
        ) {
          const kind = kindOf[operation] as number;
          if (seen[kind] === stamp) continue;
          seen[kind] = stamp;
          const next = machine.step(state, kind);
          if (next === ILLEGAL || next === state || tooEarly(operation)) continue;
          if (machine.settles(state, operation, bound)) {
            take(operation);
            state = next;
            stateWithout = ILLEGAL;
            continue settling;
          }
          if (stateWithout !== ILLEGAL && machine.step(stateWithout, kind) === next) continue;
          if (machine.hopeless(state, next, operation)) continue;
          choices[from + count++] = operation;
        }
        // First what must be done first, then what makes that possible, then the others by their completion.
        if (count > 1) {
          for (let at = from; at < from + count; at++) {
            const operation = choices[at] as number;
            const due = operation < required ? (end[operation] as number) : NEVER;
            let key = due;
            if (operation !== urgent) {
              const enables = machine.step(machine.step(state, kindOf[operation] as number), urgentKind) !== ILLEGAL;
              key += enables ? 2 ** 32 : 2 ** 33;
            }
            let place = at;
            while (place > from && (urgency[place - 1] as number) > key) {
              urgency[place] = urgency[place - 1] as number;
              choices[place] = choices[place - 1] as number;
              place--;
            }
            urgency[place] = key;
            choices[place] = operation;
          }
        }
        break;
      }

      if (count > 0 && !known) {
        if (level === this.levelMoves.length) this.growLevels();
        this.levelMoves[level] = moved;
        this.levelState[level] = state;
        this.levelLast[level] = last;
        this.levelCursor[level] = from;
        this.levelEnd[level] = from + count;
        level++;
      } else {
        // Nothing leads on from here.
        keepBest();
      }

      // The next choice that is left.
      for (;;) {
        if (level === 0) return finish("nonlinearizable");
        const top = level - 1;
        const height = this.levelMoves[top] as number;
        while (moved > height) putBack();
        if (moved < shared) shared = moved;
        state = this.levelState[top] as number;
        const cursor = this.levelCursor[top] as number;
        if (cursor < (this.levelEnd[top] as number)) {
          this.levelCursor[top] = cursor + 1;
          const operation = this.choices[cursor] as number;
          stateWithout = operation < required ? ILLEGAL : state;
          const next = machine.step(state, kindOf[operation] as number);
          take(operation);
          state = next;
          break;
        }
        if (cache.bytes + cache.nextBytes + machine.bytes > limits.bytes) return finish("memory");
        cache.add(mix(hash, state), state, bits, calls.first >>> 5, this.levelLast[top] as number, restWord, endWord);
        level--;
      }
    }
  }

  private load({ operations, required }: Subject, machine: Machine): void {
    const size = operations.length;
    this.reserve(size);
    const { start, end } = this;
    for (let at = 0; at < size; at++) {
      const operation = operations[at] as Subject["operations"][number];
      start[at] = operation.start;
      end[at] = Math.min(operation.end, NEVER);
    }
    const inOrder = Array.from({ length: required }, (_, at) => at);
    this.calls.load(size, inOrder);
    this.optionalCalls.load(
      size,
      Array.from({ length: size - required }, (_, at) => required + at),
    );
    inOrder.sort((a, b) => (end[a] as number) - (end[b] as number));
    this.ends.load(size, inOrder);
    for (let at = 0; at < required; at++) this.rank[inOrder[at] as number] = at;
    const { secondLine } = machine;
    if (secondLine !== undefined) {
      const { until } = secondLine;
      const placed = operations.map((_, at) => at).filter((at) => (until[at] as number) < NEVER);
      placed.sort((a, b) => (until[a] as number) - (until[b] as number));
      this.secondEnds.load(size, placed);
    }
    this.bits.fill(0, 0, ((required + 31) >>> 5) + ((size - required + 31) >>> 5));
    this.cache.clear();
  }

  private reserve(size: number): void {
    if (this.start.length >= size) return;
    const room = 2 * size;
    this.start = new Int32Array(room);
    this.end = new Int32Array(room);
    this.rank = new Int32Array(room);
    this.moves = new Int32Array(room);
    this.best = new Int32Array(room);
    this.seen = new Int32Array(room);
    this.seenAt = new Int32Array(room);
    this.bits = new Uint32Array((room >>> 5) + 2);
    this.stamp = 0;
    this.hashes = new Int32Array(room);
    for (let at = 0; at < room; at++) this.hashes[at] = mix(at + 1, 0x51ed270b);
  }

  private growLevels(): void {
    this.levelMoves = doubled(this.levelMoves);
    this.levelState = doubled(this.levelState);
    this.levelLast = doubled(this.levelLast);
    this.levelCursor = doubled(this.levelCursor);
    this.levelEnd = doubled(this.levelEnd);
  }

  private growChoices(size: number): void {
    const choices = new Int32Array(2 * size);
    choices.set(this.choices);
    this.choices = choices;
    this.urgency = new Float64Array(2 * size);
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** Two numbers stirred into one of 32 bits. */
function mix(a: number, b: number): number {
  let h = a ^ Math.imul(b, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
