import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { replaceFolder } from "./replace-folder.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What programs import as "faultline/NAME", each beside its line in package.json's exports, and its source. */
const ENTRIES = {
  checkers: "checkers/index.ts",
  messages: "report/messages/render.ts",
  scenarios: "scenarios/index.ts",
};

/** Declarations that no module imports, since they are of the platform or of a package without its own. */
const AMBIENT = ["host/platform-globals.d.ts", "sim/seedrandom-tychei.d.ts"];

/** Within the library, the declarations of all modules that an entry's declarations name. */
const DECLARATIONS = "types";

/** What a declaration imports from beside it, by the name of a source. */
const SOURCE_SPECIFIER = /((?:from|import)\s*\(?\s*"\.[^"]*)\.ts"/g;

/** The declarations cannot be made: the message is the compiler's. */
export class DeclarationError extends Error {
  /** @override */
  name = "DeclarationError";
}

/**
 * Bundles the library into dist/lib: for each entry NAME.js, packages included, and NAME.d.ts.
 *
 * @throws {DeclarationError} when the sources do not compile
 */
export async function buildLibrary() {
  await replaceFolder(join(root, "dist/lib"), async (folder) => {
    await bundle(folder);
    await declare(folder);
  });
}

/** @param {string} outDir */
async function bundle(outDir) {
  const { build } = await import("vite");
  const input = Object.fromEntries(Object.entries(ENTRIES).map(([name, source]) => [name, join(root, source)]));
  await build({
    configFile: false,
    root,
    logLevel: "silent",
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: "node20.19",
      outDir,
      minify: false,
      sourcemap: true,
      rolldownOptions: { input, output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" } },
    },
  });
}

/** @param {string} folder */
async function declare(folder) {
  const { default: ts } = await import("typescript");
  const { config, error } = ts.readConfigFile(join(root, "tsconfig.base.json"), (path) => ts.sys.readFile(path));
  if (error !== undefined) throw new DeclarationError(String(error.messageText));
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: Object.values(ENTRIES) }, ts.sys, root);
  const program = ts.createProgram(
    [...Object.values(ENTRIES), ...AMBIENT].map((source) => join(root, source)),
    {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir: join(folder, DECLARATIONS),
    },
  );
  const result = program.emit(undefined, (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replaceAll(SOURCE_SPECIFIER, '$1.js"'));
  });
  const problems = [...ts.getPreEmitDiagnostics(program), ...result.diagnostics];
  if (problems.length > 0) {
    throw new DeclarationError(
      ts.formatDiagnostics(problems, {
        getCanonicalFileName: (path) => relative(root, path),
        getCurrentDirectory: () => root,
        getNewLine: () => "\n",
      }),
    );
  }
  for (const [name, source] of Object.entries(ENTRIES)) {
    const declared = `./${DECLARATIONS}/${source.replace(/\.ts$/, ".js")}`;
    writeFileSync(join(folder, `${name}.d.ts`), `export * from "${declared}";\n`);
  }
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) await buildLibrary();
