"""An application without its front end: its auth service, which signs tokens, and its back end, which books."""

import base64
import hashlib
import hmac
import json
import os
import random
import time
import uuid
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import requests

SERVER = os.environ.get("OPENVISIT_URL", "http://127.0.0.1:8086")

UTC = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"
UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def number():
    """An id as a database counts them; no two are alike within a run."""
    return random.randrange(1_000_000_000)


def prefixed(prefix):
    return f"{prefix}{number()}"


def awkward(prefix):
    """An id with characters that a URL must escape, as grown systems have them."""
    return f"{prefix}-{number()}-a/b c?#%ü"


def minutes_from_now(minutes):
    moment = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(minutes=minutes)
    return moment.isoformat().replace("+00:00", "Z")


def until(ask, good):
    """Asks until what comes back is good, and gives it; fails after ten seconds with the last answer."""
    give_up = time.monotonic() + 10
    while True:
        answer = ask()
        if good(answer):
            return answer
        if time.monotonic() > give_up:
            raise AssertionError(f"it never came; last: {answer}")
        time.sleep(0.02)


class Application:
    def __init__(self, name, id_claim="sub"):
        self.issuer = f"https://{name}.example"
        self.secret = f"{name} signs with this secret"
        self.id_claim = id_claim

    def person(self, own_id, role, name):
        """Somebody with a token of this application. Nobody has seen them at the server before they call it."""
        email = f"{uuid.uuid4().hex[:8]}@people.example"
        token = self.token({self.id_claim: own_id, "role": role, "name": name, "email": email})
        return SimpleNamespace(id=own_id, role=role, name=name, email=email, token=token)

    def token(self, claims):
        now = int(time.time())
        header = _part({"alg": "HS256", "typ": "JWT"})
        signed = f"{header}.{_part({'iss': self.issuer, 'iat': now, 'exp': now + 900, **claims})}"
        signature = hmac.new(self.secret.encode(), signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{_text(signature)}"

    def party(self, person):
        """A party as a booking names it."""
        return {"issuer": self.issuer, "subject": str(person.id), "name": person.name, "email": person.email}

    def api(self, method, path, body=None, token=None):
        """What the application's back end calls of the canonical API, as an administrator unless told who."""
        token = token or self.person("back-end", "admin", "Back end").token
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, f"{SERVER}/api/v1{path}", json=body, headers=headers, timeout=30)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.text else None

    def book(self, own_id, practitioner, client, **more):
        """Books a slot that has just begun, or another."""
        parties = {"practitioner": self.party(practitioner), "client": self.party(client)}
        slot = {"starts_at": minutes_from_now(-1), "duration_minutes": 50, "passcode": False}
        return self.api("POST", "/appointments", {"external_id": str(own_id), **parties, **slot, **more})


def _part(value):
    return _text(json.dumps(value).encode())


def _text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
