// How long linting takes beside JSON.parse of the same text, in one run.
//
// usage: node wasm/bench.mjs, after wasm/build.sh
//
// The candidates take turns, so that a noisy machine slows them alike, and the
// fastest round of each counts.

import { lint, Linter } from "./pkg/node.mjs";

const pool = {
  id: "render",
  displayName: "Frames of the autumn film",
  vmSize: "standard_d2s_v3",
  virtualMachineConfiguration: {
    imageReference: {
      publisher: "canonical",
      offer: "0001-com-ubuntu-server-jammy",
      sku: "22_04-lts",
      version: "latest",
    },
    nodeAgentSKUId: "batch.node.ubuntu 22.04",
  },
  resizeTimeout: "PT15M",
  targetDedicatedNodes: 4,
  startTask: {
    commandLine: "/bin/bash -c './setup.sh'",
    resourceFiles: [
      { httpUrl: "https://example.blob.core.windows.net/in/setup.sh", filePath: "setup.sh" },
    ],
    userIdentity: { autoUser: { scope: "pool", elevationLevel: "admin" } },
    maxTaskRetryCount: 2,
    waitForSuccess: true,
  },
  taskSlotsPerNode: 2,
  metadata: [{ name: "owner", value: "render farm" }],
};

const task = (n) => ({
  id: `frame-${n}`,
  displayName: `Frame ${n}`,
  commandLine: `/bin/bash -c 'blender -b scene.blend -o out/frame -f ${n}'`,
  resourceFiles: Array.from({ length: 7 }, (_, file) => ({
    httpUrl: `https://example.blob.core.windows.net/in/texture-${file}.png`,
    filePath: `textures/texture-${file}.png`,
  })),
  outputFiles: [
    {
      filePattern: "out/*.png",
      destination: {
        container: {
          containerUrl: "https://example.blob.core.windows.net/out",
          path: `frames/${n}`,
        },
      },
      uploadOptions: { uploadCondition: "tasksuccess" },
    },
  ],
  environmentSettings: [{ name: "FRAME", value: String(n) }],
  constraints: { maxWallClockTime: "PT1H", retentionTime: "P1D", maxTaskRetryCount: 3 },
  userIdentity: { autoUser: { scope: "task", elevationLevel: "nonadmin" } },
});

const wrong = { ...pool, vmSize: 4, resizeTimeout: "15m", taskSlotsPerNodes: 2 };

const BODIES = [
  ["1 KB pool", "pool", pool, 400],
  ["1 KB pool, 3 findings", "pool", wrong, 200],
  ["190 KB tasks", "tasks", { value: Array.from({ length: 100 }, (_, n) => task(n)) }, 2],
];

function fastest(candidates, times) {
  const best = candidates.map(() => Infinity);
  for (let round = 0; round < 60; round += 1) {
    candidates.forEach((call, index) => {
      const start = process.hrtime.bigint();
      for (let n = 0; n < times; n += 1) call();
      best[index] = Math.min(best[index], Number(process.hrtime.bigint() - start) / times);
    });
  }
  return best;
}

const linter = new Linter();
console.log("ratios to JSON.parse of the same text\n");
for (const [name, operation, body, times] of BODIES) {
  const text = JSON.stringify(body, null, 2);
  const found = linter.lint(text, operation).diagnostics.length;
  if ((found === 0) !== (body !== wrong)) throw new Error(`${name}: ${found} findings`);
  const [parse, reused, plain, fresh] = fastest(
    [
      () => JSON.parse(text),
      () => linter.lint(text, operation),
      () => lint(text, { operation }),
      () => new Linter({ operation }).lint(text),
    ],
    times,
  );
  const ratio = (time) => (time / parse).toFixed(1).padStart(6);
  console.log(`${name} (${text.length} bytes; JSON.parse ${(parse / 1000).toFixed(1)} µs)`);
  console.log(`${ratio(reused)}  linter.lint(text, operation)`);
  console.log(`${ratio(plain)}  lint(text, { operation })`);
  console.log(`${ratio(fresh)}  new Linter({ operation }).lint(text)\n`);
}
