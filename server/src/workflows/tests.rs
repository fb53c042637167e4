//! Workflows from HubSpot's side, over HTTP.

use std::time::Duration;

use serde_json::{Value, json};

use crate::store::Store;
use crate::testing::{BOOKSHOP, CLINIC, World, eventually};

/// What the action's definition asks for.
const PROPERTIES: [&str; 9] = [
    "mobile_phone_360nrs",
    "mobilephone",
    "phone",
    "mobile_prefix_360nrs",
    "firstname",
    "lastname",
    "email",
    "septet_opted_out",
    "hs_marketable_status",
];

fn enrol(world: &World, ids: &[u64], fields: Value) -> Value {
    json!({
        "portal": BOOKSHOP,
        "url": format!("{}/hubspot/actions/v1/send-sms", world.url),
        "ids": ids,
        "fields": fields,
        "properties": PROPERTIES,
    })
}

fn hello() -> Value {
    json!({ "sender": "Septet", "message": "Olá [[firstname]]", "country": "PT" })
}

async fn completed(world: &World, wanted: u64) -> Value {
    eventually("all are completed", async || {
        let executions = world.ask_sandbox("/sandbox/hubspot/executions").await;
        (executions["completed"] == wanted).then_some(executions)
    })
    .await
}

async fn texts(world: &World) -> Vec<String> {
    let messages = world.ask_sandbox("/sandbox/messages").await;
    let messages = messages.as_array().unwrap().iter();
    let mut texts: Vec<String> = messages
        .map(|one| one["text"].as_str().unwrap().to_owned())
        .collect();
    texts.sort();
    texts
}

#[tokio::test]
async fn each_contact_gets_its_own_text_and_the_workflow_hears_what_became_of_it() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    // 103 has no number: the workflow is told at once.
    let run = enrol(&world, &[101, 102, 103], hello());
    let answers = world.hubspot("workflows", &run).await;
    assert_eq!(
        (&answers["block"], &answers["fail_continue"]),
        (&2.into(), &1.into()),
        "{answers}"
    );
    let executions = completed(&world, 2).await;
    for outputs in executions["outputs"].as_object().unwrap().values() {
        assert_eq!(outputs["hs_execution_state"], "SUCCESS");
        assert_eq!(
            (&outputs["state"], &outputs["parts"]),
            (&"delivered".into(), &"1".into())
        );
        assert_ne!(outputs["message_id"], "");
    }
    assert_eq!(texts(&world).await, ["Olá Inês", "Olá Íñigo"]);

    // One campaign for all of them, which ends when they have left, and goes on.
    let (_, page) = browser.get("/api/campaigns").await;
    let campaigns = page["campaigns"].as_array().unwrap();
    assert_eq!(campaigns.len(), 1);
    assert!(
        campaigns[0]["name"]
            .as_str()
            .unwrap()
            .starts_with("HUBSPOT_SMS_")
    );
    assert_eq!(campaigns[0]["counts"]["not_sent"], 1);
    assert_eq!(campaigns[0]["workflow"], true);
    let id = campaigns[0]["id"].as_str().unwrap();
    let finished = |campaign: &Value| campaign["state"]["state"] == "finished";
    world.campaign_when(&browser, id, finished).await;
    // The same contact once more: a workflow may.
    world
        .hubspot("workflows", &enrol(&world, &[101], hello()))
        .await;
    completed(&world, 3).await;
    let more = |campaign: &Value| campaign["counts"]["delivered"] == 3;
    world.campaign_when(&browser, id, more).await;
}

#[tokio::test]
async fn a_workflow_reaches_who_has_opted_out_by_two_switches_and_never_by_one() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let given = json!({ "numbers": "912000001", "country": "PT", "scope": "sms", "reason": "" });
    assert_eq!(browser.post("/api/opt-outs", &given).await.0, 200);
    for (fields, expected) in [
        (json!({}), "fail_continue"),
        (json!({ "transactional": "true" }), "fail_continue"),
        (json!({ "ignore_opt_outs": "true" }), "fail_continue"),
        (
            json!({ "transactional": "true", "ignore_opt_outs": "true" }),
            "block",
        ),
    ] {
        let mut all = hello();
        let more = fields.as_object().unwrap().clone();
        all.as_object_mut().unwrap().extend(more);
        let run = enrol(&world, &[101], all);
        let answers = world.hubspot("workflows", &run).await;
        assert_eq!(answers[expected], 1, "{fields} {answers}");
    }
    completed(&world, 1).await;
    assert_eq!(texts(&world).await, ["Olá Inês"]);
    let (_, log) = browser.get("/api/audit").await;
    assert_eq!(log["entries"][0]["what"], "opt_outs_ignored");
}

#[tokio::test]
async fn what_hubspot_asks_again_is_answered_as_before_and_sent_once() {
    let world = World::start().await;
    world.signed_in().await;
    let ids: Vec<u64> = (104..204).collect();
    let mut run = enrol(&world, &ids, hello());
    run["retry_percent"] = json!(100);
    run["signature"] = json!("v2");
    let answers = world.hubspot("workflows", &run).await;
    assert_eq!(
        (&answers["changed"], &answers["asked"]),
        (&0.into(), &200.into()),
        "{answers}"
    );
    let waiting = answers["block"].as_u64().unwrap();
    assert!(waiting > 50, "{answers}");
    let executions = completed(&world, waiting).await;
    assert_eq!(executions["twice"], 0);
    assert_eq!(texts(&world).await.len() as u64, waiting);
    assert_eq!(world.sends().await, waiting);
}

#[tokio::test]
async fn two_thousand_enrolments_of_which_hubspot_repeats_a_fifth_are_two_thousand_messages() {
    let world = World::with_flags(&["--rate", "0"]).await;
    world.signed_in().await;
    let list = world.crowd(2_000).await;
    let ids = members(&world, &list).await;
    assert_eq!(ids.len(), 2_000);
    let mut run = enrol(&world, &ids, hello());
    run["retry_percent"] = json!(20);
    let answers = world.hubspot("workflows", &run).await;
    assert_eq!(
        (&answers["block"], &answers["changed"]),
        (&2_000.into(), &0.into()),
        "{answers}"
    );
    assert_eq!(answers["asked"], 2_400, "{answers}");
    let executions = completed(&world, 2_000).await;
    assert_eq!(
        (&executions["waiting"], &executions["twice"]),
        (&0.into(), &0.into())
    );
    assert_eq!(world.sends().await, 2_000);
    let tally = world.ask_sandbox("/sandbox/tally").await;
    assert_eq!(
        (&tally["accepted"], &tally["doubled"]),
        (&2_000.into(), &0.into()),
        "{tally}"
    );
}

/// Ids of a list's contacts.
async fn members(world: &World, list: &str) -> Vec<u64> {
    let audience = septet_core::wire::Audience::List {
        id: list.to_owned(),
    };
    let reader = crate::audience::Reader::open(&world.app, BOOKSHOP, &audience, None, &[]);
    let reader = reader.unwrap();
    let (mut ids, mut mark) = (Vec::new(), crate::store::Mark::default());
    while let crate::store::Mark::At(place) = mark {
        let page = reader.page(&place).await.unwrap();
        for entry in page.entries {
            if let crate::audience::Entry::Contact(contact) = entry {
                ids.push(contact.id.parse().unwrap());
            }
        }
        mark = page.next;
    }
    ids
}

#[tokio::test]
async fn an_action_that_cannot_be_executed_says_why() {
    let world = World::start().await;
    world.signed_in().await;
    let fields = |name: &str, value: &str| {
        let mut fields = hello();
        fields[name] = json!(value);
        fields
    };
    let execute = async |action: &str, portal: u64, fields: Value| {
        let body = json!({
            "callbackId": format!("ap-{portal}-{fields}-{action}"),
            "origin": { "portalId": portal },
            "object": { "objectId": 101, "objectType": "CONTACT", "properties": {} },
            "inputFields": fields,
        });
        let path = format!("/hubspot/actions/v1/{action}");
        world.card(portal, "POST", &path, Some(body)).await
    };
    for (action, portal, fields, why) in [
        (
            "send-sms",
            BOOKSHOP,
            fields("sender", ""),
            "the sender is empty",
        ),
        (
            "send-sms",
            BOOKSHOP,
            fields("sender", "Far too long a name"),
            "the sender is longer than 11",
        ),
        (
            "send-sms",
            BOOKSHOP,
            fields("message", " "),
            "the message is empty",
        ),
        (
            "send-sms",
            BOOKSHOP,
            fields("country", "XX"),
            "the country is none",
        ),
        ("send-voice", BOOKSHOP, hello(), "no voice"),
        ("send-sms", CLINIC, hello(), "not connected"),
    ] {
        let (status, answer) = execute(action, portal, fields).await;
        assert_eq!(status, 200);
        let outputs = &answer["outputFields"];
        assert_eq!(outputs["hs_execution_state"], "FAIL_CONTINUE", "{answer}");
        assert!(outputs["error"].as_str().unwrap().contains(why), "{answer}");
    }
    assert_eq!(execute("send-fax", BOOKSHOP, hello()).await.0, 404);
    let nonsense = world
        .card(
            BOOKSHOP,
            "POST",
            "/hubspot/actions/v1/send-sms",
            Some(json!({})),
        )
        .await;
    assert_eq!(nonsense.0, 400);
    assert_eq!(world.sends().await, 0);
}

#[tokio::test]
async fn an_action_that_waits_for_nothing_is_done_at_once() {
    let world = World::start().await;
    world.signed_in().await;
    let mut fields = hello();
    fields["complete_when"] = json!("queued");
    let answers = world
        .hubspot("workflows", &enrol(&world, &[101], fields))
        .await;
    assert_eq!(
        (&answers["success"], &answers["block"]),
        (&1.into(), &0.into())
    );
    eventually("it arrives", async || {
        (texts(&world).await.len() == 1).then_some(())
    })
    .await;
    let executions = world.ask_sandbox("/sandbox/hubspot/executions").await;
    assert_eq!(executions["completed"], 0);
}

#[tokio::test]
async fn a_company_is_its_contacts_and_what_hubspot_did_not_send_is_read() {
    let world = World::start().await;
    world.signed_in().await;
    let mut run = enrol(
        &world,
        &[0, 999_999],
        json!({
            "sender": "Septet", "message": "Olá {{contact.firstname}}", "complete_when": "sent",
        }),
    );
    run["object_type"] = json!("COMPANY");
    let answers = world.hubspot("workflows", &run).await;
    assert_eq!(answers["block"], 2, "{answers}");
    let executions = completed(&world, 2).await;
    let outputs: Vec<&Value> = executions["outputs"]
        .as_object()
        .unwrap()
        .values()
        .collect();
    assert_eq!(outputs[0]["hs_execution_state"], "SUCCESS", "{executions}");
    // Nobody belongs to the other one.
    assert_eq!(outputs[1]["hs_execution_state"], "FAIL_CONTINUE");
    assert!(outputs[1]["error"].as_str().unwrap().contains("No contact"));
    assert_eq!(texts(&world).await, ["Olá Inês", "Olá Íñigo"]);
}

#[tokio::test]
async fn hubspot_is_told_again_until_it_has_heard() {
    let world = World::start().await;
    world.signed_in().await;
    world.set_faults(json!({ "crm": "down" })).await;
    world
        .hubspot("workflows", &enrol(&world, &[101], hello()))
        .await;
    eventually("it arrives", async || {
        (texts(&world).await.len() == 1).then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    world.set_faults(json!({})).await;
    completed(&world, 1).await;
    assert_eq!(world.sends().await, 1);
}

#[tokio::test]
async fn a_completion_whose_answer_was_lost_is_made_again_and_does_no_harm() {
    let world = World::start().await;
    world.signed_in().await;
    world.set_faults(json!({ "crm": "lost_answer" })).await;
    world
        .hubspot("workflows", &enrol(&world, &[101, 102], hello()))
        .await;
    completed(&world, 2).await;
    world.set_faults(json!({})).await;
    // Told again, HubSpot says that they are complete.
    eventually("it is heard that they are complete", async || {
        let executions = world.ask_sandbox("/sandbox/hubspot/executions").await;
        (executions["twice"].as_u64() > Some(0)).then_some(())
    })
    .await;
    assert_eq!(world.sends().await, 2);
}

#[tokio::test]
async fn an_execution_that_was_taken_is_sent_and_completed_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("septet.db");
    let mut world = World::with_store(Store::open(&file).await.unwrap()).await;
    world.signed_in().await;
    world.stop_delivery().await;
    let run = enrol(&world, &[101, 102], hello());
    let answers = world.hubspot("workflows", &run).await;
    assert_eq!(answers["block"], 2);
    assert_eq!(world.sends().await, 0);
    let world = world.restart(&file).await;
    completed(&world, 2).await;
    assert_eq!(world.sends().await, 2);
}

#[tokio::test]
async fn choices_of_fields_are_those_of_the_account() {
    let world = World::start().await;
    world.signed_in().await;
    world
        .hubspot("workflows", &enrol(&world, &[101], hello()))
        .await;
    let ask = async |field: &str, words: &str| {
        let body = json!({ "origin": { "portalId": BOOKSHOP }, "fetchOptions": { "q": words } });
        let path = format!("/hubspot/options/v1/{field}");
        world.card(BOOKSHOP, "POST", &path, Some(body)).await
    };
    let (_, senders) = ask("senders", "").await;
    assert_eq!(senders["options"][0]["value"], "Septet");
    let (_, countries) = ask("countries", "+351").await;
    assert_eq!(countries["options"][0]["value"], "PT");
    assert_eq!(ask("nothing", "").await.0, 404);
}
