"""The practice's people and sessions, and what every answer must be."""

import json
import unittest
from types import SimpleNamespace

from common.application import SERVER, Application, minutes_from_now, number
from practice.front_end import VideoSessions

practice = Application("practice")


def person(role, own_id=None, name=None):
    """Somebody whom the practice calls by a number, which its tokens have as text."""
    own_id = number() if own_id is None else own_id
    someone = practice.person(str(own_id), role, name or f"A {role}")
    someone.own_id = own_id
    someone.video = VideoSessions(SERVER, someone.token)
    return someone


def partner(own_id=None):
    """A partner who has been here before, so that there is an account to set up."""
    someone = person("partner", own_id, "Thea Partner")
    someone.account = practice.api("GET", "/me", token=someone.token)["id"]
    return someone


def scheduled(therapist=None, client=None, **more):
    """A session that is open now, unless told when. The password is asked for."""
    made = SimpleNamespace(partner=therapist or partner(), user=client or person("user"))
    slot = {"session_date": minutes_from_now(5), "duration_minutes": 60}
    answer = made.partner.video.create({"user_id": made.user.own_id, "title": "Weekly talk", **slot, **more})
    assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
    made.created = answer.json()
    made.id = made.created["id"]
    return made


class PracticeCase(unittest.TestCase):
    def ok(self, answer, status=200):
        self.assertEqual(answer.status_code, status, answer.text)
        return answer.json() if answer.text else None

    def refused(self, answer, *statuses):
        self.assertIn(answer.status_code, statuses, answer.text)
        self.assertNotRegex(answer.text, r"\b[uif](8|16|32|64)\b|struct |EOF while|expected value")
        return answer.json()

    def refused_at(self, field, answer):
        """A refusal with a sentence at this field."""
        body = self.refused(answer, 400, 422)
        said = [error["message"] for error in body.get("errors", []) if error["field"] == field]
        self.assertTrue(said, json.dumps(body))
        return said[0]
