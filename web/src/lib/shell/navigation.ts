import type { User } from '@openvisit/client';
import type { Messages } from '$lib/i18n';
import type { IconName } from '$lib/ui/Icon.svelte';

export type PlaceName = keyof Messages['common']['nav'];

export interface Place {
  href: string;
  name: PlaceName;
  icon: IconName;
}

const PRACTITIONER: Place[] = [
  { href: '/today', name: 'today', icon: 'clock' },
  { href: '/calendar', name: 'calendar', icon: 'calendar' },
  { href: '/sessions', name: 'sessions', icon: 'camera' },
  { href: '/clients', name: 'clients', icon: 'person' },
  { href: '/requests', name: 'requests', icon: 'people' },
  { href: '/reports', name: 'reports', icon: 'chart' },
  { href: '/settings', name: 'settings', icon: 'settings' },
];

const CLIENT: Place[] = [
  { href: '/overview', name: 'overview', icon: 'clock' },
  { href: '/sessions', name: 'sessions', icon: 'camera' },
  { href: '/settings', name: 'settings', icon: 'settings' },
];

const ASSISTANT: Place[] = [
  { href: '/calendar', name: 'calendar', icon: 'calendar' },
  { href: '/arrivals', name: 'arrivals', icon: 'clock' },
  { href: '/clients', name: 'clients', icon: 'person' },
  { href: '/settings', name: 'settings', icon: 'settings' },
];

const ADMIN: Place[] = [
  { href: '/admin/users', name: 'users', icon: 'people' },
  { href: '/admin/organizations', name: 'organizations', icon: 'briefcase' },
  { href: '/admin/usage', name: 'usage', icon: 'chart' },
  { href: '/admin/webhooks', name: 'webhooks', icon: 'link' },
  { href: '/admin/programs', name: 'programs', icon: 'key' },
  { href: '/admin/system', name: 'system', icon: 'server' },
  { href: '/admin/support', name: 'support', icon: 'help' },
  { href: '/settings', name: 'settings', icon: 'settings' },
];

/** Where somebody may go: what a role may not do is not shown. */
export function places(user: User): Place[] {
  const all = [
    ...(user.roles.includes('practitioner') ? PRACTITIONER : []),
    ...(user.roles.includes('client') ? CLIENT : []),
    ...(user.roles.includes('assistant') ? ASSISTANT : []),
    ...(user.roles.includes('admin') ? ADMIN : []),
  ];
  // Who has two roles sees what both have once, and the settings last.
  const once = all.filter((place, at) => all.findIndex(({ href }) => href === place.href) === at);
  return [
    ...once.filter(({ name }) => name !== 'settings'),
    ...once.filter(({ name }) => name === 'settings'),
  ];
}

/** Addresses that other programs link to, and whose they are. */
const CLIENTS_ONLY = ['customer', 'intake'];

const EVERY_PLACE = [...PRACTITIONER, ...CLIENT, ...ASSISTANT, ...ADMIN];

/** Whether a page is one of somebody's places; one that is nobody's decides by itself. */
export function mayOpen(user: User, path: string): boolean {
  if (CLIENTS_ONLY.includes(first(path))) return user.roles.includes('client');
  // Whose it is, the server knows.
  if (isOneSession(path)) return true;
  const within = ({ href }: Place) => first(href) === first(path);
  return !EVERY_PLACE.some(within) || places(user).some(within);
}

function isOneSession(path: string): boolean {
  return /^\/sessions\/[^/]+$/.test(path);
}

function first(path: string): string {
  return path.split('/')[1] ?? '';
}

/** Where somebody's day begins. */
export function home(user: User | null): string {
  return (user && places(user)[0]?.href) ?? '/';
}
