//! Enums whose values travel as a name and nothing else.

/// Declares such an enum, with its names for JSON, for addresses and for `data-` attributes.
macro_rules! named {
    (
        $(#[$attribute:meta])*
        pub enum $Enum:ident {
            $($(#[$note:meta])* $Value:ident = $name:literal,)*
        }
    ) => {
        $(#[$attribute])*
        pub enum $Enum {
            $($(#[$note])* $Value,)*
        }

        impl $Enum {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$Value),*];

            /// The name under which it travels.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Value => $name,)*
                }
            }

            /// The value of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }

        impl serde::Serialize for $Enum {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Enum {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = alloc::string::String::deserialize(deserializer)?;
                Self::from_name(&name)
                    .ok_or_else(|| serde::de::Error::unknown_variant(&name, &[$($name),*]))
            }
        }
    };
}

pub(crate) use named;
