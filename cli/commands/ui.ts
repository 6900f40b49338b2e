import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { parseArguments, wholeNumber } from "../arguments.ts";
import { ExitCode } from "../exit-code.ts";
import { reportPage } from "../report-page.ts";
import { readSavedReport, REPORT_FOLDER, REPORT_JSON } from "../saved-report.ts";
import { UsageError } from "../usage-error.ts";
import type { Command } from "./command.ts";

/** Nobody but this machine: a report may say more than its owner means to publish. */
const ADDRESS = "127.0.0.1";
const DEFAULT_PORT = 4123;

export const ui: Command = {
  name: "ui",
  summary: "serve the page of a report on this machine, made anew whenever it is loaded",
  usage: [
    `faultline ui [REPORT.json]   of ${REPORT_FOLDER}/${REPORT_JSON} by default`,
    `  --port N                   ${DEFAULT_PORT} by default; 0: any that is free`,
  ],

  async run(words, { out, interrupted }) {
    const { values, words: given } = parseArguments("ui", words, { port: { type: "string" } }, 1);
    const port = typeof values["port"] === "string" ? wholeNumber("port", values["port"], 0, 65_535) : DEFAULT_PORT;
    const path = given[0] ?? join(REPORT_FOLDER, REPORT_JSON);
    // What is wrong with it is said now, not to the browser.
    readSavedReport(path);
    const server = createServer((request, response) => {
      if (request.url !== "/") {
        response.writeHead(404).end();
        return;
      }
      try {
        const page = reportPage(readSavedReport(path));
        response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(page);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        response.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end(message);
      }
    });
    out.write(
      `serving ${path}; Ctrl-C ends it\n\nopen:  ${out.cyan(`http://${ADDRESS}:${await listen(server, port)}/`)}\n`,
    );
    await new Promise<void>((resolve) => {
      if (interrupted.aborted) resolve();
      else interrupted.addEventListener("abort", () => resolve());
    });
    server.close();
    server.closeAllConnections();
    return ExitCode.AS_EXPECTED;
  },
};

/** @returns the port that it listens on. @throws UsageError when that is taken */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new UsageError(`--port: ${port} is taken`, "give another, or 0") : error);
    });
    server.listen(port, ADDRESS, () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}
