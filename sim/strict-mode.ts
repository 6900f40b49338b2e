import { forbiddenMembers, type ForbiddenMember } from "./forbidden-members.ts";

/** Simulated code reached for the real machine's clock, timers, chance or locale. */
export class StrictModeError extends Error {
  override readonly name = "StrictModeError";

  constructor(what: string) {
    super(
      `simulated code used ${what}, which differs from run to run or from engine to engine; use the host's clock, random streams and traces`,
    );
  }
}

/** Says whether simulated code is running. */
interface Guard {
  readonly active: boolean;
}

/**
 * Replaces, for the length of a run, what simulated code must not use by functions that throw while simulated code runs
 * and pass through otherwise, so that the rest of the thread (a progress display, a test runner) goes on undisturbed.
 */
export class StrictMode {
  private readonly guard: Guard;

  /** @param guard says whether simulated code is running */
  constructor(guard: Guard) {
    this.guard = guard;
  }

  install(): void {
    thread.add(this.guard);
  }

  /** Does nothing when not installed. */
  uninstall(): void {
    thread.remove(this.guard);
  }
}

/**
 * The replacements on this thread, made once: a run may last less than making them does. Functions are put in and taken
 * out again, which costs less than a microsecond each; accessors, which cost ten times that, stay and pass through.
 */
class ThreadReplacements {
  private readonly guards: Guard[] = [];
  private functions: FunctionReplacement[] | undefined;

  add(guard: Guard): void {
    if (this.guards.push(guard) > 1) return;
    this.functions ??= forbiddenMembers().flatMap((member) => this.prepare(member));
    for (const replacement of this.functions) replacement.apply();
  }

  remove(guard: Guard): void {
    const place = this.guards.indexOf(guard);
    if (place < 0) return;
    this.guards.splice(place, 1);
    if (this.guards.length > 0 || this.functions === undefined) return;
    for (const replacement of this.functions) replacement.revert();
  }

  /** @throws StrictModeError while simulated code runs */
  refuse(what: string): void {
    for (const guard of this.guards) if (guard.active) throw new StrictModeError(what);
  }

  private prepare({ object, name, label }: ForbiddenMember): FunctionReplacement[] {
    // Node makes some of its classes when they are first asked for.
    const isGlobal = object === globalThis || object === Intl;
    const value: unknown = isGlobal ? Reflect.get(object, name) : Object.getOwnPropertyDescriptor(object, name)?.value;
    if (typeof value !== "function") {
      guardAccess(object, name, label, this);
      return [];
    }
    const isDate = object === globalThis && name === "Date";
    let latest: Callable | undefined;
    const make = (original: Callable): Callable =>
      (latest = isDate ? guardedDate(original, this) : guardedFunction(original, label, this));
    const replacements = [new FunctionReplacement(object, name, value, make)];
    const { prototype } = value as unknown as { readonly prototype: { readonly constructor: unknown } | undefined };
    // An object leads back to its class.
    if (isGlobal && prototype?.constructor === value) {
      replacements.push(
        new FunctionReplacement(prototype, "constructor", value, (original) => latest ?? make(original)),
      );
    }
    return replacements;
  }
}

const thread = new ThreadReplacements();

type Callable = ((this: unknown, ...args: unknown[]) => unknown) & (new (...args: unknown[]) => object);

class FunctionReplacement {
  private readonly object: Record<string, unknown>;
  private readonly name: string;
  private readonly make: (original: Callable) => Callable;
  private original: Callable | undefined;
  private replacement: Callable | undefined;

  constructor(object: object, name: string, value: unknown, make: (original: Callable) => Callable) {
    this.object = object as Record<string, unknown>;
    this.name = name;
    this.make = make;
    const own = Object.getOwnPropertyDescriptor(object, name);
    // From here on it is assigned, which is several times as fast as defining it.
    if (own?.writable !== true) {
      const enumerable = own?.enumerable ?? false;
      Object.defineProperty(object, name, { configurable: true, enumerable, writable: true, value });
    }
  }

  apply(): void {
    const { object, name } = this;
    const found = object[name] as Callable;
    // Another than last time when somebody replaced it meanwhile, as tests do that set the clock.
    if (this.replacement === undefined || found !== this.original) {
      this.original = found;
      this.replacement = this.make(found);
    }
    object[name] = this.replacement;
  }

  revert(): void {
    const { object, name } = this;
    if (object[name] === this.replacement) object[name] = this.original;
  }
}

/** Makes a property read and written as before, but not while simulated code runs. */
function guardAccess(object: object, name: string, label: string, on: ThreadReplacements): void {
  const own = Object.getOwnPropertyDescriptor(object, name) as PropertyDescriptor;
  const before = Object.defineProperty({}, name, own);
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: own.enumerable ?? false,
    get(this: unknown): unknown {
      on.refuse(label);
      return Reflect.get(before, name, this);
    },
    set(this: unknown, value: unknown): void {
      on.refuse(label);
      Reflect.set(before, name, value, this);
    },
  });
}

/** A function or a class, with all that hangs on it. */
function guardedFunction(original: Callable, label: string, on: ThreadReplacements): Callable {
  const guarded = function (this: unknown, ...args: unknown[]): unknown {
    const target = new.target as Callable | undefined;
    on.refuse(target === undefined ? label : `new ${label}`);
    if (target === undefined) return Reflect.apply(original, this, args);
    return Reflect.construct(original, args, target === guarded ? original : target);
  } as Callable;
  copyProperties(original, guarded, (value, key) => guardedFunction(value, `${label}.${key}`, on));
  return guarded;
}

/** The class Date, of which simulated code may use what is the same everywhere. */
function guardedDate(original: Callable, on: ThreadReplacements): Callable {
  // Not a proxy: memfs makes dates by the thousand, and a proxy's construct trap is slow.
  const guarded = function (this: unknown, ...args: unknown[]): unknown {
    const target = new.target as Callable | undefined;
    if (target === undefined) {
      on.refuse("Date");
      return Reflect.apply(original, this, args);
    }
    if (args.length !== 1 || !isSameEverywhere(args[0])) on.refuse("new Date");
    return Reflect.construct(original, args, target === guarded ? original : target);
  } as Callable;
  copyProperties(original, guarded, (value, key) => {
    if (key === "UTC") return value;
    if (key !== "parse") return guardedFunction(value, `Date.${key}`, on);
    return function (this: unknown, text: unknown): unknown {
      if (!isSameEverywhere(text)) on.refuse("Date.parse");
      return Reflect.apply(value, this, [text]);
    } as Callable;
  });
  return guarded;
}

function copyProperties(from: Callable, to: Callable, guard: (value: Callable, key: string) => Callable): void {
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
    const value: unknown = descriptor.value;
    if (typeof value === "function") descriptor.value = guard(value as Callable, key);
    Object.defineProperty(to, key, descriptor);
  }
}

/** A date, or a date and a time with their distance from UTC. All else that is understood at all is taken as local time. */
const UNIVERSAL_TIME =
  /^(?:\d{4}|[+-]\d{6})(?:-\d\d(?:-\d\d)?)?(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

function isSameEverywhere(from: unknown): boolean {
  if (typeof from === "string") return UNIVERSAL_TIME.test(from);
  return typeof from === "number" || from instanceof Date;
}
