import type { PractitionerCheck, SessionCheck } from '@openvisit/client';

const LATER = '2026-11-23T09:30:00Z';

/** A session as support sees it, for tests. */
export function sessionCheck(facts: Partial<SessionCheck> = {}): SessionCheck {
  return {
    id: '1',
    found: true,
    status: 'scheduled',
    kind: 'video',
    request: null,
    opens_at: null,
    due_at: null,
    payment_settled: true,
    participants: [],
    can_be_ended: true,
    recommendations: [],
    ...facts,
  };
}

type Request = NonNullable<SessionCheck['request']>;

export function requestCheck(facts: Partial<Request> = {}): Request {
  return {
    id: '1',
    customer_user_id: '2',
    openvisit_customer_user_id: '2',
    status: 'pending',
    created_at: LATER,
    expires_at: LATER,
    organization_only_until: null,
    ...facts,
  };
}

/** A practitioner who lacks nothing. */
export function practitionerCheck(facts: Partial<PractitionerCheck> = {}): PractitionerCheck {
  return {
    accounts: 1,
    login: { exists: true, enabled: true, user_id: '1', openvisit_user_id: '1' },
    mechanic: {
      linked: true,
      user_id: '1',
      openvisit_user_id: '1',
      can_accept_sessions: true,
      service_tier: null,
      workshop_id: null,
    },
    required: { linked: true, login_exists_and_is_enabled: true, can_accept_sessions: true },
    pending_requests: 2,
    visible_requests: 2,
    filtered_out: [],
    recommendations: [],
    ...facts,
  };
}

type FilteredOut = PractitionerCheck['filtered_out'][number];

/** A request that a rule keeps away. */
export function keptAway(rule: string, facts: Partial<FilteredOut> = {}): FilteredOut {
  return { request_id: '1', rule, reason: '', tiers: null, until: null, ...facts };
}
