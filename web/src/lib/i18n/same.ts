import type { Locale } from './locale';

/** What reads the same in English, and is meant to (facts as 7): all else that is equal was forgotten. */
export const SAME: Record<Exclude<Locale, 'en'>, string[]> = {
  de: [
    'Agenda',
    'Browser',
    'Chat',
    'Link',
    'Name',
    'System',
    'Version',
    'Video',
    'Webhooks',
    'in 7',
    '7 min',
  ],
  fr: [
    'Consultation',
    'Contact',
    'Consultations',
    'Date',
    'Diagnostic',
    'E-mail',
    'Invitation',
    'Message',
    'Minutes',
    'Notes',
    'Participants',
    'Secret',
    'Total',
    'Version',
    'Webhooks',
    'page',
    '7 min',
    '7 minutes',
  ],
  es: ['Agenda', 'Chat', 'Total', 'Webhooks', 'no', '7 min'],
};
