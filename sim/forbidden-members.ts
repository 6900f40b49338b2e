/**
 * What differs between two runs, two machines or two engines, wherever a JavaScript thread offers it.
 */

/** A property that simulated code must not use. */
export interface ForbiddenMember {
  readonly object: object;
  readonly name: string;
  /** How people write it: "performance.now". */
  readonly label: string;
}

/** Several properties of one object; all of them when none is named. */
interface Group {
  readonly path: string;
  readonly object: object | undefined;
  readonly names?: readonly string[];
}

const TIMERS = ["setTimeout", "setInterval", "setImmediate", "requestAnimationFrame", "requestIdleCallback"];

const OUTSIDE = ["fetch", "structuredClone", "MessageChannel", "BroadcastChannel"];

const MEASUREMENTS = ["PerformanceMark", "PerformanceObserver"];

const COLLECTOR = ["WeakRef", "FinalizationRegistry"];

/** Engines round them differently. */
const TRANSCENDENTAL = [
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
];

const LOCAL_TIME_PARTS = ["Date", "FullYear", "Hours", "Milliseconds", "Minutes", "Month", "Seconds", "Year"];

const LOCAL_TIME = [
  ...LOCAL_TIME_PARTS.flatMap((part) => [`get${part}`, `set${part}`]),
  "getDay",
  "getTimezoneOffset",
  "toString",
  "toDateString",
  "toTimeString",
  "toLocaleString",
  "toLocaleDateString",
  "toLocaleTimeString",
];

/** Of Node's process: its clocks, its use of the machine, and its own queue of things to do. */
const PROCESS = [
  "hrtime",
  "uptime",
  "cpuUsage",
  "threadCpuUsage",
  "resourceUsage",
  "memoryUsage",
  "availableMemory",
  "constrainedMemory",
  "getActiveResourcesInfo",
  "nextTick",
];

/** Compilation is done on other threads, and is ready when it is ready. */
const COMPILERS = ["compile", "compileStreaming", "instantiate", "instantiateStreaming"];

/** @returns those that this thread has, in no order that means anything */
export function forbiddenMembers(): ForbiddenMember[] {
  const globals = globalThis as unknown as Readonly<Record<string, object | undefined>>;
  const { performance, crypto, Temporal } = globals as Readonly<Record<string, Readonly<Record<string, object>>>>;
  const groups: Group[] = [
    { path: "", object: globalThis, names: ["Date", ...TIMERS, ...OUTSIDE, ...MEASUREMENTS, ...COLLECTOR] },
    { path: "Math.", object: Math, names: ["random", ...TRANSCENDENTAL] },
    { path: "Intl.", object: Intl },
    { path: "String.prototype.", object: String.prototype, names: ["localeCompare"] },
    { path: "String.prototype.", object: String.prototype, names: ["toLocaleLowerCase", "toLocaleUpperCase"] },
    { path: "Number.prototype.", object: Number.prototype, names: ["toLocaleString"] },
    { path: "BigInt.prototype.", object: BigInt.prototype, names: ["toLocaleString"] },
    { path: "Array.prototype.", object: Array.prototype, names: ["toLocaleString"] },
    { path: "TypedArray.prototype.", object: prototypeOf(Uint8Array.prototype), names: ["toLocaleString"] },
    { path: "Date.prototype.", object: Date.prototype, names: LOCAL_TIME },
    { path: "Temporal.Now.", object: Temporal?.["Now"] },
    { path: "Atomics.", object: Atomics, names: ["wait", "waitAsync"] },
    { path: "WebAssembly.", object: globals["WebAssembly"], names: COMPILERS },
    { path: "AbortSignal.", object: globals["AbortSignal"], names: ["timeout"] },
    { path: "URL.", object: globals["URL"], names: ["createObjectURL"] },
    { path: "Event.prototype.", object: prototypeProperty(globals["Event"]), names: ["timeStamp"] },
    { path: "performance.", object: prototypeOf(performance) },
    { path: "crypto.", object: prototypeOf(crypto) },
    { path: "crypto.subtle.", object: prototypeOf(crypto?.["subtle"]) },
    { path: "process.", object: globals["process"], names: PROCESS },
  ];
  return groups.flatMap(({ path, object, names }) => {
    if (object === undefined) return [];
    const found = (names ?? Object.getOwnPropertyNames(object)).filter(
      (name) => name !== "constructor" && Object.getOwnPropertyDescriptor(object, name)?.configurable === true,
    );
    return found.map((name) => ({ object, name, label: path + name }));
  });
}

function prototypeOf(object: object | undefined): object | undefined {
  return object === undefined ? undefined : (Object.getPrototypeOf(object) as object);
}

function prototypeProperty(constructor: object | undefined): object | undefined {
  return (constructor as { readonly prototype: object } | undefined)?.prototype;
}
