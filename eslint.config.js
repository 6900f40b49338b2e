import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import {
  EXCEPTIONS,
  RESTRICTED_GLOBALS,
  RESTRICTED_IMPORTS,
  RESTRICTED_PROPERTIES,
  RESTRICTED_SYNTAX,
} from "./tooling/determinism-bans.js";
import { SIMULATED_FOLDERS } from "./tooling/source-folders.js";

/** On real machines and in browsers the banned things are what the host contract is made of. */
const PLATFORM_FILES = ["host/nodejs/**", "host/browser/**"];

export default defineConfig(
  { ignores: ["dist/", "out/", "coverage/", "test/tooling/fixtures/", "**/*.d.ts"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: "tsconfig.json",
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-floating-promises": ["error", { checkThenables: true }],
      // Without a comparison, numbers are sorted as text.
      "@typescript-eslint/require-array-sort-compare": ["error", { ignoreStringArrays: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],

      // Numbers and truth values print the same everywhere.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // Rejections and exceptions are passed on as they came.
      "@typescript-eslint/only-throw-error": [
        "error",
        {
          allowThrowingAny: true,
          allowThrowingUnknown: true,
          // A code on its way to becoming an error: without the cost of a stack.
          allow: [{ from: "file", name: "Errno", path: "sim/fs/errno.ts" }],
        },
      ],
      "@typescript-eslint/prefer-promise-reject-errors": [
        "error",
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      // `for (;;)` and `while (true)` with the way out in the middle.
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      // An async function without await turns exceptions into rejections, as the contracts want.
      "@typescript-eslint/require-await": "off",
      // Arrows that pass a void call on say all there is to say.
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-empty-function": "off",
      // An index that was just checked: `as` states it, on purpose in words.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      // `call<void>(...)`, for calls that answer nothing.
      "@typescript-eslint/no-invalid-void-type": "off",
      // `() => void count++`: an arrow that answers nothing.
      "@typescript-eslint/no-meaningless-void-operator": "off",
      // `x !== undefined && x.size > 3` says which case it leaves out.
      "@typescript-eslint/prefer-optional-chain": "off",
      // The type checker reports these.
      "@typescript-eslint/no-unused-vars": "off",
    },
  },
  {
    files: ["host/browser/**", "test/browser/page/**"],
    languageOptions: { parserOptions: { project: "tsconfig.browser.json" } },
  },
  {
    files: ["report-ui/**", "bench/timeline/**"],
    languageOptions: { parserOptions: { project: "tsconfig.page.json" } },
  },
  {
    files: SIMULATED_FOLDERS.map((folder) => `${folder}/**/*.ts`),
    ignores: PLATFORM_FILES,
    rules: {
      "no-restricted-globals": ["error", ...RESTRICTED_GLOBALS],
      "no-restricted-imports": ["error", RESTRICTED_IMPORTS],
      "no-restricted-properties": ["error", ...RESTRICTED_PROPERTIES],
      "no-restricted-syntax": ["error", ...RESTRICTED_SYNTAX],
    },
  },
  {
    files: ["test/**", "bench/**"],
    rules: {
      // `await undefined` lets one round of microtasks pass.
      "@typescript-eslint/await-thenable": "off",
      // Stand-ins that have what the test needs of a class.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  ...EXCEPTIONS.map(({ file, lifted }) => ({
    files: [file],
    rules: Object.fromEntries(lifted.map((rule) => [rule, /** @type {const} */ ("off")])),
  })),
);
