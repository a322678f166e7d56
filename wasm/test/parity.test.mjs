// The WASM build gives what the native command gives, fixture by fixture.
//
// Both lint every JSON file below tests/fixtures, each finding the operation
// by itself. The results must be equal but for offsets: native ones count
// bytes, these count UTF-16 code units; lines and columns are the same.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const wasm = createRequire(import.meta.url)(join(root, "wasm/pkg/node/batchlint_wasm.js"));

const native = [process.env.BATCHLINT, "target/release/batchlint", "target/debug/batchlint"]
  .filter(Boolean)
  .map((path) => join(root, path))
  .find(existsSync);

function jsonFilesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return jsonFilesBelow(path);
    return entry.name.endsWith(".json") ? [path] : [];
  });
}

function nativeReport(files) {
  const args = ["check", "--no-config", "--format", "json", ...files];
  const options = { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 };
  try {
    return JSON.parse(execFileSync(native, args, options));
  } catch (error) {
    // Exit code 1: errors were found, as they should be in some fixtures.
    if (error.status !== 1) throw error;
    return JSON.parse(error.stdout);
  }
}

// All but offsets, which count in other units.
function withoutOffsets(value) {
  return JSON.parse(
    JSON.stringify(value, (key, inner) =>
      key === "offset" || ((key === "start" || key === "end") && typeof inner === "number")
        ? undefined
        : inner,
    ),
  );
}

const files = jsonFilesBelow(join(root, "tests/fixtures")).map((path) => relative(root, path));

test("there are fixtures, and a native command to compare with", () => {
  assert.ok(native, "build the native command first: cargo build --release");
  assert.ok(files.length > 50, `only ${files.length} fixtures`);
});

test("every fixture gives the same result as the native command", () => {
  const documents = nativeReport(files).documents;
  assert.equal(documents.length, files.length);
  let found = 0;
  for (const { path, ...expected } of documents) {
    const text = readFileSync(join(root, path), "utf8");
    const report = wasm.lint(text);
    assert.equal(report.version, 1);
    assert.equal(report.documents.length, 1);
    assert.deepEqual(withoutOffsets(report.documents[0]), withoutOffsets(expected), path);
    found += report.documents[0].diagnostics.length;
  }
  assert.ok(found > 100, `only ${found} diagnostics in all fixtures`);
});

test("ASCII documents give the same result to the byte, offsets included", () => {
  const ascii = files.filter((path) => /^[\x00-\x7f]*$/.test(readFileSync(join(root, path), "utf8")));
  assert.ok(ascii.length > 30, `only ${ascii.length} such fixtures`);
  for (const { path, ...expected } of nativeReport(ascii).documents) {
    const report = wasm.lint(readFileSync(join(root, path), "utf8"));
    assert.equal(JSON.stringify(report.documents[0]), JSON.stringify(expected), path);
  }
});

test("offsets are those of the JavaScript string", () => {
  const text = '{"displayName": "größe 🚀", "id": "p1", "vmSize": 4}';
  const [diagnostic] = wasm
    .lint(text, { operation: "pool" })
    .documents[0].diagnostics.filter((found) => found.pointer === "/vmSize");
  const { start, end } = diagnostic.range;
  assert.equal(text.slice(start.offset, end.offset), "4");
  const [open, close] = diagnostic.fixes[0].edits;
  const fixed =
    text.slice(0, open.start) + open.text + text.slice(open.end, close.start) + close.text +
    text.slice(close.end);
  assert.equal(JSON.parse(fixed).vmSize, "4");
});

test("options select, ignore and change the severity of rules", () => {
  const text = '{"id": "p 1", "vmSize": 4}';
  const codes = (options) =>
    wasm.lint(text, { operation: "pool", ...options }).documents[0].diagnostics.map((d) => d.code);
  assert.deepEqual(codes({ select: ["AB0033"] }), ["AB0033"]);
  assert.ok(!codes({ ignore: ["structure"] }).includes("AB0033"));
  const options = { operation: "pool", severity: { AB0033: "info" } };
  const changed = wasm.lint(text, options).documents[0].diagnostics.find((d) => d.code === "AB0033");
  assert.equal(changed.severity, "info");
});

test("wrong options throw, and no document does", () => {
  assert.throws(() => wasm.lint("{}", { operation: "bucket" }), /no operation is called `bucket`/);
  assert.throws(() => wasm.lint("{}", { ignore: ["nope"] }), /`nope`/);
  assert.throws(() => wasm.lint("{}", { severity: { AB0001: "bad" } }), /`bad` is no severity/);
  assert.throws(() => wasm.lint("{}", { operations: "pool" }), /wrong options/);
  for (const text of ["", "[", "\u0000", "\ud800", "[".repeat(100000), '"']) {
    assert.equal(wasm.lint(text).documents.length, 1);
  }
});

test("rules and operations are listed", () => {
  assert.ok(wasm.rules().some((rule) => rule.code === "AB0101" && rule.docs.includes("sha1")));
  assert.equal(wasm.operations().length, 28);
  assert.match(wasm.version(), /^\d+\.\d+\.\d+/);
});
