// The functions of the package; js/ has them. The types of what they take and
// give are made from the Rust types.

import type {
  DocumentReport,
  ErrorCode,
  FixKind,
  Fixed,
  OperationEntry,
  Options,
  RuleEntry,
} from "./report.js";

export type * from "./report.js";

/**
 * Loads the module; in browsers it comes first. Without an argument, from
 * beside the package's own file. In Node there is nothing to wait for.
 */
export function init(source?: ModuleSource): Promise<void>;

/**
 * Checks one document. Whatever the text is, the answer is a report; only
 * options that are wrong throw.
 *
 * Offsets and columns count UTF-16 code units, as JavaScript strings do.
 *
 * @throws {BatchlintError}
 */
export function lint(text: string, options?: Options): DocumentReport;

/**
 * Checks documents: options are read once. Use it where there are many.
 */
export class Linter {
  /** @throws {BatchlintError} */
  constructor(options?: Options);
  /**
   * Checks one document, for `operation` or for that of the options.
   *
   * @throws {BatchlintError} if there is no such operation
   */
  lint(text: string, operation?: string): DocumentReport;
  /**
   * Applies fixes until none is left.
   *
   * @throws {BatchlintError} if there is no such kind
   */
  applyFixes(text: string, kind: FixKind): Fixed;
}

/**
 * Applies fixes, and those that they make room for, until none is left: at
 * most ten rounds.
 *
 * @throws {BatchlintError}
 */
export function applyFixes(text: string, kind: FixKind, options?: Options): Fixed;

/** Every rule, by code. The list is loaded when asked for. */
export function rules(): Promise<RuleEntry[]>;

/** Every operation of the API. */
export function operations(): OperationEntry[];

/**
 * A rule's page in Markdown, by code or id.
 *
 * @throws {BatchlintError} if there is no such rule
 */
export function explain(rule: string): Promise<string>;

/**
 * The JSON Schema (2020-12) of an operation's body as one document, by the
 * operation's id or alias. It is loaded when asked for.
 *
 * @throws {BatchlintError} if there is no such operation, or it has no body
 */
export function schema(operation: string): Promise<JsonSchema>;

/** The version of batchlint. */
export function version(): string;

/** A call that cannot be right. What a document is throws nothing. */
export class BatchlintError extends Error {
  private constructor();
  readonly name: "BatchlintError";
  /** What is wrong, for programs. */
  readonly code: ErrorCode;
  /** The name that was probably meant. */
  readonly nearest?: string;
}

/** A JSON Schema that is an object. */
export type JsonSchema = { [keyword: string]: unknown };

/** Where `init` gets the module from. */
export type ModuleSource =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Global<"URL">
  | Global<"Request">
  | Global<"Response">
  | WasmModule
  | Promise<Global<"Response"> | ArrayBuffer | ArrayBufferView | WasmModule>;

// A program for Node alone may be compiled without the browser's types.
type Global<Name extends string> = typeof globalThis extends Record<Name, { prototype: infer T }>
  ? T
  : never;
type WasmModule = typeof globalThis extends {
  WebAssembly: { Module: { prototype: infer T } };
}
  ? T
  : never;
