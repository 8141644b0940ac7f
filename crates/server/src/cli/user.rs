//! `openvisit user …`: accounts, without a running server.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use openvisit_core::ids::Seed;
use openvisit_core::person::Role;
use openvisit_store::Store;

use jiff::Timestamp;
use openvisit_app::announce::Announcement;
use openvisit_app::auth::basis::SignedOut;
use openvisit_app::auth::password::Passwords;
use openvisit_app::clock::Clock;
use openvisit_app::nodes::notice;
use openvisit_app::people::accounts::{NewAccount, save_account};
use openvisit_app::people::rules;
use openvisit_app::settings::Settings;

use super::say::say;

#[derive(Subcommand)]
pub enum User {
    /// Create an account that signs in with e-mail address and password
    Add(Add),
    /// Give an account a new password; all its logins end
    Password(Password),
}

#[derive(Args)]
pub struct Add {
    #[arg(long)]
    email: String,
    #[arg(long)]
    name: String,
    /// May be given several times
    #[arg(long = "role", required = true)]
    roles: Vec<RoleName>,
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
pub struct Password {
    #[arg(long)]
    email: String,
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Practitioner,
    Client,
    Assistant,
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Practitioner => Self::Practitioner,
            RoleName::Client => Self::Client,
            RoleName::Assistant => Self::Assistant,
            RoleName::Admin => Self::Admin,
        }
    }
}

impl User {
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run(settings).await,
            Self::Password(password) => password.run(settings).await,
        }
    }
}

impl Add {
    async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let password = ask(self.password_stdin)?;
        rules::email(&self.email).map_err(|mistake| mistake.of("email"))?;
        rules::name(&self.name).map_err(|mistake| mistake.of("name"))?;
        rules::password(&password).map_err(|mistake| mistake.of("password"))?;
        let account = NewAccount {
            email: Some(self.email),
            name: self.name,
            roles: self.roles.into_iter().map(Role::from).collect(),
            ..NewAccount::default()
        };
        let seed = Seed { now: Clock::system().now(), random: rand::random() };
        let person = account.person(seed, &settings.issuers)?;
        let hash = Passwords::default().hash(password).await?;
        let is_new = super::must_exist(settings).is_err();
        let store = super::store(settings).await?;
        save_account(&store, &person, Some(&hash)).await?;
        store.close().await;
        if is_new {
            // Whoever looks for the account in another one finds out here.
            let _ = writeln!(std::io::stderr(), "made a new database: {}", settings.database_url());
        }
        say(person.id)
    }
}

impl Password {
    async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let store = super::existing_store(settings).await?;
        let replaced = self.replace(&store).await;
        store.close().await;
        replaced
    }

    async fn replace(&self, store: &Store) -> anyhow::Result<()> {
        let known = store.read().await?.local_person(&self.email).await?;
        let person = known.context("there is no account with this e-mail address")?;
        let password = ask(self.password_stdin)?;
        rules::password(&password).map_err(|error| anyhow::anyhow!("the password {error}"))?;
        let hash = Passwords::default().hash(password).await?;
        let mut tx = store.begin().await?;
        tx.set_password_hash(person.id, &hash).await?;
        tx.sign_out(person.id, None, Timestamp::now()).await?;
        let ended = SignedOut::AllBut(Vec::new());
        notice::write(&mut tx, &[Announcement::SignedOut { person: person.id, ended }]).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The new password: from standard input, or asked for twice on the terminal.
fn ask(from_stdin: bool) -> anyhow::Result<String> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("cannot read standard input")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !std::io::stdin().is_terminal() {
        bail!("there is no terminal to ask for the password; use --password-stdin");
    }
    let password = rpassword::prompt_password("Password: ")?;
    if rpassword::prompt_password("Repeat the password: ")? != password {
        bail!("the two passwords differ");
    }
    Ok(password)
}
