//! `GET /metrics`, on a listener of its own.
//!
//! What this process counts is told as it is; what the database holds is looked at
//! once a second at most, however many ask.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use septet_core::wire::Millis;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::app::App;
use crate::clock;
use crate::store::Gauges;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Between two looks at the database.
const BETWEEN: Duration = Duration::from_secs(1);
/// Prometheus waits ten seconds.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Listener {
    app: App,
    registry: Arc<Registry>,
    looked: Arc<Mutex<Option<(Instant, Registry)>>>,
}

/// All there is on the listener.
pub(crate) fn router(app: App) -> Router {
    let listener = Listener {
        registry: Arc::new(app.metrics.registry()),
        looked: Arc::default(),
        app,
    };
    Router::new()
        .route("/metrics", get(scrape))
        .with_state(listener)
}

async fn scrape(State(listener): State<Listener>) -> Response {
    let mut looked = listener.looked.lock().await;
    let fresh = looked.take().filter(|(at, _)| at.elapsed() < BETWEEN);
    let (at, database) = match fresh {
        Some(fresh) => fresh,
        None => (Instant::now(), look(&listener.app).await),
    };
    let text = written(&[&listener.registry, &database]);
    *looked = Some((at, database));
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn written(registries: &[&Registry]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    for registry in registries {
        encode_registry(&mut text, registry)?;
    }
    encode_eof(&mut text)?;
    Ok(text)
}

/// What the database holds, or that it does not say.
async fn look(app: &App) -> Registry {
    let now = clock::now();
    let gauges = match timeout(PATIENCE, app.store.gauges(now)).await {
        Ok(Ok(gauges)) => Some(gauges),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database could not be measured");
            None
        }
        Err(_) => {
            tracing::warn!("the database took too long to be measured");
            None
        }
    };
    let mut registry = Registry::with_prefix("septet");
    let up: Gauge = Gauge::default();
    up.set(gauges.is_some().into());
    registry.register("database_up", "Whether the database answers", up);
    let outage: Gauge = Gauge::default();
    outage.set(app.outage.lasts().into());
    registry.register(
        "database_outage",
        "Whether the database cannot be written to, so that nothing leaves",
        outage,
    );
    if let Some(gauges) = gauges {
        register(&mut registry, gauges, now);
    }
    registry
}

fn register(registry: &mut Registry, gauges: Gauges, now: Millis) {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let messages: Family<[(&str, String); 2], Gauge> = Family::default();
    for ((portal, state), count) in gauges.messages {
        let labels = [("portal", portal.to_string()), ("state", state)];
        messages.get_or_create(&labels).set(number(count));
    }
    let in_doubt: Family<[(&str, String); 1], Gauge> = Family::default();
    for (portal, count) in gauges.in_doubt {
        let labels = [("portal", portal.to_string())];
        in_doubt.get_or_create(&labels).set(number(count));
    }
    let campaigns: Family<[(&str, String); 1], Gauge> = Family::default();
    for (state, count) in gauges.campaigns {
        campaigns
            .get_or_create(&[("state", state)])
            .set(number(count));
    }
    let oldest: Gauge = Gauge::default();
    oldest.set(gauges.oldest.map_or(0, |since| (now - since) / 1000));
    let leases: Gauge = Gauge::default();
    leases.set(number(gauges.leases));
    registry.register(
        "messages",
        "Messages that have not left or are leaving",
        messages,
    );
    registry.register(
        "messages_in_doubt",
        "Messages of which nobody knows whether 360nrs has them",
        in_doubt,
    );
    registry.register("campaigns", "Campaigns by state", campaigns);
    registry.register_with_unit(
        "oldest_message_age",
        "Age of the oldest message that may leave",
        Unit::Seconds,
        oldest,
    );
    registry.register("leases", "Processes that may send", leases);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};
    use tokio::net::TcpListener;

    use super::*;
    use crate::testing::{BOOKSHOP, World, draft, eventually, header};

    /// Serves the metrics of a world; their address.
    async fn listener(world: &World) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/metrics", listener.local_addr().unwrap());
        let router = router(world.app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    async fn scraped(url: &str) -> (String, BTreeMap<String, f64>) {
        let answer = reqwest::get(url).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-type"), OPEN_METRICS);
        let text = answer.text().await.unwrap();
        assert!(text.ends_with("# EOF\n"));
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        let samples = samples.map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(name.starts_with("septet_"), "{line}");
            (name.to_owned(), value.parse().unwrap())
        });
        let samples = samples.collect();
        (text, samples)
    }

    #[tokio::test]
    async fn what_happens_to_messages_is_counted() {
        let world = World::start().await;
        let url = listener(&world).await;
        let (_, before) = scraped(&url).await;
        assert_eq!(before["septet_attempts_total"], 0.0);
        for outcome in [
            "accepted",
            "refused",
            "request_refused",
            "not_reached",
            "unknown",
        ] {
            let name = format!("septet_attempt_outcomes_total{{outcome=\"{outcome}\"}}");
            assert_eq!(before[&name], 0.0);
        }
        let browser = world.signed_in().await;
        let text = draft("Confidencial {{contact.firstname}} https://shop.example/x");
        let id = browser.created("key", &text).await;
        let delivered = |campaign: &Value| {
            campaign["counts"]["delivered"] == 2 && campaign["state"]["state"] == "finished"
        };
        world.campaign_when(&browser, &id, delivered).await;
        world.set_faults(json!({ "sms": "internal_error" })).await;
        let id = browser.created("second", &draft("Olá")).await;
        let doubted = |campaign: &Value| campaign["counts"]["in_doubt"] == 2;
        world.campaign_when(&browser, &id, doubted).await;
        let secret = world.app.keys.report_secret(BOOKSHOP);
        let hook = format!("/hooks/360nrs/{BOOKSHOP}/{secret}/1?state=77");
        assert_eq!(browser.open(&hook).await.status(), 200);

        let in_doubt = format!("septet_messages_in_doubt{{portal=\"{BOOKSHOP}\"}}");
        let (text, found) = eventually("the database is looked at again", async || {
            let scraped = scraped(&url).await;
            let settled = scraped.1.get(&in_doubt) == Some(&2.0)
                && scraped.1["septet_campaigns{state=\"finished\"}"] == 2.0;
            settled.then_some(scraped)
        })
        .await;
        for (name, expected) in [
            ("septet_attempts_total", 4.0),
            ("septet_attempt_outcomes_total{outcome=\"accepted\"}", 2.0),
            ("septet_attempt_outcomes_total{outcome=\"unknown\"}", 2.0),
            ("septet_delivery_reports_total{state=\"unknown\"}", 1.0),
            ("septet_provider_latency_seconds_count", 4.0),
            ("septet_leases", 1.0),
            ("septet_database_up", 1.0),
            ("septet_database_outage", 0.0),
            ("septet_oldest_message_age_seconds", 0.0),
        ] {
            assert_eq!(found[name], expected, "{name}");
        }
        assert!(found["septet_delivery_reports_total{state=\"known\"}"] >= 2.0);
        assert!(found["septet_breaker_rounds"] > 0.0);
        let pending = format!("septet_messages{{portal=\"{BOOKSHOP}\",state=\"pending\"}}");
        assert_eq!(found[&pending], 0.0);
        let batches = found["septet_write_batch_seconds_count"];
        assert!(batches > 0.0 && found["septet_write_batch_entries_sum"] >= batches);
        for secret in ["912000001", "Inês", "Confidencial", "shop.example", &secret] {
            assert!(!text.contains(secret), "{secret}");
        }
    }

    #[tokio::test]
    async fn the_database_is_asked_once_a_second_and_its_absence_is_told() {
        let world = World::start().await;
        let url = listener(&world).await;
        assert_eq!(scraped(&url).await.1["septet_database_up"], 1.0);
        world.app.store.close().await;
        assert_eq!(scraped(&url).await.1["septet_database_up"], 1.0);
        tokio::time::sleep(BETWEEN).await;
        let (_, found) = scraped(&url).await;
        assert_eq!(found["septet_database_up"], 0.0);
        assert!(!found.contains_key("septet_leases"));
        assert!(found.contains_key("septet_attempts_total"));
    }

    #[tokio::test]
    async fn nothing_of_it_is_on_the_public_address() {
        let world = World::start().await;
        let answer = world.browser().open("/metrics").await;
        assert!(!answer.text().await.unwrap().contains("septet_attempts"));
    }
}
