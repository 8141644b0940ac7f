// From the start of the process to the first 200 on /health with an empty data folder, and what an idle
// server keeps in memory.

import { readFile } from 'node:fs/promises';

import { test } from '@playwright/test';

import { Server } from '../harness/server.ts';
import { print, ROUNDS } from './figures.ts';

test('process start to first 200 on /health', async () => {
  const times: number[] = [];
  const memory: number[] = [];
  while (times.length < ROUNDS) {
    const server = await Server.start();
    times.push(server.startedIn);
    memory.push(await residentMebibytes(server.pid));
    await server.dispose();
  }
  print('Process start to first 200 on /health', times, 'ms');
  print('Idle memory', memory, 'MiB');
});

async function residentMebibytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
