import { plural } from '../locale';

/** What stands beside the pictures of a call. */
export default {
  notes: {
    title: 'Notes',
    hidden:
      'You are sharing a whole screen or window, which may show this page. So that nobody reads along, your notes are hidden while you share.',
    show: 'Show them all the same',
    saving: 'Being saved …',
    failed: 'Not saved yet; it is tried again. What you typed is kept in this tab.',
    over: (p: { over: number }) =>
      plural(p.over, {
        one: '1 character too many: not saved',
        other: `${p.over} characters too many: not saved`,
      }),
  },
};
