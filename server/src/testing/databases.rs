//! Fresh databases of both kinds, for tests that must hold on each.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

use reqwest::Url;
use septet_postgres::Postgres;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::accounts;
use crate::database::DatabaseArgs;
use crate::store::{self, Store};

/// Runs each named test, a function that takes a [`Database`], on both databases.
macro_rules! on_each_database {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            use crate::testing::Database;

            #[tokio::test]
            async fn sqlite() {
                super::$test(Database::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$test(Database::Postgres).await;
            }
        }
    )+};
}
pub(crate) use on_each_database;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// An empty one, with its tables.
    pub(crate) async fn empty(self) -> Fresh {
        let place = match self {
            Self::Sqlite => Place::Folder(tempfile::tempdir().unwrap()),
            Self::Postgres => Place::Server(Created::new().await),
        };
        Fresh {
            store: place.open().await.unwrap(),
            place,
        }
    }

    /// One that knows both accounts.
    pub(crate) async fn fresh(self) -> Fresh {
        let fresh = self.empty().await;
        accounts(&fresh).await;
        fresh
    }
}

/// A database that is there for one test.
pub(crate) struct Fresh {
    store: Store,
    place: Place,
}

impl Fresh {
    /// The same database as another process would open it.
    pub(crate) async fn again(&self) -> Store {
        self.try_again().await.unwrap()
    }

    /// How an operator names it.
    pub(crate) fn args(&self) -> DatabaseArgs {
        let (data, database_url) = match &self.place {
            Place::Folder(folder) => (folder.path().to_owned(), None),
            Place::Server(created) => (PathBuf::new(), Some(url(&created.0).into())),
        };
        DatabaseArgs { data, database_url }
    }

    pub(crate) async fn try_again(&self) -> store::Result<Store> {
        self.place.open().await
    }
}

impl Deref for Fresh {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

enum Place {
    Folder(TempDir),
    Server(Created),
}

impl Place {
    async fn open(&self) -> store::Result<Store> {
        match self {
            Self::Folder(folder) => Store::open(&folder.path().join("septet.db")).await,
            Self::Server(created) => Store::connect(&url(&created.0)).await,
        }
    }
}

/// The server that the environment names, or one of this process.
static SERVER: LazyLock<Result<Server, String>> =
    LazyLock::new(|| match std::env::var("SEPTET_TEST_POSTGRES") {
        Ok(url) => Ok(Server::Named(url)),
        Err(_) => Postgres::start().map(Server::Ours),
    });

enum Server {
    Named(String),
    Ours(Postgres),
}

fn server() -> &'static str {
    match &*SERVER {
        Ok(Server::Named(url)) => url,
        Ok(Server::Ours(server)) => server.url(),
        Err(message) => panic!("{message}"),
    }
}

/// Migrated once, then copied.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);
/// Databases of tests that are over.
static OVER: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The name of a database on the server.
struct Created(String);

impl Created {
    async fn new() -> Self {
        let template = TEMPLATE
            .get_or_init(async || {
                let name = name();
                run(format!("CREATE DATABASE {name}")).await;
                Store::connect(&url(&name)).await.unwrap().close().await;
                name
            })
            .await;
        let over = std::mem::take(&mut *OVER.lock().unwrap());
        for name in over {
            run(format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
        let name = name();
        run(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self(name)
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        // A destructor cannot wait; the next test clears away.
        if let Ok(mut over) = OVER.lock() {
            over.push(std::mem::take(&mut self.0));
        }
    }
}

fn name() -> String {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("septet_{}_{number}", std::process::id())
}

fn url(database: &str) -> String {
    let mut url = Url::parse(server()).unwrap();
    url.set_path(database);
    url.into()
}

async fn run(statement: String) {
    let mut server = PgConnection::connect(server()).await.unwrap();
    server.execute(AssertSqlSafe(statement)).await.unwrap();
    server.close().await.unwrap();
}
