// Schemathesis against the release binary with demo data: does it answer as its description says, whatever is sent?
//
//   node tests/schemathesis/run.js           the same calls each time; scripts/schemathesis.sh installs what it needs
//   node tests/schemathesis/run.js SECONDS   other calls, for so long
//
// OPENVISIT_TEST_SERVER names another binary, SCHEMATHESIS the program.

import { spawn } from "node:child_process";
import { once } from "node:events";

import { Server } from "../clients/server.js";

const [seconds] = process.argv.slice(2);
const DIALECTS = [
  "telehealth",
  "marketplace",
  "counselling",
  "clinic",
  "practice",
];
// The canonical API's description, and each dialect's, with its part of the time.
const DOCUMENTS = [
  ["openapi.json", 0.5],
  ...DIALECTS.map((name) => [`openapi/${name}.json`, 0.1]),
];

function longer(part) {
  const seed = Math.floor(Math.random() * 2 ** 31);
  return ["--seed", `${seed}`, "--max-time", `${Math.ceil(seconds * part)}`];
}

/** Whether the server answers as this document says. */
async function holds(server, document, part) {
  const schemathesis = spawn(
    process.env.SCHEMATHESIS ?? "schemathesis",
    [
      "run",
      `${server.url}/${document}`,
      "--no-color",
      ...(seconds ? longer(part) : []),
    ],
    {
      cwd: import.meta.dirname,
      env: { ...process.env, OPENVISIT_URL: server.url },
      stdio: "inherit",
    },
  );
  const [status] = await once(schemathesis, "exit");
  return status === 0;
}

const server = await Server.start(undefined, ["--demo"]);
const failed = [];
for (const [document, part] of DOCUMENTS) {
  if (!(await holds(server, document, part))) failed.push(document);
}
await server.stop();
for (const line of [...failed, ...server.errors()]) console.log(`✖ ${line}`);
process.exitCode = failed.length || server.errors().length ? 1 : 0;
