// Lint of our own scripts. Trusted Types refuse a script that writes HTML; these rules refuse it before it ships.
import js from "@eslint/js";
import globals from "globals";

const writesHtml = "Clone a <template> and set text and attributes: scripts never write HTML.";

export default [
  { ignores: ["static/vendor/**", ".venv/**", "instance/**"] },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: { ecmaVersion: 2024, globals: globals.browser, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "eqeqeq": "error",
      "no-console": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc"].map((property) => ({ property, message: writesHtml })),
        { object: "document", property: "write", message: writesHtml },
      ],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
