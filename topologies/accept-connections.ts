import type { Host } from "../host/host.ts";
import { isNetworkError } from "../host/network-error.ts";
import type { Connection, Listener } from "../host/network.ts";

/**
 * Takes connections on a port, one after the other, in a task of its own, until the listener is closed.
 *
 * @param task its name
 * @param take must not wait: it hands the connection to a task
 * @throws NetworkError EADDRINUSE
 */
export function acceptConnections(
  host: Host,
  port: number,
  task: string,
  take: (connection: Connection) => void,
): Listener {
  const listener = host.net.listen(port);
  host.spawn(task, async () => {
    for (;;) {
      let connection: Connection;
      try {
        connection = await listener.accept();
      } catch (error) {
        if (isNetworkError(error)) return;
        throw error;
      }
      take(connection);
    }
  });
  return listener;
}
