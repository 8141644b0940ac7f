import refused from '../../../crates/app/src/error.rs?raw';
import problems from '../../../crates/server/src/http/problem.rs?raw';

/** Every code that the server may refuse with, out of its source: for tests alone. */
export const SERVER_CODES: string[] = [refused, problems].flatMap((source) => {
  const [, codes = ''] =
    /fn code\(&self\) -> &'static str \{\n([\s\S]*?)\n {4}\}\n/.exec(source) ?? [];
  return [...codes.matchAll(/"([a-z_]+)"/g)].map(([, code]) => String(code));
});
