import js from "@eslint/js";
import globals from "globals";

export default [
  {
    ignores: [
      "**/node_modules/",
      ".venv/",
      "build/",
      "var/",
      "api/assets/files/",
      "api/assets/test-files/",
      "docs/examples/*/dist/",
      "docs/examples/*/src/", // modules of docs/clients.md, checked by tsc where they are built
      "tests/conformance/", // other people's tools, with a configuration each
    ],
  },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "array-callback-return": "error",
      "no-shadow": ["error", { builtinGlobals: false, hoist: "all" }],
      "no-unused-vars": ["error", { args: "all", argsIgnorePattern: "^_" }],
      "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: ["api/pages/static/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["**/*.mjs", "*.js"], languageOptions: { globals: globals.node } },
];
