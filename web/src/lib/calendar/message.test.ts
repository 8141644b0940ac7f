import { expect, it } from 'vitest';
import { catalogue } from '$lib/i18n/catalogue';
import { mailOf, messageOf, type Facts } from './message';

const words = catalogue('en', 'calendar').message;
const facts: Facts = {
  title: 'Follow-up & results',
  when: 'Wednesday, 25 November 2026, 14:00 – 14:30',
  zone: 'Central European Standard Time',
  practitioner: 'Dr. Ada Okafor',
  link: 'https://visit.example.org/join/0192',
  test: 'https://visit.example.org/test',
  passcode: '012345',
};

it('says everything that one needs to come', () => {
  expect(messageOf(facts, words)).toBe(
    [
      'Follow-up & results',
      'Dr. Ada Okafor',
      'Wednesday, 25 November 2026, 14:00 – 14:30 (Central European Standard Time)',
      'Join here: https://visit.example.org/join/0192',
      'Passcode: 012345',
      'Test your camera and sound beforehand: https://visit.example.org/test',
    ].join('\n'),
  );
});

it('leaves out the passcode where there is none', () => {
  expect(messageOf({ ...facts, passcode: null }, words)).not.toContain('Passcode');
});

it('has neither link nor passcode for an appointment in person', () => {
  const text = messageOf({ ...facts, title: null, link: null }, words);
  expect(text.split('\n')).toEqual([
    'In-person visit',
    'Dr. Ada Okafor',
    'Wednesday, 25 November 2026, 14:00 – 14:30 (Central European Standard Time)',
  ]);
});

it('survives the way into a mail program', () => {
  const url = new URL(mailOf(facts, words, 'sam+visits@example.org'));
  expect(decodeURIComponent(url.pathname)).toBe('sam+visits@example.org');
  const query = new URLSearchParams(url.search);
  expect(query.get('subject')).toContain('Follow-up & results');
  expect(query.get('body')).toBe(messageOf(facts, words).replaceAll('\n', '\r\n'));
});
