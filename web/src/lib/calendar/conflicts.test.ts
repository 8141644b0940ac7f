import { Problem } from '@openvisit/client';
import { describe, expect, it } from 'vitest';
import { catalogue } from '$lib/i18n/catalogue';
import { inTheWay, sentenceOf, type Around } from './conflicts';

const at = (time: string) => Date.parse(`2026-11-25T${time}:00Z`);

const booked = {
  id: 'a',
  practitioner_id: 'ada',
  client_id: 'sam',
  starts_at: '2026-11-25T10:00:00Z',
  ends_at: '2026-11-25T10:30:00Z',
  status: 'scheduled' as const,
};

describe('inTheWay', () => {
  const wish = { practitioner_id: 'ada', from: at('10:15'), to: at('10:45') };

  it('finds what overlaps, of the practitioner or of the client', () => {
    expect(inTheWay(wish, [booked])).toBe(booked);
    expect(inTheWay({ ...wish, practitioner_id: 'bo', client_id: 'sam' }, [booked])).toBe(booked);
    expect(inTheWay({ ...wish, practitioner_id: 'bo', client_id: 'kim' }, [booked])).toBeNull();
  });

  it('lets one begin when the other ends', () => {
    expect(inTheWay({ ...wish, from: at('10:30') }, [booked])).toBeNull();
    expect(inTheWay({ ...wish, from: at('09:30'), to: at('10:00') }, [booked])).toBeNull();
  });

  it('overlooks the moved one itself, and what is over', () => {
    expect(inTheWay({ ...wish, id: 'a' }, [booked])).toBeNull();
    expect(inTheWay(wish, [{ ...booked, status: 'cancelled' as const }])).toBeNull();
  });
});

describe('sentenceOf', () => {
  const around: Around = {
    words: catalogue('en', 'calendar').refused,
    time: (instant) => new Date(instant).toISOString().slice(11, 16),
    holder: () => 'Sam Lindqvist',
    client: 'Kim Sand',
  };
  const taken = new Problem('slot_taken', 409, 'taken', {
    starts_at: '2026-11-25T10:00:00Z',
    ends_at: '2026-11-25T10:30:00Z',
  });

  it('says who has the time', () => {
    expect(sentenceOf(taken, around)).toBe('This time is taken by Sam Lindqvist, 10:00 to 10:30.');
  });

  it('says that it is the client who cannot then', () => {
    const clients = new Problem('slot_taken', 409, 'taken', { ...taken.extras, party: 'client' });
    const sentence = 'Kim Sand already has another appointment from 10:00 to 10:30.';
    expect(sentenceOf(clients, around)).toBe(sentence);
    const unnamed = sentenceOf(clients, { ...around, client: null, holder: () => null });
    expect(unnamed).toBe('The time from 10:00 to 10:30 is taken.');
  });

  it('says the time where nobody may be named', () => {
    const sentence = sentenceOf(taken, { ...around, holder: () => null });
    expect(sentence).toBe('The time from 10:00 to 10:30 is taken.');
  });

  it('has words for what else a calendar is refused', () => {
    expect(sentenceOf(new Problem('version_conflict', 409, ''), around)).toContain('Someone else');
    expect(sentenceOf(new Problem('not_allowed_now', 409, ''), around)).toContain('has started');
    expect(sentenceOf(Problem.unreachable(null), around)).toContain('Can’t reach');
  });

  it('leaves the rest to others', () => {
    expect(sentenceOf(new Problem('quota_exceeded', 409, ''), around)).toBeNull();
  });
});
