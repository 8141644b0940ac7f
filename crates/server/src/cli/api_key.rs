//! `openvisit api-key …`: API keys of programs, also beside a running server.

use std::fmt::Write;

use anyhow::{Context, bail, ensure};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use openvisit_app::auth::api_keys;
use openvisit_app::clock::Clock;
use openvisit_app::people::organizations::{self, Meant};
use openvisit_app::people::service_accounts::{self, NewServiceAccount};
use openvisit_app::settings::Settings;
use openvisit_core::ids::{ApiKeyId, Seed};
use openvisit_core::person::{Person, Role};
use openvisit_core::scope::Scope;
use openvisit_store::{ApiKey, Store};

use super::say::say;

/// So many accounts are read at a time.
const PAGE: u32 = 100;

#[derive(Subcommand)]
pub enum ApiKeys {
    /// Make a key for a program and print it, this once. The program has it as `Authorization: Bearer ovk_…`
    Add(Add),
    /// Show all keys: whose, what they open, until when, when they were last used
    List,
    /// Replace a key by one that opens the same, and print it, this once; the old one stays good for a while
    Rotate(Rotate),
    /// End a key at once
    Revoke {
        /// Its id, or how it begins, as `api-key list` shows them
        #[arg(value_name = "ID|BEGINNING")]
        key: String,
    },
}

#[derive(Args)]
pub struct Add {
    /// The program's account; it is made where there is none of this name
    #[arg(long)]
    name: String,
    /// What the program is: an assistant books for its organization, an administrator may do what administrators may
    #[arg(long, default_value = "assistant")]
    role: RoleName,
    /// The organization that it books for, by name or id
    #[arg(long, value_name = "NAME|ID")]
    organization: Option<String>,
    /// What the key opens; may be given several times
    #[arg(long = "scope", required = true, value_parser = PossibleValuesParser::new(Scope::ALL.iter().map(|scope| scope.name())))]
    scopes: Vec<String>,
    /// After how many days it ends by itself [default: never]
    #[arg(long)]
    days: Option<u32>,
}

#[derive(Args)]
pub struct Rotate {
    /// Its id, or how it begins, as `api-key list` shows them
    #[arg(value_name = "ID|BEGINNING")]
    key: String,
    /// For how many hours the old key stays good, 0 to 720
    #[arg(long, default_value_t = api_keys::OLD_KEY_HOURS)]
    old_key_hours: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Assistant,
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Assistant => Self::Assistant,
            RoleName::Admin => Self::Admin,
        }
    }
}

impl ApiKeys {
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let store = super::store(settings).await?;
        let done = match self {
            Self::Add(add) => add.run(&store).await,
            Self::List => list(&store).await,
            Self::Rotate(rotate) => rotate.run(&store).await,
            Self::Revoke { key } => revoke(&store, &key).await,
        };
        store.close().await;
        done
    }
}

impl Add {
    async fn run(self, store: &Store) -> anyhow::Result<()> {
        let account = self.account(store).await?;
        let scopes = self.scopes.iter().filter_map(|word| Scope::named(word)).collect();
        let seed = seed();
        let ends_at = self.days.map(|days| seed.now + SignedDuration::from_hours(24 * i64::from(days)));
        say(api_keys::add(store, seed, account.id, scopes, ends_at).await?.secret)
    }

    /// The one of this name, or a new one.
    async fn account(&self, store: &Store) -> anyhow::Result<Person> {
        let (name, role) = (self.name.trim(), Role::from(self.role));
        let organization_id = match &self.organization {
            Some(word) => match organizations::meant(store, word).await? {
                Meant::One(id) => Some(id),
                Meant::Nothing => bail!("there is no organization {word}"),
                Meant::Several => bail!("several organizations are called {word}; give the id"),
            },
            None => None,
        };
        let mut known: Vec<_> =
            accounts(store).await?.into_iter().filter(|account| account.name == name).collect();
        ensure!(known.len() < 2, "several accounts are called {name}; make the key by the API");
        let Some(account) = known.pop() else {
            let new = NewServiceAccount { name: name.to_owned(), role, organization_id };
            return Ok(service_accounts::add(store, seed(), new, None).await?);
        };
        if !account.is(role) || (organization_id.is_some() && account.organization_id != organization_id) {
            bail!("the account {name} is there, with another role or organization; give another --name");
        }
        ensure!(!account.disabled, "the account {name} is disabled");
        Ok(account)
    }
}

impl Rotate {
    async fn run(self, store: &Store) -> anyhow::Result<()> {
        let key = meant(store, &self.key).await?;
        let of = (key.person_id, key.id);
        say(api_keys::rotate(store, seed(), of, self.old_key_hours, None).await?.secret)
    }
}

async fn revoke(store: &Store, key: &str) -> anyhow::Result<()> {
    let key = meant(store, key).await?;
    api_keys::revoke(store, key.person_id, key.id).await?;
    say(format_args!("{} opens nothing any more", key.hint))
}

async fn list(store: &Store) -> anyhow::Result<()> {
    let accounts = accounts(store).await?;
    let keys = keys_of(store, &accounts).await?;
    let now = seed().now;
    let mut text = String::new();
    for account in &accounts {
        write_account(&mut text, account, keys.iter().filter(|key| key.person_id == account.id), now)?;
    }
    say(if text.is_empty() {
        "no program has an account here; see openvisit api-key add --help"
    } else {
        text.trim_end()
    })
}

fn write_account<'a>(
    text: &mut String,
    account: &Person,
    keys: impl Iterator<Item = &'a ApiKey>,
    now: Timestamp,
) -> std::fmt::Result {
    let role = if account.is(Role::Admin) { "admin" } else { "assistant" };
    let disabled = if account.disabled { ", disabled" } else { "" };
    writeln!(text, "{} ({role}{disabled})", account.name)?;
    for key in keys {
        let until = match key.expires_at {
            Some(end) if end <= now => format!("ended {end:.0}"),
            Some(end) => format!("until {end:.0}"),
            None => "no end".to_owned(),
        };
        let used = key.last_used_at.map_or("never used".to_owned(), |at| format!("used {at:.0}"));
        let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.name()).collect();
        writeln!(text, "  {}  {}…  {until}, {used}", key.id, key.hint)?;
        writeln!(text, "    {}", scopes.join(" "))?;
    }
    Ok(())
}

async fn accounts(store: &Store) -> anyhow::Result<Vec<Person>> {
    let mut all: Vec<Person> = Vec::new();
    loop {
        let after = all.last().map(|account| account.id);
        let page = store.read().await?.service_accounts(after, PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

async fn keys_of(store: &Store, accounts: &[Person]) -> anyhow::Result<Vec<ApiKey>> {
    let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
    Ok(store.read().await?.api_keys_of(&ids).await?)
}

/// The one key with this id or this beginning.
async fn meant(store: &Store, word: &str) -> anyhow::Result<ApiKey> {
    let keys = keys_of(store, &accounts(store).await?).await?;
    let id: Option<ApiKeyId> = word.parse().ok();
    let word = word.trim_end_matches('…');
    let mut meant = keys.into_iter().filter(|key| Some(key.id) == id || key.hint == word);
    let key = meant.next().context("there is no such key; see openvisit api-key list")?;
    ensure!(meant.next().is_none(), "several keys begin so; give the id");
    Ok(key)
}

fn seed() -> Seed {
    Seed { now: Clock::system().now(), random: rand::random() }
}
