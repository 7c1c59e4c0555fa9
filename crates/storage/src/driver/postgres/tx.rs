//! An operation against one PostgreSQL connection.

use deadpool_postgres::GenericClient;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::StorageError;
use crate::operation::Tx;
use crate::row::{Columns, Mismatch, Row};
use crate::sql::Sql;
use crate::value::{Val, storable};

/// A transaction (commands) or a bare connection (reads).
pub(super) struct PostgresTx<'c, C> {
    client: &'c C,
}

impl<'c, C: GenericClient> PostgresTx<'c, C> {
    pub(super) fn new(client: &'c C) -> Self {
        Self { client }
    }
}

fn parameters<'p>(vals: &'p [Val<'_>]) -> Vec<&'p (dyn ToSql + Sync)> {
    vals.iter().map(|value| value as _).collect()
}

impl<C: GenericClient + Sync> Tx for PostgresTx<'_, C> {
    async fn opt<T: Send>(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
        mut map: impl FnMut(&mut Columns<'_>) -> Result<T, StorageError> + Send,
    ) -> Result<Option<T>, StorageError> {
        let statement = self.client.prepare_cached(sql.postgres).await?;
        let found = self.client.query_opt(&statement, &parameters(vals)).await?;
        found.map(|row| map(&mut Columns::new(&row))).transpose()
    }

    async fn all<T: Send>(
        &mut self,
        sql: &'static Sql,
        vals: &[Val<'_>],
        mut map: impl FnMut(&mut Columns<'_>) -> Result<T, StorageError> + Send,
    ) -> Result<Vec<T>, StorageError> {
        let statement = self.client.prepare_cached(sql.postgres).await?;
        let rows = self.client.query(&statement, &parameters(vals)).await?;
        rows.iter().map(|row| map(&mut Columns::new(row))).collect()
    }

    async fn exec(&mut self, sql: &'static Sql, vals: &[Val<'_>]) -> Result<u64, StorageError> {
        let statement = self.client.prepare_cached(sql.postgres).await?;
        Ok(self.client.execute(&statement, &parameters(vals)).await?)
    }
}

/// Accepts every parameter type. That is sound only because columns are BIGINT, TEXT or BYTEA: the
/// server refuses eight bytes for an INT4.
impl ToSql for Val<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql(ty, out),
            Self::Text(value) => storable(value).to_sql(ty, out),
            Self::Blob(value) => value.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Row for tokio_postgres::Row {
    fn name(&self, index: usize) -> Option<&str> {
        self.columns().get(index).map(tokio_postgres::Column::name)
    }

    fn int(&self, index: usize) -> Result<Option<i64>, Mismatch> {
        self.try_get(index).map_err(|_| Mismatch)
    }

    fn text(&self, index: usize) -> Result<Option<&str>, Mismatch> {
        self.try_get(index).map_err(|_| Mismatch)
    }

    fn blob(&self, index: usize) -> Result<Option<&[u8]>, Mismatch> {
        self.try_get(index).map_err(|_| Mismatch)
    }
}
