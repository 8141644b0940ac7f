//! Signing in with a password, and changing it.

use std::net::IpAddr;

use openvisit_core::ids::PersonId;
use openvisit_core::person::{LOCAL_ISSUER, Person};
use openvisit_store::Tx;

use crate::app::App;
use crate::auth::basis::{Basis, LoginId, SignedOut};
use crate::auth::caller::Caller;
use crate::auth::device;
use crate::auth::refresh::{RefreshToken, Rotated};
use crate::auth::tokens::Issued;
use crate::auth::tries::Try;
use crate::error::{Error, FieldCode};
use crate::people::signed_out;

/// A new login.
pub struct SignedIn {
    pub person: Person,
    pub access: Issued,
    pub refresh: RefreshToken,
    /// What their browser is to remember from now on.
    pub devices: Option<String>,
}

/// Signs somebody in who comes from this address. `devices` is what their browser remembers, see [`device`].
///
/// # Errors
/// `unauthorized`, `too_many_requests`, and `forbidden` where this server keeps no passwords.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: String,
    from: IpAddr,
    devices: Option<&str>,
) -> Result<SignedIn, Error> {
    if !app.settings.local_login {
        return Err(Error::Forbidden("this server keeps no passwords; sign in at its issuer"));
    }
    let tried = Try::begin(app, email, from, devices).await?;
    let (person, hash) = account(app, email).await?;
    let right = app.passwords.matches(password, hash).await?;
    let Some(person) = person.filter(|person| right && !person.disabled) else {
        tried.failed(app).await?;
        return Err(Error::WrongLogin);
    };
    let mut tx = app.store.begin().await?;
    tried.succeeded(&mut tx).await?;
    let login = LoginId::random();
    let refresh = begin_login(app, &mut tx, person.id, login).await?;
    let access = access(app, &person, login)?;
    tx.commit().await?;
    let devices = Some(device::remember(&app.sealer, email, devices));
    Ok(SignedIn { person, access, refresh, devices })
}

/// Goes on with a login, by the refresh token that it left behind. That one used again ends the login.
///
/// # Errors
/// `unauthorized`.
pub async fn refresh(app: &App, presented: &str) -> Result<SignedIn, Error> {
    let (now, life) = (app.clock.now(), app.settings.refresh_token_life());
    let mut tx = app.store.begin().await?;
    let (refresh, login, person_id) = match RefreshToken::rotate(&mut tx, presented, now, life).await? {
        Rotated::Good(refresh, login, person) => (refresh, login, person),
        Rotated::NotGood => return Err(Error::Unauthorized),
        Rotated::Stolen(login, person) => {
            signed_out::commit(app, tx, person, SignedOut::Login(login)).await?;
            return Err(Error::Unauthorized);
        }
    };
    let person = tx.person(person_id).await?.filter(|person| !person.disabled);
    let person = person.ok_or(Error::Unauthorized)?;
    let access = access(app, &person, login)?;
    tx.commit().await?;
    Ok(SignedIn { person, access, refresh, devices: None })
}

/// Ends the login that an access token came of, else the one of a refresh token: of two tabs in a browser, which share the
/// cookie, either may be somebody else. Whether the refresh token was of what has ended.
///
/// # Errors
/// Those of the store.
pub async fn sign_out(app: &App, access: Option<&str>, presented: Option<&str>) -> Result<bool, Error> {
    let mut tx = app.store.begin().await?;
    let of_cookie = match presented {
        Some(presented) => RefreshToken::login_of(&mut tx, presented).await?,
        None => None,
    };
    let of_access = access.and_then(|token| app.tokens.login_of(token));
    if let Some((login, person)) = of_access.or(of_cookie) {
        let ended = signed_out::one(&mut tx, login).await?;
        signed_out::commit(app, tx, person, ended).await?;
    }
    Ok(of_access.is_none() || of_access == of_cookie)
}

/// Changes the caller's password, and ends all other logins of the account.
///
/// # Errors
/// `invalid` for a wrong current one, `too_many_requests`, `forbidden` for whoever signs in elsewhere.
pub async fn change(
    app: &App,
    caller: &Caller,
    current: String,
    new: String,
    from: IpAddr,
) -> Result<RefreshToken, Error> {
    caller.require_account()?;
    if caller.person.identity.issuer != LOCAL_ISSUER {
        return Err(Error::Forbidden("your password is kept where you signed in"));
    }
    let account = caller.person_id.to_string();
    let tried = Try::begin(app, &account, from, None).await?;
    let stored = app.store.read().await?.password_hash(caller.person_id).await?;
    if !app.passwords.matches(current, stored).await? {
        tried.failed(app).await?;
        return Err(Error::invalid("current_password", FieldCode::Wrong, "is wrong"));
    }
    let hash = app.passwords.hash(new).await?;
    let mut tx = app.store.begin().await?;
    tried.succeeded(&mut tx).await?;
    tx.set_password_hash(caller.person_id, &hash).await?;
    let ended = signed_out::all(app, &mut tx, caller.person_id, Some(caller.basis)).await?;
    // The login that gave the new one goes on, with another refresh token.
    let login = match caller.basis {
        Basis::Login(login) => login,
        _ => LoginId::random(),
    };
    tx.revoke_refresh_family(&login.to_string()).await?;
    let refresh = begin_login(app, &mut tx, caller.person_id, login).await?;
    signed_out::commit(app, tx, caller.person_id, ended).await?;
    Ok(refresh)
}

async fn begin_login(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    login: LoginId,
) -> Result<RefreshToken, Error> {
    RefreshToken::begin(tx, person, login, app.clock.now(), app.settings.refresh_token_life()).await
}

fn access(app: &App, person: &Person, login: LoginId) -> Result<Issued, Error> {
    let life = app.settings.access_token_life();
    app.tokens.of_login(login, person.id, app.clock.now(), life).map_err(Error::internal)
}

async fn account(app: &App, email: &str) -> Result<(Option<Person>, Option<String>), Error> {
    let mut tx = app.store.read().await?;
    match tx.local_person(email.trim()).await? {
        Some(person) => {
            let hash = tx.password_hash(person.id).await?;
            Ok((Some(person), hash))
        }
        None => Ok((None, None)),
    }
}
