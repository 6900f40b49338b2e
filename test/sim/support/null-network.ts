import type { Network } from "../../../host/network.ts";
import type { NetworkDevice, Wait } from "../../../sim/device.ts";

/** A network that nobody uses: any use is an error of the test. */
export const nullNetwork: NetworkDevice = {
  attach(): Network {
    return new Proxy({} as Network, {
      get(_target, name): unknown {
        throw new Error(`this test has no network, yet its node used net.${String(name)}`);
      },
    });
  },
  ended(): void {},
  powerLost(): void {},
  waits(): Wait[] {
    return [];
  },
};
