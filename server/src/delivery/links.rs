//! Codes for the links of one message.

use septet_core::template::LinkWriter;
use septet_core::wire::LinkShape;

use crate::secrets::{self, SecretError};
use crate::store::Link;

/// Writes links with fresh codes and remembers what they stand for.
#[derive(Debug)]
pub(super) struct Codes {
    shape: LinkShape,
    links: Vec<Link>,
    failure: Option<SecretError>,
}

impl Codes {
    pub(super) fn new(shape: LinkShape) -> Self {
        Self {
            shape,
            links: Vec::new(),
            failure: None,
        }
    }

    /// The codes that were written.
    pub(super) fn into_links(self) -> Result<Vec<Link>, SecretError> {
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(self.links),
        }
    }

    fn write(&mut self, base: &str, target: Option<&str>) -> String {
        match secrets::code(self.shape.code_length) {
            Ok(code) => {
                let link = format!("{base}{code}");
                self.links.push(Link {
                    code,
                    target: target.map(str::to_owned),
                });
                link
            }
            Err(failure) => {
                self.failure = Some(failure);
                String::new()
            }
        }
    }
}

impl LinkWriter for Codes {
    fn short(&mut self, target: &str) -> String {
        let base = self.shape.short_base.clone();
        self.write(&base, Some(target))
    }

    fn unsubscribe(&mut self) -> String {
        let base = self.shape.unsubscribe_base.clone();
        self.write(&base, None)
    }
}
