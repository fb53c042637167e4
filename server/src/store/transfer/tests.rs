//! What goes out must come in again, from and into each database.

use std::collections::{BTreeMap, BTreeSet};

use septet_core::wire::{RowFault, User};

use super::*;
use crate::imports::{Head, Row};
use crate::store::{Callback, Click, Entry, Event, Link, Outcome, Unsubscriber};
use crate::testing::{BOOKSHOP, Database, Fresh, campaign, draft, on_each_database, opt_out};

on_each_database![
    what_comes_in_is_what_went_out,
    new_ids_come_after_those_that_came_in,
    a_database_with_anything_in_it_is_left_alone,
    half_a_file_is_refused_whole,
    what_is_no_export_is_refused,
    every_column_of_every_table_is_carried,
];

/// A store with something in every table, in many states.
async fn full(on: Database) -> Fresh {
    let store = on.fresh().await;
    let user = User {
        id: "1".into(),
        email: "ana@shop.example".into(),
    };
    store
        .start_sign_in(&[0, 255], "verifier", i64::MAX)
        .await
        .unwrap();
    store
        .start_session(b"token", BOOKSHOP, &user, 9, None)
        .await
        .unwrap();
    let text = "\"Olá\" {{contact.firstname}} 😀\n";
    store
        .save_draft(BOOKSHOP, "key", &draft(text), 1)
        .await
        .unwrap();
    let rows = [(2, None), (3, Some(RowFault::NoNumber))].map(|(line, fault)| Row {
        line,
        fields: vec!["912000001".into(), "é\n".into()],
        fault,
    });
    store
        .begin_import(BOOKSHOP, "file", "a.csv", 1)
        .await
        .unwrap();
    store
        .add_import_rows(BOOKSHOP, "file", &rows)
        .await
        .unwrap();
    let head = Head {
        columns: Vec::new(),
        phone: Some("phone".into()),
        person: None,
        prefix: None,
        encoding: "UTF-8",
        delimiter: ';',
    };
    store
        .complete_import(BOOKSHOP, "file", &head, 2, 1)
        .await
        .unwrap();
    let mut from_file = campaign("file", 0);
    from_file.import = Some("file".into());
    from_file.unread = Some(1);
    store.create_campaign(&from_file, 2).await.unwrap();
    // More than one batch.
    let many = BATCH as u64 + 100;
    store
        .create_campaign(&campaign("one", many), 2)
        .await
        .unwrap();
    let gone = store.register().await.unwrap();
    store.release(gone).await.unwrap();
    let worker = store.register().await.unwrap();
    let claimed = store.claim_all(worker, 8, 3).await.unwrap();
    let outcomes = [
        Outcome::Accepted {
            provider_id: "77".into(),
            sending_id: None,
        },
        Outcome::Refused,
        Outcome::NotReached { not_before: 5 },
        Outcome::Unknown,
    ];
    for (message, outcome) in claimed.iter().zip(&outcomes) {
        let link = |code: &str, target: Option<&str>| Link {
            code: format!("{code}{}", message.id),
            target: target.map(str::to_owned),
        };
        let links = [link("l", Some("https://example.com/?a=b")), link("u", None)];
        let begun = store.begin_attempt(message, b"hash", 2, &links, 4).await;
        let attempt = begun.unwrap().unwrap();
        store
            .end_attempt(message, attempt, outcome, 5)
            .await
            .unwrap();
    }
    let begun = store.begin_attempt(&claimed[4], b"hash", 2, &[], 4).await;
    assert!(begun.unwrap().is_some());
    store
        .report(BOOKSHOP, claimed[0].id, "99", None, 6)
        .await
        .unwrap();
    let code = format!("l{}", claimed[0].id);
    let target = store.target(&code).await.unwrap().unwrap();
    let click = Click {
        code: &code,
        target: &target,
        class: "confirmed",
        confirmed: true,
        visitor: vec![0, 255],
        at: 7,
    };
    store.write_clicks(&[click]).await.unwrap();
    store.salt(3, &[0, 1]).await.unwrap();
    let answer = Entry {
        message: claimed[0].id,
        worker: None,
        event: Event::Answer {
            portal: BOOKSHOP,
            code: "response".into(),
            said: "Sim".into(),
            stops: false,
        },
    };
    store.write(&[answer], 7).await.unwrap();
    store
        .audit(BOOKSHOP, "ana@shop.example", "link_host", "s.pt", 7)
        .await
        .unwrap();
    let person = store.unsubscriber(&format!("u{}", claimed[0].id)).await;
    let person: Unsubscriber = person.unwrap().unwrap();
    store
        .suppress(&person, &opt_out(b"hash", &person.contact_id), 8)
        .await
        .unwrap();
    let callback = Callback {
        portal: BOOKSHOP,
        provider_id: "78".into(),
        event: "delivered".into(),
        campaign_name: "Campaign one".into(),
        phone: "351912000001".into(),
        said: String::new(),
    };
    assert!(store.keep_callback(&callback, 9).await.unwrap());
    store
}

async fn exported(store: &Store) -> String {
    let mut file = Vec::new();
    store.export(&mut file).await.unwrap();
    String::from_utf8(file).unwrap()
}

async fn a_file() -> String {
    let store = full(Database::Sqlite).await;
    exported(&store).await
}

async fn what_comes_in_is_what_went_out(from: Database) {
    let store = full(from).await;
    let file = exported(&store).await;
    for to in [Database::Sqlite, Database::Postgres] {
        let other = to.empty().await;
        let rows = other.import(file.as_bytes()).await.unwrap();
        assert!(file.ends_with(&format!("{{\"end\":{{\"rows\":{rows}}}}}\n")));
        let again = exported(&other).await;
        // A table is in no order.
        let lines = |file: &str| file.lines().map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(lines(&again), lines(&file), "{from:?} to {to:?}");
        assert_eq!(again.lines().count(), file.lines().count());
    }
}

async fn new_ids_come_after_those_that_came_in(on: Database) {
    let file = a_file().await;
    let store = on.empty().await;
    store.import(file.as_bytes()).await.unwrap();
    let last = store
        .recipients(BOOKSHOP, "one", None, 0, 1000)
        .await
        .unwrap();
    store.create_campaign(&campaign("two", 1), 9).await.unwrap();
    let new = store.recipients(BOOKSHOP, "two", None, 0, 1).await.unwrap();
    let number = |id: &str| id.parse::<i64>().unwrap();
    assert!(number(&new[0].id) > number(&last.last().unwrap().id));

    // Nobody is taken for a worker of the other database.
    store.take_over().await.unwrap();
    let worker = store.register().await.unwrap();
    let claimed = store.claim_all(worker, 1, 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let holders = sql("SELECT COUNT(DISTINCT worker) FROM recipients WHERE state = 'claimed'");
    assert_eq!(holders.scalar::<u64>(&store.db).await.unwrap(), 2);
}

async fn a_database_with_anything_in_it_is_left_alone(on: Database) {
    let file = a_file().await;
    let store = on.fresh().await;
    let before = exported(&store).await;
    let refused = store.import(file.as_bytes()).await.unwrap_err();
    assert!(matches!(refused, TransferError::NotEmpty), "{refused}");
    assert_eq!(exported(&store).await, before);
}

async fn half_a_file_is_refused_whole(on: Database) {
    let file = a_file().await;
    let store = on.empty().await;
    let lines: Vec<&str> = file.lines().collect();
    let without_end = lines[..lines.len() - 1].join("\n");
    let mut without_a_row = lines.clone();
    without_a_row.remove(lines.len() - 2);
    for half in [without_end, without_a_row.join("\n")] {
        let refused = store.import(half.as_bytes()).await.unwrap_err();
        assert!(matches!(refused, TransferError::Incomplete), "{refused}");
        let left = exported(&store).await;
        assert!(left.ends_with("{\"end\":{\"rows\":0}}\n"), "{left}");
    }
    store.import(file.as_bytes()).await.unwrap();
}

async fn what_is_no_export_is_refused(on: Database) {
    let store = on.empty().await;
    let first = "{\"septet\":{\"tables\":1}}\n";
    let table = "{\"table\":{\"name\":\"workers\",\"columns\":[\"id\",\"beats\"]}}\n";
    for (file, line) in [
        ("word".to_owned(), 1),
        (table.to_owned(), 1),
        (format!("{first}{first}"), 2),
        (format!("{first}{{\"row\":[1,2]}}"), 2),
        (format!("{first}{}", table.replace("workers", "others")), 2),
        (format!("{first}{}", table.replace("beats", "lease")), 2),
        (format!("{first}{table}{{\"row\":[1]}}"), 3),
        (format!("{first}{table}{{\"row\":[1,\"2\"]}}"), 3),
        (format!("{first}{{\"end\":{{\"rows\":0}}}}\n{table}"), 3),
    ] {
        let refused = store.import(file.as_bytes()).await.unwrap_err();
        let TransferError::Unreadable(found) = refused else {
            panic!("{file}: {refused}")
        };
        assert_eq!(found, line, "{file}");
    }
    let newer = store.import(&b"{\"septet\":{\"tables\":2}}"[..]).await;
    assert!(matches!(newer, Err(TransferError::OtherVersion { .. })));
    assert!(matches!(
        store.import(&b""[..]).await,
        Err(TransferError::Incomplete)
    ));
}

async fn every_column_of_every_table_is_carried(on: Database) {
    let store = on.empty().await;
    let rows = sql("SELECT m.name AS of_table, c.name AS of_column, c.type AS kind
         FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT IN ('_sqlx_migrations', 'sqlite_sequence')")
    .on_postgres(
        "SELECT table_name::TEXT AS of_table, column_name::TEXT AS of_column, data_type::TEXT AS kind
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
    );
    let mut found: BTreeMap<String, BTreeSet<(String, Kind)>> = BTreeMap::new();
    for row in rows.fetch_all(&store.db).await.unwrap() {
        let kind = match row.get::<String>("kind").unwrap().to_lowercase().as_str() {
            "bigint" | "integer" => Kind::Integer,
            "text" => Kind::Text,
            "blob" | "bytea" => Kind::Bytes,
            other => panic!("{other}"),
        };
        let table = found.entry(row.get("of_table").unwrap()).or_default();
        table.insert((row.get("of_column").unwrap(), kind));
    }
    let carried = TABLES.iter().map(|table| {
        let columns = table.columns.iter();
        let columns = columns.map(|(name, kind)| ((*name).to_owned(), *kind));
        (table.name.to_owned(), columns.collect())
    });
    assert_eq!(found, carried.collect());
}
