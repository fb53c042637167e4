//! Style sheets, the handset's script and the icon, each as a file of its own.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// `GET /assets/{file}`; always asked for again, so that an update shows at once.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "base.css" => ("text/css", include_str!("../../assets/base.css")),
        "handset.css" => ("text/css", include_str!("../../assets/handset.css")),
        "handset.js" => ("text/javascript", include_str!("../../assets/handset.js")),
        "record.js" => ("text/javascript", include_str!("../../assets/record.js")),
        "icon.svg" => ("image/svg+xml", include_str!("../../assets/icon.svg")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}
