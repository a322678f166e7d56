// Entry point for Node: the module is beside this file, and ready at once.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { start } from "./api.js";
import { initSync } from "./batchlint_wasm.js";

initSync({ module: readFileSync(join(__dirname, "batchlint_wasm_bg.wasm")) });
start();

/** Nothing is left to do; so the same program runs in browsers. */
export async function init() {}

export {
  applyFixes,
  BatchlintError,
  explain,
  lint,
  Linter,
  operations,
  rules,
  schema,
  version,
} from "./api.js";
