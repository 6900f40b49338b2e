import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventQueue } from "../../sim/event-queue.ts";
import type { Incarnation } from "../../sim/incarnation.ts";
import type { Task } from "../../sim/task.ts";

const action = (label: number, fired: number[]): { fire(): void } => ({ fire: () => void fired.push(label) });
const taskOf = (id: number): Task => ({ id, name: `t${id}`, incarnation: {} as Incarnation });

describe("EventQueue", () => {
  test("pops by time, and in order of scheduling at the same time, cancelled events left out", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 400 }),
        fc.array(fc.nat(3), { maxLength: 400 }),
        (events, popsBetween) => {
          const queue = new EventQueue();
          const popped: number[] = [];
          const model: { time: number; label: number }[] = [];
          const expected: number[] = [];
          const popOne = (): void => {
            model.sort((a, b) => a.time - b.time || a.label - b.label);
            const next = model.shift();
            expect(queue.pop()).toBe(next !== undefined);
            if (next === undefined) return;
            expected.push(next.label);
            expect(queue.time).toBe(next.time);
            queue.action?.fire();
          };
          events.forEach(([time, cancelled], label) => {
            const slot = queue.push(time, 0, 0, undefined, action(label, popped));
            if (cancelled) queue.cancel(slot, queue.sequenceOf(slot));
            else model.push({ time, label });
            for (let pops = popsBetween[label] ?? 0; pops > 2; pops--) popOne();
          });
          while (model.length > 0) popOne();
          expect(queue.pop()).toBe(false);
          expect(popped).toEqual(expected);
        },
      ),
    );
  });

  test("a token of an event that has fired cancels nothing, although its slot is in use again", () => {
    const queue = new EventQueue();
    const fired: number[] = [];
    const slot = queue.push(1, 0, 0, undefined, action(1, fired));
    const sequence = queue.sequenceOf(slot);
    queue.pop();
    queue.action?.fire();
    expect(queue.push(2, 0, 0, undefined, action(2, fired))).toBe(slot);
    queue.cancel(slot, sequence);
    expect(queue.pop()).toBe(true);
    queue.action?.fire();
    expect(fired).toEqual([1, 2]);
  });

  test("removes the events of some tasks, in the order in which they would have fired", () => {
    const queue = new EventQueue();
    const removed: number[] = [];
    const mine = taskOf(1);
    const other = taskOf(2);
    queue.push(30, 0, 0, mine, action(30, removed));
    queue.push(10, 0, 0, other, action(10, removed));
    queue.push(20, 0, 0, mine, action(20, removed));
    queue.push(20, 0, 0, mine, action(21, removed));
    for (const gone of queue.removeWhere((task) => task === mine)) gone.fire();
    expect(removed).toEqual([20, 21, 30]);
    expect(queue.pop()).toBe(true);
    expect(queue.time).toBe(10);
    expect(queue.pop()).toBe(false);
  });
});
