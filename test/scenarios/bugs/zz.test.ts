import { it } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { plantedDesignBugs } from "../../../scenarios/bugs/catalogue.ts";
import { huntInDesign } from "../../../scenarios/bugs/hunt-design.ts";
for (const bug of plantedDesignBugs.values()) if ((process.env["B"] ?? bug.id).split(",").includes(bug.id))
  it.concurrent(bug.id, { timeout: 120_000 }, async () => {
    const t = Date.now();
    try { const r = await huntInDesign(bug, new NodeDrain());
    console.log(bug.id, JSON.stringify(r), Date.now() - t); } catch (e) { console.log(bug.id, "ERR", e) }
  });
