//! A month of a practice by the clock: all messages and their minutes, against a model that knows nothing of how they are
//! made. The clocks change in it, in America on the 10th, in Europe on the 31st.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::story::appointment_path;

const ZONES: [&str; 3] = ["Europe/Berlin", "America/New_York", "Asia/Kolkata"];
const APPOINTMENTS: usize = 24;
const FIRST_OF_MARCH: Timestamp = Timestamp::constant(1_898_553_600, 0);

#[derive(Clone, Copy, Debug)]
enum Step {
    Book { starts_at: Timestamp },
    Move { starts_at: Timestamp },
    Cancel,
}

/// What is done to an appointment, and when.
struct Course {
    client: usize,
    steps: Vec<(Timestamp, Step)>,
}

/// The same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % end).unwrap()
    }
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

fn courses() -> Vec<Course> {
    let mut numbers = Numbers(17);
    // No two at the same time, wherever they are moved.
    let mut free: Vec<i64> = (2..32 * 24).collect();
    let mut slot = |numbers: &mut Numbers, after: Timestamp| loop {
        let at = usize::try_from(numbers.below(free.len() as u64)).unwrap();
        let starts_at = FIRST_OF_MARCH + HOUR * i32::try_from(free[at]).unwrap();
        if after.duration_until(starts_at) > minutes(20) {
            free.swap_remove(at);
            return starts_at;
        }
    };
    let mut courses = vec![];
    for n in 0..APPOINTMENTS {
        let mut at = FIRST_OF_MARCH + minutes(numbers.below(25 * 24 * 60));
        let mut starts_at = slot(&mut numbers, at);
        let mut steps = vec![(at, Step::Book { starts_at })];
        for _ in 0..numbers.below(3) {
            let left = at.duration_until(starts_at).as_mins() - 16;
            at += minutes(1 + numbers.below(u64::try_from(left.max(1)).unwrap()));
            if numbers.below(3) == 0 {
                steps.push((at, Step::Cancel));
                break;
            }
            // There must be a later one to move to.
            if FIRST_OF_MARCH.duration_until(at) > DAY * 28 {
                break;
            }
            starts_at = slot(&mut numbers, at);
            steps.push((at, Step::Move { starts_at }));
        }
        courses.push(Course { client: n % ZONES.len(), steps });
    }
    courses
}

type Told = (Timestamp, usize, String);

/// What a client is told, written down from what docs/mail.md promises.
fn expected(courses: &[Course]) -> BTreeSet<Told> {
    let mut told = BTreeSet::new();
    for Course { client, steps } in courses {
        let zone = TimeZone::get(ZONES[*client]).unwrap();
        let local = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%A, %-d %B %Y at %H:%M").to_string();
        let time = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
        let mut slot = Timestamp::MIN;
        for (n, (at, step)) in steps.iter().enumerate() {
            let subject = match step {
                Step::Book { starts_at } => format!("Your appointment on {}", local(*starts_at)),
                Step::Move { starts_at } => format!("Your appointment has changed: {}", local(*starts_at)),
                Step::Cancel => format!("Your appointment on {} is cancelled", local(slot)),
            };
            told.insert((*at, *client, subject));
            let (Step::Book { starts_at } | Step::Move { starts_at }) = step else { continue };
            slot = *starts_at;
            let until = steps.get(n + 1).map_or(Timestamp::MAX, |(at, _)| *at);
            let reminders = [
                (DAY, format!("Reminder: your appointment on {}", local(slot))),
                (HOUR, format!("Your appointment begins at {}", time(slot))),
            ];
            for (lead, subject) in reminders {
                let due = slot - lead;
                if due < until && at.duration_until(due) >= lead / 4 {
                    told.insert((due, *client, subject));
                }
            }
        }
    }
    told
}

#[tokio::test]
async fn everybody_is_told_at_the_minute_what_is_so_and_nothing_else() {
    let posting = Posting::sqlite().await;
    let mut clients = vec![];
    for (n, zone) in ZONES.iter().enumerate() {
        clients.push(posting.client(&format!("c{n}"), "en-GB", zone).await);
    }
    let courses = courses();
    let expected = expected(&courses);
    let mut todo: BTreeMap<Timestamp, Vec<(usize, Step)>> = BTreeMap::new();
    for (n, course) in courses.iter().enumerate() {
        for (at, step) in &course.steps {
            todo.entry(*at).or_default().push((n, *step));
        }
    }
    // Whoever is reminded is reminded between what is done; and now and then nothing is.
    let mut moments: BTreeSet<Timestamp> =
        todo.keys().copied().chain(expected.iter().map(|(at, ..)| *at)).collect();
    moments.extend((0..32 * 4).map(|n| FIRST_OF_MARCH + HOUR * (6 * n) + minutes(7)));

    let mut booked = BTreeMap::new();
    let mut told = BTreeSet::new();
    let mut seen = 0;
    for moment in moments {
        let now = posting.story.server.now();
        assert!(now <= moment);
        posting.advance(now.duration_until(moment));
        for (n, step) in todo.remove(&moment).unwrap_or_default() {
            let client = &clients[courses[n].client];
            match step {
                Step::Book { starts_at } => {
                    booked.insert(n, posting.book(client, moment.duration_until(starts_at)).await);
                }
                Step::Move { starts_at } => {
                    posting.move_to(&booked[&n], moment.duration_until(starts_at)).await;
                }
                Step::Cancel => posting.cancel(&booked[&n]).await,
            }
            posting.settled().await;
        }
        posting.settled().await;
        let mails = posting.mail.mails();
        for mail in &mails[seen..] {
            let client = mail.to[0][1..2].parse().unwrap();
            assert!(told.insert((moment, client, mail.subject().to_owned())), "twice: {}", mail.subject());
        }
        seen = mails.len();
    }
    let (missing, surplus): (Vec<_>, Vec<_>) =
        (expected.difference(&told).collect(), told.difference(&expected).collect());
    assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:#?}\nsurplus: {surplus:#?}");
    let kinds: BTreeSet<_> = posting.stored().await.iter().map(|email| email.kind.name()).collect();
    assert_eq!(kinds.len(), 5, "all kinds came: {kinds:?}");
    assert!(told.len() > 60, "{}", told.len());
    assert!(booked.values().all(|one| !appointment_path(one).is_empty()));
}
