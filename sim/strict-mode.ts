/** Simulated code reached for the real machine's clock, timers, chance or locale. */
export class StrictModeError extends Error {
  override readonly name = "StrictModeError";

  constructor(what: string) {
    super(
      `simulated code used ${what}, which differs from run to run or from engine to engine; use the host's clock, random streams and traces`,
    );
  }
}

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** What differs between two runs, two machines or two engines, by the object that holds it. */
function forbidden(): [object: object, label: string, names: readonly string[]][] {
  const globals = globalThis as unknown as Record<string, object | undefined>;
  const list: [object, string, readonly string[]][] = [
    [
      globalThis,
      "",
      [
        "setTimeout",
        "setInterval",
        "setImmediate",
        "requestAnimationFrame",
        "requestIdleCallback",
        "fetch",
        "structuredClone",
      ],
    ],
    [
      Math,
      "Math.",
      [
        "random",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "exp",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "pow",
        "cbrt",
        "hypot",
      ],
    ],
    [String.prototype, "String.prototype.", ["localeCompare", "toLocaleLowerCase", "toLocaleUpperCase"]],
    [Number.prototype, "Number.prototype.", ["toLocaleString"]],
    [Array.prototype, "Array.prototype.", ["toLocaleString"]],
    [Date, "Date.", ["now"]],
  ];
  const performance = globals["performance"];
  if (performance !== undefined) list.push([performance, "performance.", ["now"]]);
  const crypto = globals["crypto"];
  if (crypto !== undefined) list.push([crypto, "crypto.", ["getRandomValues", "randomUUID"]]);
  return list;
}

const CONSTRUCTORS = ["Date", "WeakRef", "FinalizationRegistry"] as const;

/**
 * Replaces, for the length of a run, what simulated code must not use by functions that throw while simulated code runs
 * and pass through otherwise, so that the rest of the thread (a progress display, a test runner) goes on undisturbed.
 */
export class StrictMode {
  private readonly guard: { readonly active: boolean };
  private readonly undo: (() => void)[] = [];

  /** @param guard says whether simulated code is running */
  constructor(guard: { readonly active: boolean }) {
    this.guard = guard;
  }

  install(): void {
    for (const [object, label, names] of forbidden()) {
      for (const name of names) this.guardFunction(object, name, label + name);
    }
    for (const name of CONSTRUCTORS) this.guardConstructor(name);
    const intl = Intl as unknown as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(intl)) {
      if (typeof intl[name] === "function" && name !== "constructor") this.guardFunction(Intl, name, `Intl.${name}`);
    }
  }

  uninstall(): void {
    for (const undo of this.undo.reverse()) undo();
    this.undo.length = 0;
  }

  private guardFunction(object: object, name: string, label: string): void {
    const original = (object as Record<string, unknown>)[name];
    if (typeof original !== "function") return;
    const { guard } = this;
    const call = original as Callable;
    const construct = original as new (...args: unknown[]) => object;
    this.replace(object, name, function (this: unknown, ...args: unknown[]): unknown {
      if (guard.active) throw new StrictModeError(label);
      return (new.target as unknown) === undefined ? call.apply(this, args) : new construct(...args);
    });
  }

  private guardConstructor(name: (typeof CONSTRUCTORS)[number]): void {
    const original = (globalThis as unknown as Record<string, unknown>)[name];
    if (typeof original !== "function") return;
    const { guard } = this;
    const refuse = (args: readonly unknown[]): void => {
      // A date made from given numbers is the same everywhere.
      if (guard.active && !(name === "Date" && args.length > 0)) throw new StrictModeError(`new ${name}`);
    };
    const call = original as Callable;
    const construct = original as new (...args: unknown[]) => object;
    // A function rather than a proxy: memfs makes dates by the thousand, and a proxy's construct trap is slow.
    const guarded = function (this: unknown, ...args: unknown[]): unknown {
      const target = new.target as unknown;
      refuse(target === undefined ? [] : args);
      if (target === undefined) return call.apply(this, args);
      if (target === guarded) return args.length === 0 ? new construct() : new construct(...args);
      return Reflect.construct(construct, args, target as typeof construct);
    };
    Object.setPrototypeOf(guarded, original);
    Object.defineProperty(guarded, "prototype", { value: original.prototype as object });
    this.replace(globalThis, name, guarded);
  }

  private replace(object: object, name: string, replacement: unknown): void {
    const own = Object.getOwnPropertyDescriptor(object, name);
    const writable = own === undefined || own.configurable === true || own.writable === true;
    if (!writable) return;
    Object.defineProperty(object, name, { configurable: true, writable: true, enumerable: false, value: replacement });
    this.undo.push(() => {
      if (own === undefined) Reflect.deleteProperty(object, name);
      else Object.defineProperty(object, name, own);
    });
  }
}
