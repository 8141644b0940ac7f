import type { User } from '@openvisit/client';
import type common from '$lib/i18n/en/common';
import type { IconName } from '$lib/ui/Icon.svelte';

export interface Place {
  href: string;
  name: keyof typeof common.nav;
  icon: IconName;
}

const PRACTITIONER: Place[] = [
  { href: '/today', name: 'today', icon: 'clock' },
  { href: '/calendar', name: 'calendar', icon: 'calendar' },
  { href: '/sessions', name: 'sessions', icon: 'camera' },
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
  { href: '/settings', name: 'settings', icon: 'settings' },
];

const ADMIN: Place[] = [
  { href: '/admin/users', name: 'users', icon: 'people' },
  { href: '/admin/organizations', name: 'organizations', icon: 'briefcase' },
  { href: '/admin/usage', name: 'usage', icon: 'chart' },
  { href: '/admin/webhooks', name: 'webhooks', icon: 'link' },
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

const EVERY_PLACE = [...PRACTITIONER, ...CLIENT, ...ASSISTANT, ...ADMIN];

/** Whether a page is one of somebody's places; one that is nobody's decides by itself. */
export function mayOpen(user: User, path: string): boolean {
  const within = ({ href }: Place) => first(href) === first(path);
  return !EVERY_PLACE.some(within) || places(user).some(within);
}

function first(path: string): string {
  return path.split('/')[1] ?? '';
}

/** Where somebody's appointments are. */
export function appointments(user: User | null): string {
  const own = user ? places(user).map(({ href }) => href) : [];
  return ['/sessions', '/calendar'].find((href) => own.includes(href)) ?? home(user);
}

/** Where somebody's day begins. */
export function home(user: User | null): string {
  return (user && places(user)[0]?.href) ?? '/';
}
