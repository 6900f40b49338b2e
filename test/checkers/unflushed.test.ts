import { describe, expect, test } from "vitest";
import type { Operation } from "../../checkers/history.ts";
import { unflushedReads } from "../../checkers/unflushed.ts";
import type { DurableVersion } from "../../checkers/versions.ts";

const write = (time: number, value: string, position: number | undefined): Operation => ({
  index: time,
  process: 0,
  f: "write",
  key: "k",
  input: value,
  value,
  outcome: "ok",
  invoked: time,
  completed: time + 1,
  start: time,
  end: time + 1,
  error: undefined,
  node: "primary",
  position,
});

const read = (time: number, value: string | null): Operation => ({ ...write(time, "", undefined), f: "read", value });

const durable = (version: number, position: number, time: number): DurableVersion => ({ version, position, time });

describe("unflushedReads", () => {
  const writes = [write(0, "a", 1), write(10, "b", 2)];

  test("finds a read that missed what had been acknowledged for longer than the bound, and no file held", () => {
    const [found] = unflushedReads([...writes, read(100, "a")], [durable(7, 1, 5)], 50);
    expect(found).toMatchObject({ overwrittenBy: { value: "b" }, age: 89 });
    expect(unflushedReads([...writes, read(100, "a")], [durable(7, 1, 5)], 89)).toEqual([]);
  });

  test("what a durable file holds is missing for another reason", () => {
    expect(unflushedReads([...writes, read(100, "a")], [durable(8, 2, 40)], 0)).toEqual([]);
    expect(unflushedReads([...writes, read(100, "a")], [durable(8, 2, 140)], 0)).toHaveLength(1);
  });

  test("a write without a known position accuses nobody", () => {
    expect(unflushedReads([write(0, "a", 1), write(10, "b", undefined), read(100, "a")], [], 0)).toEqual([]);
  });
});
