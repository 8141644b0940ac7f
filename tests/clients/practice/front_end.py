"""The practice's programs, as they call the video sessions: Python's requests."""

from urllib.parse import quote

import requests


class VideoSessions:
    """One method per route; each gives the response as it is."""

    def __init__(self, server, token):
        self.base = f"{server}/api"
        self.http = requests.Session()
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def create(self, body):
        return self.http.post(f"{self.base}/video-sessions", json=body, timeout=30)

    def get(self, session_id):
        return self.http.get(self._session(session_id), timeout=30)

    def of_partner(self, partner_id, **query):
        return self.http.get(f"{self.base}/partners/{_quoted(partner_id)}/video-sessions", params=query, timeout=30)

    def of_user(self, user_id, **query):
        return self.http.get(f"{self.base}/users/{_quoted(user_id)}/video-sessions", params=query, timeout=30)

    def update(self, session_id, body):
        return self.http.put(self._session(session_id), json=body, timeout=30)

    def delete(self, session_id):
        return self.http.delete(self._session(session_id), timeout=30)

    def verify(self, session_id, **sent):
        return self.http.post(f"{self._session(session_id)}/verify-password", timeout=30, **sent)

    def _session(self, session_id):
        return f"{self.base}/video-sessions/{_quoted(session_id)}"


def _quoted(own_id):
    return quote(str(own_id), safe="")
