//! All tables, in an order in which each comes after those that it refers to.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Integer,
    Text,
    Bytes,
}

/// A table and the statements that carry it over.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, Kind)],
    /// Whether the database gives its ids.
    pub(super) numbered: bool,
    pub(super) select: &'static str,
    pub(super) insert: &'static str,
}

macro_rules! tables {
    ($($table:ident($first:ident $kind:ident $(, $column:ident $kinds:ident)* $(,)?) $numbered:literal;)+) => {
        pub(super) static TABLES: &[Table] = &[$(Table {
            name: stringify!($table),
            columns: &[
                (stringify!($first), Kind::$kind),
                $((stringify!($column), Kind::$kinds)),*
            ],
            numbered: $numbered,
            select: concat!("SELECT * FROM ", stringify!($table)),
            insert: concat!(
                "INSERT INTO ", stringify!($table),
                " (", stringify!($first), $(", ", stringify!($column)),*, ") ?*"
            ),
        }),+];
    };
}

tables! {
    accounts(
        portal_id Integer, name Text, ui_domain Text, access_token Bytes, refresh_token Bytes,
        expires_at Integer, disconnected_at Integer, choices Text, nrs_username Text,
        nrs_password Bytes, link_host Text, utm Text, page Text,
    ) false;
    sign_ins(state_hash Bytes, verifier Text, expires_at Integer) false;
    sessions(
        token_hash Bytes, portal_id Integer, user_id Text, email Text, expires_at Integer,
        contacts Text,
    ) false;
    tickets(
        token_hash Bytes, portal_id Integer, user_id Text, email Text, opening Text,
        expires_at Integer,
    ) false;
    signatures(digest Bytes, expires_at Integer) false;
    drafts(portal_id Integer, draft_key Text, body Text, updated_at Integer) false;
    imports(
        id Text, portal_id Integer, name Text, complete Integer, total Integer, bad Integer,
        columns Text, phone Text, person Text, prefix Text, encoding Text, delimiter Text,
        created_at Integer,
    ) false;
    import_rows(import_id Text, portal_id Integer, line Integer, fields Text, fault Text) false;
    campaigns(
        id Text, portal_id Integer, draft_key Text, draft Text, name Text, max_parts Integer, links Text,
        state Text, pause_reason Text, import_id Text, audience Integer, prepared Integer,
        prepared_to Text, prepare_at Integer, prepare_tries Integer, created_at Integer,
        ended_at Integer, erased_to Text, erased_at Integer,
    ) false;
    workers(id Integer, beats Integer) true;
    recipients(
        id Integer, portal_id Integer, campaign_id Text, contact_id Text, name Text, phone Text,
        contact_values Text, state Text, reason Text, parts Integer, provider_id Text,
        sending_id Text, left_at Integer,
        tries Integer, attempts Integer, worker Integer, not_before Integer, updated_at Integer,
        clicked_at Integer, unsubscribed_at Integer, replied_at Integer, execution Text, text Text,
    ) true;
    reports(id Integer, recipient_id Integer, code Text, arrived_at Integer) true;
    callbacks(
        id Integer, portal_id Integer, provider_id Text, event Text, campaign_name Text, phone Text,
        said Text, arrived_at Integer,
    ) true;
    decisions(
        id Integer, recipient_id Integer, portal_id Integer, key Text, decision Text,
        decided_by Text, decided_at Integer,
    ) true;
    executions(
        portal_id Integer, callback_id Text, state Text, answer Text, request Text,
        complete_when Text, deadline Integer, next_at Integer, tries Integer, created_at Integer,
    ) false;
    pace(portal_id Integer, free_at Integer) false;
    spending(portal_id Integer, day Integer, parts Integer) false;
    links(code Text, portal_id Integer, recipient_id Integer, target Text, clicks Integer) false;
    clicks(
        id Integer, portal_id Integer, recipient_id Integer, code Text, class Text, visitor Bytes,
        at Integer,
    ) true;
    salts(day Integer, salt Bytes) false;
    click_counts(
        campaign_id Text, portal_id Integer, machine Integer, probable Integer, confirmed Integer,
    ) false;
    replies(
        id Integer, portal_id Integer, recipient_id Integer, said Text, stops Integer, at Integer,
    ) true;
    suppressions(
        id Integer, portal_id Integer, number_hash Bytes, contact_id Text, scope Text, source Text,
        reason Text, made_by Text, phone Bytes, created_at Integer,
    ) true;
    audit(id Integer, portal_id Integer, made_by Text, what Text, about Text, at Integer) true;
    timeline(
        recipient_id Integer, portal_id Integer, news Integer, told Integer, answers Integer,
        asked Integer, asked_answers Integer, tries Integer, due Integer,
    ) false;
}
