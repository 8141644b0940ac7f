//! People. A password's hash is kept apart from the person: nobody gets it by accident.

use std::collections::HashMap;

use openvisit_core::event::Parties;
use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, SERVICE_ISSUER};
use sqlx::AssertSqlSafe;
use sqlx::FromRow;

use crate::value::{fold, from_json, instant, micros, parse, parse_optional, pattern, to_json};
use crate::{Store, StoreError, Tx, search};

/// Whom a list of people may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Programs are nobody.
    Everyone,
    /// Clients whom this practitioner or assistant may know: of the same organization, made by the caller,
    /// or with an appointment with the caller.
    ClientsOf { caller: PersonId, organization: Option<OrganizationId> },
    /// Practitioners who can sign in: of the caller's organization, and the caller.
    PractitionersOf { caller: PersonId, organization: Option<OrganizationId> },
    /// All practitioners who can sign in.
    Practitioners,
}

/// A page of people, ordered by name.
#[derive(Clone, Debug)]
pub struct PersonFilter {
    pub among: Among,
    /// Parts of the name, without regard to case, accents and order, or a part of the e-mail address.
    pub search: Option<String>,
    /// The last person of the page before.
    pub after: Option<PersonId>,
    pub limit: u32,
}

/// What somebody is called: here, and by the system that vouches for them; and where they live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub name: String,
    pub identity: Identity,
    /// The zone that they live by, where it is known.
    pub timezone: Option<String>,
}

type LabelRow = (String, String, String, String, Option<String>);

const COLUMNS: &str = "id, issuer, subject, email, name, roles, organization_id, timezone, locale, disabled, \
                       practitioner, created_by, created_at, phone, signed_out_at";

/// Roles are a JSON list of words.
const IS_CLIENT: &str = r#"roles like '%"client"%'"#;
const IS_PRACTITIONER: &str = r#"roles like '%"practitioner"%' and not disabled"#;

#[derive(FromRow)]
struct PersonRow {
    id: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    name: String,
    roles: String,
    organization_id: Option<String>,
    timezone: Option<String>,
    locale: Option<String>,
    disabled: bool,
    practitioner: Option<String>,
    created_by: Option<String>,
    created_at: i64,
    phone: Option<String>,
    signed_out_at: Option<i64>,
}

impl TryFrom<PersonRow> for Person {
    type Error = StoreError;

    fn try_from(row: PersonRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("person.id", &row.id)?,
            identity: Identity { issuer: row.issuer, subject: row.subject },
            email: row.email,
            phone: row.phone,
            name: row.name,
            roles: from_json("person.roles", &row.roles)?,
            organization_id: parse_optional("person.organization_id", row.organization_id.as_deref())?,
            timezone: row.timezone,
            locale: row.locale,
            disabled: row.disabled,
            signed_out_at: row.signed_out_at.map(|at| instant("person.signed_out_at", at)).transpose()?,
            practitioner: row.practitioner.map(|text| from_json("person.practitioner", &text)).transpose()?,
            created_by: parse_optional("person.created_by", row.created_by.as_deref())?,
            created_at: instant("person.created_at", row.created_at)?,
        })
    }
}

/// Who somebody is, by a statement of its own: it is asked with every request.
impl Store {
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from person where id = $1"));
        read_optional!(self, PersonRow, sql, id.to_string())?.map(Person::try_from).transpose()
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn person_by_identity(&self, identity: &Identity) -> Result<Option<Person>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from person where issuer = $1 and subject = $2"));
        read_optional!(self, PersonRow, sql, &identity.issuer, &identity.subject)?
            .map(Person::try_from)
            .transpose()
    }
}

/// The condition for these people, and its parameters $9 and $10.
fn whose(among: Among) -> (String, String, Option<String>) {
    let nobody = "($9 = '' and $10 is null)";
    match among {
        Among::Everyone => (format!("issuer <> '{SERVICE_ISSUER}' and {nobody}"), String::new(), None),
        Among::Practitioners => (format!("{IS_PRACTITIONER} and {nobody}"), String::new(), None),
        Among::ClientsOf { caller, organization } => {
            let known = "select id from person where organization_id = $10 \
                         union select id from person where created_by = $9 \
                         union select client_id from session where practitioner_id = $9";
            let organization = organization.map(|id| id.to_string());
            (format!("id in ({known}) and {IS_CLIENT}"), caller.to_string(), organization)
        }
        Among::PractitionersOf { caller, organization } => {
            let condition = format!("(organization_id = $10 or id = $9) and {IS_PRACTITIONER}");
            (condition, caller.to_string(), organization.map(|id| id.to_string()))
        }
    }
}

impl Tx {
    /// # Errors
    /// [`StoreError::NotUnique`]: `identity`, or `email` among local accounts.
    pub async fn insert_person(&mut self, person: &Person) -> Result<(), StoreError> {
        self.insert_person_unless(person, "").await.map(drop)
    }

    /// The person with this identity: the one who is there, else `person`, who then is.
    ///
    /// # Errors
    /// [`StoreError::NotUnique`]: `email` among local accounts.
    pub async fn person_or_insert(&mut self, person: &Person) -> Result<Person, StoreError> {
        let known = " on conflict (issuer, subject) do nothing";
        if self.insert_person_unless(person, known).await? {
            return Ok(person.clone());
        }
        let found = self.person_by_identity(&person.identity).await?;
        // Another transaction made the person after this one began to read.
        found.ok_or(StoreError::Conflict)
    }

    async fn insert_person_unless(
        &mut self,
        person: &Person,
        on_conflict: &'static str,
    ) -> Result<bool, StoreError> {
        let sql = AssertSqlSafe(format!(
            "insert into person (email_key, name_key, search_key, {COLUMNS}) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18){on_conflict}"
        ));
        let inserted = execute!(
            self,
            sql,
            person.email.as_deref().map(fold),
            fold(&person.name),
            search::key(&person.name),
            person.id.to_string(),
            &person.identity.issuer,
            &person.identity.subject,
            &person.email,
            &person.name,
            to_json(&person.roles)?,
            person.organization_id.map(|id| id.to_string()),
            &person.timezone,
            &person.locale,
            person.disabled,
            person.practitioner.as_ref().map(to_json).transpose()?,
            person.created_by.map(|id| id.to_string()),
            micros(person.created_at),
            &person.phone,
            person.signed_out_at.map(micros),
        )?;
        Ok(inserted > 0)
    }

    /// Replaces what may change of a person; identity, maker, making and when they were signed out stay.
    ///
    /// # Errors
    /// [`StoreError::NotUnique`]: `email` among local accounts. [`StoreError::Conflict`] when the person is
    /// not there.
    pub async fn update_person(&mut self, person: &Person) -> Result<(), StoreError> {
        let sql = "update person set email = $2, email_key = $3, name = $4, name_key = $5, roles = $6, \
                   organization_id = $7, timezone = $8, locale = $9, disabled = $10, practitioner = $11, \
                   phone = $12, search_key = $13 where id = $1";
        let updated = execute!(
            self,
            sql,
            person.id.to_string(),
            &person.email,
            person.email.as_deref().map(fold),
            &person.name,
            fold(&person.name),
            to_json(&person.roles)?,
            person.organization_id.map(|id| id.to_string()),
            &person.timezone,
            &person.locale,
            person.disabled,
            person.practitioner.as_ref().map(to_json).transpose()?,
            &person.phone,
            search::key(&person.name),
        )?;
        if updated == 0 { Err(StoreError::Conflict) } else { Ok(()) }
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn person(&mut self, id: PersonId) -> Result<Option<Person>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from person where id = $1"));
        fetch_optional!(self, PersonRow, sql, id.to_string())?.map(Person::try_from).transpose()
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn person_by_identity(&mut self, identity: &Identity) -> Result<Option<Person>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from person where issuer = $1 and subject = $2"));
        fetch_optional!(self, PersonRow, sql, &identity.issuer, &identity.subject)?
            .map(Person::try_from)
            .transpose()
    }

    /// Everybody whom any other system knows by this subject; each system knows at most one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn persons_by_subject(&mut self, subject: &str) -> Result<Vec<Person>, StoreError> {
        let sql = AssertSqlSafe(format!(
            "select {COLUMNS} from person where subject = $1 order by issuer limit 20"
        ));
        let rows = fetch_all!(self, PersonRow, sql, subject)?;
        rows.into_iter().map(Person::try_from).collect()
    }

    /// The local account with this e-mail address, in any case.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn local_person(&mut self, email: &str) -> Result<Option<Person>, StoreError> {
        let sql = AssertSqlSafe(format!(
            "select {COLUMNS} from person where email_key = $1 and issuer = '{LOCAL_ISSUER}'"
        ));
        fetch_optional!(self, PersonRow, sql, fold(email))?.map(Person::try_from).transpose()
    }

    /// Everybody with this e-mail address, in any case, whoever vouches for them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn persons_with_email(&mut self, email: &str) -> Result<Vec<Person>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from person where email_key = $1 order by id"));
        let rows = fetch_all!(self, PersonRow, sql, fold(email))?;
        rows.into_iter().map(Person::try_from).collect()
    }

    /// A page of people, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn persons(&mut self, filter: &PersonFilter) -> Result<Vec<Person>, StoreError> {
        let after = match filter.after {
            Some(id) => self.place_of(id).await?,
            None => (String::new(), String::new()),
        };
        // Patterns for every search, also for none: one statement, prepared once.
        let [one, two, three, four] = search::patterns(filter.search.as_deref());
        let email = filter.search.as_deref().map_or_else(|| "%".to_owned(), pattern);
        let found = "coalesce(search_key, name_key)";
        let page = format!(
            "(name_key, id) > ($1, $2) and (({found} like $4 escape '!' and {found} like $5 escape '!' and {found} like $6 \
             escape '!' and {found} like $7 escape '!') or email_key like $8 escape '!') order by name_key, id limit $3"
        );
        let (whose, caller, organization) = whose(filter.among);
        let sql = AssertSqlSafe(format!("select {COLUMNS} from person where {whose} and {page}"));
        let limit = i64::from(filter.limit);
        let rows = fetch_all!(
            self,
            PersonRow,
            sql,
            after.0,
            after.1,
            limit,
            one,
            two,
            three,
            four,
            email,
            caller,
            organization
        )?;
        rows.into_iter().map(Person::try_from).collect()
    }

    /// A page of programs' accounts, the oldest first, beginning after one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn service_accounts(
        &mut self,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<Person>, StoreError> {
        // The subject is the id, and in an index with the issuer.
        let sql = AssertSqlSafe(format!(
            "select {COLUMNS} from person where issuer = '{SERVICE_ISSUER}' and subject > $1 order by subject limit $2"
        ));
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows = fetch_all!(self, PersonRow, sql, after, i64::from(limit))?;
        rows.into_iter().map(Person::try_from).collect()
    }

    /// A client whom this practitioner or assistant may know, by the rule of [`Among::ClientsOf`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn client_of(
        &mut self,
        caller: PersonId,
        organization: Option<OrganizationId>,
        client: PersonId,
    ) -> Result<Option<Person>, StoreError> {
        let sql = AssertSqlSafe(format!(
            "select {COLUMNS} from person where id = $1 and {IS_CLIENT} and (organization_id = $3 \
             or created_by = $2 or exists (select 1 from session where practitioner_id = $2 and client_id = $1))"
        ));
        let organization = organization.map(|id| id.to_string());
        let row =
            fetch_optional!(self, PersonRow, sql, client.to_string(), caller.to_string(), organization)?;
        row.map(Person::try_from).transpose()
    }

    /// Where somebody stands in the order by name; the beginning for somebody who is not there.
    async fn place_of(&mut self, id: PersonId) -> Result<(String, String), StoreError> {
        let sql = "select name_key, id from person where id = $1";
        Ok(fetch_optional!(self, (String, String), sql, id.to_string())?.unwrap_or_default())
    }

    /// How the issuers know the two parties of a session.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn parties(&mut self, practitioner: PersonId, client: PersonId) -> Result<Parties, StoreError> {
        let sql = "select p.issuer, p.subject, c.issuer, c.subject from person p, person c \
                   where p.id = $1 and c.id = $2";
        let found = fetch_optional!(
            self,
            (String, String, String, String),
            sql,
            practitioner.to_string(),
            client.to_string()
        )?;
        let Some((issuer, subject, client_issuer, client_subject)) = found else {
            return Err(StoreError::Internal("a party who is nobody".to_owned()));
        };
        Ok(Parties {
            practitioner: Identity { issuer, subject },
            client: Identity { issuer: client_issuer, subject: client_subject },
        })
    }

    /// What many people are called, at once; who is not there is left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn labels(&mut self, ids: &[PersonId]) -> Result<HashMap<PersonId, Label>, StoreError> {
        macro_rules! labels {
            ($dialect:ident) => {
                concat!(
                    "select id, name, issuer, subject, timezone from person where id in (select value ->> 0 from ",
                    json_rows!($dialect, "$1"),
                    ")"
                )
            };
        }
        let ids: Vec<_> = ids.iter().map(|id| [id]).collect();
        let rows = fetch_all!(self, LabelRow, sql_for!(self, labels!()), to_json(&ids)?)?;
        rows.into_iter()
            .map(|(id, name, issuer, subject, timezone)| {
                let identity = Identity { issuer, subject };
                Ok((parse("person.id", &id)?, Label { name, identity, timezone }))
            })
            .collect()
    }

    /// The hash of a person's password; `None` for whoever has none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn password_hash(&mut self, person: PersonId) -> Result<Option<String>, StoreError> {
        let sql = "select password_hash from person where id = $1";
        Ok(fetch_optional!(self, (Option<String>,), sql, person.to_string())?.and_then(|(hash,)| hash))
    }

    /// # Errors
    /// [`StoreError::Conflict`] when the person is not there.
    pub async fn set_password_hash(&mut self, person: PersonId, hash: &str) -> Result<(), StoreError> {
        let sql = "update person set password_hash = $2 where id = $1";
        let updated = execute!(self, sql, person.to_string(), hash)?;
        if updated == 0 { Err(StoreError::Conflict) } else { Ok(()) }
    }
}
