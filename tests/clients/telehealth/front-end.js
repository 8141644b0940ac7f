// Telehealth's front end: axios, and a call page that Twilio Video was written into.

import axios from 'axios';

/** Its service module: one function per route. Each gives what the envelope says, whatever the status. */
export function telehealthService(baseURL, token) {
  const http = axios.create({
    baseURL: `${baseURL}/telehealth`,
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    validateStatus: () => true,
  });
  return {
    http,
    create: (appointmentId, settings = {}) => http.post('/sessions', { appointmentId, ...settings }),
    ofAppointment: (appointmentId) => http.get(`/sessions/${encodeURIComponent(appointmentId)}`),
    join: (sessionId, more = {}) => http.post('/sessions/join', { sessionId, ...more }),
    end: (sessionId, endReason) => http.post('/sessions/end', { sessionId, endReason }),
  };
}

/** The call page, with what it did to the browser in the order in which it did it. */
export class CallPage {
  did = [];
  tracks = ['audio', 'video'].map((kind) => ({ kind, stopped: false }));
  session = null;

  constructor(service) {
    this.service = service;
  }

  /** "Join Telehealth Session". It makes no status call of its own: joining did it. */
  async join(sessionId, userRole) {
    const { data } = await this.service.join(sessionId, { userRole, recordingConsent: true });
    if (!data.success) throw new Error(data.message);
    this.session = data.data;
    if (this.session.mediaToken) this.#toast('Connected to telehealth session');
    return this.session;
  }

  /** The red button. A server that fails keeps nobody in the call. */
  async endCall() {
    try {
      const { data } = await this.service.end(this.session.id, 'ended by the red button');
      this.did.push(data.success ? 'ended' : `not ended: ${data.message}`);
    } catch (error) {
      this.did.push(`not ended: ${error.code}`);
    } finally {
      for (const track of this.tracks) track.stopped = true;
      this.did.push('tracks stopped', 'video removed', 'room left');
      this.#toast('Session ended');
      this.did.push('/appointments');
    }
  }

  #toast(text) {
    this.did.push(`toast: ${text}`);
  }
}
