// A PostgreSQL of a test's own, which it may kill.

import { spawnSync } from 'node:child_process';
import path from 'node:path';

const SCRIPT = path.resolve(import.meta.dirname, '../../scripts/postgres.sh');

export class Postgres {
  private constructor(
    private readonly name: string,
    readonly url: string,
  ) {}

  static start(): Postgres {
    const name = `e2e-${process.pid}`;
    return new Postgres(name, run('start', name));
  }

  /** As the power plug does; what was committed stays. */
  crash(): void {
    run('crash', this.name);
  }

  revive(): void {
    run('revive', this.name);
  }

  dispose(): void {
    run('stop', this.name);
  }
}

function run(verb: string, name: string): string {
  const done = spawnSync(SCRIPT, [verb, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) throw new Error(`postgres.sh ${verb}: ${String(done.error ?? done.status)}`);
  return done.stdout.trim();
}
