//! A plain load balancer: each connection goes to the next server that takes it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::Result;

/// The running balancer; it ends when dropped.
#[derive(Debug)]
pub struct Balancer {
    port: u16,
    servers: Arc<Mutex<Vec<u16>>>,
    task: JoinHandle<()>,
}

impl Balancer {
    /// Listens on a free port, with no server behind it yet.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let servers: Arc<Mutex<Vec<u16>>> = Arc::default();
        let task = tokio::spawn(run(listener, servers.clone()));
        Ok(Self {
            port,
            servers,
            task,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Sets the ports of the servers behind it.
    pub fn set(&self, ports: Vec<u16>) {
        *self.servers.lock().unwrap_or_else(PoisonError::into_inner) = ports;
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(listener: TcpListener, servers: Arc<Mutex<Vec<u16>>>) {
    let turn = Arc::new(AtomicUsize::new(0));
    while let Ok((mut visitor, _)) = listener.accept().await {
        let servers = servers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let turn = turn.clone();
        tokio::spawn(async move {
            for _ in 0..servers.len() {
                let next = turn.fetch_add(1, Ordering::Relaxed) % servers.len();
                if let Ok(mut server) = TcpStream::connect(("127.0.0.1", servers[next])).await {
                    // Either side may go at any time; then both have gone.
                    let _ = copy_bidirectional(&mut visitor, &mut server).await;
                    return;
                }
            }
        });
    }
}
