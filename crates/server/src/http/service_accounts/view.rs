//! How programs' accounts and their keys look.

use jiff::Timestamp;
use openvisit_app::auth::api_keys::NewKey;
use openvisit_core::ids::{ApiKeyId, OrganizationId, PersonId};
use openvisit_core::person::{Person, Role};
use openvisit_core::scope::Scope;
use openvisit_store::ApiKey;
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

#[derive(Serialize, ToSchema)]
#[schema(as = ServiceAccount)]
pub struct ServiceAccountView {
    #[schema(value_type = Uuid)]
    pub id: PersonId,
    pub name: String,
    /// What its keys can do at most.
    #[schema(value_type = ServiceRole)]
    pub role: Role,
    /// For whom an assistant books; an administrator's account may have none.
    #[schema(value_type = Option<Uuid>)]
    pub organization_id: Option<OrganizationId>,
    /// Its keys open nothing.
    pub disabled: bool,
    pub created_at: Timestamp,
    /// The oldest first; those that have ended are forgotten when another is made.
    pub keys: Vec<ApiKeyView>,
}

impl ServiceAccountView {
    /// With those of `keys` that are its own.
    pub fn of(person: Person, keys: &[ApiKey]) -> Self {
        let own = keys.iter().filter(|key| key.person_id == person.id);
        Self {
            id: person.id,
            name: person.name,
            role: person.roles.first().copied().unwrap_or(Role::Assistant),
            organization_id: person.organization_id,
            disabled: person.disabled,
            created_at: person.created_at,
            keys: own.map(ApiKeyView::from).collect(),
        }
    }
}

/// What a program can be.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServiceRole {
    #[default]
    Assistant,
    Admin,
}

impl From<ServiceRole> for Role {
    fn from(role: ServiceRole) -> Self {
        match role {
            ServiceRole::Assistant => Self::Assistant,
            ServiceRole::Admin => Self::Admin,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct ApiKeyView {
    #[schema(value_type = Uuid)]
    pub id: ApiKeyId,
    /// How it begins.
    #[schema(example = "ovk_Xq3b1T")]
    pub hint: String,
    #[schema(value_type = Vec<ScopeName>)]
    pub scopes: Vec<Scope>,
    /// From then on it opens nothing; null: until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// To the minute; null: never.
    pub last_used_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl From<&ApiKey> for ApiKeyView {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id,
            hint: key.hint.clone(),
            scopes: key.scopes.clone(),
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            created_at: key.created_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = CreatedApiKey)]
pub struct CreatedApiKeyView {
    #[serde(flatten)]
    pub view: ApiKeyView,
    /// What the program sends as `Authorization: Bearer …`. Shown this once: only its hash is kept.
    #[schema(example = "ovk_Xq3b1TfJ0nq0vYx1m8s0tq0m3ZyWkFJrZpT9uQv1d2E")]
    pub key: String,
}

impl From<NewKey> for CreatedApiKeyView {
    fn from(made: NewKey) -> Self {
        Self { view: (&made.key).into(), key: made.secret }
    }
}

/// A scope, as the description shows it: the core knows no schemas.
pub struct ScopeName;

impl PartialSchema for ScopeName {
    fn schema() -> RefOr<Schema> {
        let names = Scope::ALL.iter().map(|scope| scope.name());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).build().into()
    }
}

impl ToSchema for ScopeName {
    fn name() -> std::borrow::Cow<'static, str> {
        "Scope".into()
    }
}
