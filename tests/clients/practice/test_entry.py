"""Practice: the password, the time when the door opens, and the status that moves by itself."""

import unittest

from common.application import UTC, minutes_from_now
from practice.checks import PracticeCase, partner, person, practice, scheduled


def wrong(password):
    return "000000" if password != "000000" else "000001"


class ThePassword(PracticeCase):
    def test_lets_in_whoever_has_it(self):
        made = scheduled()
        answer = made.user.video.verify(made.id, json={"password": made.created["password"]})
        self.assertIs(self.ok(answer)["valid"], True)

    def test_is_not_asked_of_the_partner(self):
        made = scheduled()
        self.assertIs(self.ok(made.partner.video.verify(made.id, json={}))["valid"], True)
        self.assertIs(self.ok(made.partner.video.verify(made.id))["valid"], True)

    def test_is_refused_when_it_is_wrong_or_missing(self):
        made = scheduled()
        for body in ({}, *({"password": given} for given in (wrong(made.created["password"]), "", None, "x" * 10_000))):
            answer = made.user.video.verify(made.id, json=body)
            self.assertIn(answer.status_code, (400, 401, 403, 422), answer.text)
            self.assertIs(answer.json()["valid"], False)

    def test_is_dead_after_ten_wrong_guesses_until_it_is_renewed(self):
        made = scheduled()
        guess = {"password": wrong(made.created["password"])}
        guesses = [made.user.video.verify(made.id, json=guess).status_code for _ in range(11)]
        self.assertNotIn(429, guesses[:9])
        self.assertEqual(guesses[10], 429)
        right = {"password": made.created["password"]}
        self.refused(made.user.video.verify(made.id, json=right), 429)
        renewed = self.ok(made.partner.video.update(made.id, {"regenerate_password": True}))["password"]
        self.assertIs(self.ok(made.user.video.verify(made.id, json={"password": renewed}))["valid"], True)


class TheDoor(PracticeCase):
    def test_opens_fifteen_minutes_before_and_says_when(self):
        made = scheduled(session_date=minutes_from_now(60 * 24 * 3))
        answer = made.user.video.verify(made.id, json={"password": made.created["password"]})
        body = self.refused(answer, 400, 403, 409)
        self.assertIs(body["valid"], False)
        self.assertRegex(body["opens_at"], UTC)
        self.assertGreater(body["seconds_left"], 0)

    def test_is_open_fourteen_minutes_before(self):
        made = scheduled(session_date=minutes_from_now(14))
        answer = made.user.video.verify(made.id, json={"password": made.created["password"]})
        self.assertIs(self.ok(answer)["valid"], True)

    def test_is_shut_sixteen_minutes_before(self):
        made = scheduled(session_date=minutes_from_now(17))
        answer = made.user.video.verify(made.id, json={"password": made.created["password"]})
        self.assertLessEqual(self.refused(answer, 400, 403, 409)["seconds_left"], 120)


class TheStatus(PracticeCase):
    def status(self, made):
        return self.ok(made.user.video.get(made.id))["status"]

    def test_moves_with_what_happens(self):
        made = scheduled()
        self.assertEqual(self.status(made), "scheduled")
        practice.api("POST", f"/sessions/{made.id}/start", {}, made.partner.token)
        self.assertEqual(self.status(made), "in_progress")
        self.assertEqual(made.partner.video.delete(made.id).status_code, 409)
        practice.api("POST", f"/sessions/{made.id}/end", {}, made.partner.token)
        self.assertEqual(self.status(made), "completed")

    def test_is_cancelled_and_taken_back(self):
        made = scheduled()
        self.assertEqual(self.ok(made.partner.video.update(made.id, {"status": "cancelled"}))["status"], "cancelled")
        self.assertEqual(self.ok(made.partner.video.update(made.id, {"status": "scheduled"}))["status"], "scheduled")

    def test_is_no_word_of_another_application(self):
        made = scheduled()
        self.refused(made.partner.video.update(made.id, {"status": "Confirmed"}), 400, 422)


class OthersOrigins(PracticeCase):
    """What a browser asks before it lets a page of another origin call."""

    def test_that_the_settings_name_may_call(self):
        someone = partner()
        asks = {
            "Origin": "https://app.practice.example",
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        answer = someone.video.http.options(f"{someone.video.base}/video-sessions/x", headers=asks, timeout=30)
        self.assertLess(answer.status_code, 300)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://app.practice.example")
        self.assertIn("PUT", answer.headers["Access-Control-Allow-Methods"])
        self.assertIn("authorization", answer.headers["Access-Control-Allow-Headers"].lower())

    def test_that_nobody_named_may_not(self):
        someone = person("user")
        someone.video.http.headers["Origin"] = "https://evil.example"
        answer = someone.video.of_user(someone.own_id)
        self.ok(answer)
        self.assertNotIn("Access-Control-Allow-Origin", answer.headers)


if __name__ == "__main__":
    unittest.main()
