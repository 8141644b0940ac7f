// Schemathesis against the release binary with demo data: does it answer as its description says, whatever is sent?
//
//   node tests/schemathesis/run.js           the same calls each time; scripts/schemathesis.sh installs what it needs
//   node tests/schemathesis/run.js SECONDS   other calls, for so long
//
// OPENVISIT names another binary, SCHEMATHESIS the program.

import { spawn } from "node:child_process";
import { once } from "node:events";

import { Server } from "../clients/server.js";

const [seconds] = process.argv.slice(2);
const LONGER = [
  "--seed",
  `${Math.floor(Math.random() * 2 ** 31)}`,
  "--max-time",
  seconds,
];

const server = await Server.start(undefined, ["--demo"]);
const schemathesis = spawn(
  process.env.SCHEMATHESIS ?? "schemathesis",
  [
    "run",
    `${server.url}/openapi.json`,
    "--no-color",
    ...(seconds ? LONGER : []),
  ],
  {
    cwd: import.meta.dirname,
    env: { ...process.env, OPENVISIT_URL: server.url },
    stdio: "inherit",
  },
);
const [status] = await once(schemathesis, "exit");
await server.stop();
for (const line of server.errors()) console.log(`✖ ${line}`);
process.exitCode = status === 0 && server.errors().length === 0 ? 0 : 1;
