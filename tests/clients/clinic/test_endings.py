"""Clinic: the end, the notes, the month, and the event."""

import json
import threading
import unittest
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

from clinic.checks import ClinicCase, appointment, clinic, doctor, patient, started
from common.application import UTC, UUID, until

COMPLETED = "appointment.consultation.completed"


class End(ClinicCase):
    def test_completes_session_and_appointment(self):
        made = started()
        end = self.ok(made.doctor.video.end(made.session_id, json={"notes": "Rest.", "quality_rating": 5}))
        self.assertEqual((end["session_id"], end["appointment_id"]), (made.session_id, made.id))
        self.assertEqual((end["status"], end["appointment_status"]), ("COMPLETED", "COMPLETED"))
        self.assertEqual((end["notes"], end["quality_rating"]), ("Rest.", 5))
        self.assertEqual(end["duration_minutes"], 0)
        for field in ("start_time", "end_time", "created_at", "updated_at"):
            self.assertRegex(end[field], UTC)
        self.refused(made.patient.video.join(made.session_id), 403, 404, 409, 410)

    def test_takes_no_body_whatever_its_type(self):
        json_type = {"headers": {"Content-Type": "application/json"}}
        for sent in ({}, json_type, {"json": {}}, {"json": {"notes": None, "quality_rating": None}}):
            made = started()
            end = self.ok(made.doctor.video.end(made.session_id, **sent))
            self.assertEqual((end["status"], end["notes"], end["quality_rating"]), ("COMPLETED", None, None))

    def test_takes_a_rating_that_a_form_made_text(self):
        made = started()
        end = self.ok(made.doctor.video.end(made.session_id, json={"quality_rating": "5"}))
        self.assertEqual(end["quality_rating"], 5)

    def test_happens_once(self):
        made = started()
        first = self.ok(made.doctor.video.end(made.session_id))
        second = self.ok(made.patient.video.end(made.session_id))
        self.assertEqual(second["end_time"], first["end_time"])

    def test_before_it_began_cancels_the_session_and_leaves_the_appointment(self):
        made = appointment()
        end = self.ok(made.doctor.video.end(made.session_id))
        self.assertEqual((end["status"], end["appointment_status"]), ("CANCELLED", "SCHEDULED"))

    def test_is_not_for_strangers(self):
        made = started()
        for stranger in (doctor(), patient()):
            self.refused(stranger.video.end(made.session_id), 403, 404)
        self.assertEqual(self.ok(made.doctor.video.session(made.session_id))["status"], "IN_PROGRESS")


class Notes(ClinicCase):
    def ended(self):
        made = started()
        self.ok(made.doctor.video.end(made.session_id))
        return made

    def test_are_written_after_the_end(self):
        made = self.ended()
        answer = self.ok(made.doctor.video.notes(made.session_id, {"notes": "Rest.", "quality_rating": 4}))
        self.assertEqual(answer["session_id"], made.session_id)
        self.assertEqual((answer["notes"], answer["quality_rating"]), ("Rest.", 4))
        self.assertRegex(answer["updated_at"], UTC)
        detail = self.ok(made.doctor.video.session(made.session_id))
        self.assertEqual((detail["notes"], detail["quality_rating"]), ("Rest.", 4))

    def test_have_500_characters_not_bytes(self):
        made = self.ended()
        notes = "ü😀" * 250
        self.assertEqual(self.ok(made.doctor.video.notes(made.session_id, {"notes": notes}))["notes"], notes)
        self.refused(made.doctor.video.notes(made.session_id, {"notes": notes + "x"}), 400, 422)
        self.assertEqual(self.ok(made.doctor.video.session(made.session_id))["notes"], notes)

    def test_have_a_rating_of_one_to_five(self):
        made = self.ended()
        for rating in (1, 5, "3"):
            answer = self.ok(made.doctor.video.notes(made.session_id, {"quality_rating": rating}))
            self.assertEqual(answer["quality_rating"], int(rating))
        for rating in (0, 6, 4.5, -1, "five", "NaN", "4.5", True, [3], 10**30):
            body = self.refused(made.doctor.video.notes(made.session_id, {"quality_rating": rating}), 400, 422)
            self.assertIn("quality_rating", json.dumps(body))

    def test_are_the_doctors_alone(self):
        made = self.ended()
        self.ok(made.doctor.video.notes(made.session_id, {"notes": "Not for the patient.", "quality_rating": 2}))
        self.refused(made.patient.video.notes(made.session_id, {"notes": "Mine"}), 403, 404)
        self.refused(doctor().video.notes(made.session_id, {"notes": "Mine"}), 403, 404)
        self.assertIsNone(self.ok(made.patient.video.session(made.session_id))["notes"])
        self.assertNotIn("Not for the patient.", made.patient.video.sessions().text)


class Usage(ClinicCase):
    FIELDS = (
        "month total_sessions total_attendee_minutes free_tier_limit usage_percentage remaining_minutes status sessions"
    ).split()

    def test_of_this_month_has_the_callers_sessions(self):
        made = started()
        self.ok(made.doctor.video.end(made.session_id))
        usage = self.ok(made.doctor.video.usage())
        self.has(usage, *self.FIELDS)
        self.assertEqual(usage["month"], datetime.now(timezone.utc).strftime("%Y-%m"))
        self.assertEqual(usage["free_tier_limit"], 1000)
        self.assertEqual(usage["status"], "HEALTHY")
        [entry] = usage["sessions"]
        self.assertEqual(entry["session_id"], made.session_id)
        self.has(entry, "patient_name", "start_time", "duration_minutes", "attendees", "attendee_minutes")
        self.assertEqual(entry["patient_name"], made.patient.name)

    def test_of_a_month_that_is_named_or_left_empty(self):
        made = doctor()
        this_month = self.ok(made.video.usage(month=""))["month"]
        self.assertEqual(this_month, datetime.now(timezone.utc).strftime("%Y-%m"))
        self.assertEqual(self.ok(made.video.usage(month="2020-02"))["total_sessions"], 0)
        for month in ("2026-13", "February", "2026-2-1"):
            self.refused(made.video.usage(month=month), 400, 422)


class TheEvent(ClinicCase):
    def setUp(self):
        self.heard = heard = []

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.receiver = HTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=self.receiver.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{self.receiver.server_port}/events"
        self.webhook = clinic.api("POST", "/webhooks", {"url": url, "events": [COMPLETED]})["id"]

    def tearDown(self):
        clinic.api("DELETE", f"/webhooks/{self.webhook}")
        self.receiver.shutdown()
        self.receiver.server_close()

    def test_tells_of_the_end_once_by_their_ids_and_ours(self):
        made = started()
        self.ok(made.doctor.video.end(made.session_id))
        self.ok(made.doctor.video.end(made.session_id))

        def mine():
            return [event for event in list(self.heard) if event["data"]["external_id"] == made.id]

        [event] = until(mine, len)
        self.assertEqual(event["type"], COMPLETED)
        self.assertRegex(event["id"], UUID)
        data = event["data"]
        self.assertEqual((data["external_id"], data["external_issuer"]), (made.id, clinic.issuer))
        self.assertEqual((data["appointment_id"], data["session_id"]), (made.booked["id"], made.session_id))
        self.assertEqual((data["practitioner_subject"], data["client_subject"]), (made.doctor.id, made.patient.id))
        self.assertEqual((data["status"], data["duration_minutes"]), ("completed", 0))


if __name__ == "__main__":
    unittest.main()
