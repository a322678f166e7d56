// The native command, and the documents to hold the package against it with.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const pkg = join(root, "wasm", "pkg");

const command = [process.env.BATCHLINT, "target/release/batchlint", "target/debug/batchlint"]
  .filter(Boolean)
  .map((path) => join(root, path))
  .find(existsSync);

/** What the native command prints; exit code 1 only says that it found errors. */
export function native(...args) {
  if (!command) throw new Error("build the native command first: cargo build --release");
  try {
    return execFileSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  } catch (error) {
    if (error.status !== 1) throw error;
    return error.stdout;
  }
}

function jsonFilesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return jsonFilesBelow(path);
    return entry.name.endsWith(".json") ? [path] : [];
  });
}

/** Every JSON file below tests/fixtures. */
export const fixtures = jsonFilesBelow(join(root, "tests/fixtures"))
  .map((path) => relative(root, path))
  .sort();
