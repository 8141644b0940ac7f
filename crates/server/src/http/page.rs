//! Lists come in pages: a `limit`, and a `cursor` that says where to go on.

use serde::Serialize;
use utoipa::ToSchema;

/// The `limit` of a list when none is given.
#[must_use]
pub fn twenty() -> u32 {
    20
}

/// One part of a list.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Paged<T> {
    pub items: Vec<T>,
    /// `null` on the last page.
    pub next_cursor: Option<String>,
}

impl<T> Paged<T> {
    /// A page of `limit` items from one item more, which tells whether the list goes on.
    #[must_use]
    pub fn cut(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Self {
        let limit = limit as usize;
        let goes_on = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| goes_on).map(cursor);
        Self { items, next_cursor }
    }

    #[must_use]
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(view).collect(), next_cursor: self.next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_item_too_many_tells_that_the_list_goes_on() {
        let page = |items: Vec<u32>| Paged::cut(items, 2, ToString::to_string);
        assert_eq!(page(vec![1, 2, 3]), Paged { items: vec![1, 2], next_cursor: Some("2".to_owned()) });
        assert_eq!(page(vec![1, 2]), Paged { items: vec![1, 2], next_cursor: None });
        assert_eq!(page(vec![]), Paged { items: vec![], next_cursor: None });
    }
}
