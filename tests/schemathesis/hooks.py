"""What Schemathesis must be told to try the API."""

import os

import requests
import schemathesis

ACCOUNT = {'email': 'admin@demo.test', 'password': 'openvisit-demo'}


@schemathesis.auth(refresh_interval=300)
class Admin:
    """Administrators may do most. That a stranger may not is one of the checks."""

    def get(self, case, context):
        answer = requests.post(os.environ['OPENVISIT_URL'] + '/api/v1/auth/login', json=ACCOUNT)
        answer.raise_for_status()
        return answer.json()['access_token']

    def set(self, case, token, context):
        case.headers = {**(case.headers or {}), 'Authorization': f'Bearer {token}'}


@schemathesis.serializer('application/sdp')
def sdp(context, value):
    """The description of a connection is a text, whatever it holds."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def filter_case(context, case):
    """A parameter without a value is one that is not given, so it breaks no rule."""
    return '' not in (case.query or {}).values()
