"""Clinic: the list, the start, the way in and back in, and who is there."""

import unittest
import uuid

import requests

from clinic.checks import ClinicCase, appointment, clinic, doctor, patient, started
from clinic.front_end import Video
from common.application import SERVER, UTC, UUID, Application, awkward, minutes_from_now, number, prefixed, until

ENTRY = (
    "session_id booking_type appointment_id doctor_id patient_id patient_name clinic_id status start_time end_time "
    "chime_meeting_id created_at updated_at"
).split()


class TheList(ClinicCase):
    def test_has_every_field_and_the_clinics_own_ids(self):
        made = appointment()
        body = self.ok(made.doctor.video.sessions())
        self.assertEqual((body["total"], body["limit"], body["offset"]), (1, 20, 0))
        [entry] = body["sessions"]
        self.has(entry, *ENTRY)
        self.assertEqual(entry["session_id"], made.session_id)
        self.assertEqual(entry["appointment_id"], made.id)
        self.assertEqual(entry["doctor_id"], made.doctor.id)
        self.assertEqual(entry["patient_id"], made.patient.id)
        self.assertEqual(entry["booking_type"], "CLINIC_BASED")
        self.assertEqual(entry["status"], "CREATED")
        self.assertEqual(entry["openvisit_appointment_id"], made.booked["id"])
        self.assertRegex(entry["openvisit_doctor_id"], UUID)
        for field in ("created_at", "updated_at", "start_time"):
            self.assertRegex(entry[field], UTC)

    def test_names_a_patient_whom_nobody_has_seen_yet_as_the_booking_did(self):
        made = appointment()
        [entry] = self.ok(made.doctor.video.sessions())["sessions"]
        self.assertEqual(entry["patient_name"], "Sam Reyes")

    def test_shows_the_patient_the_same_ids(self):
        made = appointment()
        [entry] = self.ok(made.patient.video.sessions())["sessions"]
        self.assertEqual((entry["appointment_id"], entry["patient_id"]), (made.id, made.patient.id))

    def test_takes_empty_values_for_absent_ones(self):
        made = appointment()
        body = self.ok(made.doctor.video.sessions(status="", limit="", offset="", sort=""))
        self.assertEqual((body["total"], body["limit"], body["offset"]), (1, 20, 0))

    def test_is_cut_by_limit_and_offset(self):
        made = appointment()
        times = [minutes_from_now(60 * hours) for hours in (1, 2)]
        others = [clinic.book(prefixed("appt-"), made.doctor, patient(), starts_at=time) for time in times]
        first = self.ok(made.doctor.video.sessions(limit="2", offset="0"))
        rest = self.ok(made.doctor.video.sessions(limit=2, offset=2))
        self.assertEqual((first["total"], len(first["sessions"]), len(rest["sessions"])), (3, 2, 1))
        listed = {entry["session_id"] for entry in first["sessions"] + rest["sessions"]}
        self.assertEqual(listed, {made.session_id, *(other["session_id"] for other in others)})

    def test_is_sorted_by_either_time(self):
        made = appointment()
        clinic.book(prefixed("appt-"), made.doctor, patient(), starts_at=minutes_from_now(90))
        for sort, field in (("created_at", "created_at"), ("start_time", "start_time"), ("", "created_at")):
            times = [entry[field] for entry in self.ok(made.doctor.video.sessions(sort=sort))["sessions"]]
            self.assertEqual(times, sorted(times, reverse=True))

    def test_is_filtered_by_status(self):
        made = started()
        running = self.ok(made.doctor.video.sessions(status="IN_PROGRESS"))
        self.assertEqual([entry["session_id"] for entry in running["sessions"]], [made.session_id])
        self.assertEqual(self.ok(made.doctor.video.sessions(status="COMPLETED"))["sessions"], [])

    def test_refuses_what_it_does_not_know(self):
        made = appointment()
        for query in ({"status": "LOST"}, {"sort": "name"}, {"limit": "many"}, {"limit": "NaN"}, {"offset": "-1"}):
            self.refused(made.doctor.video.sessions(**query), 400, 422)

    def test_gives_a_hundred_at_most(self):
        answer = doctor().video.sessions(limit=101)
        if answer.status_code == 200:
            self.assertEqual(answer.json()["limit"], 100)
        else:
            self.refused(answer, 400, 422)

    def test_is_the_callers_own(self):
        appointment()
        self.assertEqual(self.ok(doctor().video.sessions())["total"], 0)


class Identifiers(ClinicCase):
    def comes_back(self, appointment_id, doctor_id, patient_id):
        made = appointment(own_id=appointment_id, doctor_id=doctor_id, patient_id=patient_id)
        start = self.ok(made.doctor.video.start(made.id))
        self.assertEqual(start["appointment_id"], str(appointment_id))
        self.assertEqual(start["openvisit_appointment_id"], made.booked["id"])
        self.assertEqual(start["doctor_attendee"]["external_user_id"], str(doctor_id))
        join = self.ok(made.patient.video.join(made.session_id))
        self.assertEqual(join["attendee"]["external_user_id"], str(patient_id))
        detail = self.ok(made.doctor.video.session(made.session_id))
        shown = (detail["appointment_id"], detail["doctor_id"], detail["patient_id"])
        self.assertEqual(shown, (str(appointment_id), str(doctor_id), str(patient_id)))
        end = self.ok(made.doctor.video.end(made.session_id))
        self.assertEqual(end["appointment_id"], str(appointment_id))

    def test_that_are_prefixed_come_back(self):
        self.comes_back(prefixed("appt-"), prefixed("doc_doctor"), prefixed("pat_"))

    def test_that_are_numbers_come_back(self):
        self.comes_back(number(), number(), number())

    def test_that_are_uuids_come_back(self):
        self.comes_back(*(str(uuid.uuid4()) for _ in range(3)))

    def test_that_a_url_must_escape_come_back(self):
        self.comes_back(awkward("appt"), awkward("doc"), awkward("pat"))

    def test_of_ours_are_taken_too(self):
        made = appointment()
        self.assertEqual(self.ok(made.doctor.video.start(made.booked["id"]))["appointment_id"], made.id)

    def test_of_another_application_are_not_there(self):
        made = appointment()
        namesake = Application("telehealth").person(made.doctor.id, "clinician", "Dr. Else")
        video = Video(SERVER, namesake.token)
        self.assertEqual(self.refused(video.start(made.id), 404)["error"], "Appointment not found")
        self.refused(video.session(made.session_id), 404)
        self.assertEqual(self.ok(video.sessions())["total"], 0)


class Start(ClinicCase):
    def test_answers_with_all_that_the_call_needs(self):
        made = appointment()
        start = self.ok(made.doctor.video.start(made.id))
        self.assertEqual(start["session_id"], made.session_id)
        self.assertEqual(start["status"], "IN_PROGRESS")
        self.assertTrue(start["chime_meeting_id"])
        attendee = start["doctor_attendee"]
        self.assertTrue(attendee["attendee_id"] and attendee["join_token"])
        self.assertEqual(attendee["email"], made.doctor.email)
        self.has(start["aws_media_urls"], "audio_host_url", "video_host_url", "signaling_url")
        self.assertTrue(start["media"])
        self.assertRegex(start["created_at"], UTC)

    def test_may_be_early(self):
        made = appointment(starts_at=minutes_from_now(60 * 24 * 5))
        self.assertEqual(self.ok(made.doctor.video.start(made.id))["status"], "IN_PROGRESS")

    def test_takes_no_body_whatever_its_type(self):
        json_type = {"Content-Type": "application/json"}
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        empty = ({"data": None}, {"headers": json_type}, {"data": "", "headers": form_type})
        for sent in (*empty, {"json": {}}, {"data": "null", "headers": json_type}):
            made = appointment()
            self.assertEqual(self.ok(made.doctor.video.start(made.id, **sent))["status"], "IN_PROGRESS")

    def test_of_no_appointment_is_not_found(self):
        for unknown in (prefixed("appt-"), str(uuid.uuid4()), "../../v1/users", "x" * 10_000):
            body = self.refused(doctor().video.start(unknown), 404)
            self.assertEqual(body["error"], "Appointment not found")

    def test_of_another_doctors_appointment_is_forbidden(self):
        made = appointment()
        body = self.refused(doctor().video.start(made.id), 403)
        self.assertEqual(body["error"], "You are not authorized to access this appointment")

    def test_of_what_was_started_names_the_session_to_join(self):
        made = started()
        body = self.refused(made.doctor.video.start(made.id), 409)
        self.assertEqual(body["error"], "Session already started for this appointment")
        self.assertEqual(body["session_id"], made.session_id)
        self.assertEqual(self.ok(made.doctor.video.join(body["session_id"]))["session_status"], "IN_PROGRESS")

    def test_is_the_patients_where_the_booking_is_direct(self):
        made = appointment(started_by="client")
        body = {"json": {"booking_type": "DIRECT"}}
        self.assertEqual(self.ok(made.patient.video.start(made.id, **body))["status"], "IN_PROGRESS")
        self.assertEqual(self.ok(made.doctor.video.session(made.session_id))["booking_type"], "DIRECT")

    def test_is_not_the_patients_where_the_clinic_booked(self):
        made = appointment()
        answer = made.patient.video.start(made.id, json={"booking_type": "DIRECT"})
        self.refused(answer, 400, 403, 409)


class Join(ClinicCase):
    def test_gives_a_fresh_token_each_time_and_keeps_the_attendee(self):
        made = started()
        joins = [self.ok(made.patient.video.join(made.session_id)) for _ in range(3)]
        self.assertEqual(len({join["attendee"]["attendee_id"] for join in joins}), 1)
        self.assertEqual(len({join["attendee"]["join_token"] for join in joins}), 3)
        again = self.ok(made.doctor.video.join(made.session_id))
        self.assertEqual(again["attendee"]["attendee_id"], made.start["doctor_attendee"]["attendee_id"])

    def test_answers_with_who_is_there(self):
        made = started()
        join = self.ok(made.patient.video.join(made.session_id))
        self.assertEqual(join["session_id"], made.session_id)
        self.assertEqual(join["session_status"], "IN_PROGRESS")
        self.has(join["aws_media_urls"], "audio_host_url", "video_host_url", "signaling_url")
        shown = {attendee["user_type"]: attendee for attendee in join["attendees"]}
        self.assertEqual(set(shown), {"DOCTOR", "PATIENT"})
        self.assertEqual(shown["DOCTOR"]["name"], made.doctor.name)
        for attendee in shown.values():
            self.assertIn(attendee["status"], ("CONNECTED", "DISCONNECTED"))
            self.assertRegex(attendee["join_time"], UTC)

    def test_of_a_patient_who_comes_first_waits_without_a_token(self):
        made = appointment()
        join = self.ok(made.patient.video.join(made.session_id))
        self.assertEqual(join["session_status"], "CREATED")
        self.assertIsNone(join["attendee"]["join_token"])
        self.ok(made.doctor.video.start(made.id))
        self.assertTrue(self.ok(made.patient.video.join(made.session_id))["attendee"]["join_token"])

    def test_takes_no_body_whatever_its_type(self):
        made = started()
        json_type = {"headers": {"Content-Type": "application/json"}}
        for sent in ({"data": None}, json_type, {"json": {}}, {"json": {"device_info": None}}):
            self.ok(made.patient.video.join(made.session_id, **sent))


class Details(ClinicCase):
    def test_have_all_of_a_list_entry_and_more(self):
        made = started()
        detail = self.ok(made.doctor.video.session(made.session_id))
        self.has(detail, *ENTRY, "duration_seconds", "attendees", "notes", "quality_rating")
        for attendee in detail["attendees"]:
            self.has(attendee, "attendee_id", "user_type", "name", "join_time", "leave_time", "status")

    def test_count_the_seconds_while_it_runs(self):
        made = started()
        first = self.ok(made.doctor.video.session(made.session_id))["duration_seconds"]
        self.assertIsInstance(first, int)

        def poll():
            return self.ok(made.patient.video.session(made.session_id))

        later = until(poll, lambda detail: detail["duration_seconds"] > first)
        self.assertEqual(later["status"], "IN_PROGRESS")

    def test_are_not_there_for_others(self):
        made = started()
        for stranger in (doctor(), patient()):
            self.refused(stranger.video.session(made.session_id), 403, 404)
        for unknown in (str(uuid.uuid4()), "42", "../metrics/usage", "x" * 10_000):
            self.refused(made.doctor.video.session(unknown), 404)


class TheService(ClinicCase):
    def test_has_the_gateways_path_too(self):
        made = started()
        gateway = Video(SERVER, made.doctor.token, prefix="/video")
        self.assertEqual(self.ok(gateway.session(made.session_id))["appointment_id"], made.id)
        self.assertEqual(self.ok(gateway.sessions())["total"], 1)
        self.ok(gateway.usage())
        self.ok(gateway.end(made.session_id))

    def test_has_health_and_documentation(self):
        self.assertEqual(requests.get(f"{SERVER}/health", timeout=30).status_code, 200)
        docs = requests.get(f"{SERVER}/docs", timeout=30)
        self.assertEqual(docs.status_code, 200)
        self.assertIn("text/html", docs.headers["Content-Type"])

    def test_lets_nobody_in_without_a_good_token(self):
        made = started()
        for token in (None, "nonsense", clinic.token({"userId": made.doctor.id, "role": "DOCTOR", "exp": 1})):
            video = Video(SERVER, token)
            known = made.session_id
            for answer in (video.sessions(), video.start(made.id), video.session(known), video.end(known)):
                self.refused(answer, 401)


if __name__ == "__main__":
    unittest.main()
