//! Requests. What the client wrote comes and goes sealed; whoever shows it opens it.

use openvisit_core::Timestamp;
use openvisit_core::appointment::Kind;
use openvisit_core::ids::{OrganizationId, PersonId, RequestId};
use openvisit_core::request::{MAX_PENDING, Request, RequestDetails, State, Status};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, FromRow};

use crate::value::{from_json, instant, micros, optional_instant, parse, to_json};
use crate::{StoreError, Tx};

/// A request with what the client wrote, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRequest {
    pub request: Request,
    pub concern: Vec<u8>,
}

/// A page of requests.
#[derive(Clone, Copy, Debug)]
pub enum Requests {
    /// Those that wait, the longest waiting first.
    Pending,
    /// Those that were accepted, the newest first.
    Accepted,
    /// All of this client, the newest first.
    Of(PersonId),
    /// All, the newest first.
    All,
}

const COLUMNS: &str = "id, client_id, created_at, doc, concern";

/// Sorts after every id there is.
const LAST: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

#[derive(FromRow)]
struct RequestRow {
    id: String,
    client_id: String,
    created_at: i64,
    doc: String,
    concern: Vec<u8>,
}

/// What of a request no query asks for. The status is in here once more, with the data of its state.
#[derive(Serialize, Deserialize)]
struct RequestDoc {
    organization_id: Option<OrganizationId>,
    plan: Option<String>,
    kind: Kind,
    metadata: serde_json::Map<String, serde_json::Value>,
    state: State,
    opens_at: Option<Timestamp>,
    expires_at: Timestamp,
}

impl From<&Request> for RequestDoc {
    fn from(request: &Request) -> Self {
        let wish = request.wish.clone();
        Self {
            organization_id: wish.organization_id,
            plan: wish.plan,
            kind: wish.kind,
            metadata: wish.metadata,
            state: request.state.clone(),
            opens_at: request.opens_at,
            expires_at: request.expires_at,
        }
    }
}

impl TryFrom<RequestRow> for SealedRequest {
    type Error = StoreError;

    fn try_from(row: RequestRow) -> Result<Self, StoreError> {
        let doc: RequestDoc = from_json("request.doc", &row.doc)?;
        let request = Request {
            id: parse("request.id", &row.id)?,
            client_id: parse("request.client_id", &row.client_id)?,
            wish: RequestDetails {
                organization_id: doc.organization_id,
                plan: doc.plan,
                kind: doc.kind,
                metadata: doc.metadata,
            },
            state: doc.state,
            created_at: instant("request.created_at", row.created_at)?,
            opens_at: doc.opens_at,
            expires_at: doc.expires_at,
        };
        Ok(Self { request, concern: row.concern })
    }
}

impl Tx {
    /// Stores a new request; `false`, and nothing is stored, when its client has [`MAX_PENDING`] already.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn insert_request(&mut self, sealed: &SealedRequest) -> Result<bool, StoreError> {
        let request = &sealed.request;
        // Of many at once only so many are counted.
        self.lock_parties(request.client_id, request.client_id).await?;
        let client = request.client_id.to_string();
        let count = "select count(*) from request where client_id = $1 and status = 'pending'";
        let pending = fetch_optional!(self, (i64,), count, &client)?.map_or(0, |(count,)| count);
        if pending >= i64::from(MAX_PENDING) {
            return Ok(false);
        }
        let sql = "insert into request (id, client_id, status, created_at, due_at, doc, concern) \
                   values ($1, $2, $3, $4, $5, $6, $7)";
        execute!(
            self,
            sql,
            request.id.to_string(),
            &client,
            request.status().name(),
            micros(request.created_at),
            request.due(request.created_at).map(micros),
            to_json(&RequestDoc::from(request))?,
            &sealed.concern,
        )?;
        Ok(true)
    }

    /// How many requests wait, and since when the first of them has.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn waiting_requests(&mut self) -> Result<(i64, Option<Timestamp>), StoreError> {
        let sql = "select count(*), min(created_at) from request where status = 'pending'";
        let (count, oldest) = fetch_optional!(self, (i64, Option<i64>), sql)?.unwrap_or_default();
        Ok((count, optional_instant("request.created_at", oldest)?))
    }

    /// Stores what became of a request, if it was still pending; whether it was. Of two at once one is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_request(&mut self, request: &Request, now: Timestamp) -> Result<bool, StoreError> {
        let sql =
            "update request set status = $2, due_at = $3, doc = $4 where id = $1 and status = 'pending'";
        let saved = execute!(
            self,
            sql,
            request.id.to_string(),
            request.status().name(),
            request.due(now).map(micros),
            to_json(&RequestDoc::from(request))?,
        )?;
        Ok(saved > 0)
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn request(&mut self, id: RequestId) -> Result<Option<SealedRequest>, StoreError> {
        let sql = AssertSqlSafe(format!("select {COLUMNS} from request where id = $1"));
        fetch_optional!(self, RequestRow, sql, id.to_string())?.map(SealedRequest::try_from).transpose()
    }

    /// A page of requests, beginning behind the one that `after` names.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn requests(
        &mut self,
        which: Requests,
        after: Option<RequestId>,
        limit: u32,
    ) -> Result<Vec<SealedRequest>, StoreError> {
        // Ids sort by the time they were made.
        let (condition, owner) = match which {
            Requests::Pending => ("status = $1 and id > $2 order by id", Status::Pending.name().to_owned()),
            Requests::Accepted => {
                ("status = $1 and id < $2 order by id desc", Status::Accepted.name().to_owned())
            }
            Requests::Of(client) => ("client_id = $1 and id < $2 order by id desc", client.to_string()),
            Requests::All => ("$1 = '' and id < $2 order by id desc", String::new()),
        };
        let before_all = if matches!(which, Requests::Pending) { "" } else { LAST };
        let after = after.map_or_else(|| before_all.to_owned(), |id| id.to_string());
        let sql = AssertSqlSafe(format!("select {COLUMNS} from request where {condition} limit $3"));
        let rows = fetch_all!(self, RequestRow, sql, owner, after, i64::from(limit))?;
        rows.into_iter().map(SealedRequest::try_from).collect()
    }

    /// The requests to which something is due, the longest due first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn due_requests(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<SealedRequest>, StoreError> {
        let sql = AssertSqlSafe(format!(
            "select {COLUMNS} from request where due_at <= $1 order by due_at limit $2"
        ));
        let rows = fetch_all!(self, RequestRow, sql, micros(now), i64::from(limit))?;
        rows.into_iter().map(SealedRequest::try_from).collect()
    }
}
