//! The page about every kind of refusal: as the server shows it, where the `type` of each problem leads, and as
//! `docs/problems.md` has it.

use std::fmt::Write;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use openvisit_app::error::FieldCode;

use super::problem_kinds::{KINDS, Kind, PAGE, meaning};
use crate::state::Server;

const INTRODUCTION: [&str; 2] = [
    "Whatever the API refuses, it answers with a problem document (RFC 9457, `application/problem+json`). Programs look at \
     its `code`: it stays what it is, while `title` and `detail` are for developers and may be worded anew. `type` is a link \
     to the code's place on this page, relative to the server that answered.",
    "A newer server may have further codes, and further fields in an answer. Take a code that you do not know for what \
     its status says.",
];
const OF_FIELDS: &str = "In `errors`, each wrong field has a `field` (its path, such as `price.currency`; empty for the \
                         whole), a `code`, and a `message` for developers.";
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}\
                     code{font-family:ui-monospace,monospace}table{border-collapse:collapse;display:block;overflow-x:auto}\
                     td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}\
                     section:target{outline:2px solid;outline-offset:.5rem}:root{color-scheme:light dark}";

/// Open whatever `operation.docs` says: each refusal leads here, also those of strangers, and nothing here is about this
/// server.
pub fn routes() -> Router<Server> {
    Router::new().route(PAGE, get(|| async { Html(html()) }))
}

/// The page as Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from(
        "# Refusals\n\n<!-- `make generate` makes this page: its words are in the server. -->\n\n",
    );
    for paragraph in INTRODUCTION {
        add(&mut page, format_args!("{paragraph}\n\n"));
    }
    page.push_str("```json\n{\n  \"type\": \"/docs/problems#not_found\", \"title\": \"Not found\", \"status\": 404, \
                   \"code\": \"not_found\",\n  \"detail\": \"there is no such thing, or it is not yours to see\"\n}\n```\n\n\
                   | code | status | |\n| --- | --- | --- |\n");
    for Kind { code, status, title, .. } in KINDS {
        add(&mut page, format_args!("| [`{code}`](#{code}) | {} | {title} |\n", status.as_u16()));
    }
    for Kind { code, status, meaning, remedy, extras, .. } in KINDS {
        add(
            &mut page,
            format_args!("\n## {code}\n\n{}. {meaning}\n\n**What to do**: {remedy}\n", status.as_u16()),
        );
        for (n, extra) in extras.iter().enumerate() {
            let before = if n == 0 { "\nIts document also holds:\n\n" } else { "" };
            add(&mut page, format_args!("{before}- `{}`: {}\n", extra.name, extra.meaning));
        }
    }
    add(&mut page, format_args!("\n## Codes of fields\n\n{OF_FIELDS}\n\n| code | |\n| --- | --- |\n"));
    for code in FieldCode::ALL {
        add(&mut page, format_args!("| `{}` | {} |\n", code.name(), meaning(code)));
    }
    page
}

fn html() -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Refusals</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body><h1>Refusals</h1>"
    );
    for paragraph in INTRODUCTION {
        add(&mut page, format_args!("<p>{}</p>", marked(paragraph)));
    }
    page.push_str("<table><tr><th>code<th>status<th></tr>");
    for Kind { code, status, title, .. } in KINDS {
        let status = status.as_u16();
        add(
            &mut page,
            format_args!("<tr><td><a href=\"#{code}\"><code>{code}</code></a><td>{status}<td>{title}</tr>"),
        );
    }
    page.push_str("</table>");
    for kind in KINDS {
        add(&mut page, format_args!("{}", section(kind)));
    }
    let of_fields = marked(OF_FIELDS);
    add(
        &mut page,
        format_args!("<section id=\"codes-of-fields\"><h2>Codes of fields</h2><p>{of_fields}</p><table>"),
    );
    for code in FieldCode::ALL {
        add(
            &mut page,
            format_args!("<tr><td><code>{}</code><td>{}</tr>", code.name(), marked(meaning(code))),
        );
    }
    page + "</table></section></body></html>"
}

fn section(Kind { code, status, title, meaning, remedy, extras }: &Kind) -> String {
    let mut section = format!(
        "<section id=\"{code}\"><h2><code>{code}</code></h2><p>{}, {title}. {}</p><p><b>What to do:</b> {}</p>",
        status.as_u16(),
        marked(meaning),
        marked(remedy)
    );
    if !extras.is_empty() {
        let items = extras
            .iter()
            .map(|extra| format!("<li><code>{}</code>: {}</li>", extra.name, marked(extra.meaning)));
        add(
            &mut section,
            format_args!("<p>Its document also holds:</p><ul>{}</ul>", items.collect::<String>()),
        );
    }
    section + "</section>"
}

/// What stands between backticks as code.
fn marked(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let parts = text.split('`').enumerate();
    parts.map(|(n, part)| if n % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }).collect()
}

fn add(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = page.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_place_on_both_pages() {
        let (html, markdown) = (html(), markdown());
        for Kind { code, .. } in KINDS {
            assert_eq!(html.matches(&format!("<section id=\"{code}\">")).count(), 1, "{code}");
            assert_eq!(markdown.matches(&format!("\n## {code}\n")).count(), 1, "{code}");
        }
        for code in FieldCode::ALL {
            assert!(html.contains(&format!("<tr><td><code>{}</code>", code.name())), "{}", code.name());
        }
        assert!(!html.contains('`'), "{html}");
    }

    #[test]
    fn the_docs_have_the_page_as_it_is() {
        let written = include_str!("../../../../docs/problems.md");
        assert!(written == markdown(), "docs/problems.md is stale: make generate");
    }
}
