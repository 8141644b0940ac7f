import { expect, test } from 'vitest';
import { calendarFile } from './calendar-file';

const session = {
  id: '0192-7',
  starts_at: '2026-11-25T09:00:00Z',
  ends_at: '2026-11-25T09:30:00.5Z',
  server_time: '2026-11-20T08:00:00.123456Z',
  version: 3,
};

test('an appointment becomes a file that calendar programs take', () => {
  const link = 'https://visit.example/join/0192-7';
  const lines = calendarFile(session, { title: 'Sleep, with Dr. Ada; part 2', link }).split('\r\n');
  expect(lines).toContain('DTSTART:20261125T090000Z');
  expect(lines).toContain('DTEND:20261125T093000Z');
  expect(lines).toContain('DTSTAMP:20261120T080000Z');
  expect(lines).toContain('SUMMARY:Sleep\\, with Dr. Ada\\; part 2');
  expect(lines).toContain(`URL:${link}`);
  expect(lines.at(-1)).toBe('');
});

test('a visit in person has no link, and long titles go on in the next line', () => {
  const title = `${'Überlang '.repeat(12)}\nEnde`;
  const file = calendarFile(session, { title, link: null });
  expect(file).not.toContain('URL:');
  for (const line of file.split('\r\n'))
    expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(file.replaceAll('\r\n ', '')).toContain(`${'Überlang '.repeat(12)}\\nEnde`);
});
