//! Where in the rows of a file everything is.

use septet_core::wire::{Audience, Contact, Import};

/// The columns that an audience and its message name.
#[derive(Debug)]
pub(super) struct Places {
    phone: usize,
    person: Option<usize>,
    prefix: Option<usize>,
    values: Vec<(String, usize)>,
}

impl Places {
    /// `None` for another audience, and for columns that the file does not have.
    pub(super) fn of(import: &Import, audience: &Audience, properties: &[String]) -> Option<Self> {
        let Audience::Import {
            phone,
            person,
            prefix,
            ..
        } = audience
        else {
            return None;
        };
        let place = |name: &str| import.columns.iter().position(|column| column.name == name);
        let optional = |name: &Option<String>| name.as_deref().and_then(place);
        let values = properties.iter();
        Some(Self {
            phone: place(phone)?,
            person: optional(person),
            prefix: optional(prefix),
            values: values
                .filter_map(|name| Some((name.clone(), place(name)?)))
                .collect(),
        })
    }

    /// Whom a row is about.
    pub(super) fn contact(&self, id: String, fields: &[String]) -> Contact {
        let values = self.values.iter();
        let values = values.filter_map(|(name, place)| {
            let value = fields.get(*place)?.trim();
            (!value.is_empty()).then(|| (name.clone(), value.to_owned()))
        });
        let field = |place: usize| fields.get(place).cloned();
        let name = self.person.and_then(field);
        let name = name.filter(|name| !name.trim().is_empty());
        Contact {
            name: name.unwrap_or_else(|| id.clone()),
            id,
            phone: field(self.phone),
            prefix: self.prefix.and_then(field),
            opted_out: false,
            values: values.collect(),
        }
    }
}
