//! Where the sandbox listens, and that it ends.

use std::time::{Duration, Instant};

use septet_sandbox::{Options, Sandbox, StartError};

use crate::support::World;

fn options(listen: &str) -> Options {
    Options {
        listen: listen.parse().expect("an address"),
        report_delay: Duration::ZERO,
    }
}

#[tokio::test]
async fn an_address_that_others_could_reach_is_refused() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "10.0.0.1:0"] {
        let refused = Sandbox::start(options(address)).await;
        assert!(
            matches!(refused, Err(StartError::NotLoopback(_))),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_in_the_error() {
    let world = World::new().await;
    let taken = world.sandbox.url().replace("http://localhost", "127.0.0.1");
    let error = Sandbox::start(options(&taken)).await.expect_err("taken");
    assert!(error.to_string().contains(&taken), "{error}");
}

#[tokio::test]
async fn its_url_names_localhost_and_answers() {
    let world = World::new().await;
    assert!(world.sandbox.url().starts_with("http://localhost:"));
    assert_eq!(world.get("/").await.status(), 200);
}

#[tokio::test]
async fn it_stops_at_once_even_while_a_handset_listens() {
    let world = World::new().await;
    let stream = world.get("/handset/events").await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let url = world.url("/");
    let begin = Instant::now();
    world.sandbox.stop().await;
    assert!(
        begin.elapsed() < Duration::from_secs(1),
        "{:?}",
        begin.elapsed()
    );
    let refused = world.http.get(url).send().await.expect_err("gone");
    assert!(refused.is_connect());
}

#[tokio::test]
async fn a_foreign_host_name_is_turned_away() {
    let world = World::new().await;
    let request = world.http.get(world.url("/sandbox/messages"));
    let answer = request
        .header("host", "rebound.example")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 421);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_give_orders() {
    let world = World::new().await;
    let request = world.http.post(world.url("/sandbox/reset"));
    let answer = request
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
}
