import { expect, test } from "vitest";
import type { FileState } from "../../../report/file-history.ts";
import { byDirectory, firstOf } from "../../../report-ui/moment/file-names.ts";

const file = (path: string, changed = false) => ({ path, state: "synced" as FileState, since: 0, changed });

test("files stand in their directories, under what is left of their names", () => {
  const directories = byDirectory([file("/db/1.log"), file("/db/CURRENT"), file("/db/old/2.sst"), file("LOCK")]);
  expect(directories.map(({ path, files }) => [path, ...files.map(({ name }) => name)])).toEqual([
    ["/db/", "1.log", "CURRENT"],
    ["/db/old/", "2.sst"],
    ["", "LOCK"],
  ]);
});

test("of many files those that changed are shown, and some of the others, in order", () => {
  const files = [file("a"), file("b"), file("c", true), file("d"), file("e", true)];
  expect(firstOf(files, 1).map(({ path }) => path)).toEqual(["a", "c", "e"]);
  expect(firstOf(files, 0).map(({ path }) => path)).toEqual(["c", "e"]);
  expect(firstOf(files, 9)).toEqual(files);
});
