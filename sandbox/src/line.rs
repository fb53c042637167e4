//! The connection itself, so that a fault can cut it before a single byte is answered.
//!
//! A provider that took a message and then lost the line is the hardest case for
//! whoever sends: an error status would not be the same thing. So the listener
//! hands out streams that a handler can break through [`Line`].

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::shared::{lock, now};

/// Pause after a failed accept, which is usually a lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A handle on the connection that carries a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(Arc<State>);

#[derive(Debug, Default)]
struct State {
    cut: AtomicBool,
    /// The answer that is about to be written.
    leaving: Mutex<Leaving>,
}

#[derive(Debug, Default)]
struct Leaving {
    answer: Option<Departure>,
    written: bool,
}

/// When an answer had left: its last byte was handed to the system.
#[derive(Debug, Clone, Default)]
pub(crate) struct Departure(Arc<AtomicI64>);

impl Departure {
    /// In milliseconds since the Unix epoch; `None` as long as it has not.
    pub(crate) fn at(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Acquire)).filter(|at| *at > 0)
    }
}

impl Line {
    /// Whatever is answered from now on does not leave; the peer sees the connection break.
    pub(crate) fn cut(&self) {
        self.0.cut.store(true, Ordering::Release);
    }

    fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::Acquire)
    }

    /// The next bytes that are written are an answer; tells when it has left.
    pub(crate) fn answers(&self, departure: Departure) {
        *lock(&self.0.leaving) = Leaving {
            answer: Some(departure),
            written: false,
        };
    }

    fn wrote(&self) {
        lock(&self.0.leaving).written = true;
    }

    /// Everything that was written is with the system. An answer is short enough to be
    /// written before that is asked for.
    fn flushed(&self) {
        let mut leaving = lock(&self.0.leaving);
        if leaving.written
            && let Some(departure) = leaving.answer.take()
        {
            departure.0.store(now(), Ordering::Release);
        }
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Line {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A TCP listener whose connections can be cut; its "address" of a peer is the [`Line`].
#[derive(Debug)]
pub(crate) struct CuttableListener(pub(crate) TcpListener);

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = Line;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.0.accept().await {
                Ok((stream, _peer)) => {
                    let line = Line::default();
                    return (CuttableStream(stream, line.clone()), line);
                }
                Err(error) => {
                    tracing::warn!(%error, "the sandbox could not accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(Line::default())
    }
}

/// A TCP stream that fails to write once its line is cut.
#[derive(Debug)]
pub(crate) struct CuttableStream(TcpStream, Line);

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.1.is_cut() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let written = Pin::new(&mut self.0).poll_write(context, bytes);
        if let Poll::Ready(Ok(1..)) = written {
            self.1.wrote();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.0).poll_flush(context);
        if let Poll::Ready(Ok(())) = flushed {
            self.1.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
