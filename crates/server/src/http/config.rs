//! What the pages must know before anybody has signed in.

use axum::extract::State;
use openvisit_app::chat_files;
use openvisit_app::people::password_links;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::person::Role;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::logo;
use crate::demo;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(config))
}

#[derive(Serialize, ToSchema)]
struct Config {
    #[schema(example = "OpenVisit")]
    name: String,
    version: &'static str,
    wording: Wording,
    /// The colour of buttons and links, which carries white text.
    #[schema(example = "#1a5fb4")]
    accent: Option<String>,
    /// The path of the logo.
    #[schema(example = "/logo")]
    logo: Option<&'static str>,
    /// An e-mail address for whoever needs help.
    support: Option<String>,
    /// A telephone number for them.
    #[schema(example = "+49 30 901820")]
    support_phone: Option<String>,
    /// The language for whoever has not chosen one: en, de, fr or es.
    locale: Option<String>,
    demo: Option<Demo>,
    /// Whether accounts of this server may sign in with a password.
    local_login: bool,
    /// Whether those who forgot theirs get a link by e-mail.
    password_reset: bool,
    chat: Chat,
    media: Media,
    /// Origins whose pages may show a call, or make one: what a call may lead back to.
    #[schema(example = json!(["https://portal.clinic.example"]))]
    return_origins: Vec<String>,
}

/// Who may carry calls. A call's own page names its provider anyway: this is no secret.
#[derive(Serialize, ToSchema)]
struct Media {
    /// Whom an appointment may ask for; embedded is this server.
    #[schema(value_type = Vec<String>, example = json!(["embedded", "livekit"]))]
    providers: Vec<MediaProvider>,
    /// Who carries what asks for nobody.
    #[schema(value_type = String, example = "livekit")]
    default: MediaProvider,
}

/// What can be said in a call besides words.
#[derive(Serialize, ToSchema)]
struct Chat {
    /// Whether pictures and PDF can be sent.
    files: bool,
    /// How large one may be, in bytes.
    #[schema(example = 10_485_760)]
    largest_file: u64,
}

/// What the two parties are called.
#[derive(Serialize, ToSchema)]
struct Wording {
    #[schema(example = "doctor/patient")]
    preset: String,
    #[schema(example = "doctor")]
    practitioner: String,
    #[schema(example = "patient")]
    client: String,
}

/// The made-up people of a demo, for one-click entry.
#[derive(Serialize, ToSchema)]
struct Demo {
    accounts: Vec<DemoAccount>,
}

#[derive(Serialize, ToSchema)]
struct DemoAccount {
    #[schema(value_type = String, example = "practitioner")]
    role: Role,
    name: &'static str,
    email: &'static str,
    password: &'static str,
}

fn demo() -> Demo {
    let account = |account: &demo::DemoAccount| DemoAccount {
        role: account.role,
        name: account.name,
        email: account.email,
        password: demo::PASSWORD,
    };
    Demo { accounts: demo::ACCOUNTS.iter().map(account).collect() }
}

/// Name, version, wording, branding and media providers.
#[utoipa::path(get, path = "/config", tag = "operation", security(()), responses((status = 200, body = Config)))]
async fn config(State(server): State<Server>) -> Json<Config> {
    let app = &server.app;
    let settings = &app.settings;
    let wording = settings.wording();
    Json(Config {
        name: settings.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        wording: Wording {
            preset: settings.wording_preset().to_owned(),
            practitioner: wording.practitioner.to_owned(),
            client: wording.client.to_owned(),
        },
        accent: settings.accent.map(String::from),
        logo: server.logo.as_ref().map(|_| logo::PATH),
        support: settings.support.clone(),
        support_phone: settings.support_phone.clone(),
        locale: settings.locale.clone(),
        demo: settings.demo.then(demo),
        local_login: settings.local_login,
        password_reset: password_links::are_emailed(app),
        chat: Chat { files: settings.chat_files, largest_file: chat_files::LARGEST },
        media: Media { providers: app.providers.offered(), default: app.providers.usual().name },
        return_origins: settings.origins_elsewhere(),
    })
}
