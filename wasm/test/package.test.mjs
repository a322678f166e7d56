// The package as its users get it: packed, installed, and used from ESM,
// CommonJS, TypeScript, a bundle and a plain web page.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { chromium } from "playwright-core";
import { build } from "esbuild";

import { lint } from "../pkg/node.mjs";
import { fixtures, pkg, root } from "../support/native.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const project = mkdtempSync(join(tmpdir(), "batchlint-package-"));
const POOL = '{"id": "p", "vmSize": 4}';
const MESSAGE = "`vmSize` must be a string, not a number";

const file = (name, content) => {
  mkdirSync(dirname(join(project, name)), { recursive: true });
  writeFileSync(join(project, name), content);
  return join(project, name);
};
const run = async (...args) =>
  (await promisify(execFile)(process.execPath, args, { cwd: project, encoding: "utf8" })).stdout;

before(() => {
  const quiet = { cwd: project, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" };
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", project, pkg], quiet),
  );
  file("package.json", '{"name": "consumer", "private": true}');
  // Offline: the package needs no other.
  const flags = ["--offline", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...flags, join(project, filename)], quiet);
});

after(() => rmSync(project, { recursive: true, force: true }));

test("the package has what it needs and nothing else", () => {
  const manifest = JSON.parse(readFileSync(join(project, "node_modules/batchlint/package.json")));
  const cargo = readFileSync(join(root, "Cargo.toml"), "utf8");
  assert.equal(manifest.name, "batchlint");
  assert.equal(manifest.version, cargo.match(/^version = "(.*)"$/m)[1]);
  assert.deepEqual(manifest.dependencies, undefined);
  for (const name of ["README.md", "LICENSE-MIT", "index.d.ts", "index.d.cts", "schemas/Pools_CreatePool.js"]) {
    assert.ok(existsSync(join(project, "node_modules/batchlint", name)), name);
  }
});

const SCRIPT = `
  const report = lint(${JSON.stringify(POOL)}, { operation: "pool" });
  const found = report.diagnostics.find((one) => one.code === "AB0033");
  const title = (await schema("job")).title;
  try {
    new Linter({ operation: "pol" });
  } catch (error) {
    console.log([found.message, title, error instanceof BatchlintError, error.nearest].join(" | "));
  }
`;
const PRINTED = `${MESSAGE} | Jobs_CreateJob request body | true | pool\n`;

test("it works as ESM in Node", async () => {
  const names = "BatchlintError, lint, Linter, schema";
  const program = file("use.mjs", `import { ${names} } from "batchlint";\n${SCRIPT}`);
  assert.equal(await run(program), PRINTED);
});

test("it works as CommonJS in Node", async () => {
  const names = "BatchlintError, lint, Linter, schema";
  const program = file(
    "use.cjs",
    `const { ${names} } = require("batchlint");\n(async () => {${SCRIPT}})();`,
  );
  assert.equal(await run(program), PRINTED);
});

test("ESM and CommonJS share one module, so that errors are of one class", async () => {
  const program = file(
    "both.mjs",
    `import { createRequire } from "node:module";
     import * as esm from "batchlint";
     const cjs = createRequire(import.meta.url)("batchlint");
     console.log(Object.keys(esm).sort().join() === Object.keys(cjs).sort().join(),
                 Object.keys(cjs).every((name) => esm[name] === cjs[name]));`,
  );
  assert.equal(await run(program), "true true\n");
});

test("the README's example does what it says", async () => {
  const readme = readFileSync(join(pkg, "README.md"), "utf8");
  const [, example, printed] = readme.match(/```js\n([^]*?)```\n[^]*?```text\n([^]*?)```/);
  assert.ok(example.trim().split("\n").length <= 10, "the example has grown");
  assert.equal(await run(file("example.mjs", example)), printed);
});

// ------------------------------------------------------------- TypeScript

const CONFIGS = {
  "ESM in Node": {
    file: "use.mts",
    options: { module: "nodenext", moduleResolution: "nodenext", types: ["node"], lib: ["es2022"] },
  },
  "CommonJS in Node": {
    file: "use.cts",
    options: { module: "nodenext", moduleResolution: "nodenext", types: ["node"], lib: ["es2022"] },
  },
  "a bundler": {
    file: "use.ts",
    options: { module: "esnext", moduleResolution: "bundler", types: [], lib: ["es2022", "dom"] },
  },
  "neither Node's types nor the browser's": {
    file: "use.ts",
    options: { module: "esnext", moduleResolution: "bundler", types: [], lib: ["es2022"] },
  },
};

async function compile(files, options) {
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    target: "es2022",
    typeRoots: [join(modules, "@types")],
  };
  const config = file("tsconfig.json", JSON.stringify({ files, compilerOptions: { ...strict, ...options } }));
  try {
    await run(join(modules, "typescript/bin/tsc"), "-p", config);
  } catch (error) {
    assert.fail(error.stdout || error.message);
  }
}

for (const [name, { file: target, options }] of Object.entries(CONFIGS)) {
  test(`strict TypeScript takes it, for ${name}`, async () => {
    cpSync(join(here, "consumer/use.ts"), join(project, target));
    await compile([target], options);
  });
}

test("the types are those of real reports: nothing is missing, nothing is left over", async () => {
  // A literal with a member that its type has not does not compile.
  const reports = fixtures.map((path) => lint(readFileSync(join(root, path), "utf8")));
  assert.ok(reports.some((report) => report.diagnostics.some((found) => found.related.length > 0)));
  file(
    "reports.ts",
    `import type { DocumentReport } from "batchlint";\n` +
      reports
        .filter((report) => report.diagnostics.length > 0)
        .map((report, n) => `export const r${n}: DocumentReport = ${JSON.stringify(report)};\n`)
        .join(""),
  );
  await compile(["reports.ts"], CONFIGS["a bundler"].options);
});

// --------------------------------------------------------------- browsers

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves the project, and gives what a page of it puts into its title. */
async function titleOf(page) {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  assert.ok(
    existsSync(executablePath),
    `there is no ${executablePath}: run tests/run --install, or name a Chromium in $CHROMIUM`,
  );
  const server = createServer((request, response) => {
    const path = join(project, normalize(new URL(request.url, "http://x").pathname));
    if (!path.startsWith(project) || !existsSync(path) || !extname(path)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" });
    response.end(readFileSync(path));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const tab = await browser.newPage();
    const errors = [];
    tab.on("pageerror", (error) => errors.push(error));
    await tab.goto(`http://127.0.0.1:${server.address().port}/${page}`);
    await tab.waitForFunction(() => document.title !== "", null, { timeout: 30_000 }).catch((error) => {
      throw errors[0] ?? error;
    });
    return await tab.title();
  } finally {
    await browser.close();
    server.close();
  }
}

const html = (script) => `<!doctype html><html><head></head><body>${script}</body></html>`;

test("a plain web page uses it without a bundler", async () => {
  file(
    "page.html",
    html(`<script type="module">
      import { init, lint, schema } from "./node_modules/batchlint/browser.js";
      let before;
      try { lint("{}"); } catch (error) { before = error.code; }
      const [first] = await Promise.all([init(), init()]);
      const found = lint(${JSON.stringify(POOL)}, { operation: "pool" }).diagnostics
        .find((one) => one.code === "AB0033");
      document.title = [before, typeof first, found.message, (await schema("job")).title].join(" | ");
    </script>`),
  );
  const expected = `not-ready | undefined | ${MESSAGE} | Jobs_CreateJob request body`;
  assert.equal(await titleOf("page.html"), expected);
});

test("esbuild bundles it for browsers", async () => {
  const entry = file(
    "app.js",
    `import module from "batchlint/batchlint_wasm_bg.wasm";
     import { init, lint, schema } from "batchlint";
     await init(module);
     const found = lint(${JSON.stringify(POOL)}, { operation: "pool" }).diagnostics
       .find((one) => one.code === "AB0033");
     document.title = [found.message, (await schema("job")).title].join(" | ");`,
  );
  await build({
    entryPoints: [entry],
    absWorkingDir: project,
    outdir: join(project, "dist"),
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "browser",
    loader: { ".wasm": "file" },
    publicPath: "/dist",
    logLevel: "error",
  });
  file("bundle.html", html('<script type="module" src="dist/app.js"></script>'));
  assert.equal(await titleOf("bundle.html"), `${MESSAGE} | Jobs_CreateJob request body`);
});

test("a bundler that leaves Node's modules alone can be told where the module is", async () => {
  const entry = file(
    "bytes.mjs",
    `import { readFileSync } from "node:fs";
     import { init, lint } from "./node_modules/batchlint/browser.js";
     await init(readFileSync("node_modules/batchlint/batchlint_wasm_bg.wasm"));
     console.log(lint("{").diagnostics.length > 0);
     await init(42).catch((error) => console.log(error.code));`,
  );
  assert.equal(await run(entry), "true\nwrong-type\n");
});
