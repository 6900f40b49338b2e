/** A process whose node crashes while another task and a timer wait. */
import { createNodeHost } from "../../../host/nodejs/node-host.ts";

const host = createNodeHost({ name: "primary", mounts: {} });
host.spawn("other", async () => {
  await host.clock.sleep(0);
  process.stdout.write("still running\n");
});
host.clock.timer(0, () => process.stdout.write("still running\n"));
host.spawn("recovery", () => Promise.reject(new Error("manifest is damaged")));
