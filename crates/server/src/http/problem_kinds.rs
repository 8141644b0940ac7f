//! Every kind of refusal, said once: the status of its answer, the schema of its document and the page about it come
//! from this list.

use std::borrow::Cow;

use axum::http::StatusCode;
use openvisit_app::error::FieldCode;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The page about them.
pub const PAGE: &str = "/docs/problems";

/// What a code stands for. The texts are for people; what stands in them between backticks is code.
#[derive(Debug)]
pub struct Kind {
    /// Stable; programs look at this.
    pub code: &'static str,
    pub status: StatusCode,
    pub title: &'static str,
    /// What is so.
    pub meaning: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// What its document may hold besides.
    pub extras: &'static [Extra],
}

/// A further member of a problem document.
#[derive(Debug)]
pub struct Extra {
    pub name: &'static str,
    pub shape: Shape,
    pub meaning: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    Texts,
    Instant,
    Whole,
    /// What is wrong with each field.
    Fields,
}

/// The kind that a code names. Each code that the program knows has one, which a test sees to.
#[must_use]
pub fn kind(code: &str) -> &'static Kind {
    let found = KINDS.iter().find(|kind| kind.code == code);
    debug_assert!(found.is_some(), "{code} is no kind of refusal");
    found.unwrap_or(&INTERNAL)
}

/// In the order of the page: what is wrong with the request, who asks, how things are, what the server lacks.
pub static KINDS: &[Kind] = &[
    Kind {
        code: "bad_request",
        status: StatusCode::BAD_REQUEST,
        title: "Bad request",
        meaning: "The request cannot be read: its body is not JSON, or it ended early.",
        remedy: "Mend the program that sent it; `detail` says where reading stopped.",
        extras: &[],
    },
    Kind {
        code: "method_not_allowed",
        status: StatusCode::METHOD_NOT_ALLOWED,
        title: "Method not allowed",
        meaning: "The address exists and does not take this method.",
        remedy: "Look the method up at `/docs`.",
        extras: &[],
    },
    Kind {
        code: "payload_too_large",
        status: StatusCode::PAYLOAD_TOO_LARGE,
        title: "Body too large",
        meaning: "The body is larger than this address takes: 1 MiB, where the description says nothing else.",
        remedy: "Send less.",
        extras: &[],
    },
    Kind {
        code: "unsupported_media_type",
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        title: "Unsupported media type",
        meaning: "The body is of another type than the address takes.",
        remedy: "Set `Content-Type` to the one that `detail` names, mostly `application/json`.",
        extras: &[],
    },
    Kind {
        code: "invalid",
        status: StatusCode::UNPROCESSABLE_ENTITY,
        title: "Not valid",
        meaning: "Something that was given cannot be: a field of the body, a parameter, or a name that is not known.",
        remedy: "Look at `errors`: each names a field, with a code of its own (at the end of this page).",
        extras: &[Extra {
            name: "errors",
            shape: Shape::Fields,
            meaning: "each with `field`, `code` and `message`",
        }],
    },
    Kind {
        code: "idempotency_key_reused",
        status: StatusCode::UNPROCESSABLE_ENTITY,
        title: "Key was used before",
        meaning: "This `Idempotency-Key` came with another call within the last 24 hours.",
        remedy: "Use a new key for each call, and the same one only to repeat it.",
        extras: &[],
    },
    Kind {
        code: "idempotency_key_in_use",
        status: StatusCode::CONFLICT,
        title: "Still being carried out",
        meaning: "The first call with this `Idempotency-Key` has not been answered yet.",
        remedy: "Ask again with the same key after a second.",
        extras: &[],
    },
    Kind {
        code: "idempotency_answer_lost",
        status: StatusCode::CONFLICT,
        title: "Answer was lost",
        meaning: "The first call with this `Idempotency-Key` was carried out, and the server died before it answered.",
        remedy: "Read what is there now. It is not carried out again.",
        extras: &[],
    },
    Kind {
        code: "unauthorized",
        status: StatusCode::UNAUTHORIZED,
        title: "Not signed in",
        meaning: "The token is missing, expired or not valid here; at the login, the e-mail address or the password is wrong.",
        remedy: "Get a new token and ask again. If a new one is refused as well, the operator compares it with \
                 `openvisit config check`, which shows what each issuer's tokens must have.",
        extras: &[],
    },
    Kind {
        code: "forbidden",
        status: StatusCode::FORBIDDEN,
        title: "Not allowed",
        meaning: "The caller is known, and may not do this; `detail` says why.",
        remedy: "Ask as somebody who may. Asking again changes nothing.",
        extras: &[],
    },
    Kind {
        code: "not_found",
        status: StatusCode::NOT_FOUND,
        title: "Not found",
        meaning: "It is not there, or the caller may not see it: the answer is the same.",
        remedy: "Check the id, and whose token was sent.",
        extras: &[],
    },
    Kind {
        code: "passcode_required",
        status: StatusCode::FORBIDDEN,
        title: "Passcode required",
        meaning: "This session is entered with a passcode.",
        remedy: "Ask the person for it, and send it with `join`.",
        extras: &[],
    },
    Kind {
        code: "passcode_wrong",
        status: StatusCode::FORBIDDEN,
        title: "Wrong passcode",
        meaning: "The passcode is not this session's.",
        remedy: "Ask the person again, while there are tries left.",
        extras: &[Extra {
            name: "tries_left",
            shape: Shape::Whole,
            meaning: "how many tries are left before it is locked",
        }],
    },
    Kind {
        code: "locked",
        status: StatusCode::TOO_MANY_REQUESTS,
        title: "Locked",
        meaning: "The passcode was wrong too often.",
        remedy: "The practitioner makes a new one (`POST …/sessions/{id}/passcode`).",
        extras: &[],
    },
    Kind {
        code: "denied",
        status: StatusCode::FORBIDDEN,
        title: "Turned away",
        meaning: "The practitioner did not let this person in, or removed them from the call.",
        remedy: "Tell the person. Only the practitioner can change it.",
        extras: &[],
    },
    Kind {
        code: "too_early",
        status: StatusCode::CONFLICT,
        title: "Too early",
        meaning: "The door of the session is not open yet.",
        remedy: "Show when it opens, and join again then.",
        extras: &[
            Extra { name: "opens_at", shape: Shape::Instant, meaning: "when the door opens" },
            Extra { name: "seconds_left", shape: Shape::Whole, meaning: "how long that is from now" },
        ],
    },
    Kind {
        code: "payment_required",
        status: StatusCode::PAYMENT_REQUIRED,
        title: "Payment required",
        meaning: "The appointment has a price that is not paid yet.",
        remedy: "Take the payment and confirm it (`POST …/appointments/{id}/payment`); then join again.",
        extras: &[],
    },
    Kind {
        code: "no_call",
        status: StatusCode::CONFLICT,
        title: "No call",
        meaning: "The appointment is in person: there is nothing to join.",
        remedy: "Do not offer a call where the appointment's `kind` is `in_person`.",
        extras: &[],
    },
    Kind {
        code: "full",
        status: StatusCode::CONFLICT,
        title: "Full",
        meaning: "Every place of a guest in this session is taken.",
        remedy: "Somebody has to leave first.",
        extras: &[],
    },
    Kind {
        code: "ended",
        status: StatusCode::CONFLICT,
        title: "Ended",
        meaning: "The session is over.",
        remedy: "Show its outcome; nobody can join any more.",
        extras: &[Extra {
            name: "session_status",
            shape: Shape::Text,
            meaning: "`completed`, `cancelled` or `no_show`",
        }],
    },
    Kind {
        code: "not_allowed_now",
        status: StatusCode::CONFLICT,
        title: "Not possible now",
        meaning: "The session is in a state in which this is not possible.",
        remedy: "Read the session again and offer what `allowed` has.",
        extras: &[
            Extra { name: "state", shape: Shape::Text, meaning: "the session's status" },
            Extra { name: "asked", shape: Shape::Text, meaning: "what was asked for" },
            Extra { name: "allowed", shape: Shape::Texts, meaning: "what is possible in this state" },
        ],
    },
    Kind {
        code: "slot_taken",
        status: StatusCode::CONFLICT,
        title: "Time is taken",
        meaning: "The practitioner or the client has another appointment at this time.",
        remedy: "Offer another time.",
        extras: &[
            Extra { name: "starts_at", shape: Shape::Instant, meaning: "when the other one starts" },
            Extra { name: "ends_at", shape: Shape::Instant, meaning: "when the other one ends" },
            Extra {
                name: "party",
                shape: Shape::Text,
                meaning: "whose time is taken: `practitioner` or `client`",
            },
        ],
    },
    Kind {
        code: "request_taken",
        status: StatusCode::CONFLICT,
        title: "Request is taken",
        meaning: "The request was accepted already: there is a session now.",
        remedy: "A practitioner takes it off the list; its client joins the session, which has the request's id.",
        extras: &[Extra { name: "request_status", shape: Shape::Text, meaning: "`accepted`" }],
    },
    Kind {
        code: "request_gone",
        status: StatusCode::CONFLICT,
        title: "Request is gone",
        meaning: "The request waits no longer: the client withdrew it, or it expired.",
        remedy: "Take it off the list.",
        extras: &[Extra { name: "request_status", shape: Shape::Text, meaning: "`withdrawn` or `expired`" }],
    },
    Kind {
        code: "quota_exceeded",
        status: StatusCode::CONFLICT,
        title: "Quota exceeded",
        meaning: "The organization has used up the minutes of this month. Calls that have begun go on.",
        remedy: "An administrator raises the quota, or the next month begins.",
        extras: &[Extra {
            name: "quota_minutes",
            shape: Shape::Whole,
            meaning: "attendee-minutes in a month",
        }],
    },
    Kind {
        code: "version_conflict",
        status: StatusCode::CONFLICT,
        title: "Changed in the meantime",
        meaning: "Somebody else changed the same thing at the same moment.",
        remedy: "Read it again, and ask again if that still makes sense.",
        extras: &[],
    },
    Kind {
        code: "conflict",
        status: StatusCode::CONFLICT,
        title: "Conflict",
        meaning: "It contradicts what is there already; `detail` says what.",
        remedy: "Where `errors` names a field, another one has its value: choose another value.",
        extras: &[Extra {
            name: "errors",
            shape: Shape::Fields,
            meaning: "the field whose value is `taken`; missing where it is no field's",
        }],
    },
    Kind {
        code: "too_many_requests",
        status: StatusCode::TOO_MANY_REQUESTS,
        title: "Too many requests",
        meaning: "This caller, or this network, has asked too often.",
        remedy: "Wait as long as `Retry-After` says, and then ask again.",
        extras: &[Extra {
            name: "retry_after_seconds",
            shape: Shape::Whole,
            meaning: "the same as `Retry-After`",
        }],
    },
    INTERNAL,
    Kind {
        code: "unavailable",
        status: StatusCode::SERVICE_UNAVAILABLE,
        title: "Unavailable",
        meaning: "The server cannot reach its database just now.",
        remedy: "Ask again after some seconds, with the same `Idempotency-Key`.",
        extras: &[],
    },
    Kind {
        code: "media_unavailable",
        status: StatusCode::SERVICE_UNAVAILABLE,
        title: "Media provider unavailable",
        meaning: "The service that carries the call cannot be reached just now.",
        remedy: "Ask again after some seconds. If it stays so, the operator runs `openvisit check`.",
        extras: &[],
    },
    Kind {
        code: "busy",
        status: StatusCode::SERVICE_UNAVAILABLE,
        title: "Busy",
        meaning: "The media server carries as many calls as it can: a call that has not begun cannot begin now. Calls that are under way are not touched.",
        remedy: "Ask again after some seconds. If it stays so, the operator adds cores or a node.",
        extras: &[],
    },
    Kind {
        code: "not_ready",
        status: StatusCode::SERVICE_UNAVAILABLE,
        title: "Not ready",
        meaning: "Only from `/ready`: the media server does not answer, or the disk is nearly full.",
        remedy: "The operator looks at `detail`.",
        extras: &[],
    },
    Kind {
        code: "broker_unavailable",
        status: StatusCode::SERVICE_UNAVAILABLE,
        title: "Message broker unavailable",
        meaning: "Only from `/ready`: the message broker takes no events. They wait for it, and calls go on.",
        remedy: "The operator looks at the broker.",
        extras: &[],
    },
];

const INTERNAL: Kind = Kind {
    code: "internal",
    status: StatusCode::INTERNAL_SERVER_ERROR,
    title: "Internal error",
    meaning: "Something went wrong in the server. Its log says what, under the answer's `X-Request-Id`.",
    remedy: "Ask again once, with the same `Idempotency-Key`. If it stays so, tell the operator the `X-Request-Id`.",
    extras: &[],
};

/// All the codes, for the API's description.
pub struct ProblemCode;

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        let codes = KINDS.iter().map(|kind| kind.code);
        let description =
            format!("What was refused, explained at `{PAGE}`. A newer server may have further ones.");
        let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
        schema.description(Some(description)).into()
    }
}

impl ToSchema for ProblemCode {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProblemCode")
    }
}

/// What the `code` of a wrong field means.
#[must_use]
pub fn meaning(code: FieldCode) -> &'static str {
    match code {
        FieldCode::Required => "It is missing or empty.",
        FieldCode::Unknown => "It names nothing that is known here, or is itself no name that is known.",
        FieldCode::Taken => "Another one has this value.",
        FieldCode::TooLong => "It is too long, or holds too much.",
        FieldCode::TooShort => "It is too short, or holds too little.",
        FieldCode::TooCommon => "It is a password that many people use.",
        FieldCode::OutOfRange => "It is a number or an instant outside of what is possible.",
        FieldCode::Malformed => "It does not have the form that it must have.",
        FieldCode::WrongType => "It is of another JSON type than it must be.",
        FieldCode::NotPublic => "It is an address that is not on the public internet.",
        FieldCode::CredentialsInUrl => "It is an address with a user name or a password in it.",
        FieldCode::NotConfigured => "The server's settings do not have it.",
        FieldCode::Wrong => "It is not the one that it should be.",
        FieldCode::ReadOnly => "It is not changed here.",
        FieldCode::NeededToSignIn => "Whoever signs in with it cannot do without.",
        FieldCode::Conflicting => "It contradicts another field.",
        FieldCode::NotAllowed => "This caller may not set it.",
        FieldCode::Invalid => "It is wrong in another way; `message` says which.",
    }
}
