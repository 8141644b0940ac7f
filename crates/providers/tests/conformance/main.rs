//! Every provider, every row: the same tests of all of them against strict fakes of the vendors, on loopback.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

mod claims;
mod particular;
mod rows;

/// One test for each row and each provider.
macro_rules! every_provider {
    ($($provider:ident: $vendor:ty),* ; $rows:tt) => {
        $(every_provider! { @one $provider $vendor $rows })*
    };
    (@one $provider:ident $vendor:ty { $($row:ident)* }) => {
        mod $provider {
            $(
                #[tokio::test]
                async fn $row() {
                    crate::rows::$row(<$vendor>::start().await).await;
                }
            )*
        }
    };
}

every_provider! {
    livekit: openvisit_testkit::vendors::livekit::FakeLiveKit,
    jaas: openvisit_testkit::vendors::jitsi::FakeJaas,
    chime: openvisit_testkit::vendors::chime::FakeChime,
    twilio: openvisit_testkit::vendors::twilio::FakeTwilio;
    {
        opening_twice_gives_one_room
        opening_at_the_same_moment_gives_one_room
        a_retry_after_a_lost_answer_makes_no_second_room
        a_room_that_ended_by_itself_is_opened_anew
        credentials_let_one_participant_into_that_room_in_their_role
        a_token_lets_nobody_in_before_or_after_the_slot
        credentials_are_made_anew_for_every_join
        nobody_is_given_credentials_after_the_slot
        who_is_put_out_is_out_and_may_be_put_out_again
        who_was_put_out_and_is_let_in_again_gets_in
        closing_puts_everybody_out_and_may_be_repeated
        no_token_opens_a_closed_room_again
        being_asked_too_often_passes
        trouble_at_the_vendor_passes
        nonsense_is_called_nonsense
        a_silent_vendor_is_given_up_on
        a_vendor_that_is_not_there_is_said_to_be_unreachable
        wrong_keys_are_not_tried_again
        health_is_good_when_it_is
        no_error_and_no_log_line_shows_a_key
        what_the_vendor_tells_is_heard
        what_somebody_else_signed_is_refused
        what_was_altered_on_the_way_is_refused
        what_is_told_twice_counts_once
        what_is_told_in_the_wrong_order_makes_the_same_ledger
        rooms_that_are_not_ours_are_passed_over
    }
}
