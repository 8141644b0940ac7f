/** The marks of an axis from zero that reaches over `highest`, in round steps; at least one above zero. */
export function marks(highest: number, about = 4): number[] {
  const step = round(Math.max(1, highest) / about);
  const count = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}

/** The next 1, 2 or 5 times a power of ten; counts of things know no halves. */
function round(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((it) => it * power >= rough) ?? 10;
  return Math.max(1, factor * power);
}
