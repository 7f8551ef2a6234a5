//! One change of the store: everything in it reaches the disk together, or nothing does.
//!
//! It is a guard and not a closure, because closures that borrow from their caller cannot be run on spawned tasks today.

use std::ops::Deref;

use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};

use crate::error::StoreError;

/// An open change, made by [`crate::Store::begin`]. It holds the only writing connection: do not wait for the network
/// while it is open. Dropped without [`WriteTransaction::commit`], it is rolled back.
///
/// Table functions take `&tx`, or `&*tx` where they are generic over the connection.
#[must_use = "a change that is not committed is rolled back"]
pub struct WriteTransaction(DatabaseTransaction);

impl WriteTransaction {
    /// `IMMEDIATE` takes the write lock at once, so a change can never fail half-way for want of it.
    pub(crate) async fn begin(writer: &DatabaseConnection) -> Result<Self, StoreError> {
        let immediate = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        Ok(Self(writer.begin_with_options(immediate).await?))
    }

    /// Makes the change durable: when this returns `Ok`, it is on disk. On an error nothing of it is left.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.0.commit().await?)
    }
}

impl Deref for WriteTransaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.0
    }
}
