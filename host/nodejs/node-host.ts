import type { Clock } from "../clock.ts";
import type { FileSystem } from "../file-system.ts";
import { UnknownMountError, type LocalHost, type StopSignal, type Task } from "../host.ts";
import type { RandomStream } from "../random.ts";
import type { TraceEvent } from "../trace.ts";
import { CryptoRandom } from "./crypto-random.ts";
import { Lifetime, never } from "./lifetime.ts";
import { NodeClock } from "./node-clock.ts";
import { NodeFileSystem } from "./node-file-system.ts";

/** How long a node may compute before it lets others run, in milliseconds. */
const TIME_SLICE = 4;

/** Mount names and the real directories that they stand for. */
export type NodeMounts = Readonly<Record<string, string>>;

/** What ended a node: the error, and whose it was. */
export interface NodeCrash {
  readonly host: string;
  /** The task that failed, if one did. */
  readonly task: string | undefined;
  readonly error: unknown;
}

export interface NodeHostOptions {
  /** "localhost" when not given. */
  readonly name?: string;
  /** 1 when not given. */
  readonly incarnation?: number;
  readonly mounts: NodeMounts;
  /**
   * Buffered reads and writes of up to this many bytes are made on the node's own thread: many times faster while the
   * page cache answers, but a cold read or a throttled write then holds up the whole process. 0 leaves every transfer to
   * the thread pool. By default {@link DEFAULT_BLOCKING_BYTES}.
   */
  readonly blockingTransferBytes?: number;
  /** Hears what the node reports. Nobody does when not given. */
  readonly onTrace?: (event: TraceEvent) => void;
  /** Hears, once, of the error that ended the node. When not given, it is printed and the process exits with 1. */
  readonly onFatal?: (crash: NodeCrash) => void;
}

/** A host on this machine, and what its owner may do with it. */
export interface NodeHost extends LocalHost {
  /** Asks the node to end in good order. */
  requestStop(): void;

  /**
   * Ends the incarnation as a kill of the process would: files are closed, locks given back, timers and watchers stopped,
   * and nothing the node awaits ever completes. Resolves once all is given back.
   */
  end(): Promise<void>;
}

/**
 * The host contract on this machine: files in real directories, clocks, and the operating system's randomness.
 *
 * @throws FileSystemError ENOENT or ENOTDIR when a mount's directory is not there
 */
export function createNodeHost(options: NodeHostOptions): NodeHost {
  return new LocalNodeHost(options);
}

class LocalNodeHost implements NodeHost {
  readonly name: string;
  readonly incarnation: number;
  readonly clock: Clock;
  private readonly lifetime = new Lifetime();
  private readonly stopRequest = new StopRequest();
  private readonly mounts = new Map<string, FileSystem>();
  private readonly streams = new Map<string, RandomStream>();
  private readonly onTrace: ((event: TraceEvent) => void) | undefined;
  private readonly onFatal: (crash: NodeCrash) => void;
  private sliceStart = performance.now();
  private turn: Promise<void> | undefined;

  constructor(options: NodeHostOptions) {
    this.name = options.name ?? "localhost";
    this.incarnation = options.incarnation ?? 1;
    this.onTrace = options.onTrace;
    this.onFatal = options.onFatal ?? exitProcess;
    const fail = (error: unknown): void => this.fatal(error);
    this.clock = new NodeClock(this.lifetime, fail);
    for (const [mount, directory] of Object.entries(options.mounts)) {
      this.mounts.set(mount, new NodeFileSystem(directory, this.lifetime, fail, options.blockingTransferBytes));
    }
  }

  get stop(): StopSignal {
    return this.stopRequest;
  }

  /** The work itself takes the processor here, so nothing is charged; the event loop gets its turn every few milliseconds. */
  cpu(nanoseconds: number): Promise<void> {
    if (!(nanoseconds >= 0)) {
      throw new RangeError(`work must be a whole number of nanoseconds, not negative, got ${nanoseconds}`);
    }
    if (this.lifetime.ended) return never();
    if (performance.now() - this.sliceStart < TIME_SLICE) return DONE;
    this.turn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.sliceStart = performance.now();
        this.turn = undefined;
        if (!this.lifetime.ended) resolve();
      });
    });
    return this.turn;
  }

  random(purpose: string): RandomStream {
    let stream = this.streams.get(purpose);
    if (stream === undefined) {
      stream = new CryptoRandom();
      this.streams.set(purpose, stream);
    }
    return stream;
  }

  fs(mount: string): FileSystem {
    const found = this.mounts.get(mount);
    if (found === undefined) throw new UnknownMountError(this.name, mount, [...this.mounts.keys()]);
    return found;
  }

  spawn(name: string, run: () => Promise<void>): Task {
    if (this.lifetime.ended) return { name, done: never() };
    const done = new Promise<void>((resolve) => {
      DONE.then(run).then(
        () => {
          if (!this.lifetime.ended) resolve();
        },
        (error: unknown) => this.crash(error, name),
      );
    });
    return { name, done };
  }

  fatal(error: unknown): void {
    this.crash(error, undefined);
  }

  trace(event: TraceEvent): void {
    if (!this.lifetime.ended) this.onTrace?.(event);
  }

  requestStop(): void {
    this.stopRequest.make();
  }

  end(): Promise<void> {
    return this.lifetime.end();
  }

  private crash(error: unknown, task: string | undefined): void {
    if (this.lifetime.ended) return;
    void this.lifetime.end();
    this.onFatal({ host: this.name, task, error });
  }
}

/** The one answer of all work that needs no waiting. */
const DONE: Promise<void> = Promise.resolve();

class StopRequest implements StopSignal {
  readonly whenRequested: Promise<void>;
  private made = false;
  private announce!: () => void;

  constructor() {
    this.whenRequested = new Promise((resolve) => (this.announce = resolve));
  }

  get requested(): boolean {
    return this.made;
  }

  make(): void {
    this.made = true;
    this.announce();
  }
}

function exitProcess(crash: NodeCrash): void {
  const where = crash.task === undefined ? crash.host : `${crash.host}, task '${crash.task}'`;
  const what = crash.error instanceof Error ? (crash.error.stack ?? crash.error.message) : String(crash.error);
  process.stderr.write(`${where} crashed: ${what}\n`);
  process.exit(1);
}
