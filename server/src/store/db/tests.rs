//! What both databases must do with a statement.

use super::*;
use crate::store::Store;
use crate::testing::{Database, on_each_database};

on_each_database![
    what_is_bound_comes_back,
    what_is_absent_has_a_type,
    a_number_out_of_range_is_an_error,
    more_rows_than_one_statement_takes_are_written,
    many_rows_are_worked_on_at_once,
    no_rows_are_no_statement,
    values_stand_before_and_after_rows,
    a_transaction_that_is_dropped_changes_nothing,
    what_cannot_be_text_finds_nothing,
];

async fn start(store: &Store, state: &[u8], verifier: &str, expires_at: i64) {
    let started = store.start_sign_in(state, verifier, expires_at).await;
    started.unwrap();
}

async fn count(store: &Store) -> u64 {
    let counted = sql("SELECT COUNT(*) FROM sign_ins").scalar(&store.db).await;
    counted.unwrap()
}

async fn what_is_bound_comes_back(on: Database) {
    let store = on.empty().await;
    start(&store, &[0, 255, 7], "O \"café\" 😀?", i64::MIN).await;
    let row = sql("SELECT * FROM sign_ins WHERE state_hash = ?").bind(&[0, 255, 7][..]);
    let row = row.fetch_one(&store.db).await.unwrap();
    assert_eq!(row.get::<Vec<u8>>("state_hash").unwrap(), [0, 255, 7]);
    assert_eq!(row.get::<String>("verifier").unwrap(), "O \"café\" 😀?");
    assert_eq!(row.get::<i64>("expires_at").unwrap(), i64::MIN);
}

async fn what_is_absent_has_a_type(on: Database) {
    let store = on.empty().await;
    let row = sql("SELECT ? AS number, ? AS words, ? AS bytes")
        .bind(None::<i64>)
        .bind(None::<String>)
        .bind(None::<Vec<u8>>)
        .fetch_one(&store.db)
        .await
        .unwrap();
    assert_eq!(row.get::<Option<i64>>("number").unwrap(), None);
    assert_eq!(row.get::<Option<String>>("words").unwrap(), None);
    assert_eq!(row.get::<Option<Vec<u8>>>("bytes").unwrap(), None);
    assert!(row.get::<i64>("number").is_err());
}

async fn a_number_out_of_range_is_an_error(on: Database) {
    let store = on.empty().await;
    let row = sql("SELECT ? AS number").bind(256_i64);
    let row = row.fetch_one(&store.db).await.unwrap();
    assert!(row.get::<u8>("number").is_err());
    assert_eq!(row.get::<u32>("number").unwrap(), 256);
}

async fn more_rows_than_one_statement_takes_are_written(on: Database) {
    let store = on.empty().await;
    let rows = (0_i64..15_000).map(|number| {
        [
            number.to_be_bytes()[..].value(),
            format!("{number}").value(),
            number.value(),
        ]
    });
    let written = sql("INSERT INTO sign_ins (state_hash, verifier, expires_at) ?*").rows(rows);
    assert_eq!(written.execute(&store.db).await.unwrap(), 15_000);
    assert_eq!(count(&store).await, 15_000);
}

async fn many_rows_are_worked_on_at_once(on: Database) {
    let store = on.empty().await;
    for number in 0..4 {
        start(&store, &[number], "before", 1).await;
    }
    let rows = [(1_u8, Some("one")), (3, Some("three"))];
    let rows = rows.map(|(state, verifier)| [[state][..].value(), verifier.value()]);
    let changed = sql("WITH given (state, verifier) AS (?*)
         UPDATE sign_ins SET verifier = given.verifier, expires_at = ? FROM given
         WHERE state_hash = given.state RETURNING sign_ins.verifier")
    .rows(rows)
    .bind(2_i64);
    let mut changed: Vec<String> = changed.scalars(&store.db).await.unwrap();
    changed.sort();
    assert_eq!(changed, ["one", "three"]);
    assert_eq!(store.take_sign_in(&[3], 1).await.unwrap().unwrap(), "three");
}

async fn no_rows_are_no_statement(on: Database) {
    let store = on.empty().await;
    let none = sql("INSERT INTO sign_ins (state_hash, verifier, expires_at) ?*");
    let none = none.rows(Vec::<Vec<Value>>::new());
    assert_eq!(none.execute(&store.db).await.unwrap(), 0);
}

async fn values_stand_before_and_after_rows(on: Database) {
    let store = on.empty().await;
    let rows = [[1_i64.value()], [2_i64.value()], [3_i64.value()]];
    let found = sql("WITH given (number) AS (?*)
         SELECT number + ? FROM given WHERE number < ? ORDER BY number")
    .rows(rows)
    .bind(10_i64)
    .bind(3_i64);
    let found: Vec<i64> = found.scalars(&store.db).await.unwrap();
    assert_eq!(found, [11, 12]);
    let found = sql("WITH least (value) AS (SELECT ?), given (number) AS (?*)
         SELECT number FROM given, least WHERE number > value AND number < ?");
    let found = found
        .bind(1_i64)
        .rows((0..9_i64).map(|number| [number.value()]));
    let found: Vec<i64> = found.bind(3_i64).scalars(&store.db).await.unwrap();
    assert_eq!(found, [2]);
}

async fn a_transaction_that_is_dropped_changes_nothing(on: Database) {
    let store = on.empty().await;
    let mut transaction = store.db.begin().await.unwrap();
    let insert = "INSERT INTO sign_ins (state_hash, verifier, expires_at) VALUES (?, ?, ?)";
    let insert = sql(insert).bind(&b"state"[..]).bind("verifier").bind(1_i64);
    assert_eq!(insert.execute(&mut transaction).await.unwrap(), 1);
    drop(transaction);
    assert_eq!(count(&store).await, 0);
}

async fn what_cannot_be_text_finds_nothing(on: Database) {
    let store = on.empty().await;
    start(&store, b"state", "verifier", 1).await;
    let found = sql("SELECT COUNT(*) FROM sign_ins WHERE verifier = ?").bind("\0");
    assert_eq!(found.scalar::<u64>(&store.db).await.unwrap(), 0);
}

#[tokio::test]
async fn servers_that_start_together_make_the_tables_once() {
    let store = Database::Postgres.empty().await;
    for statement in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
        sql(statement).execute(&store.db).await.unwrap();
    }
    let (one, two, three) = tokio::join!(store.again(), store.again(), store.again());
    start(&one, b"state", "verifier", 1).await;
    assert_eq!((count(&two).await, count(&three).await), (1, 1));
}

#[tokio::test]
async fn a_server_that_may_forget_what_it_has_committed_is_refused() {
    let store = Database::Postgres.empty().await;
    let forgetful = "DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
    END $$";
    sql(forgetful).execute(&store.db).await.unwrap();
    let refused = store.try_again().await.unwrap_err();
    assert!(matches!(refused, StoreError::NotDurable), "{refused}");
}
