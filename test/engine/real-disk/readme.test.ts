import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../../engine/index.ts";
import { createNodeHost } from "../../../host/nodejs/node-host.ts";

it("is used on a real disk in five lines, as the README says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "faultline-readme-"));
  const text = new TextEncoder();

  const host = createNodeHost({ mounts: { local: folder } });
  const database = await openDatabase({ host, fs: host.fs("local"), directory: "/my-database" });
  await database.put(text.encode("key"), text.encode("value"), { sync: true });
  for await (const [key, value] of database.iterator({ gte: text.encode("k") })) expect([key, value]).toHaveLength(2);
  await database.close();

  const again = await openDatabase({ host, fs: host.fs("local"), directory: "/my-database" });
  expect(new TextDecoder().decode(await again.get(text.encode("key")))).toBe("value");
  await again.close();
  await host.end();
  rmSync(folder, { recursive: true });
});
