// Counselling's front end: axios for its calls, the stock Socket.IO client for its signalling.

import axios from 'axios';
import { io } from 'socket.io-client';

/** Its service module. Each call gives the status and the envelope. */
export function videoCalls(baseURL, token) {
  const http = axios.create({
    baseURL: `${baseURL}/api/video-calls`,
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    validateStatus: () => true,
  });
  const id = encodeURIComponent;
  return {
    http,
    start: (session, ...sent) => http.post(`/start/${id(session)}`, ...sent),
    end: (session, ...sent) => http.post(`/end/${id(session)}`, ...sent),
    session: (session) => http.get(`/session/${id(session)}`),
    register: (session, body) => http.put(`/session/${id(session)}`, body),
  };
}

/** A page's socket, with all that it has been told: `heard` holds `[event, what came with it]`. */
export class Signalling {
  heard = [];
  #hopes = new Set();

  constructor(baseURL, token) {
    this.socket = io(baseURL, { auth: { token }, reconnection: false, forceNew: true });
    this.socket.onAny((event, said) => {
      this.heard.push([event, said]);
      for (const hope of this.#hopes) hope(event, said);
    });
  }

  /** What an event of this name brings that is (or was already) good; fails after ten seconds. */
  told(event, good = () => true) {
    const before = this.heard.find(([name, said]) => name === event && good(said));
    if (before) return Promise.resolve(before[1]);
    return new Promise((resolve, reject) => {
      const heard = () => JSON.stringify(this.heard.map(([name, said]) => [name, said]));
      const late = setTimeout(() => reject(new Error(`${event} never came; heard: ${heard()}`)), 10_000);
      const hope = (name, said) => {
        if (name !== event || !good(said)) return;
        clearTimeout(late);
        this.#hopes.delete(hope);
        resolve(said);
      };
      this.#hopes.add(hope);
    });
  }

  join(sessionId, more = {}) {
    const room = { roomId: `room-${sessionId}`, sessionId, userId: 'me', userType: 'psychologist', ...more };
    return this.socket.timeout(10_000).emitWithAck('join-room', room);
  }

  leave(sessionId) {
    return this.socket.timeout(10_000).emitWithAck('leave-room', { roomId: `room-${sessionId}`, sessionId });
  }

  send(event, said) {
    this.socket.emit(event, said);
  }

  close() {
    this.socket.close();
  }
}
