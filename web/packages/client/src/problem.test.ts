import { expect, test } from 'vitest';
import { asProblem, Problem } from './problem.ts';

test('what is wrong with each field is read from the document', () => {
  const errors = [{ field: 'email', code: 'taken', message: 'is taken' }];
  const problem = Problem.fromBody(409, { code: 'conflict', detail: 'taken', errors });
  expect(problem.code).toBe('conflict');
  expect(problem.fieldErrors).toEqual(errors);
});

test('a server that tells less is understood, and what is no list of errors is none', () => {
  const older = Problem.fromBody(422, { errors: [{ field: 'email', message: 'is taken' }] });
  expect(older.fieldErrors).toEqual([{ field: 'email', code: 'invalid', message: 'is taken' }]);
  expect(Problem.fromBody(422, { errors: ['email', null] }).fieldErrors).toEqual([]);
  expect(Problem.fromBody(422, { errors: 'email' }).fieldErrors).toEqual([]);
  expect(Problem.fromBody(502, '<html>').fieldErrors).toEqual([]);
});

test('everything thrown becomes a problem', () => {
  expect(asProblem(new TypeError('Failed to fetch')).code).toBe('unreachable');
  const problem = new Problem('too_early', 409, 'too early');
  expect(asProblem(problem)).toBe(problem);
});
