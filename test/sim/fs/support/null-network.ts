import type { Network } from "../../../../host/network.ts";
import type { NetworkDevice } from "../../../../sim/device.ts";

/** A network that nobody in a disk's test talks over. */
export function nullNetwork(): NetworkDevice {
  return {
    attach: () => ({}) as Network,
    ended: () => undefined,
    powerLost: () => undefined,
    waits: () => [],
  };
}
