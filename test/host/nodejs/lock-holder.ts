/** A process that takes a lock: its parameters are a mount's directory and a path; it says what came of it, and waits. */
import { createNodeHost } from "../../../host/nodejs/node-host.ts";

const [mount = "", path = ""] = process.argv.slice(2);
const host = createNodeHost({ mounts: { local: mount } });
const answer = await host
  .fs("local")
  .lock(path)
  .then(
    () => "taken",
    (error: unknown) => (error as { code: string }).code,
  );
process.stdout.write(`${answer}\n`);
setInterval(() => undefined, 1000);
