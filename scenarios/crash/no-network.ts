import type { Network } from "../../host/network.ts";
import type { NetworkDevice } from "../../sim/device.ts";

/** The network of machines that have none. */
export const NO_NETWORK: NetworkDevice = {
  attach: () => NOBODY,
  ended() {},
  powerLost() {},
  waits: () => [],
};

const refuse = (): never => {
  throw new TypeError("this machine has no network");
};

const NOBODY: Network = new Proxy({} as Network, { get: refuse });
