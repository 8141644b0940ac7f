"""Practice: making, listing, changing and deleting sessions."""

import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from common.application import SERVER, UTC, UUID, Application, awkward, minutes_from_now, number, prefixed
from practice.checks import PracticeCase, partner, person, practice, scheduled
from practice.front_end import VideoSessions

FIELDS = (
    "id partner_id user_id title session_date end_date duration_minutes meeting_room_id password_enabled status notes "
    "created_at updated_at meeting_link"
).split()


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def has_berlin_time(someone):
    practice.api("PATCH", f"/users/{someone.account}", {"timezone": "Europe/Berlin"})
    return someone


class Creating(PracticeCase):
    def test_answers_with_every_field_and_the_password_once(self):
        made = scheduled(notes="Bring the diary.")
        for field in FIELDS:
            self.assertIn(field, made.created)
        self.assertRegex(made.created["password"], r"^\d{6}$")
        self.assertIs(made.created["password_enabled"], True)
        self.assertEqual((made.created["status"], made.created["notes"]), ("scheduled", "Bring the diary."))
        self.assertRegex(made.created["meeting_link"], r"^https?://")
        for field in ("session_date", "end_date", "created_at", "updated_at"):
            self.assertRegex(made.created[field], UTC)
        for answer in (made.partner.video.get(made.id), made.partner.video.of_partner(made.partner.own_id)):
            self.ok(answer)
            self.assertNotIn(made.created["password"], answer.text)
            self.assertNotIn('"password":', answer.text)

    def test_derives_the_end(self):
        made = scheduled(duration_minutes=90)
        length = moment(made.created["end_date"]) - moment(made.created["session_date"])
        self.assertEqual(length, timedelta(minutes=90))

    def test_derives_the_duration(self):
        start = minutes_from_now(5)
        end = (moment(start) + timedelta(minutes=45)).isoformat()
        made = scheduled(session_date=start, end_date=end, duration_minutes=None)
        self.assertEqual(made.created["duration_minutes"], 45)

    def test_is_a_partners_or_an_administrators(self):
        therapist, client = partner(), person("user")
        admin = person("admin")
        both = {"user_id": client.own_id, "partner_id": therapist.own_id}
        body = {**both, "session_date": minutes_from_now(5), "duration_minutes": 30}
        self.assertEqual(self.ok(admin.video.create(body), 201)["partner_id"], str(therapist.own_id))
        self.refused(client.video.create(body), 403)

    def test_needs_no_password_where_the_switch_is_off(self):
        for off in (False, "false"):
            made = scheduled(password_enabled=off)
            self.assertIs(made.created["password_enabled"], False)
            self.assertIsNone(made.created.get("password"))
            self.assertIs(self.ok(made.user.video.verify(made.id))["valid"], True)

    def test_takes_what_forms_send_as_text(self):
        made = scheduled(duration_minutes="30", password_enabled="true")
        self.assertEqual((made.created["duration_minutes"], made.created["password_enabled"]), (30, True))

    def test_refuses_a_duration_that_is_none(self):
        therapist, client = partner(), person("user")
        for duration in (29, 181, 0, -30, "30 minutes", "NaN", "1e2", 45.5, [30], 10**12):
            body = {"user_id": client.own_id, "session_date": minutes_from_now(5), "duration_minutes": duration}
            self.refused_at("duration_minutes", therapist.video.create(body))
        self.assertEqual(self.ok(therapist.video.of_partner(therapist.own_id)), [])

    def test_takes_the_shortest_and_the_longest(self):
        for duration in (30, 180):
            self.assertEqual(scheduled(duration_minutes=duration).created["duration_minutes"], duration)

    def test_refuses_more_than_two(self):
        made = scheduled()
        third = person("user")
        self.refused(third.video.get(made.id), 404)
        self.refused(third.video.verify(made.id, json={"password": made.created["password"]}), 404)


class LocalTimes(PracticeCase):
    def create(self, therapist, session_date):
        body = {"user_id": number(), "session_date": session_date, "duration_minutes": 30}
        return therapist.video.create(body)

    def test_are_the_partners_time_zone(self):
        therapist = has_berlin_time(partner())
        winter = self.ok(self.create(therapist, "2027-12-24T10:00"), 201)
        self.assertEqual(moment(winter["session_date"]), moment("2027-12-24T09:00:00Z"))
        summer = self.ok(self.create(therapist, "2027-07-24T10:00:00"), 201)
        self.assertEqual(moment(summer["session_date"]), moment("2027-07-24T08:00:00Z"))

    def test_stay_what_they_are_with_an_offset(self):
        therapist = has_berlin_time(partner())
        made = self.ok(self.create(therapist, "2027-12-24T10:00:00+05:00"), 201)
        self.assertEqual(moment(made["session_date"]), moment("2027-12-24T05:00:00Z"))

    def test_that_do_not_exist_or_exist_twice_are_refused_at_the_field(self):
        therapist = has_berlin_time(partner())
        for local in ("2027-03-28T02:30", "2027-10-31T02:30", "2027-02-30T10:00", "2027-12-24", "soon", "NaN", ""):
            self.refused_at("session_date", self.create(therapist, local))

    def test_are_taken_when_a_session_is_moved(self):
        made = scheduled(therapist=has_berlin_time(partner()))
        moved = self.ok(made.partner.video.update(made.id, {"session_date": "2027-12-24T10:00"}))
        self.assertEqual(moment(moved["session_date"]), moment("2027-12-24T09:00:00Z"))


class Identifiers(PracticeCase):
    def comes_back(self, partner_id, user_id):
        made = scheduled(therapist=partner(partner_id), client=person("user", user_id))
        details = self.ok(made.user.video.get(made.id))
        [entry] = self.ok(made.partner.video.of_partner(partner_id))
        for body in (made.created, details, entry):
            self.assertEqual((body["partner_id"], body["user_id"]), (str(partner_id), str(user_id)))
            self.assertRegex(body["openvisit_partner_id"], UUID)
            self.assertRegex(body["openvisit_user_id"], UUID)
        self.assertEqual(self.ok(made.user.video.of_user(user_id))[0]["id"], made.id)
        return made

    def test_that_are_numbers_come_back_and_name_the_room(self):
        partner_id, user_id = number(), number()
        made = self.comes_back(partner_id, user_id)
        self.assertRegex(made.created["meeting_room_id"], rf"^therapy-{partner_id}-{user_id}-\d+")

    def test_that_are_prefixed_come_back_and_name_the_room(self):
        partner_id, user_id = prefixed("partner_"), prefixed("user_")
        made = self.comes_back(partner_id, user_id)
        self.assertRegex(made.created["meeting_room_id"], rf"^therapy-{partner_id}-{user_id}-\d+")

    def test_that_are_uuids_come_back(self):
        self.comes_back(str(uuid.uuid4()), str(uuid.uuid4()))

    def test_that_a_url_must_escape_come_back(self):
        self.comes_back(awkward("partner"), awkward("user"))

    def test_of_ours_are_taken_too(self):
        therapist, client = partner(), person("user")
        account = practice.api("GET", "/me", token=client.token)["id"]
        made = scheduled(therapist, client, user_id=account)
        self.assertEqual(made.created["user_id"], str(client.own_id))
        self.assertEqual(self.ok(client.video.of_user(account))[0]["id"], made.id)
        self.assertEqual(self.ok(therapist.video.of_partner(therapist.account))[0]["id"], made.id)

    def test_name_a_room_that_is_no_other_sessions(self):
        therapist, client = partner(), person("user")
        made = [scheduled(therapist, client, session_date=minutes_from_now(100 * n)) for n in (1, 2, 3)]
        rooms = [one.created["meeting_room_id"] for one in made]
        self.assertEqual(len(set(rooms)), 3)

    def test_of_another_application_are_not_there(self):
        made = scheduled()
        namesake = Application("telehealth").person(str(made.partner.own_id), "clinician", "Dr. Else")
        video = VideoSessions(SERVER, namesake.token)
        self.refused(video.get(made.id), 404)
        self.assertEqual(self.ok(video.of_partner(made.partner.own_id)), [])

    def test_of_nobody_are_not_there(self):
        someone = partner()
        for unknown in (str(uuid.uuid4()), "42", "../users", "x" * 10_000, awkward("session")):
            self.refused(someone.video.get(unknown), 404)
            self.refused(someone.video.update(unknown, {"title": "Mine"}), 404)
            self.refused(someone.video.delete(unknown), 404)
            self.refused(someone.video.verify(unknown, json={"password": "000000"}), 404)
            self.refused(someone.video.of_partner(unknown), 403, 404)


class Listing(PracticeCase):
    def test_has_the_names_of_both(self):
        made = scheduled()
        self.ok(made.user.video.get(made.id))
        for answer in (made.partner.video.of_partner(made.partner.own_id), made.user.video.of_user(made.user.own_id)):
            [entry] = self.ok(answer)
            self.assertEqual((entry["partner_name"], entry["user_name"]), (made.partner.name, made.user.name))

    def test_names_a_user_whom_nobody_has_seen_yet_as_the_booking_did(self):
        therapist = partner()
        scheduled(therapist, user_name="Uwe User", user_email="uwe@people.example")
        self.assertEqual(self.ok(therapist.video.of_partner(therapist.own_id))[0]["user_name"], "Uwe User")

    def test_tells_upcoming_from_past(self):
        therapist, client = partner(), person("user")
        later = scheduled(therapist, client, session_date=minutes_from_now(300))
        over = scheduled(therapist, client)
        practice.api("POST", f"/sessions/{over.id}/start", {}, therapist.token)
        practice.api("POST", f"/sessions/{over.id}/end", {}, therapist.token)
        lists = ((therapist.video.of_partner, therapist.own_id), (client.video.of_user, client.own_id))
        for ask in (partial(listing, own_id) for listing, own_id in lists):
            for yes in ("true", "1"):
                self.assertEqual([entry["id"] for entry in self.ok(ask(upcoming=yes))], [later.id])
                self.assertEqual([entry["id"] for entry in self.ok(ask(past=yes))], [over.id])
            self.assertEqual(len(self.ok(ask())), 2)

    def test_takes_empty_values_for_absent_ones(self):
        made = scheduled()
        empty = dict.fromkeys(("status", "limit", "offset", "upcoming", "past"), "")
        answer = made.partner.video.of_partner(made.partner.own_id, **empty)
        self.assertEqual(len(self.ok(answer)), 1)

    def test_is_not_for_others(self):
        made = scheduled()
        self.refused(person("user").video.of_user(made.user.own_id), 403, 404)
        self.refused(partner().video.of_partner(made.partner.own_id), 403, 404)

    def test_is_not_for_nobody(self):
        made = scheduled()
        for token in (None, "nonsense", practice.token({"sub": made.partner.id, "role": "partner", "exp": 1})):
            video = VideoSessions(SERVER, token)
            read = (video.get(made.id), video.of_partner(made.partner.own_id))
            for answer in (video.create({}), *read, video.delete(made.id)):
                self.refused(answer, 401)


class Changing(PracticeCase):
    def test_changes_only_what_is_given(self):
        made = scheduled(notes="Bring the diary.")
        changed = self.ok(made.partner.video.update(made.id, {"title": "Monthly talk"}))
        self.assertEqual(changed["title"], "Monthly talk")
        for field in ("notes", "session_date", "end_date", "duration_minutes", "meeting_room_id", "password_enabled"):
            self.assertEqual(changed[field], made.created[field])

    def test_takes_the_whole_object_with_one_field_changed(self):
        changes = (
            ("title", "Monthly talk"),
            ("notes", "Bring tea."),
            ("session_date", minutes_from_now(500)),
            ("duration_minutes", 120),
            ("duration_minutes", "90"),
            ("password_enabled", False),
        )
        for field, value in changes:
            made = scheduled(notes="Bring the diary.")
            whole = self.ok(made.partner.video.get(made.id))
            changed = self.ok(made.partner.video.update(made.id, {**whole, field: value}))
            expected = int(value) if field == "duration_minutes" else value
            self.assertEqual(changed[field], expected)
            length = moment(changed["end_date"]) - moment(changed["session_date"])
            self.assertEqual(length, timedelta(minutes=changed["duration_minutes"]))

    def test_takes_an_end_alone_as_another_duration(self):
        made = scheduled()
        end = (moment(made.created["session_date"]) + timedelta(minutes=100)).isoformat()
        changed = self.ok(made.partner.video.update(made.id, {"end_date": end}))
        self.assertEqual((changed["duration_minutes"], changed["session_date"]), (100, made.created["session_date"]))

    def test_gives_a_new_password_when_it_is_asked_for(self):
        made = scheduled()
        renewed = self.ok(made.partner.video.update(made.id, {"regenerate_password": "true"}))["password"]
        self.assertRegex(renewed, r"^\d{6}$")
        self.assertIs(self.ok(made.user.video.verify(made.id, json={"password": renewed}))["valid"], True)

    def test_is_the_partners(self):
        made = scheduled()
        self.refused(partner().video.update(made.id, {"title": "Mine"}), 404)
        self.refused(made.user.video.update(made.id, {"title": "Mine"}), 403, 404)
        self.refused(made.user.video.delete(made.id), 403, 404)

    def test_deletes(self):
        made = scheduled()
        self.assertIn(made.partner.video.delete(made.id).status_code, (200, 204))
        for someone in (made.partner, made.user):
            self.refused(someone.video.get(made.id), 404)
        self.assertEqual(self.ok(made.partner.video.of_partner(made.partner.own_id)), [])
        scheduled(made.partner, made.user)


class DoubleBooking(PracticeCase):
    def test_is_refused_on_create_with_what_is_in_the_way(self):
        made = scheduled()
        overlaps = {"session_date": minutes_from_now(30), "duration_minutes": 60}
        body = self.refused(made.partner.video.create({"user_id": number(), **overlaps}), 409)
        conflict = body["conflict"]
        for given in ("session_date", "end_date"):
            self.assertEqual(moment(conflict[given]), moment(made.created[given]))
        self.assertEqual(conflict["id"], made.id)
        # The user is protected, too; another partner is not told whom the user sees.
        answer = partner().video.create({"user_id": made.user.own_id, **overlaps})
        self.refused(answer, 409)
        self.assertNotIn(made.partner.name, answer.text)
        self.assertNotIn(made.user.name, answer.text)

    def test_is_refused_on_update(self):
        made = scheduled()
        other = scheduled(therapist=made.partner, session_date=minutes_from_now(200))
        same = {"session_date": made.created["session_date"], "duration_minutes": 30}
        for change in ({"session_date": minutes_from_now(30)}, same):
            self.assertIn("conflict", self.refused(made.partner.video.update(other.id, change), 409))
        self.assertEqual(self.ok(made.partner.video.get(other.id))["session_date"], other.created["session_date"])

    def test_is_not_a_session_right_after_another(self):
        made = scheduled()
        after = scheduled(made.partner, made.user, session_date=made.created["end_date"])
        self.assertEqual(after.created["session_date"], made.created["end_date"])

    def test_of_simultaneous_tries_one_wins(self):
        therapist, tries = partner(), 6
        slot = {"session_date": minutes_from_now(5), "duration_minutes": 60}

        def book(_):
            return VideoSessions(SERVER, therapist.token).create({"user_id": number(), **slot}).status_code

        with ThreadPoolExecutor(tries) as pool:
            statuses = sorted(pool.map(book, range(tries)))
        self.assertEqual(statuses, [201] + [409] * (tries - 1))


if __name__ == "__main__":
    unittest.main()
