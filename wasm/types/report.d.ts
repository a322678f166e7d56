// Written by wasm/tests/types.rs from the Rust types; do not edit.
//
//   BATCHLINT_UPDATE=1 cargo test -p batchlint-wasm --features typescript

/** What was found in one document. */
export type DocumentReport = {
  /**
   * The document's path as given; `-` for standard input. The library,
   * which reads no files, leaves it out.
   */
  path?: string;
  /** The operation the document was checked for, if one fits. */
  operation: OperationReport | null;
  /** The findings, by offset, then code. */
  diagnostics: Array<Diagnostic>;
  /**
   * How many further findings are not listed; none is harsher than those
   * that are.
   */
  omitted?: number;
};

/** The operation a document was checked for. */
export type OperationReport = {
  /** The operation's id. */
  id: string;
  /** How it was found. */
  source: OperationSource;
  /** Why this one, in words. */
  reason: string;
};

/** How a document's operation was found. */
export type OperationSource = "given" | "config" | "envelope" | "detected";

/** One finding. */
export type Diagnostic = {
  /** Code of the rule, such as `AB0101`, or of a team's policy. */
  code: string;
  /** Id of the rule, such as `certificate/thumbprint-algorithm`. */
  rule: string;
  /** How bad it is. */
  severity: Severity;
  /** What is wrong, in a sentence without a full stop. */
  message: string;
  /** What to do about it. */
  help?: string;
  /** The error code that the service would answer with, where it is known. */
  serviceCode?: string;
  /** Address of the rule's documentation; a team's policy has none. */
  url?: string;
  /**
   * JSON pointer (RFC 6901) of the value concerned, within the document as
   * given. For a missing property, of the object that lacks it.
   */
  pointer: string;
  /** Where to look in the text. */
  range: Range;
  /** Other places that belong to it. */
  related: Array<Related>;
  /** Edits that would mend it, each complete by itself. */
  fixes: Array<Fix>;
};

/** How bad a finding is. */
export type Severity = "info" | "warning" | "error";

/** A range of the text; `end` is exclusive. */
export type Range = {
  /** The first character. */
  start: Position;
  /** The place behind the last character. */
  end: Position;
};

/** A place in a text. */
export type Position = {
  /**
   * Offset from the start of the text: in bytes of UTF-8, or in UTF-16 code
   * units where a report says so.
   */
  offset: number;
  /** Line, from 1. A line ends with `\n`. */
  line: number;
  /**
   * Column, from 1: in Unicode code points, or in UTF-16 code units where a
   * report says so.
   */
  column: number;
};

/** Another place that belongs to a finding. */
export type Related = {
  /** What is there. */
  message: string;
  /** Where it is. */
  range: Range;
};

/** A way to mend a finding. */
export type Fix = {
  /** What the fix does, in a few words. */
  title: string;
  /** Whether it may be applied unseen. */
  applicability: Applicability;
  /** The edits, in document order, none overlapping another. */
  edits: Array<Edit>;
};

/** Whether a fix may be applied unseen. */
export type Applicability = "safe" | "suggested";

/** Replaces a range of the text. */
export type Edit = {
  /** Offset of the first character replaced. */
  start: number;
  /** Offset behind the last; equal to `start` where text is only inserted. */
  end: number;
  /** What to write instead. */
  text: string;
};

/** How to lint. Every member may be left out. */
export type Options = {
  /**
   * The operation that documents are for, by id or alias; found by each
   * document's shape if left out.
   */
  operation?: string;
  /** Only these rules: codes, ids, categories, groups or `all`. */
  select?: readonly string[];
  /** All but these rules. */
  ignore?: readonly string[];
  /** Severities of rules, by code, id, category, group or `all`. */
  severity?: Readonly<Record<string, Level>>;
  /**
   * The version of the API to check against, whatever a request says of
   * itself.
   */
  apiVersion?: string;
  /**
   * The day of the run, `YYYY-MM-DD`, for rules about dates. Without it
   * they say nothing.
   */
  today?: string;
};

/** A severity to give rules; `off` has them not run. */
export type Level = "error" | "warning" | "info" | "off";

/**
 * Which fixes to apply: those that write what the author surely meant, or
 * guesses as well.
 */
export type FixKind = "safe" | "all";

/** A text with its fixes applied. */
export type Fixed = {
  /** The text; the one given if there was nothing to apply. */
  text: string;
  /** How many fixes were applied. */
  applied: number;
};

/** A rule, as lists of them have it. */
export type RuleEntry = {
  /** Its code, such as `AB0101`. */
  code: string;
  /** Its id, such as `certificate/thumbprint-algorithm`. */
  id: string;
  /** The part of the id before the slash. */
  category: string;
  /** The severity of its findings, where a finding has no milder one. */
  severity: Severity;
  /** `recommended` or `pedantic`: whether it runs unless asked for. */
  group: string;
  /** `preview`, `stable` or `deprecated`. */
  status: string;
  /** `documented`, `reported` or `inferred`: how sure the fact is. */
  confidence: string;
  /** How sure the surest of its fixes is, where it offers some. */
  fix?: Applicability;
  /** What it finds, in a sentence. */
  summary: string;
  /** The error code that the service would answer with, where it is known. */
  serviceCode?: string;
  /** Address of its page. */
  url: string;
};

/** An operation of the API. */
export type OperationEntry = {
  /** Its id, such as `Pools_CreatePool`. */
  id: string;
  /** The HTTP method. */
  method: string;
  /** The path, with `{placeholders}`. */
  path: string;
  /** Short names, such as `pool`. */
  aliases: Array<string>;
  /** Whether it takes a body, and so has a schema. */
  hasBody: boolean;
  /** Whether the API marks it as deprecated. */
  deprecated: boolean;
};

/** What is wrong with a call. */
export type ErrorCode = "not-ready" | "wrong-type" | "unknown-option" | "unknown-operation" | "unknown-rule" | "unknown-severity" | "unknown-version" | "unknown-kind" | "not-a-date" | "no-body";
