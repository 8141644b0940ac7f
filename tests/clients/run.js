// Programs written as the five applications' front ends are, against the release binary: once on each database.
//
//   npm --prefix tests/clients test                 everything; scripts/install-tools.sh installs what it needs
//   npm --prefix tests/clients test -- counselling  only the folders that match
//
// OPENVISIT names another binary, OPENVISIT_TEST_POSTGRES a database server in which it may create databases.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { Server } from './server.js';

const here = import.meta.dirname;
const PYTHON = '/usr/bin/python3';
const LIMIT_MS = 110_000;
const only = new RegExp(process.argv[2] ?? '');
const folders = ['telehealth', 'marketplace', 'counselling', 'clinic', 'practice', 'together'];
const total = { passed: 0, failed: 0 };

/** The test files with this ending. */
function files(ending) {
  const chosen = folders.filter((name) => only.test(name));
  return chosen
    .flatMap((name) => readdirSync(path.join(here, name)).map((file) => `${name}/${file}`))
    .filter((file) => ending.test(file));
}

/** Runs a test program, shows what it says, and gives that with how it ended. */
async function run(command, args, url) {
  const child = spawn(command, args, {
    cwd: here,
    env: { ...process.env, OPENVISIT_URL: url, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
      process.stdout.write(text);
    });
  }
  const [status] = await once(child, 'close');
  return { said, status };
}

/** Adds what a test program counted; one that failed without a failing test is one more failure. */
function count({ status }, passed, failed) {
  total.passed += passed;
  total.failed += failed || (status === 0 && passed > 0 ? 0 : 1);
}

async function inNode(url) {
  const tests = files(/\.test\.js$/);
  if (tests.length === 0) return;
  const ended = await run(process.execPath, ['--test', '--test-concurrency=3', '--test-reporter=spec', ...tests], url);
  const counted = (word) => Number(ended.said.match(new RegExp(`^ℹ ${word} (\\d+)$`, 'm'))?.[1] ?? 0);
  count(ended, counted('pass'), counted('fail') + counted('cancelled'));
}

async function inPython(url) {
  const tests = files(/\/test_\w+\.py$/).map((file) => file.replace('.py', '').replace('/', '.'));
  if (tests.length === 0) return;
  const ended = await run(PYTHON, ['-m', 'unittest', '-v', ...tests], url);
  const ran = Number(ended.said.match(/^Ran (\d+) tests?/m)?.[1] ?? 0);
  const marks = ended.said.match(/^FAILED \((.*)\)$/m)?.[1] ?? '';
  const failed = [...marks.matchAll(/(?:failures|errors)=(\d+)/g)].reduce((sum, [, many]) => sum + Number(many), 0);
  count(ended, Math.max(ran - failed, 0), failed);
}

async function on(database, databaseUrl) {
  console.log(`\n# ${database}`);
  const server = await Server.start(databaseUrl);
  try {
    await inNode(server.url);
    await inPython(server.url);
  } finally {
    await server.stop();
  }
  const errors = server.errors();
  if (errors.length > 0) console.log(`errors in the log of the server on ${database}:\n${errors.join('\n')}`);
  total.failed += errors.length > 0 ? 1 : 0;
}

/** A database of its own at the test server, which is started where nobody has given or started one. */
async function onPostgres() {
  const script = path.resolve(here, '../../scripts/postgres.sh');
  const asked = (word) =>
    execFileSync(script, [word], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const running = process.env.OPENVISIT_TEST_POSTGRES ?? attempt(() => asked('url'));
  const address = running ?? asked('start');
  const name = `openvisit_clients_${process.pid}`;
  const sql = (text) => execFileSync('psql', [address, '-q', '-c', text], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    sql(`create database ${name}`);
    const url = new URL(address);
    url.pathname = `/${name}`;
    await on('PostgreSQL', url.href);
    sql(`drop database ${name}`);
  } finally {
    if (!running) asked('stop');
  }
}

function attempt(ask) {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

await on('SQLite');
await onPostgres();
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
