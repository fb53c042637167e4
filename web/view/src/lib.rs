//! `view!`: Leptos's syntax for views, compiled to calls of `web/src/dom`.
//!
//! Leptos's own macro makes a type of every view, and the compiler then makes
//! code for every type. This one makes a chain of calls of functions that are
//! compiled once, which weighs less than half (docs/adr/0007-own-renderer.md).
//! It knows what the page uses: elements, components, `{blocks}`, texts,
//! attributes, `class:`, `style:`, `prop:`, `on:` and `node_ref`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use rstml::node::{
    KVAttributeValue, KeyedAttribute, KeyedAttributeValue, Node, NodeAttribute, NodeBlock,
    NodeElement,
};
use rstml::{Infallible, Parser, ParserConfig};
use syn::spanned::Spanned;

/// Stands between the names and values that `element` takes apart again.
const SEPARATOR: char = '\n';

/// Draws elements and components, and returns them as one `View`.
#[proc_macro]
pub fn view(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let parser = Parser::new(ParserConfig::<Infallible>::default());
    match parser.parse_simple(input) {
        Ok(nodes) => views(&nodes).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// One view as itself, several as a fragment.
fn views(nodes: &[Node]) -> TokenStream {
    match nodes {
        [Node::Element(one)] => view_of(one),
        nodes => {
            let children = nodes.iter().map(child);
            quote! { crate::dom::fragment()#(#children)*.view() }
        }
    }
}

/// A call that adds a child to what stands before it.
fn child(node: &Node) -> TokenStream {
    match node {
        Node::Element(node) => {
            let view = view_of(node);
            quote! { .child(#view) }
        }
        Node::Fragment(fragment) => fragment.children.iter().map(child).collect(),
        Node::Block(NodeBlock::ValidBlock(block)) => {
            let statements = &block.stmts;
            match &statements[..] {
                [one] => quote_spanned! { block.span()=> .child(#one) },
                _ => quote_spanned! { block.span()=> .child(#block) },
            }
        }
        Node::Text(text) => {
            let text = &text.value;
            quote! { .child(#text) }
        }
        other => refused(other, "write texts in quotes"),
    }
}

fn view_of(node: &NodeElement<Infallible>) -> TokenStream {
    let name = node.name().to_string();
    if name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return component(node);
    }
    let element = element(node);
    quote! { #element.view() }
}

/// What is known at compile time goes in one string; the rest are calls.
///
/// Properties come after the children: a `<select>` has no value before it has options.
fn element(element: &NodeElement<Infallible>) -> TokenStream {
    let mut known = element.name().to_string();
    let (mut attributes, mut properties) = (TokenStream::new(), TokenStream::new());
    for attribute in element.attributes() {
        let attribute = match attribute {
            NodeAttribute::Attribute(attribute) => attribute,
            NodeAttribute::Block(block) => {
                attributes.extend(refused(block, "an attribute has a name"));
                continue;
            }
        };
        let name = attribute.key.to_string();
        let value = value(attribute);
        match (name.split_once(':'), literal(attribute)) {
            (Some(("on", event)), _) => {
                let event = Ident::new(event, attribute.key.span());
                properties.extend(quote! { .on(::leptos::ev::#event, #value) });
            }
            (Some(("prop", property)), _) => {
                properties.extend(quote! { .property(#property, #value) });
            }
            (Some(("class", class)), _) => attributes.extend(quote! { .class(#class, #value) }),
            (Some(("style", style)), _) => attributes.extend(quote! { .style(#style, #value) }),
            (None, _) if name == "node_ref" => {
                properties.extend(quote! { .node_ref(#value) });
            }
            (None, Some(literal)) => {
                known.extend([SEPARATOR.to_string(), name, SEPARATOR.to_string(), literal]);
            }
            (None, None) => {
                attributes.extend(quote_spanned! { value.span()=> .attribute(#name, #value) });
            }
            (Some(_), _) => attributes.extend(refused(&attribute.key, "unknown prefix")),
        }
    }
    let children = element.children.iter().map(child);
    quote! { crate::dom::element(#known)#attributes #(#children)* #properties }
}

/// A call with properties by name, as Leptos's `#[component]` wants it.
fn component(element: &NodeElement<Infallible>) -> TokenStream {
    let name = element.name();
    let properties = element
        .attributes()
        .iter()
        .map(|attribute| match attribute {
            NodeAttribute::Attribute(attribute) => {
                let (key, value) = (&attribute.key, value(attribute));
                quote! { .#key(#value) }
            }
            NodeAttribute::Block(block) => refused(block, "a property has a name"),
        });
    let children = (!element.children.is_empty()).then(|| {
        let children = views(&element.children);
        quote! { .children(crate::dom::ToChildren::to_children(move || #children)) }
    });
    quote! {
        ::leptos::component::component_view(
            &#name,
            ::leptos::component::component_props_builder(&#name)#(#properties)*#children.build(),
        )
    }
}

/// `name=value`, or `name` alone for the variable of that name.
fn value(attribute: &KeyedAttribute) -> TokenStream {
    match &attribute.possible_value {
        KeyedAttributeValue::Value(value) => match &value.value {
            KVAttributeValue::Expr(expression) => expression.to_token_stream(),
            KVAttributeValue::InvalidBraced(braced) => braced.to_token_stream(),
        },
        KeyedAttributeValue::None => attribute.key.to_token_stream(),
        KeyedAttributeValue::Binding(binding) => refused(binding, "not a value"),
    }
}

/// A value that is known here: a string, or nothing as in `<details open>`.
fn literal(attribute: &KeyedAttribute) -> Option<String> {
    let Some(value) = attribute.value() else {
        return Some(String::new());
    };
    match value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

fn refused(what: &impl ToTokens, why: &str) -> TokenStream {
    let span = what.span();
    quote_spanned! { span=> compile_error!(#why) }
}
