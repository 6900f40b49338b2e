/**
 * What the sources of floors 0 to 4 must not use, because it differs between two runs, two machines or two engines. Each
 * ban says what to use in its place.
 */
import { builtinModules } from "node:module";

const CLOCK = "The machine's clock differs from run to run: use host.clock.";
const TIMER = "The machine's timers run in real time: use host.clock.sleep or host.clock.timer.";
const RANDOM = "The machine's randomness cannot be replayed: draw from host.random(purpose).";
const LOCALE = "What it answers depends on the machine's language and the engine's tables: compare by code unit.";
const COLLECTOR = "When memory is collected differs from run to run: nothing may depend on it.";
const PLATFORM = "It is not the same in Node and in a browser: reach the world through the host.";
const GLOBAL_OBJECT = "It leads around every other ban: name what is needed.";
const TRANSCENDENTAL = "Engines round it differently: use whole numbers and tables.";
const STACK = "A stack differs between engines and bundles: record an error's code or message.";
const CLASS_NAME = "Bundlers rename classes: give the class a name field.";
const MODULE_STATE =
  "State of a module outlives a run and is shared by all hosts: keep it in an object that a run owns.";
const SHARED_MEMORY = "Threads that share memory run in no settled order.";
const BUFFER = "There is no Buffer in a browser: use Uint8Array.";
const SEAM = "A private name cannot be overridden, and decisions must be: use private or protected.";
const ORDER = "for..in walks inherited names too: use for..of over Object.keys, or a Map.";

/**
 * @param {string} message
 * @param {readonly string[]} names
 */
const ban = (message, ...names) => names.map((name) => ({ name, message }));

export const RESTRICTED_GLOBALS = [
  ...ban(CLOCK, "Date", "performance"),
  ...ban(TIMER, "setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"),
  ...ban(TIMER, "requestAnimationFrame", "requestIdleCallback", "scheduler"),
  ...ban(RANDOM, "crypto"),
  ...ban(LOCALE, "Intl"),
  ...ban(COLLECTOR, "WeakRef", "FinalizationRegistry"),
  ...ban(SHARED_MEMORY, "SharedArrayBuffer", "Atomics"),
  ...ban(BUFFER, "Buffer"),
  ...ban(PLATFORM, "process", "require", "module", "window", "document", "navigator", "location", "console"),
  ...ban(PLATFORM, "fetch", "XMLHttpRequest", "WebSocket", "Worker", "MessageChannel", "BroadcastChannel"),
  ...ban(PLATFORM, "localStorage", "sessionStorage", "indexedDB", "structuredClone"),
  ...ban(GLOBAL_OBJECT, "globalThis", "self", "global", "eval", "Function"),
];

export const RESTRICTED_PROPERTIES = [
  { object: "Math", property: "random", message: RANDOM },
  ..."sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp expm1 log log2 log10 log1p pow cbrt hypot"
    .split(" ")
    .map((property) => ({ object: "Math", property, message: TRANSCENDENTAL })),
  { object: "Error", property: "captureStackTrace", message: STACK },
  { object: "Error", property: "stackTraceLimit", message: STACK },
  { object: "Error", property: "prepareStackTrace", message: STACK },
];

/** Top-level statements, exported or not. */
const MODULE_LEVEL = ["Program > VariableDeclaration", "Program > ExportNamedDeclaration > VariableDeclaration"];

const COLLECTION = "/^(Map|Set|WeakMap|WeakSet|Array|ArrayBuffer|DataView|\\w+Array)$/";

/** A declared type that keeps its holder from changing the collection. */
const READ_ONLY = "[id.typeAnnotation.typeAnnotation.typeName.name=/^Readonly/]";

/** A typed array without elements has nothing to change. */
const NOT_EMPTY = ":not([callee.name=/^\\w+Array$/][arguments.0.value=0])";

export const RESTRICTED_SYNTAX = [
  ...MODULE_LEVEL.flatMap((declaration) => [
    { selector: `${declaration}[kind='let']`, message: MODULE_STATE },
    { selector: `${declaration}[kind='var']`, message: MODULE_STATE },
    {
      selector: `${declaration} > VariableDeclarator:not(${READ_ONLY}) > NewExpression[callee.name=${COLLECTION}]${NOT_EMPTY}`,
      message: `${MODULE_STATE} A table that never changes: declare it ReadonlyMap or ReadonlySet, or fill it in a function.`,
    },
    {
      selector: `${declaration} > VariableDeclarator > ArrayExpression[elements.length=0]`,
      message: MODULE_STATE,
    },
    {
      selector: `${declaration} > VariableDeclarator > ObjectExpression[properties.length=0]`,
      message: MODULE_STATE,
    },
  ]),
  { selector: "PropertyDefinition[static=true][readonly!=true]", message: MODULE_STATE },
  {
    selector: `PropertyDefinition[static=true] > NewExpression[callee.name=${COLLECTION}]`,
    message: MODULE_STATE,
  },
  { selector: "ForInStatement", message: ORDER },
  { selector: "PrivateIdentifier", message: SEAM },
  {
    selector: "BinaryExpression[operator='**']:not([right.type='Literal'][right.raw=/^\\d+n?$/])",
    message: TRANSCENDENTAL,
  },
  {
    selector: "AssignmentExpression[operator='**=']:not([right.type='Literal'][right.raw=/^\\d+n?$/])",
    message: TRANSCENDENTAL,
  },
  {
    selector: "MemberExpression[object.name='Math'][computed=true]",
    message: "Name Math's functions where they are used.",
  },
  { selector: "MemberExpression[property.name=/^(localeCompare|toLocale\\w*)$/]", message: LOCALE },
  { selector: "MemberExpression[computed=false][property.name='stack']", message: STACK },
  {
    selector: "MemberExpression[property.name='name'][object.property.name='constructor']",
    message: CLASS_NAME,
  },
  { selector: "ImportExpression[source.type!='Literal']", message: PLATFORM },
  { selector: "MetaProperty[meta.name='import']", message: PLATFORM },
];

export const RESTRICTED_IMPORTS = {
  paths: builtinModules.filter((name) => !name.startsWith("_")).map((name) => ({ name, message: PLATFORM })),
  patterns: [{ regex: "^node:", message: PLATFORM }],
};

/**
 * Files that must do what is banned, and the bans lifted for each.
 *
 * @type {readonly { readonly file: string, readonly lifted: readonly string[], readonly reason: string }[]}
 */
export const EXCEPTIONS = [
  {
    file: "sim/forbidden-members.ts",
    lifted: ["no-restricted-globals"],
    reason: "lists what is banned",
  },
  {
    file: "sim/strict-mode.ts",
    lifted: ["no-restricted-globals"],
    reason: "replaces what is banned by functions that throw",
  },
];
