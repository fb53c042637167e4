//! `septet serve`: puts the parts together, runs them, and takes them apart in order.

use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use septet_sandbox::Sandbox;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::{App, AppError, callback_url};
use crate::config::{Config, ConfigError, Secret, ServeArgs};
use crate::database::{self, DatabaseError};
use crate::delivery::Delivery;
use crate::http;
use crate::metrics;
use crate::retention;
use crate::secrets::{Keyring, SecretError};
use crate::store::{Store, StoreError};

/// How long the sandbox's network takes to deliver a message.
const REPORT_DELAY: Duration = Duration::from_millis(1500);
/// How long open connections may take to end.
const FAREWELL: Duration = Duration::from_secs(5);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sandbox(#[from] septet_sandbox::StartError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error("cannot listen on {address}: {error}")]
    Listen {
        address: SocketAddr,
        error: io::Error,
    },
    #[error("cannot use {}: {error}", file.display())]
    File { file: PathBuf, error: io::Error },
    #[error("the server failed: {0}")]
    Serve(io::Error),
}

/// Runs until it is asked to stop.
pub(crate) async fn run(args: ServeArgs) -> Result<(), ServeError> {
    if args.sandbox {
        args.allow_sandbox()?;
    }
    let listener = listen(args.listen).await?;
    let metrics = match args.metrics_listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let listening = listener.local_addr().map_err(ServeError::Serve)?;
    let public_url = args.public_url(listening)?;

    let sandbox = if args.sandbox {
        let options = septet_sandbox::Options {
            listen: args.sandbox_listen,
            report_delay: REPORT_DELAY,
        };
        Some(Sandbox::start(options).await?)
    } else {
        None
    };
    let (config, keys, store) = match &sandbox {
        Some(sandbox) => {
            let data = args.database.data.join("sandbox");
            let config = args.sandboxed(public_url, sandbox.url())?;
            let store = database::open_file(&data).await?;
            // The stand-in for HubSpot has just started and knows of no earlier sign-in.
            store.end_sessions().await?;
            let keys = sandbox_key(&data.join("key"))?;
            let portals = sandbox.portals().into_iter();
            let listener = |portal| callback_url(&config.public_url, &keys, portal);
            sandbox.tell_of_people(portals.map(listener).collect());
            (config, keys, store)
        }
        None => {
            let key = args.key.as_ref().map(Secret::expose);
            let keys = Keyring::parse(key.ok_or(ConfigError::Missing("SEPTET_KEY"))?)?;
            (args.real(public_url)?, keys, args.database.open().await?)
        }
    };
    serve(listener, metrics, config, store, keys).await?;
    if let Some(sandbox) = sandbox {
        sandbox.stop().await;
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let listening = TcpListener::bind(address).await;
    listening.map_err(|error| ServeError::Listen { address, error })
}

async fn serve(
    listener: TcpListener,
    metrics: Option<TcpListener>,
    config: Config,
    store: Store,
    keys: Keyring,
) -> Result<(), ServeError> {
    let url = config.public_url.clone();
    let app = App::new(config, store, keys)?;
    let delivery = Delivery::start(app.clone()).await?;
    let erasing = app.config.retain_days.map(|days| {
        let store = app.store.clone();
        tokio::spawn(retention::run(store, days))
    });
    let measuring = metrics.map(|listener| {
        let router = metrics::router(app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await })
    });
    let events = app.events.clone();
    let service = http::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let (stop, mut stopping) = watch::channel(());
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop_signal().await;
        tracing::info!("stopping");
        events.end();
        drop(stop);
    });

    // The one line that programs wait for.
    println!("Septet is ready: {url}/");

    // Somebody's connection may never end.
    let farewell = async move {
        while stopping.changed().await.is_ok() {}
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        served = server.into_future() => served.map_err(ServeError::Serve)?,
        () = farewell => {}
    }
    if let Some(erasing) = erasing {
        erasing.abort();
    }
    delivery.stop().await;
    if let Some(measuring) = measuring {
        measuring.abort();
    }
    Ok(())
}

async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// The sandbox keeps a key of its own; it seals nothing of value.
fn sandbox_key(file: &Path) -> Result<Keyring, ServeError> {
    let unusable = |error| ServeError::File {
        file: file.to_owned(),
        error,
    };
    match std::fs::read_to_string(file) {
        Ok(key) => Ok(Keyring::parse(&key)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = Keyring::generate()?;
            std::fs::write(file, &key).map_err(unusable)?;
            Ok(Keyring::parse(&key)?)
        }
        Err(error) => Err(unusable(error)),
    }
}
