import type { Task } from "./task.ts";

/** What happens when an event's time has come. */
export interface EventAction {
  fire(): void;
  /**
   * Called instead of {@link fire} when the incarnation that asked for it ends first: decides what still takes effect of
   * an operation that was under way.
   */
  abandon?(): void;
}

const ARITY = 4;

/**
 * Pending events ordered by (time, sequence), as a 4-ary heap in typed arrays: no object is made per event but its action.
 * A slot is an event's place while it is pending; slots are used again.
 */
export class EventQueue {
  private heapTime = new Float64Array(256);
  private heapSequence = new Float64Array(256);
  private heapSlot = new Int32Array(256);
  private size = 0;

  private actions: (EventAction | undefined)[] = [];
  private tasks: (Task | undefined)[] = [];
  private kinds = new Int32Array(256);
  private causes = new Float64Array(256);
  private sequences = new Float64Array(256);
  private freeSlots: number[] = [];
  private nextSequence = 0;

  /** Set by {@link pop}: the event taken. */
  time = 0;
  kind = 0;
  cause = 0;
  task: Task | undefined;
  action: EventAction | undefined;

  /** Pending events, cancelled ones that are still in the heap included. */
  get length(): number {
    return this.size;
  }

  /** Adds an event and returns its slot; with {@link sequenceOf} that identifies it for {@link cancel}. */
  push(time: number, kind: number, cause: number, task: Task | undefined, action: EventAction): number {
    const slot = this.freeSlots.pop() ?? this.actions.length;
    if (slot === this.kinds.length) this.growSlots();
    const sequence = this.nextSequence++;
    this.actions[slot] = action;
    this.tasks[slot] = task;
    this.kinds[slot] = kind;
    this.causes[slot] = cause;
    this.sequences[slot] = sequence;
    if (this.size === this.heapTime.length) this.growHeap();
    this.siftUp(this.size++, time, sequence, slot);
    return slot;
  }

  sequenceOf(slot: number): number {
    return this.sequences[slot] as number;
  }

  /** Forgets a pending event; nothing happens when it has fired or its slot has moved on. */
  cancel(slot: number, sequence: number): void {
    if (this.sequences[slot] !== sequence) return;
    this.actions[slot] = undefined;
    this.tasks[slot] = undefined;
  }

  /** When the earliest event is due that was not cancelled; undefined when there is none. Takes nothing. */
  peek(): number | undefined {
    while (this.size > 0) {
      const slot = this.heapSlot[0] as number;
      if (this.actions[slot] !== undefined) return this.heapTime[0];
      this.release(slot);
    }
    return undefined;
  }

  /** For whom the earliest event is; to be asked after {@link peek}. */
  get nextTask(): Task | undefined {
    return this.size === 0 ? undefined : this.tasks[this.heapSlot[0] as number];
  }

  /** Takes the earliest event that was not cancelled; false when there is none. */
  pop(): boolean {
    const time = this.peek();
    if (time === undefined) return false;
    const slot = this.heapSlot[0] as number;
    this.time = time;
    this.action = this.actions[slot];
    this.task = this.tasks[slot];
    this.kind = this.kinds[slot] as number;
    this.cause = this.causes[slot] as number;
    this.release(slot);
    return true;
  }

  /** Takes the top of the heap away and frees its slot. */
  private release(slot: number): void {
    this.removeTop();
    this.actions[slot] = undefined;
    this.tasks[slot] = undefined;
    this.sequences[slot] = -1;
    this.freeSlots.push(slot);
  }

  /** Removes and returns the actions of all events that `belongs` picks, in the order in which they would have fired. */
  removeWhere(belongs: (task: Task) => boolean): EventAction[] {
    const found: { time: number; sequence: number; action: EventAction }[] = [];
    for (let position = 0; position < this.size; position++) {
      const slot = this.heapSlot[position] as number;
      const task = this.tasks[slot];
      const action = this.actions[slot];
      if (task === undefined || action === undefined || !belongs(task)) continue;
      found.push({ time: this.heapTime[position] as number, sequence: this.heapSequence[position] as number, action });
      this.actions[slot] = undefined;
      this.tasks[slot] = undefined;
    }
    found.sort((a, b) => a.time - b.time || a.sequence - b.sequence);
    return found.map((entry) => entry.action);
  }

  private siftUp(from: number, time: number, sequence: number, slot: number): void {
    const { heapTime, heapSequence, heapSlot } = this;
    let position = from;
    while (position > 0) {
      const parent = ((position - 1) / ARITY) | 0;
      const parentTime = heapTime[parent] as number;
      if (parentTime < time || (parentTime === time && (heapSequence[parent] as number) < sequence)) break;
      heapTime[position] = parentTime;
      heapSequence[position] = heapSequence[parent] as number;
      heapSlot[position] = heapSlot[parent] as number;
      position = parent;
    }
    heapTime[position] = time;
    heapSequence[position] = sequence;
    heapSlot[position] = slot;
  }

  private removeTop(): void {
    const { heapTime, heapSequence, heapSlot } = this;
    const last = --this.size;
    if (last === 0) return;
    const time = heapTime[last] as number;
    const sequence = heapSequence[last] as number;
    const slot = heapSlot[last] as number;
    let position = 0;
    for (;;) {
      const first = position * ARITY + 1;
      if (first >= last) break;
      let best = first;
      const end = Math.min(first + ARITY, last);
      for (let child = first + 1; child < end; child++) {
        const childTime = heapTime[child] as number;
        const bestTime = heapTime[best] as number;
        if (
          childTime < bestTime ||
          (childTime === bestTime && (heapSequence[child] as number) < (heapSequence[best] as number))
        ) {
          best = child;
        }
      }
      const bestTime = heapTime[best] as number;
      if (bestTime > time || (bestTime === time && (heapSequence[best] as number) > sequence)) break;
      heapTime[position] = bestTime;
      heapSequence[position] = heapSequence[best] as number;
      heapSlot[position] = heapSlot[best] as number;
      position = best;
    }
    heapTime[position] = time;
    heapSequence[position] = sequence;
    heapSlot[position] = slot;
  }

  private growHeap(): void {
    this.heapTime = doubled(this.heapTime, new Float64Array(this.heapTime.length * 2));
    this.heapSequence = doubled(this.heapSequence, new Float64Array(this.heapSequence.length * 2));
    this.heapSlot = doubled(this.heapSlot, new Int32Array(this.heapSlot.length * 2));
  }

  private growSlots(): void {
    this.kinds = doubled(this.kinds, new Int32Array(this.kinds.length * 2));
    this.causes = doubled(this.causes, new Float64Array(this.causes.length * 2));
    this.sequences = doubled(this.sequences, new Float64Array(this.sequences.length * 2));
  }
}

function doubled<T extends Float64Array | Int32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
