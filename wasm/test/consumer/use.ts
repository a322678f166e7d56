// What a program in TypeScript does with the package. It is compiled, strictly,
// as ESM for Node, as CommonJS and for a bundler; see package.test.mjs.

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
  type Applicability,
  type Diagnostic,
  type DocumentReport,
  type ErrorCode,
  type Fixed,
  type FixKind,
  type Level,
  type OperationSource,
  type Options,
  type Position,
  type Severity,
} from "batchlint";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<_ extends true>(): void {}

// The types are exact: no member more, none less, none of another type.
same<Same<keyof DocumentReport, "path" | "operation" | "diagnostics" | "omitted">>();
same<Same<DocumentReport["omitted"], number | undefined>>();
same<Same<Diagnostic["serviceCode"], string | undefined>>();
same<Same<Diagnostic["severity"], Severity>>();
same<Same<Severity, "error" | "warning" | "info">>();
same<Same<Level, Severity | "off">>();
same<Same<Applicability, "safe" | "suggested">>();
same<Same<OperationSource, "given" | "config" | "envelope" | "detected">>();
same<Same<FixKind, "safe" | "all">>();
same<Same<Position, { offset: number; line: number; column: number }>>();
same<
  Same<keyof Options, "operation" | "select" | "ignore" | "severity" | "apiVersion" | "today">
>();
same<Same<Options, Partial<Options>>>();

export async function use(text: string): Promise<string[]> {
  await init();
  const options: Options = {
    operation: "pool",
    select: ["all"],
    ignore: ["time"] as const,
    severity: { AB0033: "warning", structure: "off" },
    apiVersion: "2024-07-01.20.0",
    today: "2026-01-31",
  };
  const linter = new Linter(options);
  const report: DocumentReport = linter.lint(text, "job");
  const fixed: Fixed = applyFixes(text, "safe", options);
  const again: Fixed = linter.applyFixes(fixed.text, "all");
  const lines = report.diagnostics.map((found: Diagnostic) => {
    const { line, column } = found.range.start;
    const title: string | undefined = found.fixes[0]?.title;
    return `${line}:${column} ${found.severity} ${found.code} ${found.help ?? title ?? ""}`;
  });
  const id: string | undefined = lint(text).operation?.id;
  const known: boolean = operations().some((operation) => operation.hasBody);
  const page: string = await explain((await rules())[0]?.code ?? "");
  const title: unknown = (await schema("pool"))["title"];
  return [...lines, version(), `${id} ${known} ${page} ${title} ${again.applied}`];
}

export function codeOf(call: () => void): ErrorCode | undefined {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof BatchlintError) {
      const { name, nearest }: { name: "BatchlintError"; nearest?: string } = thrown;
      return nearest === undefined || name !== "BatchlintError" ? undefined : thrown.code;
    }
  }
  return undefined;
}

export function wrong(linter: Linter, report: DocumentReport): void {
  // @ts-expect-error the text is a string
  lint(42);
  // @ts-expect-error there is a text
  lint();
  // @ts-expect-error there is no such option
  lint("{}", { operations: "pool" });
  // @ts-expect-error rules are in an array
  lint("{}", { select: "all" });
  // @ts-expect-error there is no such severity
  lint("{}", { severity: { AB0033: "warn" } });
  // @ts-expect-error the day is a string
  lint("{}", { today: new Date() });
  // @ts-expect-error there is no such kind
  linter.applyFixes("{}", "unsafe");
  // @ts-expect-error an operation may not have been found
  void report.operation.id;
  // @ts-expect-error errors are made by the package
  new BatchlintError();
}
