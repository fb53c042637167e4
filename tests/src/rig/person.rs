//! A person who works with the servers over HTTP, and tries again when they are gone.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{PORTAL, Servers, client};
use crate::Result;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    http: Client,
    url: String,
    cookie: String,
}

impl Person {
    /// Signs in by the sandbox's HubSpot.
    ///
    /// # Errors
    /// When a step on the way is missing.
    pub async fn sign_in(servers: &Servers) -> Result<Self> {
        let mut person = Self {
            http: client()?,
            url: servers.url().to_owned(),
            cookie: String::new(),
        };
        let started = person.request(Method::POST, "/auth/start").send().await?;
        person.cookie = cookie(&started)?;
        let mut authorize = reqwest::Url::parse(&header(&started, "location")?)?;
        let mut form: BTreeMap<String, String> = authorize.query_pairs().into_owned().collect();
        form.insert("portal".into(), PORTAL.to_string());
        form.insert("decision".into(), "accept".into());
        authorize.set_query(None);
        let decided = person.http.post(authorize).form(&form).send().await?;
        let back = header(&decided, "location")?;
        let path = back.strip_prefix(&person.url).ok_or("sent elsewhere")?;
        let come_back = person.request(Method::GET, path).send().await?;
        person.cookie = cookie(&come_back)?;
        Ok(person)
    }

    /// A request as our own page would make it.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .header("cookie", &self.cookie)
            .header("origin", &self.url)
            .header("sec-fetch-site", "same-origin")
    }

    /// Status and JSON, null where there is none.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Result<(u16, Value)> {
        let mut request = self.request(method, path);
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or_default()))
    }

    /// Reads something; tries again for a minute, for a server may have just died.
    ///
    /// # Errors
    /// When it cannot be read for a minute.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let said = match self.call(Method::GET, path, &Value::Null).await {
                Ok((200, found)) => return Ok(found),
                Ok((status, problem)) => format!("{status} {problem}"),
                Err(error) => error.to_string(),
            };
            if Instant::now() > deadline {
                return Err(format!("{path} cannot be read: {said}").into());
            }
            sleep(PAUSE).await;
        }
    }

    /// Creates a campaign to a list; its id. The key makes it safe to try again.
    ///
    /// # Errors
    /// When nobody answers, or it is refused.
    pub async fn send(&self, name: &str, list: &str) -> Result<String> {
        let body = json!({ "key": format!("key-{name}"), "draft": {
            "sender": "Septet",
            "text": "Olá {{contact.firstname}}, até já",
            "country": "PT",
            "campaign_name": name,
            "audience": { "kind": "list", "id": list },
        }});
        let (status, made) = self.call(Method::POST, "/api/campaigns", &body).await?;
        match (status, made["id"].as_str()) {
            (200..=202, Some(id)) => Ok(id.to_owned()),
            _ => Err(format!("no campaign: {status} {made}").into()),
        }
    }

    /// Looks at a campaign, and resumes it where the server has paused it.
    ///
    /// # Errors
    /// When it cannot be read for a minute.
    pub async fn look(&self, campaign: &str) -> Result<Value> {
        let path = format!("/api/campaigns/{campaign}");
        let found = self.get(&path).await?;
        if found["state"]["state"] == "paused" {
            // The server may be gone by now; there will be another look.
            let resume = format!("{path}/resume");
            let _ = self.call(Method::POST, &resume, &Value::Null).await;
        }
        Ok(found)
    }

    /// All recipients of a campaign.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn recipients(&self, campaign: &str) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/api/campaigns/{campaign}/recipients?{after}");
            let mut page = self.get(&path).await?;
            if let Some(rows) = page["recipients"].as_array_mut() {
                all.append(rows);
            }
            match page["after"].as_str() {
                Some(last) => after = format!("after={last}"),
                None => return Ok(all),
            }
        }
    }
}

fn header(answer: &Response, name: &str) -> Result<String> {
    let value = answer.headers().get(name);
    let value = value.ok_or_else(|| format!("{} has no {name}", answer.status()))?;
    Ok(value.to_str()?.to_owned())
}

/// The first cookie that an answer sets, as a browser sends it back.
fn cookie(answer: &Response) -> Result<String> {
    let cookie = header(answer, "set-cookie")?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}
