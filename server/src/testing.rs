//! What several tests need: a campaign in a store, and the whole product in
//! this process, with the sandbox over real sockets.

mod alone;
mod databases;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Parser;
use reqwest::{Client, Method, RequestBuilder, Response, Url, redirect};
use septet_core::opt_out::{OptOutScope, OptOutSource};
use septet_core::wire::{Audience, LinkShape, SmsDraft};
use septet_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) use databases::{Database, Fresh, on_each_database};

use crate::app::App;
use crate::config::{Config, ServeArgs};
use crate::delivery::Delivery;
use crate::http;
use crate::secrets::Keyring;
use crate::store::{Account, NewCampaign, NewOptOut, NewRecipient, Store, Tokens};

/// The first account of the sandbox.
pub(crate) const BOOKSHOP: u64 = 24_001_001;
/// The second.
pub(crate) const CLINIC: u64 = 24_001_002;
/// How often the sandbox was asked to send.
pub(crate) const SENDS: &str = "POST /nrs/api/rest/sms";

/// Connects both accounts.
pub(crate) async fn accounts(store: &Store) {
    for portal in [BOOKSHOP, CLINIC] {
        let account = Account {
            portal,
            name: "shop.example".into(),
            ui_domain: "app.hubspot.com".into(),
            disconnected: false,
            tokens: Tokens {
                access: vec![1],
                refresh: vec![2],
                expires_at: 0,
            },
        };
        store.save_account(&account).await.unwrap();
    }
}

/// How the bookshop's links look.
pub(crate) fn links() -> LinkShape {
    LinkShape {
        short_base: "https://s.pt/l/".into(),
        unsubscribe_base: "https://s.pt/u/".into(),
        code_length: 10,
    }
}

/// Somebody who has opted out of text messages on the page.
pub(crate) fn opt_out(number_hash: &[u8], contact_id: &str) -> NewOptOut {
    NewOptOut {
        number_hash: number_hash.to_vec(),
        contact_id: contact_id.into(),
        scope: OptOutScope::Sms,
        source: OptOutSource::Page,
        reason: String::new(),
        by: String::new(),
        phone: None,
    }
}

/// A campaign of the bookshop with so many recipients, who wait to be sent to.
pub(crate) fn campaign(id: &str, recipients: u64) -> NewCampaign {
    let recipients = (0..recipients).map(|number| NewRecipient {
        contact_id: format!("{number}"),
        name: format!("Person {number}"),
        phone: Some(format!("351912{number:06}")),
        values: BTreeMap::new(),
        parts: Some(1),
        excluded: None,
        not_before: 0,
    });
    NewCampaign {
        id: id.into(),
        portal: BOOKSHOP,
        by: "ana@shop.example".into(),
        key: format!("key-{id}"),
        draft: draft("Olá"),
        name: "HUBSPOT_SMS_2026_11".into(),
        max_parts: 5,
        links: links(),
        recipients: recipients.collect(),
        import: None,
        unread: None,
    }
}

/// A valid draft for the three contacts of the tutorial, of whom 103 has no number.
pub(crate) fn draft(text: &str) -> SmsDraft {
    SmsDraft {
        sender: "Septet".into(),
        text: text.into(),
        country: "PT".into(),
        audience: Audience::Contacts {
            ids: ["101", "102", "103"].map(str::to_owned).to_vec(),
        },
        ..SmsDraft::default()
    }
}

/// The server and the sandbox, both listening on free ports of this machine.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) app: App,
    /// The server's address, without a slash at the end.
    pub(crate) url: String,
    /// What seals its secrets.
    pub(crate) key: String,
    http: Client,
    server: JoinHandle<()>,
    delivery: Option<Delivery>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with_store(Store::in_memory().await.unwrap()).await
    }

    /// With a sandbox whose reports take their time, so that what comes before them can be seen.
    pub(crate) async fn reporting_after(delay: Duration) -> Self {
        let store = Store::in_memory().await.unwrap();
        Self::build(store, delay, &[]).await
    }

    pub(crate) async fn with_store(store: Store) -> Self {
        Self::build(store, Duration::from_millis(30), &[]).await
    }

    /// With flags as an operator sets them.
    pub(crate) async fn with_flags(flags: &[&str]) -> Self {
        let store = Store::in_memory().await.unwrap();
        Self::build(store, Duration::from_millis(30), flags).await
    }

    pub(crate) async fn build(store: Store, report_delay: Duration, flags: &[&str]) -> Self {
        let sandbox = Sandbox::start(Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            report_delay,
        })
        .await
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = config(listener.local_addr().unwrap(), &sandbox, flags);
        let key = Keyring::generate().unwrap();
        let keys = Keyring::parse(&key).unwrap();
        let app = App::new(config, store, keys).unwrap();
        Self {
            url: app.config.public_url.clone(),
            key,
            server: serve(listener, app.clone()),
            delivery: Some(Delivery::start(app.clone()).await.unwrap()),
            http: client(),
            sandbox,
            app,
        }
    }

    /// Another server with the same sandbox and keys, on another connection to the database.
    pub(crate) async fn beside(&self, store: Store) -> Replica {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = config(listener.local_addr().unwrap(), &self.sandbox, &[]);
        let app = App::new(config, store, self.app.keys.clone()).unwrap();
        Replica {
            server: serve(listener, app.clone()),
            _delivery: Delivery::start(app.clone()).await.unwrap(),
            app,
        }
    }

    /// Ends the delivery loop; the server goes on answering.
    pub(crate) async fn stop_delivery(&mut self) {
        if let Some(delivery) = self.delivery.take() {
            delivery.stop().await;
        }
    }

    /// Everything that is in memory is lost; the database file, the keys and the address stay.
    pub(crate) async fn restart(mut self, database: &Path) -> Self {
        self.stop_delivery().await;
        self.server.abort();
        let _ = (&mut self.server).await;
        let address = Url::parse(&self.url).unwrap().port().unwrap();
        let listener = eventually("the port is free again", async || {
            TcpListener::bind(("127.0.0.1", address)).await.ok()
        })
        .await;
        let store = Store::open(database).await.unwrap();
        let config = config(listener.local_addr().unwrap(), &self.sandbox, &[]);
        let app = App::new(config, store, self.app.keys.clone()).unwrap();
        self.server = serve(listener, app.clone());
        self.delivery = Some(Delivery::start(app.clone()).await.unwrap());
        self.app = app;
        self
    }

    /// A browser in which nobody is signed in.
    pub(crate) fn browser(&self) -> Browser {
        Browser {
            http: self.http.clone(),
            url: self.url.clone(),
            cookie: String::new(),
        }
    }

    /// A browser in which somebody of the bookshop is signed in.
    pub(crate) async fn signed_in(&self) -> Browser {
        let mut browser = self.browser();
        let back = browser.authorize(BOOKSHOP).await;
        let to = browser.come_back(&back).await;
        assert!(["/", "/connected"].contains(&to.as_str()), "{to}");
        browser
    }

    /// What the sandbox says.
    pub(crate) async fn ask_sandbox(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.sandbox.url());
        let answer = self.http.get(url).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Asks the sandbox to do something.
    pub(crate) async fn tell_sandbox(&self, path: &str) {
        let url = format!("{}{path}", self.sandbox.url());
        let answer = self.http.post(url).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}");
    }

    pub(crate) async fn set_faults(&self, faults: Value) {
        let url = format!("{}/sandbox/faults", self.sandbox.url());
        let answer = self.http.put(url).json(&faults).send().await.unwrap();
        assert!(answer.status().is_success(), "{faults}");
    }

    /// Makes a list of so many contacts of the bookshop's; its id.
    pub(crate) async fn crowd(&self, contacts: u64) -> String {
        let url = format!("{}/sandbox/crowd", self.sandbox.url());
        let body = json!({ "portal": BOOKSHOP, "contacts": contacts });
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let made: Value = answer.json().await.unwrap();
        made["list"].as_str().unwrap().to_owned()
    }

    /// Lets the sandbox's HubSpot do something: call us, signed; what came of it.
    pub(crate) async fn hubspot(&self, what: &str, body: &Value) -> Value {
        let url = format!("{}/sandbox/hubspot/{what}", self.sandbox.url());
        let answer = self.http.post(url).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{what}: {body}");
        answer.json().await.unwrap()
    }

    /// What a card does with `hubspot.fetch`; status and body.
    pub(crate) async fn card(
        &self,
        portal: u64,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (u64, Value) {
        let url = format!("{}{path}", self.url);
        let fetch = json!({ "portal": portal, "method": method, "url": url, "body": body });
        let answer = self.hubspot("fetch", &fetch).await;
        (answer["status"].as_u64().unwrap(), answer["body"].clone())
    }

    /// Credit at 360nrs, in parts.
    pub(crate) async fn set_balance(&self, balance: u64) {
        let url = format!("{}/sandbox/balance", self.sandbox.url());
        let body = json!({ "balance": balance });
        let answer = self.http.put(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success());
    }

    /// How often the sandbox was asked to send.
    pub(crate) async fn sends(&self) -> u64 {
        let requests = self.ask_sandbox("/sandbox/requests").await;
        requests[SENDS].as_u64().unwrap_or_default()
    }

    /// Polls a campaign until it is as expected.
    pub(crate) async fn campaign_when(
        &self,
        browser: &Browser,
        id: &str,
        expected: impl Fn(&Value) -> bool,
    ) -> Value {
        eventually("the campaign is as expected", async || {
            let (_, campaign) = browser.get(&format!("/api/campaigns/{id}")).await;
            expected(&campaign).then_some(campaign)
        })
        .await
    }

    /// The link of a kind (`/l/` or `/u/`) in the message that a phone got.
    pub(crate) async fn link(&self, to: &str, kind: &str) -> String {
        let messages = self
            .ask_sandbox(&format!("/sandbox/messages?to={to}"))
            .await;
        let message = messages.as_array().unwrap().last().unwrap().clone();
        let text = message["text"].as_str().unwrap();
        let start = format!("{}{kind}", self.url);
        let found = text
            .split_whitespace()
            .find(|word| word.starts_with(&start));
        found.unwrap().strip_prefix(&self.url).unwrap().to_owned()
    }
}

/// A server beside that of the world.
pub(crate) struct Replica {
    pub(crate) app: App,
    server: JoinHandle<()>,
    _delivery: Delivery,
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What a person's browser does, with its one cookie.
#[derive(Clone)]
pub(crate) struct Browser {
    http: Client,
    url: String,
    pub(crate) cookie: String,
}

impl Browser {
    /// A request as our own page would make it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .header("cookie", &self.cookie)
            .header("origin", &self.url)
            .header("sec-fetch-site", "same-origin")
    }

    /// Touches a link in a message on a phone.
    pub(crate) async fn touch(&self, path: &str) -> Response {
        let phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
            Chrome/142.0.0.0 Mobile Safari/537.36";
        let request = self.http.get(format!("{}{path}", self.url));
        let request = [
            ("user-agent", phone),
            ("accept", "text/html,*/*;q=0.8"),
            ("accept-language", "pt-PT,pt;q=0.9"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
            ("sec-fetch-site", "none"),
            ("sec-fetch-user", "?1"),
        ]
        .into_iter()
        .fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        request.send().await.unwrap()
    }

    pub(crate) async fn open(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// Status and JSON; null where there is none.
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        outcome(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        outcome(self.request(Method::POST, path).json(body)).await
    }

    /// Creates a campaign; status and answer.
    pub(crate) async fn create(&self, key: &str, draft: &SmsDraft) -> (u16, Value) {
        let body = json!({ "key": key, "draft": draft });
        self.post("/api/campaigns", &body).await
    }

    /// Creates a campaign that must come to be; its id.
    pub(crate) async fn created(&self, key: &str, draft: &SmsDraft) -> String {
        let (status, campaign) = self.create(key, draft).await;
        assert_eq!(status, 201, "{campaign}");
        campaign["id"].as_str().unwrap().to_owned()
    }

    /// Presses "sign in" here and accepts for a portal there; where HubSpot sends the browser back to.
    pub(crate) async fn authorize(&mut self, portal: u64) -> String {
        let started = self.request(Method::POST, "/auth/start");
        let started = started.send().await.unwrap();
        assert_eq!(started.status(), 303);
        self.cookie = cookie(&started);
        let mut authorize = Url::parse(&location(&started)).unwrap();
        let mut form: BTreeMap<String, String> = authorize.query_pairs().into_owned().collect();
        form.insert("portal".into(), portal.to_string());
        form.insert("decision".into(), "accept".into());
        authorize.set_query(None);
        let decided = self.http.post(authorize).form(&form).send().await.unwrap();
        location(&decided)
    }

    /// Follows HubSpot's redirect to us; where we send the browser then.
    pub(crate) async fn come_back(&mut self, back: &str) -> String {
        let path = back.strip_prefix(&self.url).unwrap();
        let answer = self.open(path).await;
        if ["/", "/connected"].contains(&location(&answer).as_str()) {
            self.cookie = cookie(&answer);
        }
        location(&answer)
    }
}

/// Looks again and again until there is something; fails after half a minute.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) async fn outcome(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_default())
}

pub(crate) fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    let value = answer.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

pub(crate) fn location(answer: &Response) -> String {
    header(answer, "location").to_owned()
}

/// The first cookie that an answer sets, as a browser sends it back.
fn cookie(answer: &Response) -> String {
    let cookie = header(answer, "set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}

fn serve(listener: TcpListener, app: App) -> JoinHandle<()> {
    tokio::spawn(async move {
        let service = http::router(app).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).await.unwrap();
    })
}

fn config(listening: SocketAddr, sandbox: &Sandbox, flags: &[&str]) -> Config {
    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        serve: ServeArgs,
    }
    let args = Line::parse_from(["serve", "--sandbox"].iter().chain(flags)).serve;
    let public_url = args.public_url(listening).unwrap();
    args.sandboxed(public_url, sandbox.url()).unwrap()
}

fn client() -> Client {
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}
