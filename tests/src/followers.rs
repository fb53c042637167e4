//! People who touch links in messages, many a second, over connections that stay open.
//!
//! The pace does not wait for answers: each visit has its time, and how long it took is
//! measured from then, so that a server that falls behind is seen to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// What a phone's browser sends besides the address.
const PHONE: &str = "user-agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/142.0.0.0 Mobile Safari/537.36\r\naccept: text/html,*/*;q=0.8\r\naccept-language: pt-PT,pt;q=0.9\r\n\
    sec-fetch-mode: navigate\r\nsec-fetch-dest: document\r\nsec-fetch-site: none\r\nsec-fetch-user: ?1\r\n";
/// Before somebody who got no connection tries again.
const PAUSE: Duration = Duration::from_millis(20);

/// How often, for how long, and over how many connections.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Visits in a second.
    pub rate: u32,
    /// For how long.
    pub lasting: Duration,
    /// Connections.
    pub connections: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Walked {
    /// How long each visit took that was answered with a redirect, from when it was due.
    pub took: Vec<Duration>,
    /// Visits without a whole answer, or with another one.
    pub failed: u64,
    /// How long all of it took.
    pub lasted: Duration,
}

impl Walked {
    /// The time that so many of a thousand visits did not exceed.
    #[must_use]
    pub fn within(&self, per_mille: usize) -> Duration {
        let mut took = self.took.clone();
        took.sort();
        let place = (took.len() * per_mille / 1000).min(took.len().saturating_sub(1));
        took.get(place).copied().unwrap_or_default()
    }
}

/// Follows links of a server on this machine, one after the other, again and again.
pub async fn follow(port: u16, paths: Arc<[String]>, pace: Pace) -> Walked {
    let visits = (f64::from(pace.rate) * pace.lasting.as_secs_f64()) as usize;
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now() + PAUSE;
    let mut people = JoinSet::new();
    for _ in 0..pace.connections {
        let (next, paths) = (next.clone(), paths.clone());
        people.spawn(async move {
            let mut walked = Walked::default();
            let mut line = None;
            loop {
                let visit = next.fetch_add(1, Ordering::Relaxed);
                if visit >= visits {
                    return walked;
                }
                let due = start + Duration::from_secs_f64(visit as f64 / f64::from(pace.rate));
                sleep(due.saturating_duration_since(Instant::now())).await;
                let path = &paths[visit % paths.len()];
                match visit_one(&mut line, port, path).await {
                    Some(()) => walked.took.push(due.elapsed()),
                    None => {
                        line = None;
                        walked.failed += 1;
                        sleep(PAUSE).await;
                    }
                }
            }
        });
    }
    let mut all = Walked::default();
    for walked in people.join_all().await {
        all.took.extend(walked.took);
        all.failed += walked.failed;
    }
    all.lasted = start.elapsed();
    all
}

/// One visit; `None` where no redirect came back whole.
async fn visit_one(line: &mut Option<TcpStream>, port: u16, path: &str) -> Option<()> {
    if line.is_none() {
        let connection = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        connection.set_nodelay(true).ok()?;
        *line = Some(connection);
    }
    let connection = line.as_mut()?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\n{PHONE}\r\n");
    connection.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::with_capacity(1024);
    while !answer.ends_with(b"\r\n\r\n") {
        if connection.read_buf(&mut answer).await.ok()? == 0 {
            return None;
        }
    }
    answer.starts_with(b"HTTP/1.1 302").then_some(())
}
