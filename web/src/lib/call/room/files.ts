import { tag } from '$lib/i18n';

/** What the server takes, as a file input asks for it; a phone offers its camera, too. */
export const ACCEPTED = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf'];

const MIB = 1024 * 1024;

/** Why the server would not take it; null where it may. By what the browser takes it for, which is not all. */
export function refusedHere(
  file: File,
  largest: number,
): 'wrong_type' | 'too_long' | 'required' | null {
  if (file.size === 0) return 'required';
  if (file.size > largest) return 'too_long';
  // Some systems know no type for a file: the server looks into it.
  return file.type === '' || ACCEPTED.includes(file.type) ? null : 'wrong_type';
}

/** The files of a drop or a paste; text that goes with them is left to the field. */
export function filesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])];
}

export function sizeOf(bytes: number): string {
  const [unit, count] = bytes < MIB ? ['kilobyte', bytes / 1024] : ['megabyte', bytes / MIB];
  const format = { style: 'unit', unit, maximumFractionDigits: count < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(tag(), format).format(count);
}
