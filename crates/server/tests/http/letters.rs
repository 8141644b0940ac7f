//! What nodes of one PostgreSQL write each other.

use std::time::Duration;

use openvisit_app::nodes::letter::{Answer, Letter, Question};
use openvisit_app::nodes::mail::{answer, ask, ask_all, tell, tell_all};
use openvisit_core::ids::SessionId;
use openvisit_store::NodeId;
use openvisit_testkit::databases::tamper;
use uuid::Uuid;

use crate::story::Story;

fn letter(n: u128) -> Letter {
    Letter::EndTest(SessionId(Uuid::from_u128(n)))
}

fn question() -> Question {
    Question::RestartTest { session: SessionId(Uuid::from_u128(1)), offer: "v=0".to_owned() }
}

#[tokio::test]
async fn a_letter_reaches_its_receiver_in_order_and_what_nobody_sealed_for_them_does_not() {
    let story = Story::postgres().await;
    let other = story.server.another_node().await;
    let (app, mut received) = (&story.server.app, other.app.mail.subscribe());
    let (here, there) = (app.store.nodes().unwrap().id(), other.app.store.nodes().unwrap().id());
    let url = app.settings.database_url();
    tell(app, &NodeId("somebody else".to_owned()), letter(1)).await.unwrap();
    tamper(&url, &format!("update mail set receiver = '{}'", there.0)).await;
    let forged =
        format!("insert into mail (receiver, sealed, written_at) values ('{}', 'forged', 0)", there.0);
    tamper(&url, &forged).await;
    tell(app, there, letter(2)).await.unwrap();
    tell_all(app, letter(3)).await.unwrap();
    for n in [2, 3] {
        let came = received.recv().await.unwrap();
        assert_eq!((came.from, came.letter), (here.clone(), letter(n)));
    }
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn a_question_is_answered_by_whoever_has_what_it_is_about() {
    let story = Story::postgres().await;
    let other = story.server.another_node().await;
    let (app, mut received) = (&story.server.app, other.app.mail.subscribe());
    let answering = async {
        loop {
            let came = received.recv().await.unwrap();
            let Letter::Question { id, question: asked } = came.letter else { continue };
            assert_eq!(asked, question());
            answer(&other.app, &came.from, id, Answer::NotHome).await;
        }
    };
    let asking = ask_all(app, question(), Duration::from_secs(60));
    tokio::select! {
        answered = asking => assert_eq!(answered.unwrap(), Some(Answer::NotHome)),
        () = answering => {}
    }
}

#[tokio::test]
async fn a_question_that_nobody_answers_is_given_up() {
    let story = Story::postgres().await;
    let app = &story.server.app;
    let nobody = NodeId("nobody".to_owned());
    assert_eq!(ask(app, &nobody, question(), Duration::ZERO).await.unwrap(), None);
    assert_eq!(ask_all(app, question(), Duration::MAX).await.unwrap(), None, "there is no other node");
}

#[tokio::test]
async fn on_sqlite_nobody_is_written_to() {
    let story = Story::new().await;
    let app = &story.server.app;
    tell_all(app, letter(1)).await.unwrap();
    assert_eq!(ask_all(app, question(), Duration::MAX).await.unwrap(), None);
}
