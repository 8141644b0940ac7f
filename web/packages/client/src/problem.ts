import type { components } from './schema.ts';

/** What is wrong with a field; a server that is newer may have further words. */
export type FieldErrorCode = components['schemas']['FieldCode'];

export interface FieldError {
  /** Its path, such as `price.currency`; empty for the body itself. */
  field: string;
  code: FieldErrorCode;
  /** For developers, in English. */
  message: string;
}

/**
 * Why something was refused: the server's words, explained at its `/docs/problems`, and those of this package: no answer came
 * (`unreachable`), pages of this origin may read none (`origin_refused`), or whoever gives this page its token gave none (`no_token`). A
 * server that is newer may have further ones.
 */
export type ProblemCode =
  components['schemas']['ProblemCode'] | 'unreachable' | 'origin_refused' | 'no_token';

const PASSING: ProblemCode[] = ['version_conflict', 'too_many_requests'];

/** What the server refused and why (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
  /** Stable word for programs, such as `too_early`; `unreachable` when no answer came. */
  readonly code: ProblemCode;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Further members of the problem document, such as `seconds_left`. */
  readonly extras: Readonly<Record<string, unknown>>;

  constructor(
    code: ProblemCode,
    status: number,
    message: string,
    extras: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.extras = extras;
    this.name = 'Problem';
  }

  static fromBody(status: number, body: unknown): Problem {
    const members = isRecord(body) ? body : {};
    const code = typeof members.code === 'string' ? (members.code as ProblemCode) : codeOf(status);
    const detail = members.detail ?? members.title;
    return new Problem(code, status, typeof detail === 'string' ? detail : code, members);
  }

  static unreachable(cause: unknown): Problem {
    const problem = new Problem('unreachable', 0, 'The server cannot be reached.');
    problem.cause = cause;
    return problem;
  }

  /** Whoever gives this page its tokens gave none. */
  static noToken(cause: unknown): Problem {
    const problem = new Problem('no_token', 0, 'The page’s own token function gave no token.');
    problem.cause = cause;
    return problem;
  }

  /** The server lets one in, but whoever carries the call cannot be reached from here. */
  static mediaUnavailable(cause: unknown): Problem {
    const text = 'The media provider cannot be reached.';
    const problem = new Problem('media_unavailable', 503, text);
    problem.cause = cause;
    return problem;
  }

  /** Whether the same call may succeed a moment later without anybody doing anything. */
  get passing(): boolean {
    if (this.code === 'origin_refused') return false;
    return this.status === 0 || this.status >= 500 || PASSING.includes(this.code);
  }

  /** What is wrong with which field. */
  get fieldErrors(): FieldError[] {
    const { errors } = this.extras;
    if (!Array.isArray(errors)) return [];
    return errors.filter(isRecord).map(({ field, code, message }) => ({
      field: textOf(field),
      code: (textOf(code) || 'invalid') as FieldErrorCode,
      message: textOf(message),
    }));
  }

  /** A numeric extra, or null where the server sent none. */
  number(name: string): number | null {
    const value = this.extras[name];
    return typeof value === 'number' ? value : null;
  }

  /** A textual extra, or null where the server sent none. */
  text(name: string): string | null {
    const value = this.extras[name];
    return typeof value === 'string' ? value : null;
  }
}

/** Everything thrown becomes a Problem, so that callers have one kind to deal with. */
export function asProblem(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : Problem.unreachable(thrown);
}

// Proxies in between answer without a problem document.
function codeOf(status: number): ProblemCode {
  return status >= 500 ? 'unavailable' : status === 401 ? 'unauthorized' : 'bad_request';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
