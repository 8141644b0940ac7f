import type { Memory } from './identity.ts';
import type { ChatFile, ChatMessage } from './realtime.ts';

/** A line of the chat as its reader sees it. */
export interface ChatLine extends ChatMessage {
  state: 'said' | 'sending' | 'failed';
  /** How much of a file that is being sent has gone, from 0 to 1. */
  progress?: number;
  /** Why a file was not sent: a code of the server's, or of one of its fields. */
  why?: string;
}

const MOST = 300;

/** Adds what was said; the server may tell it again, and tells what this tab said itself. */
export function heard(lines: readonly ChatLine[], message: ChatMessage): readonly ChatLine[] {
  if (lines.some(({ id, state }) => id === message.id && state === 'said')) return lines;
  // An own message may be told before it is confirmed.
  const own = lines.find((line) => line.state === 'sending' && sameWords(line, message));
  const others = lines.filter(({ id }) => id !== message.id && id !== own?.id);
  return ordered([...others, { ...message, state: 'said' }]);
}

/** Adds what is on its way; its id is this tab's until the server gave it one. */
export function sending(lines: readonly ChatLine[], message: ChatMessage): readonly ChatLine[] {
  return ordered([
    ...lines.filter(({ id }) => id !== message.id),
    { ...message, state: 'sending' },
  ]);
}

export function arrivedAs(
  lines: readonly ChatLine[],
  draft: string,
  id: string,
  /** As the server calls it. */
  file?: ChatFile,
): readonly ChatLine[] {
  const message = lines.find((line) => line.id === draft);
  const others = lines.filter((line) => line.id !== draft);
  if (!message) return lines;
  const { progress: _, ...said } = message;
  const named = file && { file: { name: file.name, kind: file.kind, size: file.size } };
  return heard(others, { ...said, ...named, id });
}

export function failed(
  lines: readonly ChatLine[],
  draft: string,
  why?: string,
): readonly ChatLine[] {
  return lines.map((line) => (line.id === draft ? { ...line, state: 'failed', why } : line));
}

export function progressed(
  lines: readonly ChatLine[],
  draft: string,
  progress: number,
): readonly ChatLine[] {
  return lines.map((line) => (line.id === draft ? { ...line, progress } : line));
}

/** What this tab has of a session's chat, for after a reload; what was on its way may not have arrived. */
export function recall(memory: Memory, key: string): readonly ChatLine[] {
  try {
    const lines: ChatLine[] = JSON.parse(memory.getItem(key) ?? '[]');
    return lines.map((line) => (line.state === 'sending' ? { ...line, state: 'failed' } : line));
  } catch {
    return [];
  }
}

export function keep(memory: Memory, key: string, lines: readonly ChatLine[]): void {
  memory.setItem(key, JSON.stringify(lines));
}

function sameWords(one: ChatMessage, other: ChatMessage): boolean {
  const { file } = one;
  // The server may have given it another name.
  const sameFile = file?.size === other.file?.size;
  return one.participantId === other.participantId && one.text === other.text && sameFile;
}

// The server's messages by its clock; one that is still on its way comes last.
function ordered(lines: ChatLine[]): ChatLine[] {
  const rank = ({ state }: ChatLine) => (state === 'said' ? 0 : 1);
  const sorted = lines.sort(
    (a, b) => rank(a) - rank(b) || Date.parse(a.at) - Date.parse(b.at) || a.id.localeCompare(b.id),
  );
  return sorted.slice(-MOST);
}
