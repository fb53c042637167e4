//! Starting and stopping: one listener on loopback, one state, one task.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::line::{CuttableListener, Line};
use crate::shared::{News, Shared, lock};
use crate::{control, counting, guard, hubspot, nrs, pages};

/// How long open connections may take to end once the sandbox is asked to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// Where the sandbox listens and how quick its provider is.
#[derive(Debug, Clone)]
pub struct Options {
    /// A loopback address; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Time from the acceptance of a message to the final delivery report.
    pub report_delay: Duration,
}

/// Why the sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Others could reach this address, and the sandbox is open to all who can.
    #[error("the sandbox only listens on a loopback address, not on {0}")]
    NotLoopback(SocketAddr),
    /// The address is taken or not allowed.
    #[error("the sandbox cannot listen on {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The client that delivers reports could not be made.
    #[error("the sandbox cannot make its HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A running sandbox. It ends with [`Sandbox::stop`], or abruptly when dropped.
pub struct Sandbox {
    url: String,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Listens on `options.listen` and serves until stopped.
    ///
    /// # Errors
    ///
    /// [`StartError::NotLoopback`] for any address that is not loopback, before
    /// anything is bound; [`StartError::Listen`] when the address cannot be had.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let address = options.listen;
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback(address));
        }
        let unavailable = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(unavailable)?;
        let port = listener.local_addr().map_err(unavailable)?.port();
        let url = format!("http://localhost:{port}");
        let shared = Arc::new(Shared::new(options.report_delay)?);
        let service = router(&shared).into_make_service_with_connect_info::<Line>();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let served = axum::serve(CuttableListener(listener), service)
                .with_graceful_shutdown(async move {
                    // A dropped sender means a dropped sandbox: stop as well.
                    let _ = stopped.await;
                })
                .await;
            if let Err(error) = served {
                tracing::error!(%error, "the sandbox stopped serving");
            }
        });
        tracing::info!(%url, "sandbox listening");
        Ok(Self {
            url,
            shared,
            stop: Some(stop),
            task: Some(task),
        })
    }

    /// The sandbox's own address, such as `http://localhost:8361`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ids of the HubSpot accounts that there are.
    #[must_use]
    pub fn portals(&self) -> Vec<u64> {
        lock(&self.shared.accounts).ids()
    }

    /// Where 360nrs tells of what people do on their phones: answers, and what they press
    /// during a call. Of several addresses it takes the one that begins most like the
    /// notification URL of what was sent.
    pub fn tell_of_people(&self, urls: Vec<String>) {
        self.shared.set_listeners(urls);
    }

    /// Stops accepting, lets requests under way finish, ends the event streams.
    pub async fn stop(mut self) {
        self.shared.publish(&News::Closing);
        if let Some(stop) = self.stop.take() {
            // The task may have ended already; then there is nobody to tell.
            let _ = stop.send(());
        }
        if let Some(mut task) = self.task.take()
            && tokio::time::timeout(STOP_PATIENCE, &mut task)
                .await
                .is_err()
        {
            task.abort();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shared.begin_new_epoch();
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sandbox")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// All routes, each written with its whole path so that the counters can name it.
fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .merge(nrs::routes())
        .merge(hubspot::routes().layer(from_fn_with_state(shared.clone(), hubspot::hold)))
        .merge(control::routes())
        .merge(nrs::phone_routes())
        .merge(pages::routes())
        .fallback(pages::not_found)
        .layer(from_fn(guard::only_from_here))
        .layer(from_fn_with_state(shared.clone(), counting::count))
        .with_state(shared.clone())
}
