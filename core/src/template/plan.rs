//! A message as a row of stretches, for counting it for many contacts without building it.
//!
//! Whatever is the same for every contact is written once. What a link becomes mostly
//! depends on no value; a link of which it does is rendered for each contact.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::fill::Filling;
use super::render::Link;
use super::tags::{self, Tags, tagged};
use super::{LinkWriter, Piece, PreviewLinks, RenderOptions, Template, Token, host};
use crate::wire::LinkShape;

/// A stretch of a message, in the order of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// The same for everyone.
    Text(String),
    /// A contact's value, as it is or percent-encoded.
    Value { token: Token, encoded: bool },
    /// A value that is asked for and not written, as in a link that is shortened.
    Asked(Token),
    /// A link that values can change as a whole.
    Link(Box<VaryingLink>),
}

/// A link with all that decides what it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VaryingLink {
    pieces: Vec<Piece>,
    tags: Tags,
    options: RenderOptions,
    shape: LinkShape,
}

impl VaryingLink {
    /// The link of one contact, and the properties that it lacks.
    pub(crate) fn write<'a>(
        &self,
        values: &'a dyn Fn(&str) -> Option<&'a str>,
    ) -> (String, Vec<String>) {
        let mut filling = Filling::new(values);
        let links = &mut PreviewLinks(&self.shape);
        let link = Link::of(&self.pieces, &mut filling, &self.tags, &self.options, links);
        (link.written, filling.missing)
    }
}

impl Template {
    /// What the message is made of, with links as the preview has them.
    pub(crate) fn plan(&self, options: &RenderOptions, shape: &LinkShape) -> Vec<Stretch> {
        let tags = Tags::of(&options.utm);
        let mut plan = Plan(Vec::new());
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => plan.text(text),
                Piece::Token(token) => plan.value(token, false),
                Piece::Unsubscribe => plan.text(&PreviewLinks(shape).unsubscribe()),
                Piece::Link(pieces) => {
                    let link = VaryingLink {
                        pieces: pieces.clone(),
                        tags: tags.clone(),
                        options: options.clone(),
                        shape: shape.clone(),
                    };
                    match link.fate() {
                        Some(fate) => plan.link(&link, &fate),
                        None => plan.0.push(Stretch::Link(Box::new(link))),
                    }
                }
            }
        }
        plan.0
    }
}

/// What becomes of a link, whatever the values are. A token in it is one character of
/// [`PLACES`].
enum Fate {
    AsTyped(String),
    Tagged(String),
    Short,
}

/// Stand for the tokens of a link, by number: characters for private use.
const PLACES: core::ops::Range<u32> = 0xf0000..0xffffe;

fn place(index: usize) -> Option<char> {
    let code = PLACES.start.checked_add(u32::try_from(index).ok()?)?;
    PLACES.contains(&code).then(|| char::from_u32(code))?
}

fn index_of_place(character: char) -> Option<usize> {
    let code = u32::from(character);
    PLACES
        .contains(&code)
        .then(|| usize::try_from(code - PLACES.start).ok())?
}

fn has_place(text: &str) -> bool {
    text.chars()
        .any(|character| index_of_place(character).is_some())
}

impl VaryingLink {
    fn tokens(&self) -> Vec<&Token> {
        super::tokens(&self.pieces)
    }

    /// What becomes of it, where no value has a say.
    fn fate(&self) -> Option<Fate> {
        let typed = self.with_places()?;
        if self.is_left_alone(&typed)? {
            Some(Fate::AsTyped(typed))
        } else if self.options.shorten {
            Some(Fate::Short)
        } else {
            self.tagged(&typed).map(Fate::Tagged)
        }
    }

    /// The address with its places; `None` where it has such characters of its own.
    fn with_places(&self) -> Option<String> {
        let mut typed = String::new();
        let mut index = 0;
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) if has_place(text) => return None,
                Piece::Text(text) => typed.push_str(text),
                Piece::Token(_) => {
                    typed.push(place(index)?);
                    index += 1;
                }
                Piece::Unsubscribe | Piece::Link(_) => {}
            }
        }
        Some(typed)
    }

    /// Whether it is neither tagged nor shortened.
    fn is_left_alone(&self, typed: &str) -> Option<bool> {
        let head = typed
            .split(|character| index_of_place(character).is_some())
            .next()?;
        let whole = head.len() == typed.len();
        let excluded = &self.options.excluded;
        let settled = self.shape.decides(head) && (excluded.is_empty() || host::names_host(head));
        (whole || settled).then(|| self.shape.owns(head) || host::is_of(head, excluded))
    }

    /// With its tags; `None` where a value can change a tag or the name of a parameter.
    fn tagged(&self, typed: &str) -> Option<String> {
        if self.tags.is_empty() {
            return Some(typed.into());
        }
        if self.tags.tokens().next().is_some() || tags::names(typed).any(has_place) {
            return None;
        }
        let nothing = |_: &str| None;
        let tags = self.tags.filled(&mut Filling::new(&nothing));
        Some(tagged(typed, &tags))
    }
}

/// Stretches being put together.
struct Plan(Vec<Stretch>);

impl Plan {
    fn text(&mut self, text: &str) {
        if let Some(Stretch::Text(last)) = self.0.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            self.0.push(Stretch::Text(text.into()));
        }
    }

    fn value(&mut self, token: &Token, encoded: bool) {
        let token = token.clone();
        self.0.push(Stretch::Value { token, encoded });
    }

    /// What has a fallback is never missing.
    fn asked<'a>(&mut self, tokens: impl IntoIterator<Item = &'a Token>) {
        let lacking = tokens.into_iter().filter(|token| token.fallback.is_none());
        self.0.extend(lacking.cloned().map(Stretch::Asked));
    }

    fn link(&mut self, link: &VaryingLink, fate: &Fate) {
        let tokens = link.tokens();
        match fate {
            Fate::AsTyped(typed) => self.address(typed, &tokens),
            Fate::Tagged(tagged) => {
                self.address(tagged, &tokens);
                // A parameter that a tag replaces may hold one.
                self.asked(tokens);
            }
            Fate::Short => {
                self.text(&PreviewLinks(&link.shape).short(""));
                self.asked(tokens);
                self.asked(link.tags.tokens());
            }
        }
    }

    /// An address with places for these tokens.
    fn address(&mut self, address: &str, tokens: &[&Token]) {
        let mut rest = address;
        while let Some((at, index)) = first_place(rest) {
            self.text(&rest[..at]);
            self.value(tokens[index], true);
            let mut after = rest[at..].chars();
            after.next();
            rest = after.as_str();
        }
        self.text(rest);
    }
}

/// Where the first place is, and its number.
fn first_place(text: &str) -> Option<(usize, usize)> {
    text.char_indices()
        .find_map(|(at, character)| Some((at, index_of_place(character)?)))
}
