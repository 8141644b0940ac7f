/**
 * The words of the API as types. They are taken from the routes, not from the document's schema
 * names, so that a server that names its schemas otherwise still fits.
 */
import type { paths } from './schema.ts';

/** The server leaves no field out, though its document says so of those that may be null. */
export type Filled<T> = T extends (infer Item)[]
  ? Filled<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Filled<Exclude<T[Key], undefined>> }
    : T;

type Body<T> = T extends { content: { 'application/json': infer B } } ? B : never;
/** A body where one is sent, also of a route that does without. */
type Sent<T> = T extends { requestBody?: infer R } ? NonNullable<Body<NonNullable<R>>> : never;
type Answer<T, Code extends number = 200> = T extends { responses: infer R }
  ? Code extends keyof R
    ? Filled<Body<R[Code]>>
    : never
  : never;
/** What a list is asked for by. */
type Query<T> = T extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;

export type Config = Answer<paths['/api/v1/config']['get']>;
export type Tokens = Answer<paths['/api/v1/auth/login']['post']>;
export type User = Tokens['user'];
export type OwnChanges = Sent<paths['/api/v1/me']['patch']>;
export type PractitionerPage = Answer<paths['/api/v1/practitioners']['get']>;
export type PractitionerQuery = Query<paths['/api/v1/practitioners']['get']>;
export type Practitioner = PractitionerPage['items'][number];
export type AppointmentQuery = Query<paths['/api/v1/appointments']['get']>;
export type SessionQuery = Query<paths['/api/v1/sessions']['get']>;
export type SessionPage = Answer<paths['/api/v1/sessions']['get']>;
export type AppointmentPage = Answer<paths['/api/v1/appointments']['get']>;
export type Appointment = AppointmentPage['items'][number];
export type Session = Answer<paths['/api/v1/sessions/{id}']['get']>;
export type Participant = Session['participants'][number];
/** What is told to those who wait. */
export type Word = Sent<paths['/api/v1/sessions/{id}/word']['put']>;
export type Joined = Answer<paths['/api/v1/sessions/{id}/join']['post']>;
export type MediaGrant = NonNullable<Joined['media']>;
export type Invitation = Answer<paths['/api/v1/appointments/{id}/invitations']['post'], 201>;
/** One as the appointment lists it: without its link. */
export type ListedInvitation = Answer<
  paths['/api/v1/appointments/{id}/invitations']['get']
>['items'][number];
export type Redeemed = Answer<paths['/api/v1/invitations/redeem']['post']>;
export type SentFile = Answer<paths['/api/v1/sessions/{id}/files']['post'], 201>;
export type Usage = Answer<paths['/api/v1/usage']['get']>;
export type PersonPage = Answer<paths['/api/v1/users']['get']>;
export type Person = PersonPage['items'][number];
export type ClientChanges = Sent<paths['/api/v1/clients/{id}']['patch']>;
export type NewPerson = Sent<paths['/api/v1/users']['post']>;
export type PersonChanges = Sent<paths['/api/v1/users/{id}']['patch']>;
export type Role = User['roles'][number];
export type Organizations = Answer<paths['/api/v1/organizations']['get']>;
export type Organization = Organizations['items'][number];
export type ServiceAccountPage = Answer<paths['/api/v1/service-accounts']['get']>;
/** A program that asks with keys of its own. */
export type ServiceAccount = ServiceAccountPage['items'][number];
export type NewServiceAccount = Sent<paths['/api/v1/service-accounts']['post']>;
export type ServiceAccountChanges = Sent<paths['/api/v1/service-accounts/{id}']['patch']>;
export type ApiKey = ServiceAccount['keys'][number];
export type Scope = ApiKey['scopes'][number];
export type NewApiKey = Sent<paths['/api/v1/service-accounts/{id}/keys']['post']>;
export type CreatedApiKey = Answer<paths['/api/v1/service-accounts/{id}/keys']['post'], 201>;
export type WebhookPage = Answer<paths['/api/v1/webhooks']['get']>;
export type Webhook = WebhookPage['items'][number];
export type NewWebhook = Sent<paths['/api/v1/webhooks']['post']>;
export type CreatedWebhook = Answer<paths['/api/v1/webhooks']['post'], 201>;
export type WebhookChanges = Sent<paths['/api/v1/webhooks/{id}']['patch']>;
export type Deliveries = Answer<paths['/api/v1/webhooks/{id}/deliveries']['get']>;
export type DeliveryQuery = Query<paths['/api/v1/webhooks/{id}/deliveries']['get']>;
export type Delivery = Deliveries['items'][number];
export type MessagePage = Answer<paths['/api/v1/messages']['get']>;
export type MessageQuery = Query<paths['/api/v1/messages']['get']>;
/** An e-mail to somebody, without what it says. */
export type Message = MessagePage['items'][number];
export type PasswordLink = Answer<paths['/api/v1/users/{id}/password-link']['post'], 201>;
export type CalendarFeed = Answer<paths['/api/v1/me/calendar-feed']['get']>;
export type Health = Answer<paths['/health']['get']>;
export type Ready = Answer<paths['/ready']['get']>;
export type SessionCheck = Answer<paths['/api/v1/support/sessions/{id}']['get']>;
export type PractitionerCheck = Answer<paths['/api/v1/support/practitioners/{id}']['get']>;
export type Report = Answer<paths['/api/v1/reports']['get']>;
/** What an operator's self-check found. */
export type CheckReport = Answer<paths['/api/v1/system/checks']['get']>;
export type Finding = CheckReport['findings'][number];
export type CheckName = Finding['check'];
export type CheckCode = Finding['code'];
export type CheckVerdict = Finding['verdict'];
export type SystemState = Answer<paths['/api/v1/system']['get']>;
export type Timeline = Answer<paths['/api/v1/sessions/{id}/timeline']['get']>;
export type RequestPage = Answer<paths['/api/v1/requests']['get']>;
/** Not `Request`: browsers have one of that name. */
export type ClientRequest = RequestPage['items'][number];
/** What a client asks for who wants to be seen now. */
export type Wish = Sent<paths['/api/v1/requests']['post']>;
export type Status = Session['status'];
export type ClientPage = Answer<paths['/api/v1/clients']['get']>;
export type Client = ClientPage['items'][number];
export type Booked = Answer<paths['/api/v1/appointments']['post'], 201>;
export type Booking = Sent<paths['/api/v1/appointments']['post']>;
export type Correction = Sent<paths['/api/v1/appointments/{id}/correct']['post']>;
export type AppointmentChange = Sent<paths['/api/v1/appointments/{id}']['patch']>;

/** A session that is over takes nobody in any more. */
export function isOver(status: Status): status is 'completed' | 'cancelled' | 'no_show' {
  return status === 'completed' || status === 'cancelled' || status === 'no_show';
}
