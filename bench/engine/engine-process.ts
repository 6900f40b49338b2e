import { fork, type ChildProcess } from "node:child_process";

/** What the benchmark asks of an engine's process. */
export type EngineRequest =
  | { readonly kind: "warm-up" }
  | { readonly kind: "row"; readonly row: number }
  | { readonly kind: "footprint" }
  | { readonly kind: "end" };

/** One engine's process; answers one request at a time. */
export class EngineProcess {
  readonly name: string;
  private readonly child: ChildProcess;

  constructor(script: string, name: string, directory: string, keys: number) {
    this.name = name;
    this.child = fork(script, ["engine-process", name, directory, String(keys)]);
  }

  ask(request: EngineRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onMessage = ({ result }: { readonly result: unknown }): void => {
        this.child.off("exit", onExit);
        resolve(result);
      };
      const onExit = (code: number | null): void => {
        this.child.off("message", onMessage);
        reject(new Error(`the process of ${this.name} ended with ${code ?? "a signal"}`));
      };
      this.child.once("message", onMessage);
      this.child.once("exit", onExit);
      this.child.send(request);
    });
  }
}
