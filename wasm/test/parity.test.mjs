// The package gives what the native command gives, fixture by fixture: byte for
// byte where a document is ASCII, and but for offsets and columns otherwise.
// Native ones count bytes and code points, these count UTF-16 code units.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import * as batchlint from "../pkg/node.mjs";
import { fixtures, native, root } from "../support/native.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const isAscii = (path) => /^[\x00-\x7f]*$/.test(read(path));
// Some rules look at the day; the command would take that of its clock.
const DAY = "2026-11-01";
const dated = new batchlint.Linter({ today: DAY });
const nativeDocuments = (files) =>
  JSON.parse(native("check", "--no-config", "--today", DAY, "--format", "json", ...files)).documents;

// All but what is counted in other units.
const UNITS = ["offset", "column"];
function withoutUnits(value) {
  return JSON.parse(
    JSON.stringify(value, (key, inner) =>
      UNITS.includes(key) || ((key === "start" || key === "end") && typeof inner === "number")
        ? undefined
        : inner,
    ),
  );
}

// What the service's error codes mean is left out of the package's module.
function withoutExplanations(report) {
  for (const found of report.diagnostics.filter(({ code }) => code === "AB1303")) {
    const quoted = found.message.match(/`[^`]*`/)?.[0];
    assert.ok(quoted, found.message);
    found.message = quoted;
    delete found.help;
  }
  return report;
}

test("there are fixtures, ASCII and other", () => {
  const ascii = fixtures.filter(isAscii).length;
  assert.ok(ascii > 30, `only ${ascii} ASCII fixtures`);
  assert.ok(fixtures.length - ascii > 0, "every fixture is ASCII");
});

test("ASCII documents give the same report, byte for byte", () => {
  let found = 0;
  for (const { path, ...expected } of nativeDocuments(fixtures.filter(isAscii))) {
    const report = dated.lint(read(path));
    const same = [report, expected].map((one) => JSON.stringify(withoutExplanations(one)));
    assert.equal(same[0], same[1], path);
    found += report.diagnostics.length;
  }
  assert.ok(found > 100, `only ${found} diagnostics in all fixtures`);
});

test("other documents give the same but for offsets and columns", () => {
  const others = fixtures.filter((path) => !isAscii(path));
  for (const { path, ...expected } of nativeDocuments(others)) {
    assert.deepEqual(withoutUnits(dated.lint(read(path))), withoutUnits(expected), path);
  }
});

test("a linter gives what the function gives", () => {
  const linter = new batchlint.Linter();
  for (const path of fixtures) {
    assert.deepEqual(linter.lint(read(path)), batchlint.lint(read(path)), path);
  }
});

test("schemas are those that the command prints", async () => {
  const withBody = batchlint.operations().filter((operation) => operation.hasBody);
  assert.equal(withBody.length, 13);
  for (const { id, aliases } of withBody) {
    const expected = JSON.parse(native("schema", id));
    assert.deepEqual(await batchlint.schema(id), expected, id);
    assert.deepEqual(await batchlint.schema(aliases[0]), expected, aliases[0]);
  }
});

test("rules are those that the command lists", async () => {
  assert.deepEqual(await batchlint.rules(), JSON.parse(native("rules", "--format", "json")).rules);
});
