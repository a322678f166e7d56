// What the package exports, over the module in ./batchlint_wasm.js.
//
// Arguments are looked at here, before anything goes into the module: what
// wasm-bindgen makes of a wrong type is an exception without a name, or a trap.

import * as wasm from "./batchlint_wasm.js";
import pages from "./pages.js";
import schemas from "./schemas.js";

/** A call that cannot be right: `code` says why, `nearest` what was meant. */
export class BatchlintError extends Error {
  constructor(code, message, nearest) {
    super(nearest === undefined ? message : `${message}; did you mean \`${nearest}\`?`);
    this.code = code;
    if (nearest !== undefined) this.nearest = nearest;
  }
}
// On the prototype, as the built-in errors have it.
Object.defineProperty(BatchlintError.prototype, "name", {
  value: "BatchlintError",
  writable: true,
  configurable: true,
});

let ready = false;
let standard;

/** The entry points say that the module is there. */
export function start() {
  ready = true;
}

// Failures leave the module as objects with a code.
function run(call) {
  if (!ready) {
    throw new BatchlintError("not-ready", "batchlint is not ready: `await init()` comes first");
  }
  try {
    return call();
  } catch (thrown) {
    if (typeof thrown?.code !== "string" || thrown instanceof Error) throw thrown;
    throw new BatchlintError(thrown.code, thrown.message, thrown.nearest);
  }
}

const a = (value) => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return { undefined: "nothing", object: "an object" }[typeof value] ?? `a ${typeof value}`;
};

// Not a Map, a Date or the like, which would seem to have no entries.
const isPlain = (value) => Object.prototype.toString.call(value) === "[object Object]";

function wrongType(what, wanted, given) {
  // A Map, say, is an object too.
  const kind = wanted.startsWith(a(given)) ? `${a(given)} of another kind` : a(given);
  return new BatchlintError("wrong-type", `${what} must be ${wanted}, not ${kind}`);
}

function text(value, what) {
  if (typeof value !== "string") throw wrongType(what, "a string", value);
  return value;
}

function texts(value, what) {
  if (!Array.isArray(value)) throw wrongType(what, "an array of strings", value);
  // Array.from: a hole in an array counts as what it reads as.
  return Array.from(value, (item, index) => text(item, `item ${index} of ${what}`));
}

function levels(value, what) {
  if (!isPlain(value)) {
    throw wrongType(what, "an object of severities by rule", value);
  }
  return Object.fromEntries(
    Object.entries(value).map(([rule, level]) => [rule, text(level, `the severity of \`${rule}\``)]),
  );
}

const OPTIONS = {
  operation: text,
  select: texts,
  ignore: texts,
  severity: levels,
  apiVersion: text,
  today: text,
};

/** The options as plain data; `undefined` where there are none. */
function settings(options) {
  if (options === undefined) return undefined;
  if (!isPlain(options)) {
    throw wrongType("`options`", "an object", options);
  }
  const read = {};
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      const nearest = run(() => wasm.nearest(name, Object.keys(OPTIONS).join())) || undefined;
      throw new BatchlintError("unknown-option", `there is no option \`${name}\``, nearest);
    }
    // As TypeScript has it: a member that is undefined is one left out.
    if (value !== undefined) read[name] = OPTIONS[name](value, `option \`${name}\``);
  }
  return read;
}

/** A linter with these settings; they are set in this order. */
function make({ select, ignore, severity, apiVersion, today, operation } = {}) {
  return run(() => {
    const builder = new wasm.Builder();
    try {
      select?.forEach((rule) => builder.select(rule));
      ignore?.forEach((rule) => builder.ignore(rule));
      Object.entries(severity ?? {}).forEach(([rule, level]) => builder.severity(rule, level));
      if (apiVersion !== undefined) builder.apiVersion(apiVersion);
      if (today !== undefined) builder.today(today);
      if (operation !== undefined) builder.operation(operation);
    } catch (thrown) {
      builder.free();
      throw thrown;
    }
    return builder.build();
  });
}

/** Calls with a linter that has these options, and lets go of it. */
function withLinter(options, call) {
  const { operation, ...others } = settings(options) ?? {};
  if (Object.keys(others).length === 0) {
    standard ??= make(undefined);
    return run(() => call(standard, operation));
  }
  const linter = make(others);
  try {
    return run(() => call(linter, operation));
  } finally {
    linter.free();
  }
}

export class Linter {
  #linter;

  constructor(options) {
    this.#linter = make(settings(options));
  }

  lint(document, operation) {
    text(document, "`text`");
    if (operation !== undefined) text(operation, "`operation`");
    return JSON.parse(run(() => this.#linter.lint(document, operation)));
  }

  applyFixes(document, kind) {
    const all = takesAll(kind);
    text(document, "`text`");
    return JSON.parse(run(() => this.#linter.applyFixes(document, undefined, all)));
  }
}

export function lint(document, options) {
  text(document, "`text`");
  return JSON.parse(withLinter(options, (linter, operation) => linter.lint(document, operation)));
}

const KINDS = ["safe", "all"];

function takesAll(kind) {
  if (!KINDS.includes(text(kind, "`kind`"))) {
    const nearest = run(() => wasm.nearest(kind, KINDS.join())) || undefined;
    throw new BatchlintError("unknown-kind", `\`kind\` is safe or all, not \`${kind}\``, nearest);
  }
  return kind === "all";
}

export function applyFixes(document, kind, options) {
  text(document, "`text`");
  const all = takesAll(kind);
  return JSON.parse(
    withLinter(options, (linter, operation) => linter.applyFixes(document, operation, all)),
  );
}

export function operations() {
  return JSON.parse(run(() => wasm.operations()));
}

export function version() {
  return run(() => wasm.version());
}

// Those below are promises also where the answer is at hand: what few ask for
// need not be in what everybody loads.

export async function rules() {
  // A copy each, since it is the caller's to change.
  return structuredClone((await pages()).rules);
}

export async function explain(rule) {
  text(rule, "`rule`");
  const id = run(() => wasm.rule(rule));
  return (await pages()).default[id];
}

export async function schema(operation) {
  text(operation, "`operation`");
  const id = run(() => wasm.operation(operation));
  if (!Object.hasOwn(schemas, id)) {
    throw new BatchlintError("no-body", `${id} takes no body`);
  }
  return JSON.parse((await schemas[id]()).default);
}
