//! Sign-in: the rules of the authorize page, the token endpoint, introspection, revocation.
//!
//! The page itself is drawn in `pages`; what may be granted, and to whom, is decided here.

mod authorize;
mod grants;
mod introspect;
mod token;
mod uninstall;

#[cfg(test)]
pub(crate) use authorize::SCOPES;
pub(crate) use authorize::{AuthorizeRefusal, AuthorizeRequest, decide};
pub(crate) use grants::{Grant, Grants, Lookup};
pub(crate) use introspect::{introspect, revoke};
pub(crate) use token::token;
pub(crate) use uninstall::uninstall;
