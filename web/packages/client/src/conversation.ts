import {
  arrivedAs,
  failed,
  heard,
  keep,
  progressed,
  recall,
  sending,
  type ChatLine,
} from './chat.ts';
import { asProblem } from './problem.ts';
import type { ChatMessage } from './realtime.ts';
import type { CallParts } from './call-state.ts';

/** Whose conversation it is, and how what is said reaches the others. */
interface Speaking {
  /** The own place in the session. */
  participantId(): string;
  /** The server's time, in milliseconds. */
  now(): number;
  /** Resolves with the id that the server gave it. */
  say(text: string): Promise<string>;
  changed(lines: readonly ChatLine[]): void;
}

/** A session's chat as this tab has it: what was said, what is on its way, and what did not arrive. */
export class Conversation {
  #lines: readonly ChatLine[];
  /** What is on its way, or failed, by the line's id. */
  readonly #files = new Map<string, File>();

  readonly #sessionId: string;
  readonly #parts: Pick<CallParts, 'api' | 'memory'>;
  readonly #speaking: Speaking;

  constructor(sessionId: string, parts: Pick<CallParts, 'api' | 'memory'>, speaking: Speaking) {
    this.#sessionId = sessionId;
    this.#parts = parts;
    this.#speaking = speaking;
    this.#lines = recall(parts.memory, this.#key);
  }

  get lines(): readonly ChatLine[] {
    return this.#lines;
  }

  heard(message: ChatMessage): void {
    this.#set(heard(this.#lines, message));
  }

  async say(text: string, draft: string): Promise<void> {
    this.#begin(draft, { text });
    await this.#speaking.say(text).then(
      (id) => this.#set(arrivedAs(this.#lines, draft, id)),
      () => this.#set(failed(this.#lines, draft)),
    );
  }

  async sendFile(file: File, draft: string): Promise<void> {
    const { name, size, type: kind } = file;
    this.#files.set(draft, file);
    this.#begin(draft, { text: '', file: { name, size, kind } });
    try {
      const tell = (part: number) => this.#show(progressed(this.#lines, draft, part));
      const sent = await this.#parts.api.sendFile(this.#sessionId, file, tell);
      this.#files.delete(draft);
      this.#set(arrivedAs(this.#lines, draft, sent.id, sent));
    } catch (thrown) {
      const problem = asProblem(thrown);
      this.#set(failed(this.#lines, draft, problem.fieldErrors[0]?.code ?? problem.code));
    }
  }

  /** The file of a line that failed, while this page has it. */
  fileOf(draft: string): File | null {
    return this.#files.get(draft) ?? null;
  }

  /** It is over: nothing of it stays with the tab. */
  forget(): void {
    this.#parts.memory.removeItem(this.#key);
  }

  get #key(): string {
    return `openvisit:chat:${this.#sessionId}`;
  }

  #begin(id: string, said: Pick<ChatMessage, 'text' | 'file'>): void {
    const at = new Date(this.#speaking.now()).toISOString();
    const participantId = this.#speaking.participantId();
    this.#set(sending(this.#lines, { id, participantId, name: '', at, ...said }));
  }

  #set(lines: readonly ChatLine[]): void {
    keep(this.#parts.memory, this.#key, lines);
    this.#show(lines);
  }

  /** Without keeping it with the tab, for what changes many times a second. */
  #show(lines: readonly ChatLine[]): void {
    this.#lines = lines;
    this.#speaking.changed(lines);
  }
}
