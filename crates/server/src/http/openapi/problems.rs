//! What the description says of problem documents, from the list of all kinds.

use std::collections::BTreeMap;

use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Components, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::problem::{FieldError, ProblemDocument};
use crate::http::problem_kinds::{KINDS, ProblemCode, Shape};
use crate::http::words::FieldCode;

/// A problem and its parts.
pub fn add_to(components: &mut Components) {
    let schemas = &mut components.schemas;
    schemas.insert(ProblemDocument::name().into_owned(), problem());
    schemas.insert(ProblemCode::name().into_owned(), ProblemCode::schema());
    schemas.insert(FieldError::name().into_owned(), FieldError::schema());
    schemas.insert(FieldCode::name().into_owned(), FieldCode::schema());
}

/// With what the kinds have besides: each says in its description whose it is.
fn problem() -> RefOr<Schema> {
    let mut problem = ProblemDocument::schema();
    if let RefOr::T(Schema::Object(object)) = &mut problem {
        let extras = extras().into_iter();
        object
            .properties
            .extend(extras.map(|(name, (shape, codes))| (name.to_owned(), extra(shape, &codes).into())));
    }
    problem
}

/// The shape of each, and the codes that have it.
fn extras() -> BTreeMap<&'static str, (Shape, Vec<&'static str>)> {
    let mut extras = BTreeMap::new();
    for kind in KINDS {
        for extra in kind.extras {
            extras.entry(extra.name).or_insert((extra.shape, vec![])).1.push(kind.code);
        }
    }
    extras
}

fn extra(shape: Shape, codes: &[&str]) -> Schema {
    let description = format!("With {}.", codes.join(", "));
    let of = |kind: Type| ObjectBuilder::new().schema_type(kind);
    let schema = match shape {
        Shape::Text => of(Type::String),
        Shape::Instant => of(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))),
        Shape::Whole => of(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64))),
        Shape::Texts => return array(of(Type::String), description),
        Shape::Fields => return array(Ref::from_schema_name(FieldError::name()), description),
    };
    schema.description(Some(description)).into()
}

fn array(items: impl Into<RefOr<Schema>>, description: String) -> Schema {
    ArrayBuilder::new().items(items.into()).description(Some(description)).into()
}
