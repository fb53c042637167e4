//! Icons as inline SVG: they take the colour of the text beside them and no request.

use leptos::prelude::*;

use crate::dom::{View, view};

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Something is well.
    Check,
    /// Close, or something that did not happen.
    Cross,
    /// A clock: it is waiting.
    Clock,
    /// A paper plane: it is on its way.
    Plane,
    /// A question mark: nobody knows.
    Question,
    /// A triangle with an exclamation mark.
    Warning,
    /// A circle with an i.
    Info,
    /// A circle that is struck through.
    Stop,
    /// Two bars.
    Pause,
    /// A triangle to the right.
    Play,
    /// A bin.
    Bin,
    /// A phone.
    Phone,
    /// A pencil.
    Pencil,
    /// A pointing arrow: a link was followed.
    Click,
    /// Three lines.
    Menu,
    /// An arrow to the left.
    Back,
    /// A sheet with a folded corner.
    File,
}

impl Shape {
    /// Strokes in a box of 24 by 24.
    fn path(self) -> &'static str {
        match self {
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2",
            Self::Plane => "M20.5 3.5L10 14M20.5 3.5L14 20.5 10 14 3.5 10z",
            Self::Question => {
                "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.5v.1"
            }
            Self::Warning => "M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.1",
            Self::Info => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.7v.1",
            Self::Stop => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.7 5.7l12.6 12.6",
            Self::Pause => "M9 5v14M15 5v14",
            Self::Play => "M7 4.5v15l12-7.5z",
            Self::Bin => "M4 7h16M9.5 7V4.5h5V7M6.5 7l.8 13h9.4l.8-13M10 11v5.5M14 11v5.5",
            Self::Phone => {
                "M8 2.5h8a2 2 0 0 1 2 2v15a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2zM11 18.5h2"
            }
            Self::Pencil => "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5",
            Self::Click => "M9 9l11 4-5 2-2 5zM4 4l2 2M9.5 3v2.5M3 9.5h2.5",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::File => "M6 3h8l4.5 4.5V21H6zM14 3v4.5h4.5M9 13h6.5M9 17h6.5",
            Self::Back => "M19 12H5M11 6l-6 6 6 6",
        }
    }
}

/// An icon beside words; it says nothing that the words do not.
#[component]
pub(crate) fn Icon(shape: Shape) -> View {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=shape.path() />
        </svg>
    }
}
