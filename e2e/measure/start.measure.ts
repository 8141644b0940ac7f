// From the start of the process to the first 200 on /health with an empty data folder, and what an idle
// server keeps in memory.

import { readFile } from 'node:fs/promises';

import { test } from '@playwright/test';

import { Server } from '../harness/server.ts';
import { print, ROUNDS } from './figures.ts';

for (const flags of [[], ['--demo']]) {
  const how = flags.length > 0 ? `, ${flags.join(' ')}` : '';

  test(`process start to first 200 on /health${how}`, async () => {
    const times: number[] = [];
    const memory: number[] = [];
    while (times.length < ROUNDS) {
      const server = await Server.start(flags);
      times.push(server.startedIn);
      memory.push(await residentMebibytes(server.pid));
      await server.dispose();
    }
    print(`Process start to first 200 on /health${how}`, times, 'ms');
    print(`Idle memory${how}`, memory, 'MiB');
  });
}

async function residentMebibytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
