// The marketplace's front end: the browser's own `fetch`, as Node has it too.

/** Its API module. Each call gives the status and what came with it. */
export function marketplaceApi(baseURL, token) {
  async function send(method, path, { body, headers = { 'Content-Type': 'application/json' } } = {}) {
    const authorized = token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${baseURL}/api${path}`, { method, headers: authorized, body: sent });
    const text = await response.text();
    return { status: response.status, data: text ? JSON.parse(text) : null };
  }
  const id = encodeURIComponent;
  return {
    ask: (request) => send('POST', '/sessions/requests', { body: request }),
    requests: (query = '') => send('GET', `/sessions/requests${query}`),
    accept: (request, as) => send('POST', `/sessions/requests/${id(request)}/accept`, as),
    withdraw: (request, as) => send('POST', `/sessions/requests/${id(request)}/cancel`, as),
    session: (session) => send('GET', `/sessions/${id(session)}`),
    start: (session, as) => send('POST', `/sessions/${id(session)}/start`, as),
    end: (session, as) => send('POST', `/sessions/${id(session)}/end`, as),
    checkSession: (session) => send('GET', `/debug/check-session?id=${id(session)}`),
    testMechanicFlow: (email) => send('GET', `/debug/test-mechanic-flow?mechanicEmail=${id(email)}`),
    send,
  };
}
