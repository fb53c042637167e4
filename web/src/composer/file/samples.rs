//! The first rows of a file as contacts, under the columns that were chosen.

use std::collections::BTreeMap;

use septet_core::wire::{Audience, Contact, Import, ImportColumn, Property};

use crate::composer::properties::COLUMNS;
use crate::remote::Remote;

/// Which column is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Phone,
    Person,
    Prefix,
}

impl Role {
    pub(super) const ALL: [Self; 3] = [Self::Phone, Self::Person, Self::Prefix];

    /// The column that an audience has for it; `None` where it has none or is for no file.
    pub(super) fn of(self, audience: &Audience) -> Option<&str> {
        let Audience::Import {
            phone,
            person,
            prefix,
            ..
        } = audience
        else {
            return None;
        };
        match self {
            Self::Phone => Some(phone.as_str()).filter(|phone| !phone.is_empty()),
            Self::Person => person.as_deref(),
            Self::Prefix => prefix.as_deref(),
        }
    }

    /// Gives it another column, or none.
    pub(super) fn set(self, audience: &mut Audience, column: Option<String>) {
        if let Audience::Import {
            phone,
            person,
            prefix,
            ..
        } = audience
        {
            match self {
                Self::Phone => *phone = column.unwrap_or_default(),
                Self::Person => *person = column,
                Self::Prefix => *prefix = column,
            }
        }
    }
}

/// What a new file is sent by: the columns that the server proposes.
pub(super) fn proposed(import: &Import) -> Audience {
    Audience::Import {
        id: import.id.clone(),
        phone: import.phone.clone().unwrap_or_default(),
        person: import.person.clone(),
        prefix: import.prefix.clone(),
    }
}

/// Whether the numbers are read as the server read them when it counted bad rows.
pub(super) fn as_proposed(audience: &Audience, import: &Import) -> bool {
    Role::Phone.of(audience) == import.phone.as_deref()
        && Role::Prefix.of(audience) == import.prefix.as_deref()
}

/// Rows that were sent along as samples, as the server will make contacts of them; without a
/// number where no column is chosen for it.
pub(in crate::composer) fn samples(
    audience: &Audience,
    import: &Option<Remote<Import>>,
) -> Vec<Contact> {
    let (Audience::Import { .. }, Some(Remote::Ready(import))) = (audience, import) else {
        return Vec::new();
    };
    let rows = import
        .columns
        .first()
        .map_or(0, |first| first.samples.len());
    let contact = |row: usize| {
        let of = |role: Role| {
            let name = role.of(audience)?;
            let column = import.columns.iter().find(|column| column.name == name)?;
            column.samples.get(row).cloned()
        };
        let mut values = BTreeMap::new();
        for column in &import.columns {
            if let Some(value) = column.samples.get(row).filter(|value| !value.is_empty()) {
                values.insert(column.name.clone(), value.clone());
            }
        }
        let id = (row + 1).to_string();
        let phone = of(Role::Phone);
        // Who has no name is called by the number, or by the place.
        let mut names = [of(Role::Person), phone.clone()].into_iter().flatten();
        let name = names.find(|name| !name.is_empty());
        Contact {
            name: name.unwrap_or_else(|| id.clone()),
            id,
            phone,
            prefix: of(Role::Prefix),
            opted_out: false,
            values,
        }
    };
    (0..rows).map(contact).collect()
}

/// The columns, as what tokens can name.
pub(super) fn fields(import: &Option<Remote<Import>>) -> Remote<Vec<Property>> {
    let property = |column: &ImportColumn| Property {
        name: column.name.clone(),
        label: column.label.clone(),
        group: COLUMNS.to_owned(),
    };
    match import {
        None | Some(Remote::Loading) => Remote::Loading,
        Some(Remote::Failed(error)) => Remote::Failed(error.clone()),
        Some(Remote::Ready(import)) => Remote::Ready(import.columns.iter().map(property).collect()),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn column(name: &str, samples: [&str; 2]) -> ImportColumn {
        ImportColumn {
            name: name.into(),
            label: name.to_uppercase(),
            samples: samples.map(Into::into).into(),
        }
    }

    fn file() -> Import {
        Import {
            id: "f".into(),
            name: "a.csv".into(),
            rows: 2,
            bad: 0,
            columns: vec![
                column("nome", ["Zé", ""]),
                column("tlm", ["912000001", "912000002"]),
                column("casa", ["212000001", ""]),
            ],
            phone: Some("tlm".into()),
            person: Some("nome".into()),
            prefix: None,
            encoding: "UTF-8".into(),
            delimiter: ';',
        }
    }

    #[wasm_bindgen_test]
    fn a_row_is_read_across_its_columns_and_empty_fields_are_missing() {
        let file = file();
        let rows = samples(&proposed(&file), &Some(Remote::Ready(file)));
        let phones: Vec<_> = rows.iter().map(|row| row.phone.as_deref()).collect();
        assert_eq!(phones, [Some("912000001"), Some("912000002")]);
        assert_eq!(rows[0].name, "Zé");
        assert_eq!(rows[1].name, "912000002");
        assert_eq!(rows[1].values.len(), 1);
    }

    #[wasm_bindgen_test]
    fn another_column_gives_other_numbers_and_other_bad_rows() {
        let file = file();
        let mut audience = proposed(&file);
        Role::Person.set(&mut audience, None);
        assert!(as_proposed(&audience, &file));
        Role::Phone.set(&mut audience, Some("casa".into()));
        assert!(!as_proposed(&audience, &file));
        let rows = samples(&audience, &Some(Remote::Ready(file)));
        let phones: Vec<_> = rows.iter().map(|row| row.phone.as_deref()).collect();
        assert_eq!(phones, [Some("212000001"), Some("")]);
    }

    #[wasm_bindgen_test]
    fn who_is_sent_to_by_contacts_has_no_rows() {
        let file = Some(Remote::Ready(file()));
        assert_eq!(samples(&Audience::default(), &file), []);
        for role in Role::ALL {
            assert_eq!(role.of(&Audience::default()), None);
        }
    }
}
