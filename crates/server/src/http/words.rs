//! Words that several APIs share, as the description of the API shows them: the core knows no schemas.

use utoipa::ToSchema;

/// scheduled, waiting, in_progress, completed, cancelled or no_show.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum SessionStatus {
    Scheduled,
    Waiting,
    InProgress,
    Completed,
    Cancelled,
    NoShow,
}

/// completed or no_show.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum OutcomeName {
    Completed,
    NoShow,
}

/// away, in_another_call or here.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum PractitionerPresence {
    Away,
    InAnotherCall,
    Here,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum AppointmentKind {
    Video,
    Chat,
    Diagnostic,
    InPerson,
}

/// Somebody's part: who did something, or what a participant is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Party {
    Practitioner,
    Client,
    Guest,
    Assistant,
    Admin,
    System,
}

/// pending, accepted, withdrawn or expired.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum RequestStatus {
    Pending,
    Accepted,
    Withdrawn,
    Expired,
}

/// What kind of mistake a field has.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum FieldCode {
    Required,
    Unknown,
    Taken,
    TooLong,
    TooShort,
    TooCommon,
    OutOfRange,
    Malformed,
    WrongType,
    NotPublic,
    CredentialsInUrl,
    NotConfigured,
    Wrong,
    ReadOnly,
    NeededToSignIn,
    Conflicting,
    NotAllowed,
    Invalid,
}
