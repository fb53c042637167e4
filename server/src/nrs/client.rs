//! The HTTP of 360nrs.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, RequestBuilder, StatusCode, redirect, retry};
use septet_core::wire::Millis;
use serde::{Serialize, Serializer};

use super::{AccountState, Sending, Sent, answer};
use crate::config::Secret;

/// Most of an answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// People wait for the account when they open the page and when they send.
const ACCOUNT_PATIENCE: Duration = Duration::from_secs(5);

/// A client for one set of credentials.
#[derive(Debug, Clone)]
pub(crate) struct Nrs {
    client: Client,
    url: String,
    username: String,
    password: Secret,
}

/// One message to one recipient.
#[derive(Serialize)]
pub(crate) struct Send<'a> {
    /// Exactly one number: digits with calling code. The outcome of the call is
    /// then the outcome of the message (see docs/adr/0002).
    pub(crate) to: [&'a str; 1],
    pub(crate) from: &'a str,
    pub(crate) message: &'a str,
    pub(crate) encoding: &'static str,
    /// What we counted; the provider refuses rather than bill more.
    pub(crate) parts: u8,
    #[serde(rename = "campaignName")]
    pub(crate) campaign_name: &'a str,
    /// Not delivered after this.
    #[serde(
        rename = "expirationDate",
        serialize_with = "digits",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) expiration_date: Option<Millis>,
    #[serde(rename = "notificationUrl")]
    pub(crate) notification_url: String,
}

/// UTC, as `YYYYMMDDhhmmss`.
fn digits<S: Serializer>(time: &Option<Millis>, serializer: S) -> Result<S::Ok, S::Error> {
    let time = time.and_then(|time| jiff::Timestamp::from_millisecond(time).ok());
    match time {
        Some(time) => serializer.collect_str(&time.strftime("%Y%m%d%H%M%S")),
        None => serializer.serialize_none(),
    }
}

impl Nrs {
    /// A client that nobody lets in yet.
    pub(crate) fn new(url: String) -> Result<Self, reqwest::Error> {
        Self::with_patience(url, Duration::from_secs(30))
    }

    /// The same for other credentials.
    pub(crate) fn with(&self, username: String, password: Secret) -> Self {
        Self {
            username,
            password,
            ..self.clone()
        }
    }

    fn with_patience(url: String, patience: Duration) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(10).min(patience))
            .timeout(patience)
            .redirect(redirect::Policy::none())
            // A repeated send may be a second message.
            .retry(retry::never())
            // A connection that the other side has just closed would look like a lost answer.
            .pool_idle_timeout(Duration::from_secs(5))
            .build()?;
        Ok(Self {
            client,
            url,
            username: String::new(),
            password: "".into(),
        })
    }

    /// `POST /sms`, once.
    pub(crate) async fn send(&self, send: &Send<'_>) -> Sent {
        let request = self.client.post(format!("{}/sms", self.url)).json(send);
        match self.call(request).await {
            Ok(Answered {
                status,
                retry_after,
                body,
            }) => answer::sent(status, &body, retry_after.as_deref()),
            Err(Missed::BeforeSending) => Sent::NotReached { later: None },
            Err(Missed::Answer) => Sent::Unknown,
        }
    }

    /// `GET /sendings`, newest first, pages from 1; `None` when nothing can be learned.
    pub(crate) async fn sendings(&self, page: u32) -> Option<Vec<Sending>> {
        let request = self
            .client
            .get(format!("{}/sendings", self.url))
            .query(&[("page", page), ("limit", 100)]);
        let Answered { status, body, .. } = self.call(request).await.ok()?;
        answer::sendings(status, &body)
    }

    /// `GET /account`.
    pub(crate) async fn account(&self) -> AccountState {
        let request = self
            .client
            .get(format!("{}/account", self.url))
            .timeout(ACCOUNT_PATIENCE);
        match self.call(request).await {
            Ok(Answered { status, body, .. }) => answer::account(status, &body),
            Err(_) => AccountState::Unreachable,
        }
    }

    async fn call(&self, request: RequestBuilder) -> Result<Answered, Missed> {
        let request = request.basic_auth(&self.username, Some(self.password.expose()));
        let mut response = request.send().await.map_err(|error| {
            // Only a connection that was never made proves that nothing was sent.
            if error.is_connect() || error.is_builder() {
                Missed::BeforeSending
            } else {
                Missed::Answer
            }
        })?;
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| Some(value.to_str().ok()?.to_owned()));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| Missed::Answer)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(Missed::Answer);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answered {
            status,
            retry_after,
            body,
        })
    }
}

/// An answer, whatever it says.
struct Answered {
    status: StatusCode,
    retry_after: Option<String>,
    body: Vec<u8>,
}

/// How a call failed without an answer.
enum Missed {
    BeforeSending,
    Answer,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nrs::Refusal;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// A provider that answers the next call with these bytes and hangs up; `None`: it never answers.
    async fn provider(answer: Option<String>) -> Nrs {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            match answer {
                Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                None => tokio::time::sleep(Duration::from_secs(60)).await,
            }
        });
        client(url)
    }

    fn client(url: String) -> Nrs {
        Nrs::with_patience(url, Duration::from_millis(500)).unwrap()
    }

    async fn send(nrs: &Nrs) -> Sent {
        nrs.send(&Send {
            to: ["351912000001"],
            from: "Septet",
            message: "Hi",
            encoding: "gsm",
            parts: 1,
            campaign_name: "test",
            expiration_date: None,
            notification_url: "https://sms.example/".into(),
        })
        .await
    }

    fn http(status: &str, body: &str) -> Option<String> {
        Some(format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    #[tokio::test]
    async fn every_answer_means_exactly_one_thing() {
        let accepted = r#"{"campaignId":1,"sendingId":2,"result":[{"accepted":true,"to":"1","id":77,"parts":1}]}"#;
        let refused =
            r#"{"result":[{"accepted":false,"to":"1","error":{"code":102,"description":"x"}}]}"#;
        let error =
            |code: u32| format!(r#"{{"error":{{"code":{code},"description":"<b>x</b>"}}}}"#);
        for (answer, expected) in [
            (
                http("202 Accepted", accepted),
                Sent::Accepted {
                    id: "77".into(),
                    sending: Some("2".into()),
                },
            ),
            (http("207 Multi-Status", refused), Sent::RecipientRefused),
            (http("400 Bad Request", &error(102)), Sent::RecipientRefused),
            (
                http("401 Unauthorized", &error(103)),
                Sent::Refused(Refusal::Credentials),
            ),
            (
                http("401 Unauthorized", "no"),
                Sent::Refused(Refusal::Credentials),
            ),
            (
                http("402 Payment Required", &error(111)),
                Sent::Refused(Refusal::NoCredit),
            ),
            (
                http("400 Bad Request", &error(105)),
                Sent::Refused(Refusal::Other(105)),
            ),
            (
                http("429 Too Many Requests", ""),
                Sent::NotReached { later: None },
            ),
            (
                http("429 Too Many Requests\r\nretry-after: 7", ""),
                Sent::NotReached {
                    later: Some(Duration::from_secs(7)),
                },
            ),
            (
                http(
                    "429 Too Many Requests\r\nretry-after: Mon, 23 Nov 2020 10:00:00 GMT",
                    "",
                ),
                Sent::NotReached {
                    later: Some(Duration::ZERO),
                },
            ),
            (
                http("500 Internal Server Error", &error(101)),
                Sent::Unknown,
            ),
            (http("502 Bad Gateway", "<html>"), Sent::Unknown),
            (http("202 Accepted", "not json"), Sent::Unknown),
            (http("202 Accepted", r#"{"result":[]}"#), Sent::Unknown),
            (
                Some("HTTP/1.1 202 Accepted\r\ncontent-length: 99\r\n\r\n{".into()),
                Sent::Unknown,
            ),
            (Some(String::new()), Sent::Unknown),
            (None, Sent::Unknown),
        ] {
            let nrs = provider(answer.clone()).await;
            assert_eq!(send(&nrs).await, expected, "{answer:?}");
        }
    }

    #[tokio::test]
    async fn a_refused_connection_proves_that_nothing_was_sent() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        assert_eq!(send(&client(url)).await, Sent::NotReached { later: None });
    }

    #[tokio::test]
    async fn the_account_may_or_may_not_tell_its_balance() {
        for (answer, expected) in [
            (
                http("200 OK", r#"{"balance":12.5}"#),
                AccountState::Ready {
                    balance: Some(12.5),
                },
            ),
            (
                http("200 OK", r#"{"balance":"3"}"#),
                AccountState::Ready { balance: Some(3.0) },
            ),
            (http("200 OK", "{}"), AccountState::Ready { balance: None }),
            (
                http("401 Unauthorized", r#"{"error":{"code":103}}"#),
                AccountState::CredentialsRefused,
            ),
            (
                http("503 Service Unavailable", ""),
                AccountState::Unreachable,
            ),
        ] {
            assert_eq!(
                provider(answer.clone()).await.account().await,
                expected,
                "{answer:?}"
            );
        }
    }

    #[tokio::test]
    async fn the_calls_that_were_made_are_listed_by_whatever_clock_they_name() {
        let listed = |created_at: &str| {
            let line = format!(r#"{{"id":5,"campaignName":"Outono","createdAt":{created_at}}}"#);
            http("200 OK", &format!(r#"{{"data":[{line}]}}"#))
        };
        let expected = vec![Sending {
            id: "5".into(),
            campaign_name: "Outono".into(),
            created_at: 1_795_428_000_000,
        }];
        for time in [
            r#""2026-11-23T10:00:00Z""#,
            r#""2026-11-23T11:00:00+01:00""#,
            r#""2026-11-23 10:00:00""#,
            "1795428000",
        ] {
            let found = provider(listed(time)).await.sendings(1).await;
            assert_eq!(found.as_ref(), Some(&expected), "{time}");
        }
        for unreadable in [
            listed("\"yesterday\""),
            http("200 OK", "[]"),
            http("503 Service Unavailable", r#"{"data":[]}"#),
            None,
        ] {
            assert_eq!(provider(unreadable).await.sendings(1).await, None);
        }
    }
}
