//! Who is in a dialect's rooms by a socket, at whichever node. On SQLite nothing is kept: there is one process, which knows.

use openvisit_core::ids::{ConnectionId, PersonId, SessionId};
use openvisit_core::person::Identity;
use sqlx::FromRow;

use super::{NodeId, Nodes};
use crate::tx::DatabaseConnection;
use crate::value::parse;
use crate::{StoreError, Tx};

/// A socket of somebody who came to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSocket {
    /// Its entry in the ledger.
    pub connection: ConnectionId,
    pub node: NodeId,
    pub person: PersonId,
    pub identity: Identity,
}

#[derive(FromRow)]
struct SocketRow {
    connection_id: String,
    node: String,
    person_id: String,
    issuer: String,
    subject: String,
}

impl TryFrom<SocketRow> for NodeSocket {
    type Error = StoreError;

    fn try_from(row: SocketRow) -> Result<Self, StoreError> {
        Ok(Self {
            connection: parse("node_socket.connection_id", &row.connection_id)?,
            node: NodeId(row.node),
            person: parse("node_socket.person_id", &row.person_id)?,
            identity: Identity { issuer: row.issuer, subject: row.subject },
        })
    }
}

impl Tx {
    /// A socket came to a session; again is no other.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn insert_node_socket(
        &mut self,
        session: SessionId,
        socket: &NodeSocket,
    ) -> Result<(), StoreError> {
        let DatabaseConnection::Postgres(tx) = &mut self.connection else { return Ok(()) };
        let sql = "insert into node_socket (connection_id, session_id, node, person_id, issuer, subject) \
                   values ($1, $2, $3, $4, $5, $6) on conflict (connection_id) do nothing";
        let query = sqlx::query(sql)
            .bind(socket.connection.to_string())
            .bind(session.to_string())
            .bind(&socket.node.0)
            .bind(socket.person.to_string())
            .bind(&socket.identity.issuer)
            .bind(&socket.identity.subject);
        query.execute(&mut **tx).await?;
        Ok(())
    }

    /// These are gone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_node_sockets(&mut self, connections: &[ConnectionId]) -> Result<(), StoreError> {
        let DatabaseConnection::Postgres(tx) = &mut self.connection else { return Ok(()) };
        let connections: Vec<_> = connections.iter().map(ConnectionId::to_string).collect();
        let sql = "delete from node_socket where connection_id = any($1)";
        sqlx::query(sql).bind(connections).execute(&mut **tx).await?;
        Ok(())
    }

    /// Those of a session, in the order in which they came, but for those of nodes that are gone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn node_sockets(&mut self, session: SessionId) -> Result<Vec<NodeSocket>, StoreError> {
        let DatabaseConnection::Postgres(tx) = &mut self.connection else { return Ok(Vec::new()) };
        let sql = "select connection_id, node, person_id, issuer, subject from node_socket \
                   where session_id = $1 and exists (select from node where node.id = node_socket.node) \
                   order by connection_id";
        let query = sqlx::query_as::<_, SocketRow>(sql).bind(session.to_string());
        query.fetch_all(&mut **tx).await?.into_iter().map(NodeSocket::try_from).collect()
    }
}

impl Nodes {
    /// Deletes those of nodes that are gone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn prune_sockets(&self) -> Result<(), StoreError> {
        let sql =
            "delete from node_socket where not exists (select from node where node.id = node_socket.node)";
        sqlx::query(sql).execute(&self.pool).await?;
        Ok(())
    }
}
