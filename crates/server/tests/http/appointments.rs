//! Booking, moving, cancelling, paying.

use openvisit_core::person::Role;
use serde_json::{Value, json};

use crate::story::{Story, appointment_path, on_both, session_path};

#[tokio::test]
async fn a_booking_makes_a_session_that_both_parties_see_and_nobody_else() {
    let story = Story::new().await;
    let mut body = story.booking(60, 45);
    body["passcode"] = json!(true);
    body["title"] = json!("Follow-up");
    body["notes"] = json!("bring the letter");
    body["price"] = json!({ "amount": 49.9, "currency": "EUR" });
    let booked = story.doctor.post("/appointments", body).await.expect(201);
    assert_eq!(booked["passcode"].as_str().unwrap().len(), 6);
    assert_eq!(booked["status"], "scheduled");
    assert_eq!(booked["duration_minutes"], 45);
    assert_eq!(booked["practitioner"]["name"], "Dr. Ada");
    assert_eq!(booked["payment"], json!({ "required": false, "status": "not_required", "reference": null }));
    assert_eq!(booked["price"], json!({ "amount": "49.9", "currency": "EUR" }));

    for party in [&story.doctor, &story.patient] {
        let seen = party.get(&appointment_path(&booked)).await.expect(200);
        assert_eq!(seen["notes"], "bring the letter");
        assert!(seen.get("passcode").is_none(), "the passcode is shown once");
        assert_eq!(party.get(&session_path(&booked)).await.expect(200)["status"], "scheduled");
        assert_eq!(party.get("/appointments").await.expect(200)["items"][0]["id"], booked["id"]);
        assert_eq!(party.get("/sessions").await.expect(200)["items"].as_array().unwrap().len(), 1);
    }
    let stranger = story.server.practitioner("Dr. Else").await;
    stranger.get(&appointment_path(&booked)).await.problem(404, "not_found");
    stranger.get(&session_path(&booked)).await.problem(404, "not_found");
    stranger
        .post(&format!("{}/cancel", appointment_path(&booked)), json!({}))
        .await
        .problem(404, "not_found");
    assert_eq!(stranger.get("/appointments").await.expect(200)["items"], json!([]));
    assert!(!story.server.log().contains("Dr. Ada"), "no names in the log");
    assert!(!story.server.log().contains("bring the letter"));
}

#[tokio::test]
async fn taken_time_is_refused_back_to_back_is_not() {
    taken_time_is_refused_back_to_back_is_not_in(Story::new().await).await;
}

#[tokio::test]
async fn taken_time_is_refused_back_to_back_is_not_on_postgresql() {
    taken_time_is_refused_back_to_back_is_not_in(Story::postgres().await).await;
}

async fn taken_time_is_refused_back_to_back_is_not_in(story: Story) {
    let first = story.book(60, 30).await;
    let taken = story.doctor.post("/appointments", story.booking(75, 30)).await.problem(409, "slot_taken");
    assert_eq!((&taken["starts_at"], &taken["party"]), (&first["starts_at"], &json!("practitioner")));
    let second = story.book(90, 30).await;
    let starts_at = first["starts_at"].clone();
    let onto = json!({ "starts_at": starts_at });
    story.doctor.patch(&appointment_path(&second), onto.clone()).await.problem(409, "slot_taken");
    story.doctor.post(&format!("{}/cancel", appointment_path(&first)), json!({})).await.expect(200);
    story.doctor.patch(&appointment_path(&second), onto).await.expect(200);
    let back = json!({ "status": "scheduled" });
    story.doctor.patch(&appointment_path(&first), back).await.problem(409, "slot_taken");
    let other = story.server.practitioner("Dr. Else").await;
    let mut twice = story.booking(60, 30);
    twice["practitioner_id"] = json!(other.id());
    let admin = story.server.admin().await;
    let of_the_client = admin.post("/appointments", twice).await.problem(409, "slot_taken");
    assert_eq!(of_the_client["party"], "client");
    let mut body = story.booking(60, 30);
    body["client_id"] = json!(null);
    body["client"] = json!({ "issuer": "clinic", "subject": "p-7", "name": "Kim" });
    other.post("/appointments", body).await.expect(201);
}

#[tokio::test]
async fn of_sixteen_bookings_of_one_slot_exactly_one_wins() {
    of_sixteen_bookings_of_one_slot_exactly_one_wins_in(Story::new().await).await;
}

#[tokio::test]
async fn of_sixteen_bookings_of_one_slot_exactly_one_wins_on_postgresql() {
    of_sixteen_bookings_of_one_slot_exactly_one_wins_in(Story::postgres().await).await;
}

async fn of_sixteen_bookings_of_one_slot_exactly_one_wins_in(story: Story) {
    let tries = (0..16).map(|_| {
        let (doctor, body) = (story.doctor.clone(), story.booking(60, 30));
        tokio::spawn(async move { doctor.post("/appointments", body).await.status })
    });
    let mut statuses = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
}

#[tokio::test]
async fn wrong_bookings_are_refused_with_their_field() {
    let story = Story::new().await;
    let wrong: [(&str, Value); 14] = [
        ("starts_at", json!("2020-01-01T00:00:00Z")),
        ("starts_at", json!("tomorrow")),
        ("starts_at", json!("2099-01-01T00:00:00Z")),
        ("duration_minutes", json!(0)),
        ("duration_minutes", json!(-5)),
        ("duration_minutes", json!(i64::MAX)),
        ("duration_minutes", json!("30")),
        ("client_id", json!(story.doctor.id())),
        ("client_id", json!("019ac000-0000-7000-8000-000000000000")),
        ("client_id", json!("x")),
        ("kind", json!("telepathy")),
        ("max_participants", json!(9)),
        ("title", json!("x".repeat(201))),
        ("price", json!({ "amount": "-1", "currency": "EUR" })),
    ];
    for (field, value) in wrong {
        let mut body = story.booking(60, 30);
        body[field] = value.clone();
        let problem = story.doctor.post("/appointments", body).await.problem(422, "invalid");
        let told = problem["errors"][0]["field"].as_str().unwrap();
        assert!(told.starts_with(field) || told.is_empty(), "{field} {value}: {told}");
    }
    let mut with_offset = story.booking(60, 30);
    with_offset["starts_at"] = json!("2030-01-07T12:00:00+02:00");
    let booked = story.doctor.post("/appointments", with_offset).await.expect(201);
    assert_eq!(booked["starts_at"], "2030-01-07T10:00:00Z");
    let mut unknown = story.booking(90, 30);
    unknown["titel"] = json!("x");
    story.doctor.post("/appointments", unknown).await.problem(422, "invalid");
    story.patient.post("/appointments", story.booking(200, 30)).await.problem(403, "forbidden");
}

#[tokio::test]
async fn what_is_null_in_a_booking_is_as_if_it_were_not_there() {
    let story = Story::new().await;
    let optional = [
        "kind",
        "metadata",
        "title",
        "notes",
        "plan",
        "price",
        "booking_type",
        "external_id",
        "organization_id",
        "hold_expires_at",
        "passcode",
        "max_participants",
        "started_by",
        "media_provider",
        "practitioner",
    ];
    let mut body = story.booking(60, 30);
    for name in optional {
        body[name] = Value::Null;
    }
    let booked = story.doctor.post("/appointments", body).await.expect(201);
    assert_eq!((&booked["kind"], &booked["metadata"]), (&json!("video"), &json!({})));
    assert_eq!(booked["passcode_enabled"], true);
}

#[tokio::test]
async fn lists_go_on_where_the_page_ended() {
    let story = Story::new().await;
    for index in 0..5 {
        story.book(60 + 30 * index, 30).await;
    }
    let mut seen = Vec::new();
    let mut path = "/appointments?limit=2".to_owned();
    loop {
        let page = story.doctor.get(&path).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["starts_at"].to_string()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/appointments?limit=2&cursor={cursor}");
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted());
    for wrong in ["limit=0", "limit=101", "limit=x", "cursor=zzz", "status=odd", "from=now"] {
        story.doctor.get(&format!("/appointments?{wrong}")).await.problem(422, "invalid");
    }
}

on_both! {
    async fn what_runs_is_listed_from_now_on(story: Story) {
        let running = story.book(0, 30).await;
        story.call(&session_path(&running)).await;
        story.advance(35).await;
        let next = story.book(5, 30).await;
        let later = story.book(120, 30).await;
        let ids = async |query: &str| {
            let page = story.doctor.get(&format!("/appointments?{query}")).await.expect(200);
            page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect::<Vec<_>>()
        };
        let now = story.server.now();
        assert_eq!(ids(&format!("from={now}")).await, [&running, &next, &later].map(|it| it["id"].clone()));
        // It is over its time, and next week it will be over.
        let then = now + crate::story::MINUTE * 60;
        assert_eq!(ids(&format!("from={then}")).await, [later["id"].clone()]);
        story.advance(10).await;
        let now = story.server.now();
        let (some, both) = ("status=scheduled,in_progress", "status=scheduled&status=in_progress");
        for query in [some, both, "status=in_progress&limit=5&status=scheduled", "status=scheduled%2Cin_progress"] {
            assert_eq!(ids(&format!("{query}&from={now}")).await.len(), 3, "{query}");
        }
        assert_eq!(ids("status=in_progress").await, [running["id"].clone()]);
        assert_eq!(ids("status=cancelled,no_show").await, Vec::<Value>::new());
        let sessions = story.doctor.get("/sessions?status=in_progress&status=waiting").await.expect(200);
        assert_eq!(sessions["items"][0]["id"], running["session_id"]);
        story.doctor.get("/appointments?status=scheduled,odd").await.problem(422, "invalid");
    }

    async fn an_appointment_is_found_by_the_other_systems_id(story: Story) {
        let mut body = story.booking(60, 30);
        body["external_id"] = json!("4711");
        let booked = story.doctor.post("/appointments", body).await.expect(201);
        story.book(120, 30).await;
        for party in [&story.doctor, &story.patient] {
            let found = party.get("/appointments?external_id=4711").await.expect(200);
            assert_eq!(found["items"].as_array().unwrap().len(), 1);
            assert_eq!(found["items"][0]["id"], booked["id"]);
            assert_eq!(party.get("/appointments?external_id=4712").await.expect(200)["items"], json!([]));
        }
        let stranger = story.server.practitioner("Dr. Else").await;
        assert_eq!(stranger.get("/appointments?external_id=4711").await.expect(200)["items"], json!([]));
    }

    async fn a_program_follows_what_changes_without_gaps(story: Story) {
        let mut booked = Vec::new();
        for hour in 1..=5 {
            story.server.advance(crate::story::MINUTE);
            booked.push(story.book(600 - 60 * hour, 30).await);
        }
        let follow = async |mut after: Value| {
            let (mut ids, mut cursor) = (Vec::new(), String::new());
            loop {
                let instant = after.as_str().unwrap().to_owned();
                let path = format!("/appointments?limit=2&updated_after={instant}{cursor}");
                let page = story.doctor.get(&path).await.expect(200);
                ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => {
                        if let Some(last) = page["items"].as_array().unwrap().last() {
                            after = last["updated_at"].clone();
                        }
                        return (ids, after);
                    }
                }
            }
        };
        let (all, last) = follow(json!("2020-01-01T00:00:00Z")).await;
        assert_eq!(all, booked.iter().map(|it| it["id"].clone()).collect::<Vec<_>>());
        assert_eq!(follow(last.clone()).await, (vec![], last.clone()));
        // Whatever changes is told: terms, a cancellation, being deleted, an end, a correction.
        let mut seen = last;
        let changes = async |path: String, body: Value| {
            story.server.advance(crate::story::MINUTE);
            match body {
                Value::Null => story.doctor.delete(&path).await.expect(204),
                _ => story.doctor.post(&path, body).await.expect(200),
            };
        };
        let of = |n: usize, verb: &str| format!("{}{verb}", appointment_path(&booked[n]));
        for (n, path, body) in [
            (3, of(3, "/cancel"), json!({})),
            (3, of(3, ""), Value::Null),
            (1, format!("{}/end", session_path(&booked[1])), json!({})),
            (1, of(1, "/correct"), json!({ "outcome": "completed", "reason": "we telephoned" })),
        ] {
            changes(path.clone(), body).await;
            let (ids, next) = follow(seen).await;
            assert_eq!(ids, [booked[n]["id"].clone()], "{path}");
            seen = next;
        }
        assert_eq!(story.patient.get(&format!("/appointments?updated_after={}", story.server.now())).await.expect(200)["items"], json!([]));
        story.doctor.get("/appointments?updated_after=yesterday").await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn an_old_version_is_a_conflict() {
    let story = Story::new().await;
    let booked = story.book(60, 30).await;
    let path = appointment_path(&booked);
    let change = json!({ "title": "New", "version": booked["version"] });
    let changed = story.doctor.patch(&path, change.clone()).await.expect(200);
    assert_eq!(changed["title"], "New");
    story.doctor.patch(&path, change).await.problem(409, "version_conflict");
}

#[tokio::test]
async fn what_must_be_paid_opens_when_it_is() {
    let story = Story::new().await;
    let admin = story.server.admin().await;
    let mut body = story.booking(5, 30);
    body["payment_required"] = json!(true);
    let booked = story.doctor.post("/appointments", body).await.expect(201);
    let (path, session) = (appointment_path(&booked), session_path(&booked));
    story.patient.post(&format!("{session}/join"), json!({})).await.problem(402, "payment_required");
    story.doctor.post(&format!("{session}/start"), json!({})).await.problem(402, "payment_required");
    let paid = json!({ "status": "confirmed", "reference": "tx-1" });
    story.doctor.post(&format!("{path}/payment"), paid.clone()).await.problem(403, "forbidden");
    let answer = admin.post(&format!("{path}/payment"), paid).await.expect(200);
    assert_eq!(answer["payment"]["status"], "confirmed");
    story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
}

#[tokio::test]
async fn an_unpaid_hold_gives_its_time_back() {
    let story = Story::new().await;
    let mut body = story.booking(60, 30);
    body["payment_required"] = json!(true);
    body["hold_expires_at"] = json!(story.server.now() + crate::story::MINUTE * 10);
    let held = story.doctor.post("/appointments", body).await.expect(201);
    story.doctor.post("/appointments", story.booking(60, 30)).await.problem(409, "slot_taken");
    // Without a timer's help: whoever wants the time next finds the hold expired.
    story.server.advance(crate::story::MINUTE * 11);
    story.doctor.post("/appointments", story.booking(49, 30)).await.expect(201);
    assert_eq!(story.doctor.get(&appointment_path(&held)).await.expect(200)["status"], "cancelled");
}

#[tokio::test]
async fn an_assistant_books_for_the_own_organization_and_sees_no_notes() {
    let story = Story::new().await;
    let admin = story.server.admin().await;
    let clinic = admin.post("/organizations", json!({ "name": "Clinic" })).await.expect(201)["id"].clone();
    let assistant = story.server.person("Front desk", &[Role::Assistant]).await;
    for party in [&story.doctor, &assistant, &story.patient] {
        admin
            .patch(&format!("/users/{}", party.id()), json!({ "organization_id": clinic }))
            .await
            .expect(200);
    }
    let mut body = story.booking(0, 30);
    body["practitioner_id"] = json!(story.doctor.id());
    let booked = assistant.post("/appointments", body).await.expect(201);
    let session = session_path(&booked);
    story.call(&session).await;
    story.doctor.put(&format!("{session}/notes"), json!({ "notes": "private" })).await.expect(200);
    assert_eq!(assistant.get(&session).await.expect(200)["notes"], Value::Null);
    assistant.post(&format!("{session}/join"), json!({})).await.problem(403, "forbidden");
    assistant.post(&format!("{session}/end"), json!({})).await.problem(403, "forbidden");
    let foreign = story.server.practitioner("Dr. Else").await;
    let mut body = story.booking(120, 30);
    body["practitioner_id"] = json!(foreign.id());
    assistant.post("/appointments", body).await.problem(422, "invalid");
}

#[tokio::test]
async fn whoever_guesses_another_systems_id_learns_nothing() {
    let story = Story::new().await;
    let mut body = story.booking(60, 30);
    body["client_id"] = json!(null);
    body["client"] =
        json!({ "issuer": "clinic", "subject": "p-7", "name": "Kim", "email": "kim@example.org" });
    story.doctor.post("/appointments", body.clone()).await.expect(201);
    let other = story.server.practitioner("Dr. Else").await;
    let refused = other.post("/appointments", body).await;
    assert!(!refused.body.contains("Kim"));
    refused.problem(422, "invalid");
    assert_eq!(other.get("/clients").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn what_has_ended_is_neither_changed_nor_taken_back() {
    let story = Story::new().await;
    let booked = story.book(0, 30).await;
    let path = appointment_path(&booked);
    story.doctor.post(&format!("{}/end", session_path(&booked)), json!({})).await.expect(200);
    story.doctor.patch(&path, json!({ "status": "scheduled" })).await.problem(409, "not_allowed_now");
    story.doctor.patch(&path, json!({ "title": "Other" })).await.problem(409, "ended");
}

#[tokio::test]
async fn an_external_id_is_taken_once_per_issuer() {
    let story = Story::new().await;
    let mut body = story.booking(60, 30);
    body["external_id"] = json!("A-17");
    story.doctor.post("/appointments", body.clone()).await.expect(201);
    body["starts_at"] = json!(story.server.now() + crate::story::MINUTE * 300);
    story.doctor.post("/appointments", body).await.problem(409, "conflict");
}

#[tokio::test]
async fn an_in_person_visit_blocks_time_and_has_no_call() {
    let story = Story::new().await;
    let mut body = story.booking(0, 30);
    body["kind"] = json!("in_person");
    let visit = story.doctor.post("/appointments", body).await.expect(201);
    assert_eq!(visit["passcode"], Value::Null);
    story.doctor.post("/appointments", story.booking(10, 30)).await.problem(409, "slot_taken");
    story.patient.post(&format!("{}/join", session_path(&visit)), json!({})).await.problem(409, "no_call");
}
