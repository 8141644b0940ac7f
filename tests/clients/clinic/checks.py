"""The clinic's people and appointments, and what every answer of its service must be."""

import unittest
from types import SimpleNamespace

from clinic.front_end import Video
from common.application import SERVER, Application, prefixed

clinic = Application("clinic", "userId")


def doctor(own_id=None):
    return _person(own_id or prefixed("doc_doctor"), "DOCTOR", "Dr. Ada Okafor")


def patient(own_id=None):
    return _person(own_id or prefixed("pat_"), "PATIENT", "Sam Reyes")


def _person(own_id, role, name):
    person = clinic.person(own_id, role, name)
    person.video = Video(SERVER, person.token)
    return person


def appointment(own_id=None, doctor_id=None, patient_id=None, **more):
    """An appointment that the clinic's back end has booked; nobody has come yet."""
    own_id = own_id or prefixed("appt-")
    made = SimpleNamespace(id=str(own_id), doctor=doctor(doctor_id), patient=patient(patient_id))
    made.booked = clinic.book(own_id, made.doctor, made.patient, booking_type="CLINIC_BASED", **more)
    made.session_id = made.booked["session_id"]
    return made


def started(**more):
    made = appointment(**more)
    made.start = made.doctor.video.start(made.id).json()
    assert made.start.get("status") == "IN_PROGRESS", made.start
    return made


class ClinicCase(unittest.TestCase):
    def ok(self, answer, status=200):
        self.assertEqual(answer.status_code, status, answer.text)
        return answer.json()

    def refused(self, answer, *statuses):
        """A refusal has the clinic's shape, and names no type of the server's language."""
        self.assertIn(answer.status_code, statuses, answer.text)
        body = answer.json()
        self.assertEqual(body["status"], answer.status_code)
        self.assertIsInstance(body["error"], str)
        self.assertNotRegex(answer.text, r"\b[uif](8|16|32|64)\b|struct |EOF while|expected value")
        return body

    def has(self, body, *fields):
        for field in fields:
            self.assertIn(field, body)
