import type { FileSystem } from "../host/file-system.ts";
import type { LocalHost } from "../host/host.ts";
import { Counters } from "./counters.ts";
import { CpuMeter } from "./cpu-meter.ts";
import type { EngineEvent } from "./events.ts";
import { joinPath } from "./file-names.ts";
import { Health } from "./health.ts";
import type { EngineOptions } from "./options.ts";
import type { EngineParts } from "./parts.ts";
import { Slab } from "../host/slab.ts";

/** What all parts of one open database share. */
export class EngineContext {
  readonly host: LocalHost;
  readonly fs: FileSystem;
  readonly directory: string;
  readonly options: EngineOptions;
  readonly parts: EngineParts;
  readonly cpu: CpuMeter;
  readonly health: Health;
  /** Where the values that are handed to callers are copied to. */
  readonly values = new Slab();
  readonly counters = new Counters();

  constructor(host: LocalHost, fs: FileSystem, directory: string, options: EngineOptions, parts: EngineParts) {
    this.host = host;
    this.fs = fs;
    this.directory = directory;
    this.options = options;
    this.parts = parts;
    this.cpu = new CpuMeter(host);
    this.health = new Health(directory);
  }

  /** The path of a file of this database. */
  path(name: string): string {
    return joinPath(this.directory, name);
  }

  trace(event: EngineEvent): void {
    this.host.trace({ ...event, database: this.directory });
  }
}

/** An error as one field of a trace event. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
