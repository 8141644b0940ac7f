import { settle, type Api } from './api.ts';
import type {
  Appointment,
  CheckReport,
  Correction,
  CreatedApiKey,
  Deliveries,
  Health,
  Message,
  MessagePage,
  MessageQuery,
  NewApiKey,
  NewServiceAccount,
  Organization,
  Organizations,
  PasswordLink,
  Person,
  PersonChanges,
  NewPerson,
  PersonPage,
  PractitionerCheck,
  Ready,
  Report,
  ServiceAccount,
  ServiceAccountChanges,
  ServiceAccountPage,
  SessionCheck,
  SystemState,
  Usage,
  Webhook,
  WebhookChanges,
  WebhookPage,
  NewWebhook,
  CreatedWebhook,
  Delivery,
  DeliveryQuery,
} from './model.ts';

export interface Months {
  /** `YYYY-MM`, both included. */
  from: string;
  to: string;
  timezone: string;
}

/** What settings, reports and administration ask the server; kept apart, so that no call page loads it. */
export class Management {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async changePassword(current_password: string, new_password: string): Promise<void> {
    const body = { current_password, new_password };
    await settle(this.#api.routes.POST('/api/v1/me/password', { body }));
  }

  /** Puts right what was entered of how an appointment went. */
  correct(appointment: string, body: Correction): Promise<Appointment> {
    return settle(
      this.#api.routes.POST('/api/v1/appointments/{id}/correct', { ...at(appointment), body }),
    );
  }

  report(query: Months): Promise<Report> {
    return settle(this.#api.routes.GET('/api/v1/reports', { params: { query } }));
  }

  reportAsCsv(query: Months): Promise<string> {
    const options = { params: { query }, parseAs: 'text' } as const;
    return settle(this.#api.routes.GET('/api/v1/reports.csv', options));
  }

  usage(query: { month?: string; cursor?: string; limit?: number }): Promise<Usage> {
    return settle(this.#api.routes.GET('/api/v1/usage', { params: { query } }));
  }

  people(query: { q?: string; cursor?: string; limit?: number }): Promise<PersonPage> {
    return settle(this.#api.routes.GET('/api/v1/users', { params: { query } }));
  }

  person(id: string): Promise<Person> {
    return settle(this.#api.routes.GET('/api/v1/users/{id}', at(id)));
  }

  createPerson(body: NewPerson): Promise<Person> {
    return settle(this.#api.routes.POST('/api/v1/users', { body }));
  }

  changePerson(id: string, body: PersonChanges): Promise<Person> {
    return settle(this.#api.routes.PATCH('/api/v1/users/{id}', { ...at(id), body }));
  }

  organizations(): Promise<Organizations> {
    return settle(this.#api.routes.GET('/api/v1/organizations'));
  }

  createOrganization(name: string): Promise<Organization> {
    return settle(this.#api.routes.POST('/api/v1/organizations', { body: { name } }));
  }

  serviceAccounts(query: { cursor?: string; limit?: number }): Promise<ServiceAccountPage> {
    return settle(this.#api.routes.GET('/api/v1/service-accounts', { params: { query } }));
  }

  serviceAccount(id: string): Promise<ServiceAccount> {
    return settle(this.#api.routes.GET('/api/v1/service-accounts/{id}', at(id)));
  }

  createServiceAccount(body: NewServiceAccount): Promise<ServiceAccount> {
    return settle(this.#api.routes.POST('/api/v1/service-accounts', { body }));
  }

  changeServiceAccount(id: string, body: ServiceAccountChanges): Promise<ServiceAccount> {
    return settle(this.#api.routes.PATCH('/api/v1/service-accounts/{id}', { ...at(id), body }));
  }

  /** A key, shown this once. */
  createKey(account: string, body: NewApiKey): Promise<CreatedApiKey> {
    return settle(
      this.#api.routes.POST('/api/v1/service-accounts/{id}/keys', { ...at(account), body }),
    );
  }

  /** A key that opens the same, shown this once; the one before stays good for a day. */
  rotateKey(id: string, key: string): Promise<CreatedApiKey> {
    const params = { path: { id, key } };
    return settle(
      this.#api.routes.POST('/api/v1/service-accounts/{id}/keys/{key}/rotate', { params }),
    );
  }

  async revokeKey(id: string, key: string): Promise<void> {
    const params = { path: { id, key } };
    await settle(this.#api.routes.DELETE('/api/v1/service-accounts/{id}/keys/{key}', { params }));
  }

  webhooks(query: { cursor?: string; limit?: number }): Promise<WebhookPage> {
    return settle(this.#api.routes.GET('/api/v1/webhooks', { params: { query } }));
  }

  webhook(id: string): Promise<Webhook> {
    return settle(this.#api.routes.GET('/api/v1/webhooks/{id}', at(id)));
  }

  createWebhook(body: NewWebhook): Promise<CreatedWebhook> {
    return settle(this.#api.routes.POST('/api/v1/webhooks', { body }));
  }

  changeWebhook(id: string, body: WebhookChanges): Promise<Webhook> {
    return settle(this.#api.routes.PATCH('/api/v1/webhooks/{id}', { ...at(id), body }));
  }

  /** A new secret, shown this once; the one before is valid for a day more. */
  rotateSecret(id: string): Promise<CreatedWebhook> {
    return settle(this.#api.routes.POST('/api/v1/webhooks/{id}/rotate', at(id)));
  }

  async deleteWebhook(id: string): Promise<void> {
    await settle(this.#api.routes.DELETE('/api/v1/webhooks/{id}', at(id)));
  }

  deliveries(id: string, query: DeliveryQuery): Promise<Deliveries> {
    const params = { path: { id }, query };
    return settle(this.#api.routes.GET('/api/v1/webhooks/{id}/deliveries', { params }));
  }

  redeliver(id: string, delivery_id: string): Promise<Delivery> {
    const params = { path: { id, delivery_id } };
    return settle(
      this.#api.routes.POST('/api/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver', { params }),
    );
  }

  /** What became of each e-mail, the latest first. */
  messages(query: MessageQuery): Promise<MessagePage> {
    return settle(this.#api.routes.GET('/api/v1/messages', { params: { query } }));
  }

  resendMessage(id: string): Promise<Message> {
    return settle(this.#api.routes.POST('/api/v1/messages/{id}/resend', at(id)));
  }

  /** A link by which somebody chooses their password, shown this once. */
  passwordLink(id: string): Promise<PasswordLink> {
    return settle(this.#api.routes.POST('/api/v1/users/{id}/password-link', at(id)));
  }

  system(): Promise<SystemState> {
    return settle(this.#api.routes.GET('/api/v1/system'));
  }

  /** What works from the server's place; it may take some seconds. */
  checks(): Promise<CheckReport> {
    return settle(this.#api.routes.GET('/api/v1/system/checks'));
  }

  health(): Promise<Health> {
    return settle(this.#api.routes.GET('/health'));
  }

  /** Rejects while the database or the message broker does not answer. */
  ready(): Promise<Ready> {
    return settle(this.#api.routes.GET('/ready'));
  }

  checkSession(id: string): Promise<SessionCheck> {
    return settle(this.#api.routes.GET('/api/v1/support/sessions/{id}', at(id)));
  }

  checkPractitioner(id: string): Promise<PractitionerCheck> {
    return settle(this.#api.routes.GET('/api/v1/support/practitioners/{id}', at(id)));
  }
}

function at(id: string) {
  return { params: { path: { id } } };
}
