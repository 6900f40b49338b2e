/**
 * The floors of the house: a folder imports only from those named with it, and from itself.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const FLOORS = {
  host: [],
  engine: ["host"],
  sim: ["host"],
  topologies: ["engine", "host"],
  checkers: [],
  scenarios: ["checkers", "topologies", "engine", "sim", "host"],
  report: ["scenarios", "checkers", "topologies", "engine", "sim", "host"],
  cli: ["report", "scenarios", "checkers", "topologies", "engine", "sim", "host"],
  "report-ui": ["report", "scenarios", "checkers", "topologies", "engine", "sim", "host"],
};

/** Folders in which code runs on one platform only, and those who may import it. */
const PLATFORMS = [
  { path: "host/nodejs", importers: ["host/nodejs", "cli", "test", "bench"] },
  { path: "host/browser", importers: ["host/browser", "report-ui", "test", "bench"] },
];

/** @param {readonly string[]} folders */
const anyOf = (folders) => `^(${folders.join("|")})/`;

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const walls = Object.entries(FLOORS).map(([folder, below]) => ({
  name: `floor-${folder}`,
  comment: `${folder}/ may import from ${below.length === 0 ? "no other folder" : below.map((name) => `${name}/`).join(", ")}`,
  severity: "error",
  // The launcher is no part of what it launches: it runs before there is a bundle.
  from: { path: `^${folder}/`, pathNot: "^cli/faultline\\.js$" },
  to: { pathNot: [anyOf([folder, ...below]), "(^|/)node_modules/"], dependencyTypes: ["local"] },
}));

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const platforms = PLATFORMS.map(({ path, importers }) => ({
  name: `platform-${path.replace("/", "-")}`,
  comment: `${path}/ belongs to one platform; what must run on all cannot import it`,
  severity: "error",
  from: { pathNot: anyOf(importers) },
  to: { path: `^${path}/` },
}));

/** @satisfies {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: /** @type {import("dependency-cruiser").IForbiddenRuleType[]} */ ([
    ...walls,
    ...platforms,
    {
      name: "no-cycle",
      comment: "modules that import one another cannot be understood, or loaded, one at a time",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-node-on-floors",
      comment: "floors 0 to 5 run in a browser too, so Node's modules are for host/nodejs only",
      severity: "error",
      from: { path: "^(host|engine|sim|topologies|checkers|scenarios|report)/", pathNot: "^host/nodejs/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-formats-in-runs",
      comment: "formats of histories are left out of a build's hash, so no run may depend on them",
      severity: "error",
      from: { pathNot: "^(checkers/(formats/|index\\.ts$)|(report|report-ui|cli|test|bench)/)" },
      to: { path: "^checkers/(formats/|index\\.ts$)" },
    },
    {
      name: "no-test-in-code",
      comment: "nothing depends on tests or benchmarks",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^(test|bench)/" },
    },
    {
      name: "only-declared-packages",
      comment: "a package must be in package.json, and what ships must not rest on one for development",
      severity: "error",
      from: {
        path: "^(host|engine|sim|topologies|checkers|scenarios|report|report-ui|cli)/",
        pathNot: "^cli/faultline\\.js$",
      },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "npm-optional", "npm-peer"] },
    },
    {
      name: "resolvable",
      comment: "an import leads nowhere",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ]),
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
