// What a user of the package sees, beside the reports themselves.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
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
} from "../pkg/node.mjs";

const POOL = '{"id": "p 1", "vmSize": 4}';
const codes = (report) => report.diagnostics.map((found) => found.code);

test("a report is of one document", () => {
  const report = lint(POOL, { operation: "pool" });
  assert.deepEqual(Object.keys(report), ["operation", "diagnostics"]);
  assert.equal(report.operation.id, "Pools_CreatePool");
  assert.equal(report.operation.source, "given");
  assert.ok(codes(report).includes("AB0033"));
});

test("offsets and columns are those of the JavaScript string", () => {
  const text = '{"metadata": [], "vmSize": "standard_d2s_v3",\n "id": "🚀größe🚀", "displayName": 4}';
  const find = (report) => report.diagnostics.find((found) => found.pointer === "/displayName");
  const { range, fixes } = find(lint(text, { operation: "pool" }));
  assert.equal(text.slice(range.start.offset, range.end.offset), "4");
  const line = text.split("\n")[range.start.line - 1];
  assert.equal(line.slice(range.start.column - 1, range.end.column - 1), "4");
  const [open, close] = fixes[0].edits;
  const fixed =
    text.slice(0, open.start) + open.text + text.slice(open.end, close.start) + close.text +
    text.slice(close.end);
  assert.equal(JSON.parse(fixed).displayName, "4");
});

test("columns of related places count as the others do", () => {
  const text = '{"🚀": 0, "id": "a",\n"🚀🚀": 1, "id": "b", "vmSize": "x"}';
  const { related, range } = lint(text).diagnostics.find((found) => found.related.length > 0);
  const lines = text.split("\n");
  for (const { start, end } of [range, related[0].range]) {
    const within = lines[start.line - 1].slice(start.column - 1, end.column - 1);
    assert.equal(within, text.slice(start.offset, end.offset));
    assert.match(within, /id/);
  }
});

test("options select, ignore and change the severity of rules", () => {
  const withOptions = (options) => codes(lint(POOL, { operation: "pool", ...options }));
  assert.deepEqual(withOptions({ select: ["AB0033"] }), ["AB0033"]);
  assert.ok(!withOptions({ ignore: ["structure"] }).includes("AB0033"));
  assert.ok(!withOptions({ severity: { AB0033: "off" } }).includes("AB0033"));
  const milder = lint(POOL, { operation: "pool", severity: { AB0033: "info" } });
  assert.equal(milder.diagnostics.find((found) => found.code === "AB0033").severity, "info");
  assert.deepEqual(withOptions({ today: "2026-01-31", apiVersion: "2024-07-01.20.0" }), withOptions({}));
});

test("members that are undefined are left out", () => {
  const options = { operation: undefined, select: undefined, severity: undefined };
  assert.deepEqual(lint(POOL, options), lint(POOL));
  assert.deepEqual(lint(POOL, undefined), lint(POOL));
  assert.deepEqual(lint(POOL, Object.create(null)), lint(POOL));
});

test("a linter keeps its options, and takes an operation for one document", () => {
  const linter = new Linter({ operation: "pool", select: ["structure"] });
  const report = linter.lint(POOL);
  assert.equal(report.operation.id, "Pools_CreatePool");
  assert.deepEqual(linter.lint(POOL), report);
  assert.equal(linter.lint(POOL, "job").operation.id, "Jobs_CreateJob");
  assert.equal(linter.lint(POOL).operation.id, "Pools_CreatePool");
  const timeout = '{"id": "p", "vmSize": "standard_d2s_v3", "resizeTimeout": "15m"}';
  assert.ok(codes(lint(timeout, { operation: "pool" })).includes("AB0201"));
  assert.ok(!codes(linter.lint(timeout)).includes("AB0201"));
});

test("fixes are applied until none is left", () => {
  const pool = '{"id": "p", "vmSize": "standard_d2s_v3", "resizeTimeout": "15m", "targetDedicatedNodes": 1,}';
  const safe = applyFixes(pool, "safe", { operation: "pool" });
  assert.equal(safe.text, pool.replace(",}", "}"));
  assert.equal(safe.applied, 1);
  const all = new Linter({ operation: "pool" }).applyFixes(pool, "all");
  assert.equal(JSON.parse(all.text).resizeTimeout, "PT15M");
  assert.equal(all.applied, 2);
  assert.deepEqual(applyFixes(all.text, "all", { operation: "pool" }), { text: all.text, applied: 0 });
});

test("fixes leave what is not ASCII as it is", () => {
  const text = '{"id": "p", "displayName": "größe 🚀", "vmSize": "standard_d2s_v3",}';
  assert.equal(applyFixes(text, "safe", { operation: "pool" }).text, text.replace(",}", "}"));
});

// Each is wrong in one way; the words are what a user reads.
const WRONG = [
  [() => lint(42), "wrong-type", "`text` must be a string, not a number"],
  [() => lint(), "wrong-type", "`text` must be a string, not nothing"],
  [() => lint(null), "wrong-type", "`text` must be a string, not null"],
  [() => lint({}), "wrong-type", "`text` must be a string, not an object"],
  [() => lint(new String("{}")), "wrong-type", "`text` must be a string, not an object"],
  [() => lint("{}", "pool"), "wrong-type", "`options` must be an object, not a string"],
  [() => lint("{}", null), "wrong-type", "`options` must be an object, not null"],
  [() => lint("{}", []), "wrong-type", "`options` must be an object, not an array"],
  [() => new Linter("x"), "wrong-type", "`options` must be an object, not a string"],
  [() => new Linter(new Map()), "wrong-type", "`options` must be an object, not an object of another kind"],
  [() => new Linter({ operation: 1 }), "wrong-type", "option `operation` must be a string, not a number"],
  [() => new Linter({ select: "all" }), "wrong-type", "option `select` must be an array of strings, not a string"],
  [() => new Linter({ ignore: [1] }), "wrong-type", "item 0 of option `ignore` must be a string, not a number"],
  [() => new Linter({ ignore: [,] }), "wrong-type", "item 0 of option `ignore` must be a string, not nothing"],
  [() => new Linter({ severity: [] }), "wrong-type", "option `severity` must be an object of severities by rule, not an array"],
  [() => new Linter({ severity: { AB0033: 1 } }), "wrong-type", "the severity of `AB0033` must be a string, not a number"],
  [() => new Linter({ today: new Date() }), "wrong-type", "option `today` must be a string, not an object"],
  [() => new Linter().lint(42), "wrong-type", "`text` must be a string, not a number"],
  [() => new Linter().lint("{}", {}), "wrong-type", "`operation` must be a string, not an object"],
  [() => applyFixes("{}"), "wrong-type", "`kind` must be a string, not nothing"],
  [() => applyFixes(1n, "all"), "wrong-type", "`text` must be a string, not a bigint"],
  [() => lint("{}", { operations: "pool" }), "unknown-option", "there is no option `operations`; did you mean `operation`?", "operation"],
  [() => lint("{}", { zzz: 1 }), "unknown-option", "there is no option `zzz`"],
  [() => lint("{}", { __proto__: null, constructor: 1 }), "unknown-option", "there is no option `constructor`"],
  [() => lint("{}", { operation: "bucket" }), "unknown-operation", "no operation is called `bucket`"],
  [() => lint("{}", { operation: "pol" }), "unknown-operation", "no operation is called `pol`; did you mean `pool`?", "pool"],
  [() => new Linter().lint("{}", "jop"), "unknown-operation", "no operation is called `jop`; did you mean `job`?", "job"],
  [() => lint("{}", { ignore: ["time/durations"] }), "unknown-rule", "no rule has the code, id, category or group `time/durations`; did you mean `time/duration`?", "time/duration"],
  [() => lint("{}", { severity: { nope: "off" } }), "unknown-rule", "no rule has the code, id, category or group `nope`"],
  [() => lint("{}", { severity: { AB0033: "warn" } }), "unknown-severity", "`warn` is no severity: error, warning, info or off"],
  [() => lint("{}", { severity: { AB0033: "Error" } }), "unknown-severity", "`Error` is no severity: error, warning, info or off; did you mean `error`?", "error"],
  [() => lint("{}", { apiVersion: "2024-07-01" }), "unknown-version", "batchlint does not know API version `2024-07-01`, but 2024-07-01.20.0"],
  [() => lint("{}", { apiVersion: "2024-07-01.20.1" }), "unknown-version", "batchlint does not know API version `2024-07-01.20.1`, but 2024-07-01.20.0; did you mean `2024-07-01.20.0`?", "2024-07-01.20.0"],
  [() => lint("{}", { today: "2026-02-30" }), "not-a-date", "not a day of the form YYYY-MM-DD: `2026-02-30`"],
  [() => applyFixes("{}", "unsafe"), "unknown-kind", "`kind` is safe or all, not `unsafe`"],
  [() => explain("AB1"), "unknown-rule", "no rule has the code, id, category or group `AB1`"],
  [() => explain("time"), "unknown-rule", "`time` is not one rule: name one by its code or id"],
  [() => schema(1), "wrong-type", "`operation` must be a string, not a number"],
  [() => schema("pools"), "unknown-operation", "no operation is called `pools`; did you mean `pool`?", "pool"],
  [() => schema("pool.get"), "no-body", "Pools_GetPool takes no body"],
];

test("what is wrong with a call is said, and the module goes on", async () => {
  const expected = lint(POOL);
  for (const [call, code, message, nearest] of WRONG) {
    const error = await (async () => call())().then(
      () => assert.fail(`no error: ${call}`),
      (thrown) => thrown,
    );
    assert.ok(error instanceof BatchlintError && error instanceof Error, `${call}: ${error}`);
    assert.equal(error.name, "BatchlintError");
    assert.equal(error.message, message, `${call}`);
    assert.equal(error.code, code, `${call}`);
    assert.equal(error.nearest, nearest, `${call}`);
    assert.deepEqual(lint(POOL), expected, `after ${call}`);
  }
});

test("no text throws, lone surrogates neither", () => {
  const texts = ["", "[", "\0", "\ud800", '{"id": "\udc00x\ud800"}', "[".repeat(100000), '"', "\ufeff{}"];
  for (const text of texts) {
    assert.ok(Array.isArray(lint(text).diagnostics), JSON.stringify(text));
    assert.equal(typeof applyFixes(text, "all").text, "string");
  }
  for (const name of ["\ud800", ""]) {
    assert.throws(() => lint("{}", { operation: name }), { code: "unknown-operation" });
    assert.throws(() => lint("{}", { [name]: 1 }), { code: "unknown-option" });
  }
  // It counts as one unit, so what comes behind is where it is.
  const text = '{"id": "\ud800", "vmSize": 4}';
  const found = lint(text, { operation: "pool" }).diagnostics.find((one) => one.pointer === "/vmSize");
  assert.equal(text.slice(found.range.start.offset, found.range.end.offset), "4");
});

test("many linters can be made", () => {
  for (let n = 0; n < 2000; n += 1) new Linter({ select: ["time"] });
  for (let n = 0; n < 2000; n += 1) lint("{}", { select: ["time"] });
  assert.ok(lint(POOL).diagnostics.length > 0);
});

test("rules and operations are listed, and rules explained", async () => {
  const list = await rules();
  assert.ok(list.some((rule) => rule.code === "AB0101" && rule.summary.includes("sha1")));
  list.length = 0;
  assert.notEqual((await rules()).length, 0);
  const page = await explain("AB0101");
  assert.match(page, /^# AB0101 certificate\/thumbprint-algorithm\n\nSeverity: error/);
  assert.equal(await explain("certificate/thumbprint-algorithm"), page);
  assert.equal(operations().length, 28);
  assert.ok(operations().find((one) => one.aliases.includes("pool")).hasBody);
});

test("a schema is the caller's own", async () => {
  (await schema("pool")).title = "changed";
  assert.equal((await schema("pool")).title, "Pools_CreatePool request body");
});

test("the version is Cargo's, and Node has nothing to wait for", async () => {
  const cargo = readFileSync(new URL("../../Cargo.toml", import.meta.url), "utf8");
  assert.equal(version(), cargo.match(/^version = "(.*)"$/m)[1]);
  assert.equal(await init(), undefined);
});
