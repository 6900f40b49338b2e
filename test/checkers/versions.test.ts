import { describe, expect, test } from "vitest";
import type { Operation } from "../../checkers/history.ts";
import { staleVersions, type DurableVersion } from "../../checkers/versions.ts";

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

describe("staleVersions", () => {
  const writes = [write(0, "a", 1), write(10, "b", 2), write(20, "c", 3)];

  test("accuses a read that missed what files had held for longer than the bound, with the earliest such version", () => {
    const versions = [durable(7, 1, 5), durable(9, 3, 60), durable(8, 2, 40)];
    const [found] = staleVersions([...writes, read(100, "a")], versions, 30);
    expect(found).toMatchObject({ version: { version: 8 }, age: 60, missed: { value: "b" } });
    expect(staleVersions([...writes, read(100, "a")], versions, 60)).toEqual([]);
  });

  test("acquits a read that missed only what no file held yet", () => {
    expect(staleVersions([...writes, read(100, "b")], [durable(8, 2, 40)], 0)).toEqual([]);
  });

  test("nothing read although files held a value is stale", () => {
    expect(staleVersions([...writes, read(100, null)], [durable(7, 1, 5)], 0)).toHaveLength(1);
  });

  test("an origin or a write without a known position accuses nobody", () => {
    const versions = [durable(9, 3, 20)];
    expect(staleVersions([write(0, "a", undefined), write(10, "b", 2), read(100, "a")], versions, 0)).toEqual([]);
    expect(staleVersions([write(0, "a", 1), write(10, "b", undefined), read(100, "a")], versions, 0)).toEqual([]);
  });
});
