//! Links between the documents lead somewhere, and every page is in an index.

use std::fs;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn pages() -> Vec<PathBuf> {
    let folders = ["", "docs", "docs/dialects"].map(|folder| repository().join(folder));
    let files =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|kind| kind == "md")).collect()
}

/// What stands outside of fenced blocks.
fn prose(page: &str) -> String {
    let outside = page.split("\n```").step_by(2);
    outside.collect::<Vec<_>>().join("\n")
}

/// Where its links lead, but for those to other sites.
fn links(prose: &str) -> Vec<&str> {
    let links = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.filter(|link| !link.contains("://") && !link.starts_with("mailto:")).collect()
}

/// As GitHub makes them of headings.
fn anchors(page: &str) -> Vec<String> {
    let prose = prose(page);
    let headings =
        prose.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#'));
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings
        .map(|text| text.trim().to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-"))
        .collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        for link in links(&prose(&page)) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(to.exists(), "{}: {link}", path.display());
            let known =
                anchor.is_empty() || anchors(&fs::read_to_string(&to).unwrap()).iter().any(|it| it == anchor);
            assert!(known, "{}: {link}", path.display());
        }
    }
}

#[test]
fn every_page_is_in_an_index() {
    let docs = repository().join("docs");
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    // The first page of all names its pages from where it stands.
    let index =
        read(&docs.join("README.md")) + &read(&repository().join("README.md")).replace("](docs/", "](");
    for path in pages() {
        let Ok(name) = path.strip_prefix(&docs) else { continue };
        let name = name.to_str().unwrap();
        assert!(name == "README.md" || index.contains(&format!("]({name}")), "no index has {name}");
    }
}

#[test]
fn what_is_no_link_between_documents_is_left_alone() {
    let page = "# A `page`\n\n[b](c.md#d-e), [f](https://g.example)\n```sh\necho [h](i)\n```\n## D: e & _f_\n[j](#a-page)\n";
    assert_eq!(links(&prose(page)), ["c.md#d-e", "#a-page"]);
    assert_eq!(anchors(page), ["a-page", "d-e--_f_"]);
}
