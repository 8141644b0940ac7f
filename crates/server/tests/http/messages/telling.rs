//! What a client is told of an appointment.

use super::*;
use crate::story::{appointment_path, session_path};

on_both_with_mail! {
    async fn a_client_is_told_of_what_is_booked_moved_and_cancelled(posting: Posting) {
        let carla = posting.carla().await;
        let secrets = json!({
            "title": "canary-title", "notes": "canary-notes", "passcode": true, "metadata": { "x": "canary-metadata" },
        });
        let booked = posting.book_with(&carla, DAY * 3, secrets).await;
        let passcode = booked["passcode"].as_str().unwrap().to_owned();
        let first = posting.mail.until(1).await.remove(0);
        // The tests' clock begins on a Saturday at nine, in Berlin at ten.
        assert_eq!(first.subject(), "Your appointment on Tuesday, 8 January 2030 at 10:00");
        assert_eq!((first.from.as_str(), &first.to[..]), ("visit@praxis.test", &["carla@clients.test".to_owned()][..]));
        assert_eq!(first.header("to"), "\"Carla Client\" <carla@clients.test>");
        assert_eq!(first.header("from"), "Praxis Süd <visit@praxis.test>");
        assert!(first.text().contains("When: Tuesday, 8 January 2030, 10:00 – 10:30 (Europe/Berlin, UTC+01:00)"));
        assert!(first.text().contains("Doctor: Dr. Ada"), "{}", first.text());
        assert!(first.part("text/html").contains(&first.secret()));
        let entry = first.calendar();
        assert_eq!(value(&entry, "METHOD"), "REQUEST");
        assert_eq!(value(&entry, "UID"), booked["session_id"].as_str().unwrap());
        assert_eq!((value(&entry, "DTSTART"), value(&entry, "DTEND")), ("20300108T090000Z", "20300108T093000Z"));
        let number = |entry: &[String]| value(entry, "SEQUENCE").parse::<i64>().unwrap();

        // The link stands for the passcode.
        let opened = posting.story.server.anonymous()
            .post("/invitations/redeem", json!({ "token": first.secret() })).await.expect(200);
        assert_eq!(opened["session_id"], booked["session_id"]);

        posting.move_to(&booked, DAY * 4).await;
        let second = posting.mail.until(2).await.remove(1);
        assert_eq!(second.subject(), "Your appointment has changed: Wednesday, 9 January 2030 at 10:00");
        assert_eq!(second.secret(), first.secret(), "the same link");
        assert_ne!(second.id(), first.id());
        let moved = second.calendar();
        assert_eq!(value(&moved, "UID"), value(&entry, "UID"));
        assert!(number(&moved) > number(&entry));

        posting.cancel(&booked).await;
        let third = posting.mail.until(3).await.remove(2);
        assert_eq!(third.subject(), "Your appointment on Wednesday, 9 January 2030 at 10:00 is cancelled");
        let cancelled = third.calendar();
        assert_eq!((value(&cancelled, "METHOD"), value(&cancelled, "STATUS")), ("CANCEL", "CANCELLED"));
        assert!(number(&cancelled) > number(&moved));
        assert!(!third.text().contains("http"), "{}", third.text());

        let reactivate = json!({ "status": "scheduled" });
        posting.doctor().patch(&appointment_path(&booked), reactivate).await.expect(200);
        let fourth = posting.mail.until(4).await.remove(3);
        assert_eq!(fourth.subject(), "Your appointment on Wednesday, 9 January 2030 at 10:00");
        assert!(number(&fourth.calendar()) > number(&cancelled));

        let said: String = posting.settled().await.iter().map(|email| format!("{email:?}")).collect();
        let mails: String = posting.mail.mails().iter().map(Mail::everything).collect();
        let log = posting.story.server.log();
        for canary in ["canary-", passcode.as_str()] {
            for (place, text) in [("an e-mail", &mails), ("a row", &said), ("the log", &log)] {
                assert!(!text.contains(canary), "{canary} in {place}: {text}");
            }
        }
        for secret in ["carla@clients.test", &first.secret()] {
            assert!(!said.contains(secret) && !log.contains(secret), "{secret}");
        }
    }

    async fn guests_are_told_as_well(posting: Posting) {
        let carla = posting.carla().await;
        let booked = posting.book(&carla, DAY * 3).await;
        posting.mail.until(1).await;
        let path = format!("{}/invitations", appointment_path(&booked));
        let guest = json!({ "role": "guest", "name": "Ines Interpreter", "email": "ines@guests.test" });
        let made = posting.doctor().post(&path, guest).await.expect(201);
        let nobody = json!({ "role": "guest", "name": "Without Address" });
        posting.doctor().post(&path, nobody).await.expect(201);
        let invited = posting.mail.until(2).await.remove(1);
        assert_eq!(invited.to, ["ines@guests.test"]);
        assert!(made["url"].as_str().unwrap().ends_with(&invited.secret()), "the link that the practitioner sees");

        posting.move_to(&booked, DAY * 4).await;
        let mut told: Vec<_> = posting.mail.until(4).await.split_off(2);
        told.sort_by_key(|mail| mail.to.clone());
        assert_eq!(told.iter().map(|mail| mail.to[0].as_str()).collect::<Vec<_>>(), ["carla@clients.test", "ines@guests.test"]);
        assert_eq!(told[1].secret(), invited.secret());

        // Whose link is taken away hears no more, and is given no other.
        let id = made["id"].as_str().unwrap();
        assert_eq!(posting.doctor().delete(&format!("{path}/{id}")).await.status, 204);
        posting.cancel(&booked).await;
        assert_eq!(posting.mail.until(5).await.remove(4).to, ["carla@clients.test"]);
        assert_eq!(posting.outcomes().await.len(), 5);
    }
}

#[tokio::test]
async fn each_reads_it_in_their_language_and_zone() {
    let posting = Posting::with("titles = true\nreply_to = 'desk@praxis.test'\n", Manners::default()).await;
    for (n, (name, locale, zone, subject)) in [
        ("Jürgen Müller", "de-AT", "Europe/Vienna", "Ihr Termin am Samstag, 5. Januar 2030 um 14:00 Uhr"),
        ("María Ñandú", "es", "America/Bogota", "Su cita del sábado, 5 de enero de 2030 a las 08:00"),
        ("Zoé O’Connor", "fr-CA", "America/Toronto", "Votre rendez-vous du samedi 5 janvier 2030 à 08:00"),
        ("أحمد", "en-US", "Asia/Kolkata", "Your appointment on Saturday, 5 January 2030 at 6:30 PM"),
        ("nobody", "tlh", "", "Your appointment on Saturday, 5 January 2030 at 13:00"),
    ]
    .into_iter()
    .enumerate()
    {
        let from_now = HOUR * 4 + HOUR * i32::try_from(n).unwrap();
        let mut client = json!({ "name": name, "email": format!("c{n}@clients.test"), "locale": locale, "timezone": zone });
        if zone.is_empty() {
            client.as_object_mut().unwrap().retain(|key, _| !["timezone", "locale"].contains(&key.as_str()));
        }
        let client = posting.doctor().post("/clients", client).await.expect(201)["id"].clone();
        let booked =
            posting.book_with(&client, from_now, json!({ "title": "Knie; links, \"alt\"\r\nX: y" })).await;
        let mail = posting.mail.until(n + 1).await.remove(n);
        assert_eq!(mail.header("reply-to"), "desk@praxis.test");
        // All are the same but for the hour.
        let hours =
            |text: &str| text.split(|c: char| !c.is_ascii_digit()).map(str::to_owned).collect::<Vec<_>>();
        let plain = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "").replace("AM", "PM");
        assert_eq!(plain(mail.subject()), plain(subject), "{:?}", hours(mail.subject()));
        assert_eq!(
            mail.header("to").contains(name),
            name.is_ascii() || !mail.header("to").starts_with('<'),
            "{}",
            mail.header("to")
        );
        let summary = value(&mail.calendar(), "SUMMARY").to_owned();
        assert_eq!(summary, "Knie\\; links\\, \"alt\" X: y", "{booked}");
    }
}

#[tokio::test]
async fn nobody_is_told_of_a_hold_before_it_is_paid() {
    let posting = Posting::sqlite().await;
    let carla = posting.carla().await;
    let hold = |from_now| json!({ "hold_expires_at": posting.story.server.now() + from_now, "payment_required": true });
    let expires = posting.book_with(&carla, DAY * 3, hold(MINUTE * 10)).await;
    let paid = posting.book_with(&carla, DAY * 4, hold(MINUTE * 60)).await;
    posting.story.advance(20).await;
    assert_eq!(posting.doctor().get(&session_path(&expires)).await.expect(200)["status"], "cancelled");
    assert_eq!(posting.outcomes().await, []);
    let admin = posting.story.server.admin().await;
    let path = format!("{}/payment", appointment_path(&paid));
    admin.post(&path, json!({ "status": "confirmed" })).await.expect(200);
    assert_eq!(
        subjects(&posting.mail.until(1).await),
        ["Your appointment on Wednesday, 9 January 2030 at 10:00"]
    );
    assert_eq!(posting.outcomes().await.len(), 1);
}

#[tokio::test]
async fn whoever_has_no_address_is_told_nothing_and_without_a_mail_server_nobody() {
    let posting = Posting::sqlite().await;
    posting.story.book(60, 30).await;
    assert_eq!(posting.outcomes().await, []);

    let story = Story::new().await;
    let client = json!({ "name": "Carla", "email": "carla@clients.test" });
    let carla = story.doctor.post("/clients", client).await.expect(201)["id"].clone();
    let mut body = story.booking(60, 30);
    body["client_id"] = carla;
    let booked = story.doctor.post("/appointments", body).await.expect(201);
    story.doctor.post(&format!("{}/cancel", appointment_path(&booked)), json!({})).await.expect(200);
    let page = Emails { limit: 10, ..Emails::default() };
    assert_eq!(story.server.app.store.read().await.unwrap().emails(&page).await.unwrap(), []);
}
