//! A running sandbox and the calls that most tests make.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Client, RequestBuilder, Response, redirect};
use septet_sandbox::{
    HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET, NRS_PASSWORD, NRS_USERNAME, Options, Sandbox,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The first account, with some 300 contacts.
pub(crate) const BOOKSHOP: &str = "24001001";
/// The second account, small and different.
pub(crate) const CLINIC: &str = "24001002";
/// All permissions that Septet asks for.
pub(crate) const SCOPES: &str = "oauth crm.objects.contacts.read crm.objects.contacts.write \
     crm.schemas.contacts.read crm.schemas.contacts.write crm.lists.read";
/// Where codes are sent; nobody listens there.
pub(crate) const REDIRECT: &str = "http://localhost:8360/oauth/callback";
/// A PKCE verifier.
pub(crate) const VERIFIER: &str = "a-verifier-of-more-than-forty-three-characters";

/// The form of a decision on the authorize page.
pub(crate) type Form = BTreeMap<&'static str, String>;

/// A sandbox and a client that does not follow redirects.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
}

impl World {
    /// A sandbox on a free port whose reports come after 60 ms.
    pub(crate) async fn new() -> Self {
        let sandbox = Sandbox::start(Options {
            listen: "127.0.0.1:0".parse().expect("an address"),
            report_delay: Duration::from_millis(60),
        })
        .await
        .expect("a free port");
        let http = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .expect("a client");
        Self { sandbox, http }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let request = self.http.get(self.url(path));
        request.send().await.expect("an answer")
    }

    /// `GET` of JSON.
    pub(crate) async fn read(&self, path: &str) -> Value {
        self.get(path).await.json().await.expect("JSON")
    }

    /// A call of 360nrs with the right credentials.
    pub(crate) fn nrs_get(&self, path: &str) -> RequestBuilder {
        let url = self.url(&format!("/nrs/api/rest{path}"));
        self.http
            .get(url)
            .basic_auth(NRS_USERNAME, Some(NRS_PASSWORD))
    }

    /// `POST /sms`.
    pub(crate) fn sms(&self, body: &Value) -> RequestBuilder {
        self.http
            .post(self.url("/nrs/api/rest/sms"))
            .basic_auth(NRS_USERNAME, Some(NRS_PASSWORD))
            .json(body)
    }

    /// Sends and takes the status with the answer.
    pub(crate) async fn send(&self, body: &Value) -> (u16, Value) {
        outcome(self.sms(body)).await
    }

    pub(crate) async fn faults(&self, faults: &Value) {
        let put = self.http.put(self.url("/sandbox/faults")).json(faults);
        assert_eq!(outcome(put).await.0, 200, "{faults}");
    }

    /// Messages to a number, once there are any whose condition holds; fails after two seconds.
    pub(crate) async fn wait_for(&self, to: &str, condition: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..100 {
            let messages = self.read(&format!("/sandbox/messages?to={to}")).await;
            if let Some(found) = messages
                .as_array()
                .expect("a list")
                .iter()
                .find(|one| condition(one))
            {
                return found.clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no such message for {to}");
    }

    /// Sends the decision of the authorize page and takes what comes back in the redirect.
    pub(crate) async fn decide(&self, form: &Form) -> BTreeMap<String, String> {
        let post = self
            .http
            .post(self.url("/hubspot/oauth/authorize"))
            .form(form);
        let answer = post.send().await.expect("an answer");
        assert_eq!(answer.status(), 303);
        let target = answer.headers()["location"].to_str().expect("text");
        assert!(target.starts_with(REDIRECT), "{target}");
        let target = reqwest::Url::parse(target).expect("a URL");
        target.query_pairs().into_owned().collect()
    }

    /// A code for an account.
    pub(crate) async fn code(&self, portal: &str) -> String {
        self.decide(&accept(portal)).await["code"].clone()
    }

    /// A call of the token endpoint; the client's credentials are added.
    pub(crate) async fn token(&self, fields: &[(&str, &str)]) -> (u16, Value) {
        let mut form = vec![
            ("client_id", HUBSPOT_CLIENT_ID),
            ("client_secret", HUBSPOT_CLIENT_SECRET),
        ];
        form.extend_from_slice(fields);
        let url = self.url("/hubspot/oauth/2026-09/token");
        outcome(self.http.post(url).form(&form)).await
    }

    /// Exchanges a code.
    pub(crate) async fn exchange(&self, code: &str, verifier: &str) -> (u16, Value) {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier),
        ])
        .await
    }

    /// The whole sign-in: the token endpoint's answer for an account.
    pub(crate) async fn sign_in(&self, portal: &str) -> Value {
        let code = self.code(portal).await;
        let (status, tokens) = self.exchange(&code, VERIFIER).await;
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    /// A signed-in caller of HubSpot.
    pub(crate) async fn crm(&self, portal: &str) -> Crm<'_> {
        let tokens = self.sign_in(portal).await;
        let token = tokens["access_token"].as_str().expect("text").to_owned();
        Crm { world: self, token }
    }
}

/// A caller of HubSpot with a token.
pub(crate) struct Crm<'a> {
    world: &'a World,
    token: String,
}

impl Crm<'_> {
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(reqwest::Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(reqwest::Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(reqwest::Method::PATCH, path, Some(body)).await
    }

    async fn call(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let url = self.world.url(&format!("/hubspot{path}"));
        let mut request = self
            .world
            .http
            .request(method, url)
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        outcome(request).await
    }
}

/// The status and the JSON of an answer; null where there is none.
pub(crate) async fn outcome(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a text");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// The form of somebody who accepts for an account, with PKCE.
pub(crate) fn accept(portal: &str) -> Form {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()));
    Form::from([
        ("client_id", HUBSPOT_CLIENT_ID.to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("scope", SCOPES.to_owned()),
        ("state", "a state with ç & =".to_owned()),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256".to_owned()),
        ("portal", portal.to_owned()),
        ("decision", "accept".to_owned()),
    ])
}

/// A valid send to a number.
pub(crate) fn to(number: &str) -> Value {
    json!({"to": [number], "from": "Septet", "message": "Olá"})
}
