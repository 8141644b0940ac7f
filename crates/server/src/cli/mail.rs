//! `openvisit mail`: whether e-mail works.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use jiff::Timestamp;
use openvisit_app::messages::smtp::Step;
use openvisit_app::messages::texts::{self, House, Templates};
use openvisit_app::messages::{Mailer, house};
use openvisit_app::settings::Settings;
use openvisit_app::settings::keys::WORDINGS;

use super::say::say;

#[derive(Subcommand)]
pub enum Mail {
    /// Send one e-mail, and say what the mail server answered
    Check {
        /// Whom to, such as you@example.org
        #[arg(value_name = "ADDRESS")]
        to: String,
    },
    /// Write all that e-mails say, in each language and wording, and the templates that they are made of
    Preview {
        /// It is made where it is not there
        folder: PathBuf,
    },
}

impl Mail {
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        match self {
            Self::Check { to } => {
                let mailer = Mailer::of(settings)?.context(
                    "no e-mail is sent: there is no block [mail] in the settings, with url and from (docs/mail.md)",
                )?;
                check(&mailer, &to, settings).await
            }
            Self::Preview { folder } => preview(&folder, settings),
        }
    }
}

fn preview(folder: &Path, settings: &Settings) -> anyhow::Result<()> {
    let replaced = settings.mail.as_ref().and_then(|mail| mail.templates.as_deref());
    let mut files = 0;
    for wording in WORDINGS {
        let house = House { wording: (*wording).to_owned(), ..house(settings) };
        let templates = Templates::load(replaced, house)?;
        for (name, source) in templates.sources() {
            write(&folder.join("templates").join(name), &source)?;
        }
        for said in texts::examples().into_iter().filter(|said| !said.name.is_empty()) {
            let texts = templates.texts(&said)?;
            let file =
                folder.join(wording.replace('/', "-")).join(said.language.tag()).join(said.kind.name());
            let text = format!("{}\n\n{}", texts.subject, texts.text.replace("\r\n", "\n"));
            write(&file.with_extension("txt"), &text)?;
            write(&file.with_extension("html"), &texts.html)?;
            files += 2;
        }
    }
    say(format_args!("{files} examples are in {}, and the templates in {0}/templates", folder.display()))
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let written =
        file.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(file, text));
    written.with_context(|| format!("cannot write {}", file.display()))
}

async fn check(mailer: &Mailer, to: &str, settings: &Settings) -> anyhow::Result<()> {
    match mailer.check(to, &settings.name, Timestamp::now()).await? {
        Ok(taken) => say(format_args!("the mail server took it: {} {}", taken.code, taken.answer)),
        Err(refused) => {
            let step = match refused.step {
                Step::Connection => "the mail server cannot be used",
                Step::Sender => "the mail server does not take mail from mail.from",
                Step::Recipient => "the mail server does not take mail to this address",
                Step::Content => "the mail server does not take the message",
            };
            bail!("{step}: {refused}")
        }
    }
}
