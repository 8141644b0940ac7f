import type { NewWebhook, Webhook } from '@openvisit/client';
import type { Messages } from '$lib/i18n';
import { refusedHere } from '$lib/ui/field-errors';

export type EventName = keyof Messages['admin']['webhooks']['eventNames'];

/** What a webhook's form shows mistakes of. */
export const WEBHOOK_FIELDS = ['url', 'events', 'organization_id'];

/** A webhook as its form holds it. */
export interface Draft {
  url: string;
  every: boolean;
  events: string[];
  organization: string;
  metadata: boolean;
}

export const NOWHERE: Draft = {
  url: '',
  every: true,
  events: [],
  organization: '',
  metadata: true,
};

export function draftOf(webhook: Webhook): Draft {
  return {
    url: webhook.url,
    every: webhook.events === null,
    events: webhook.events ?? [],
    organization: webhook.organization_id ?? '',
    metadata: webhook.metadata,
  };
}

/** What the server is told; throws where no event was chosen. */
export function newWebhookOf(draft: Draft): NewWebhook {
  if (!draft.every && draft.events.length === 0) throw refusedHere('events', 'required');
  return {
    url: draft.url.trim(),
    events: draft.every ? null : draft.events,
    organization_id: draft.organization || null,
    metadata: draft.metadata,
  };
}
