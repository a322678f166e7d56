// Entry point for browsers and bundlers: `await init()` comes first.

import { BatchlintError, start } from "./api.js";
import load from "./batchlint_wasm.js";

let loading;

/** Loads the module, once: from beside this file, or from where it is told. */
export async function init(source) {
  if (source === undefined) {
    // Written so, bundlers see that the file belongs to the program.
    source = new URL("./batchlint_wasm_bg.wasm", import.meta.url);
  } else if (typeof source !== "string" && (typeof source !== "object" || source === null)) {
    const wanted = "a URL, a Response, bytes or a WebAssembly.Module";
    throw new BatchlintError("wrong-type", `\`source\` must be ${wanted}`);
  }
  loading ??= load({ module_or_path: source });
  try {
    await loading;
  } catch (error) {
    // Whoever was offline may try again.
    loading = undefined;
    throw error;
  }
  start();
}

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
