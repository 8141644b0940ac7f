"""The clinic's programs, as they call the video service: Python's requests."""

from urllib.parse import quote

import requests


class Video:
    """One method per route; each gives the response as it is."""

    def __init__(self, server, token, prefix=""):
        self.base = f"{server}{prefix}/api/video"
        self.http = requests.Session()
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def sessions(self, **query):
        return self.http.get(f"{self.base}/sessions", params=query, timeout=30)

    def start(self, appointment_id, **sent):
        sent = sent or {"json": {"booking_type": "CLINIC_BASED"}}
        return self.http.post(f"{self._session(appointment_id)}/start", timeout=30, **sent)

    def join(self, session_id, **sent):
        sent = sent or {"json": {"device_info": {"os": "Debian"}, "browser_info": {"name": "Firefox"}}}
        return self.http.post(f"{self._session(session_id)}/join", timeout=30, **sent)

    def session(self, session_id):
        return self.http.get(self._session(session_id), timeout=30)

    def end(self, session_id, **sent):
        return self.http.post(f"{self._session(session_id)}/end", timeout=30, **sent)

    def notes(self, session_id, body):
        return self.http.put(f"{self._session(session_id)}/notes", json=body, timeout=30)

    def usage(self, **query):
        return self.http.get(f"{self.base}/metrics/usage", params=query, timeout=30)

    def _session(self, any_id):
        return f"{self.base}/sessions/{quote(str(any_id), safe='')}"
