//! Appointments in people's own calendars: as a file, and at a secret address.

use reqwest::Method;
use reqwest::header::{ETAG, IF_NONE_MATCH, LAST_MODIFIED};

use super::*;
use crate::common::{Reply, send};
use crate::story::{on_both, session_path};

async fn asked(story: &Story, url: &str, known: Option<&str>) -> Reply {
    let path = url.split_once("/api/v1").unwrap().1;
    let mut request = story.server.anonymous().request(Method::GET, path);
    if let Some(known) = known {
        request = request.header(IF_NONE_MATCH, known);
    }
    send(request).await
}

fn lines(reply: &Reply) -> Vec<String> {
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, "text/calendar; charset=utf-8"),
        "{}",
        reply.body
    );
    reply.body.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

fn count(lines: &[String], line: &str) -> usize {
    lines.iter().filter(|known| *known == line).count()
}

on_both! {
    settings "";

    async fn a_calendar_is_read_at_its_address_until_that_is_renewed_or_withdrawn(story: Story) {
        let mut body = story.booking(60, 30);
        body["title"] = json!("canary-title");
        body["notes"] = json!("canary-notes");
        let booked = story.doctor.post("/appointments", body).await.expect(201);
        assert_eq!(story.doctor.get("/me/calendar-feed").await.expect(200), json!({ "created_at": null, "names": false }));
        let url = story.doctor.post("/me/calendar-feed", json!({})).await.expect(201)["url"].as_str().unwrap().to_owned();
        assert_eq!(story.doctor.get("/me/calendar-feed").await.expect(200)["created_at"], json!(story.server.now()));
        let first = asked(&story, &url, None).await;
        let etag = first.header(ETAG.as_str()).to_owned();
        assert_eq!(first.header(LAST_MODIFIED.as_str()), "Sat, 05 Jan 2030 09:00:00 GMT");
        let shown = lines(&first);
        assert_eq!(value(&shown, "UID"), booked["session_id"].as_str().unwrap());
        assert_eq!((value(&shown, "SUMMARY"), value(&shown, "STATUS")), ("OpenVisit", "CONFIRMED"), "no client's name");
        assert!(!first.body.contains("canary") && !first.body.contains("Sam"), "{}", first.body);

        let same = asked(&story, &url, Some(&etag)).await;
        assert_eq!((same.status, same.body.as_str(), same.header(ETAG.as_str())), (304, "", etag.as_str()));
        story.server.advance(MINUTE);
        let path = format!("{}/cancel", crate::story::appointment_path(&booked));
        story.doctor.post(&path, json!({})).await.expect(200);
        let changed = asked(&story, &url, Some(&etag)).await;
        assert_eq!(value(&lines(&changed), "STATUS"), "CANCELLED");
        assert_ne!(changed.header(ETAG.as_str()), etag);

        let named = story.doctor.post("/me/calendar-feed", json!({ "names": true })).await.expect(201)["url"].as_str().unwrap().to_owned();
        asked(&story, &url, None).await.problem(404, "not_found");
        assert_eq!(value(&lines(&asked(&story, &named, None).await), "SUMMARY"), "Sam");
        assert_eq!(story.doctor.delete("/me/calendar-feed").await.status, 204);
        asked(&story, &named, None).await.problem(404, "not_found");
        let secret = named.rsplit('/').next().unwrap().trim_end_matches(".ics").to_owned();
        assert!(!story.server.log().contains(&secret));
    }

    async fn it_holds_ninety_days_back_and_a_year_ahead_of_both_sides(story: Story) {
        let url = story.patient.post("/me/calendar-feed", json!({})).await.expect(201)["url"].as_str().unwrap().to_owned();
        for days in [1, 200, 364, 400] {
            story.book(days * 24 * 60, 30).await;
        }
        let shown = lines(&asked(&story, &url, None).await);
        assert_eq!((count(&shown, "BEGIN:VEVENT"), count(&shown, "SUMMARY:Dr. Ada")), (3, 3));
        story.server.advance(DAY * 91);
        assert_eq!(count(&lines(&asked(&story, &url, None).await), "BEGIN:VEVENT"), 4);
        story.server.advance(DAY);
        let later = lines(&asked(&story, &url, None).await);
        assert_eq!(count(&later, "BEGIN:VEVENT"), 3, "what was 91 days ago is gone");
    }
}

#[tokio::test]
async fn whoever_may_see_an_appointment_gets_it_as_a_file() {
    let story = Story::new().await;
    let mut body = story.booking(60, 30);
    body["title"] = json!("canary-title");
    let booked = story.doctor.post("/appointments", body).await.expect(201);
    let path = format!("{}/calendar", session_path(&booked));
    for (who, summary) in [(&story.doctor, "OpenVisit: Sam"), (&story.patient, "OpenVisit: Dr. Ada")] {
        let file = who.get(&path).await;
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"appointment.ics\"");
        let shown = lines(&file);
        assert_eq!((value(&shown, "SUMMARY"), value(&shown, "METHOD")), (summary, "PUBLISH"));
        assert!(value(&shown, "URL").ends_with(&session_path(&booked).replace("/sessions/", "/join/")));
        assert!(!file.body.contains("canary"), "{}", file.body);
    }
    story.server.practitioner("Dr. Curious").await.get(&path).await.problem(404, "not_found");
    // Whoever has a link alone gets the file, and no address of a calendar.
    let guest = story.server.invited(&story.doctor, booked["session_id"].as_str().unwrap(), "client").await;
    assert_eq!(guest.get(&path).await.status, 200);
    guest.post("/me/calendar-feed", json!({})).await.problem(403, "forbidden");
}
