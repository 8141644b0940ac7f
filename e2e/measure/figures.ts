// The middle of several measurements, printed with all of them.

export const ROUNDS = 11;

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

export function print(what: string, values: number[], unit: string): void {
  const all = values.map((value) => value.toFixed(0)).join(' ');
  const most = Math.max(...values).toFixed(0);
  console.log(`\n${what}: median ${median(values).toFixed(0)} ${unit} of ${values.length}, ${most} at most (${all})`);
}
