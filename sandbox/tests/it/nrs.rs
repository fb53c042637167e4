//! 360nrs: what is accepted, what is refused and with which code.

use serde_json::{Value, json};

use crate::support::{World, outcome, to};

#[tokio::test]
async fn a_send_is_accepted_with_ids_and_parts_per_recipient() {
    let world = World::new().await;
    let (status, answer) = world
        .send(&json!({
            "to": ["351912000001", "34600000001"],
            "from": "Septet",
            "message": "a".repeat(161),
            "parts": 2,
            "campaignName": "HUBSPOT_SMS_2026_11",
        }))
        .await;
    assert_eq!(status, 202);
    assert!(
        answer["campaignId"].is_u64() && answer["sendingId"].is_u64(),
        "{answer}"
    );
    let results = answer["result"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        assert_eq!(result["accepted"], true);
        assert_eq!(result["parts"], 2);
        assert!(result["id"].is_string());
    }
    assert_ne!(results[0]["id"], results[1]["id"]);
}

#[tokio::test]
async fn some_bad_recipients_make_a_207_that_names_them() {
    let world = World::new().await;
    let (status, answer) = world
        .send(&json!({"to": ["351912000001", "n/a"], "from": "Septet", "message": "Olá"}))
        .await;
    assert_eq!(status, 207);
    assert_eq!(answer["result"][0]["accepted"], true);
    assert_eq!(answer["result"][1]["accepted"], false);
    assert_eq!(answer["result"][1]["to"], "n/a");
    assert_eq!(answer["result"][1]["error"]["code"], 102);
}

#[tokio::test]
async fn every_refusal_has_its_status_and_code_and_nothing_is_accepted() {
    let world = World::new().await;
    for (status, code, field, value) in [
        (400, 102, "to", json!(["not a number"])),
        (400, 104, "message", json!("")),
        (400, 105, "message", json!("é".repeat(161))),
        (400, 106, "from", Value::Null),
        (400, 107, "from", json!("Doze letras.")),
        (400, 108, "scheduleDate", json!("tomorrow")),
        (
            400,
            109,
            "notificationUrl",
            json!("https://example.com/report?d=%d"),
        ),
        (400, 110, "parts", json!(11)),
        (400, 113, "encoding", json!("ucs2")),
    ] {
        let mut body = to("351912000001");
        body[field] = value;
        let (got, answer) = world.send(&body).await;
        assert_eq!(
            (got, &answer["error"]["code"]),
            (status, &json!(code)),
            "{answer}"
        );
        assert!(answer["error"]["description"].is_string());
    }
    assert_eq!(world.read("/sandbox/messages").await, json!([]));
}

#[tokio::test]
async fn wrong_credentials_are_error_103_with_status_401() {
    let world = World::new().await;
    for (user, password) in [("sandbox", "wrong"), ("wrong", "sandbox-password")] {
        let url = world.url("/nrs/api/rest/account");
        let request = world.http.get(url).basic_auth(user, Some(password));
        let (status, answer) = outcome(request).await;
        assert_eq!((status, &answer["error"]["code"]), (401, &json!(103)));
    }
    let url = world.url("/nrs/api/rest/sms");
    let (status, answer) = outcome(world.http.post(url).json(&to("351912000001"))).await;
    assert_eq!((status, &answer["error"]["code"]), (401, &json!(103)));
}

#[tokio::test]
async fn the_balance_falls_by_the_parts_sent_and_ends_in_error_111() {
    let world = World::new().await;
    let balance = json!({"balance": 5});
    let put = world.http.put(world.url("/sandbox/balance")).json(&balance);
    assert_eq!(outcome(put).await.0, 200);
    let body = json!({
        "to": ["351912000001", "34600000001"],
        "from": "Septet",
        "message": "€".repeat(81),
        "parts": 2,
    });
    assert_eq!(world.send(&body).await.0, 202);
    let (_, account) = outcome(world.nrs_get("/account")).await;
    assert_eq!(account["balance"], 1);
    let (status, answer) = world.send(&body).await;
    assert_eq!((status, &answer["error"]["code"]), (402, &json!(111)));
    let (_, account) = outcome(world.nrs_get("/account")).await;
    assert_eq!(account["balance"], 1, "a refused send costs nothing");
}

#[tokio::test]
async fn a_text_over_one_part_needs_parts_in_each_encoding() {
    let world = World::new().await;
    for (encoding, character, alone, each) in [
        ("gsm", "a", 160, 153),
        ("gsm", "€", 80, 76),
        ("gsm-pt", "a", 155, 149),
        ("gsm-pt", "ã", 77, 74),
        ("utf-16", "ž", 70, 67),
        ("utf-16", "😀", 35, 33),
    ] {
        for (length, parts, status) in [
            (alone, 1, 202),
            (alone + 1, 1, 400),
            (2 * each, 2, 202),
            (2 * each + 1, 2, 400),
            (2 * each + 1, 3, 202),
        ] {
            let mut body = to("351912000001");
            body["message"] = json!(character.repeat(length));
            body["encoding"] = json!(encoding);
            body["parts"] = json!(parts);
            let (got, answer) = world.send(&body).await;
            assert_eq!(
                got, status,
                "{length} {character} as {encoding} in {parts}: {answer}"
            );
            if status == 400 {
                assert_eq!(answer["error"]["code"], 105);
            }
        }
    }
}

#[tokio::test]
async fn the_phone_gets_what_the_encoding_can_carry() {
    let world = World::new().await;
    for (encoding, trans, expected) in [
        ("gsm", 0, "Ol?, a??o ?"),
        ("gsm", 1, "Ola, acao ?"),
        ("gsm-pt", 0, "Olá, ação ?"),
        ("utf-16", 0, "Olá, ação 😀"),
    ] {
        let mut body = to("351912000001");
        body["message"] = json!("Olá, ação 😀");
        body["encoding"] = json!(encoding);
        body["trans"] = json!(trans);
        let (_, answer) = world.send(&body).await;
        let id = &answer["result"][0]["id"];
        let message = world.wait_for("351912000001", |one| one["id"] == *id).await;
        assert_eq!(message["text"], expected, "{encoding}");
        assert_eq!(message["requested"], "Olá, ação 😀");
    }
}

#[tokio::test]
async fn a_send_can_be_read_back() {
    let world = World::new().await;
    let (_, answer) = world.send(&to("351912000001")).await;
    let id = answer["result"][0]["id"].as_str().unwrap().to_owned();
    world
        .wait_for("351912000001", |one| one["state"] == "delivered")
        .await;
    let (_, message) = outcome(world.nrs_get(&format!("/sms/{id}"))).await;
    assert_eq!(message["data"][0]["id"], *id);
    assert_eq!(message["data"][0]["isDelivered"], true);
    world.send(&to("34600000001")).await;
    let (_, page) = outcome(world.nrs_get("/sendings?page=2&limit=1")).await;
    assert_eq!(page["data"][0]["id"], answer["sendingId"], "newest first");
    assert_eq!(page["data"][0]["status"], "FINISHED");
    assert_eq!(page["data"][0]["events"]["delivered"], 1);
}

#[tokio::test]
async fn a_scheduled_message_reaches_the_phone_when_its_time_comes() {
    let world = World::new().await;
    let mut body = to("351912000001");
    body["scheduleDate"] = json!("29991231235959");
    assert_eq!(world.send(&body).await.0, 202);
    let page = world
        .get("/handset/351912000001")
        .await
        .text()
        .await
        .unwrap();
    assert!(!page.contains("data-message"), "it is not there yet");
}
