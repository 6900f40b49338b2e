import { chromium } from "playwright-core";

const PROGRAM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Without the second line, Chromium calls its maker's servers at every start. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"].concat([
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]);

/**
 * Starts the Chromium of the machine, without a window.
 *
 * @param {readonly string[]} [flags] beside the usual ones
 */
export function launchChromium(flags = []) {
  return chromium.launch({ executablePath: PROGRAM, args: [...FLAGS, ...flags] });
}
