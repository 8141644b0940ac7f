//! Consultations month by month.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::common::Server;
use crate::story::{Story, on_both};

const HEADER: &str = "month,consultations,minutes,mean_minutes,no_shows,cancelled,no_show_rate";

async fn report(story: &Story, query: &str) -> Value {
    story.doctor.get(&format!("/reports?{query}")).await.expect(200)
}

/// A consultation of so many minutes, beginning now.
async fn consult(story: &Story, minutes: i64) {
    let session = story.now().await;
    story.call(&session).await;
    story.advance(minutes).await;
    story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
}

on_both! {
    async fn months_are_summed_up(story: Story) {
        // It is 2030-01-05, 09:00 UTC.
        consult(&story, 10).await;
        consult(&story, 15).await;
        let missed = story.now().await;
        story.doctor.post(&format!("{missed}/end"), json!({})).await.expect(200);
        let appointment = story.book(60, 30).await;
        let path = format!("/appointments/{}/cancel", appointment["id"].as_str().unwrap());
        story.doctor.post(&path, json!({})).await.expect(200);
        story.book(60, 30).await;
        story.book(24 * 60, 30).await;

        let all = report(&story, "").await;
        let months: Vec<&str> =
            all["months"].as_array().unwrap().iter().map(|m| m["month"].as_str().unwrap()).collect();
        assert_eq!(months, ["2029-08", "2029-09", "2029-10", "2029-11", "2029-12", "2030-01"]);
        let figures = json!({
            "consultations": 2, "minutes": 25, "mean_minutes": 12.5, "no_shows": 1, "cancelled": 1,
            "no_show_rate": 0.3333,
        });
        assert_eq!(all["total"], figures);
        let mut month = figures.clone();
        month["month"] = json!("2030-01");
        assert_eq!(all["months"][5], month);
        assert_eq!(all["months"][0]["mean_minutes"], Value::Null);
        assert_eq!(all["months"][0]["no_show_rate"], Value::Null);
        let days = all["next_7_days"].as_array().unwrap();
        assert_eq!(days.len(), 7);
        assert_eq!(days[0], json!({ "date": "2030-01-05", "booked": 4 }));
        assert_eq!(days[1], json!({ "date": "2030-01-06", "booked": 1 }));
        assert_eq!(days[6], json!({ "date": "2030-01-11", "booked": 0 }));

        let colleague = story.server.practitioner("Dr. Bo").await;
        assert_eq!(colleague.get("/reports").await.expect(200)["total"]["consultations"], 0);
        let admin = story.server.admin().await;
        assert_eq!(admin.get("/reports").await.expect(200)["total"], figures);
    }
}

#[tokio::test]
async fn a_month_is_that_of_the_zone() {
    let story = Story::new().await;
    // 2030-01-31, 23:30 UTC: February in Berlin already.
    story.server.advance(SignedDuration::from_mins((26 * 24 + 14) * 60 + 30));
    let doctor = story.server.sign_in(story.doctor.id());
    let story = Story { doctor, ..story };
    consult(&story, 10).await;
    let of = async |zone: &str| {
        let query = format!("from=2030-01&to=2030-02&timezone={zone}");
        let report = report(&story, &query).await;
        (report["months"][0]["consultations"].clone(), report["months"][1]["consultations"].clone())
    };
    assert_eq!(of("UTC").await, (json!(1), json!(0)));
    assert_eq!(of("Europe/Berlin").await, (json!(0), json!(1)));
    assert_eq!(of("America/New_York").await, (json!(1), json!(0)));
    let berlin = report(&story, "timezone=Europe/Berlin").await;
    assert_eq!(berlin["next_7_days"][0]["date"], "2030-02-01");
}

#[tokio::test]
async fn a_report_is_a_table_too() {
    let story = Story::new().await;
    consult(&story, 10).await;
    let expected = format!("{HEADER}\r\n2029-12,0,0,,0,0,\r\n2030-01,1,10,10,0,0,0\r\n");
    let query = "from=2029-12&to=2030-01";
    let reply = story.doctor.get(&format!("/reports.csv?{query}")).await;
    assert_eq!((reply.status, &reply.body), (200, &expected));
    assert_eq!(reply.headers["content-type"], "text/csv; charset=utf-8");
    let asked = story.doctor.raw(reqwest::Method::GET, &format!("/api/v1/reports?{query}"));
    let reply = crate::common::send(asked.header("accept", "text/csv")).await;
    assert_eq!((reply.status, &reply.body), (200, &expected));
}

#[tokio::test]
async fn what_is_no_span_of_months_is_refused() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. Ada").await;
    for (query, field) in [
        ("from=2030-13", "from"),
        ("to=January", "to"),
        ("from=2030-02&to=2030-01", "from"),
        ("from=2028-01&to=2030-01", "from"),
        ("timezone=Mars/Olympus", "timezone"),
    ] {
        let refused = doctor.get(&format!("/reports?{query}")).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], field, "{query}");
    }
    doctor.get("/reports?from=2028-02&to=2030-01").await.expect(200);
    for role in [server.client("Sam").await, server.assistant("Alex").await] {
        role.get("/reports").await.problem(403, "forbidden");
        role.get("/reports.csv").await.problem(403, "forbidden");
    }
}
