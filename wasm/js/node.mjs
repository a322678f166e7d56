// ESM in Node shares the one module with CommonJS, so that a BatchlintError is
// one whoever throws it.
import batchlint from "./node.cjs";

export const {
  applyFixes,
  BatchlintError,
  explain,
  init,
  lint,
  Linter,
  operations,
  rules,
  schema,
  version,
} = batchlint;
