// Writes what the package loads only when it is asked for: a module for each
// operation's schema and one that knows them all, and one with the list of
// rules and their pages.
//
// usage: node schemas.mjs <folder of the package> <folder of js/'s copy>
//
// The same as `batchlint schema` prints, which test/package.test.mjs holds
// them against; made here so that the build needs no native command.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "schemas");
const read = (path) => JSON.parse(readFileSync(join(folder, path), "utf8"));
const definitions = read("models.json").$defs;

/** The names of the definitions that a schema refers to. */
function references(schema) {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === "$ref" && typeof value === "string" ? [value.split("/").at(-1)] : references(value),
  );
}

/** A body's schema with all that it refers to within the one document. */
function bundle(schema) {
  const needed = {};
  if (schema.$ref) schema.$ref = `#/${schema.$ref.split("#/").at(-1)}`;
  for (const open = references(schema); open.length > 0; ) {
    const name = open.pop();
    if (Object.hasOwn(needed, name)) continue;
    needed[name] = definitions[name];
    open.push(...references(definitions[name]));
  }
  return { ...schema, $defs: needed };
}

const [pkg, js] = process.argv.slice(2);
mkdirSync(join(pkg, "schemas"), { recursive: true });
const { operations } = read("operations.json");
const ids = [];
for (const { id, body } of operations) {
  if (!body) continue;
  ids.push(id);
  // As text: whoever asks gets an object of their own.
  const text = JSON.stringify(JSON.stringify(bundle(read(body.schema))));
  writeFileSync(join(pkg, "schemas", `${id}.js`), `export default ${text};\n`);
}
const entries = ids.map((id) => `  ${id}: () => import("./schemas/${id}.js"),\n`);
writeFileSync(join(js, "schemas.js"), `export default {\n${entries.join("")}};\n`);

// The pages that `batchlint explain` shows, as docs/rules/ has them.
const rules = join(folder, "..", "docs", "rules");
const pages = {};
for (const category of readdirSync(rules, { withFileTypes: true })) {
  if (!category.isDirectory()) continue;
  for (const name of readdirSync(join(rules, category.name))) {
    const id = `${category.name}/${name.replace(/\.md$/, "")}`;
    pages[id] = readFileSync(join(rules, category.name, name), "utf8");
  }
}
// And what `batchlint rules --format json` prints of each.
const list = readFileSync(join(rules, "rules.json"), "utf8").trim();
writeFileSync(
  join(pkg, "rule-pages.js"),
  `export default ${JSON.stringify(pages)};\nexport const rules = ${list};\n`,
);
writeFileSync(join(js, "pages.js"), 'export default () => import("./rule-pages.js");\n');
