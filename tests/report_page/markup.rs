//! Reading a page as markup: whether its tags are closed, and what stands in them.

use std::collections::BTreeMap;

/// Elements that have no end.
const VOID: [&str; 4] = ["meta", "input", "br", "hr"];

/// An element as it stands in a page.
#[derive(Debug)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes, each once.
    pub attributes: BTreeMap<String, String>,
    /// What stands between its tags, markup and all.
    pub inner: String,
}

/// Every element of a page in the order in which they begin, or where it is not well formed.
pub fn elements(page: &str) -> Result<Vec<Element>, String> {
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some(next) = page[at..].find(['<', '>']) {
        let start = at + next;
        let near = || page[start..].chars().take(60).collect::<String>();
        if page[start..].starts_with('>') {
            return Err(format!("a bare > at {}", near()));
        }
        if page[start..].starts_with("<!DOCTYPE html>") {
            at = start + 15;
            continue;
        }
        if let Some(rest) = page[start..].strip_prefix("</") {
            let end = rest.find('>').ok_or_else(near)?;
            let (of, begins) = open.pop().ok_or_else(|| format!("nothing to close at {}", near()))?;
            if found[of].name != rest[..end] {
                return Err(format!("<{}> is closed by {}", found[of].name, near()));
            }
            found[of].inner = page[begins..start].to_owned();
            at = start + 2 + end + 1;
            continue;
        }
        let (name, attributes, after) = tag(&page[start + 1..]).ok_or_else(|| format!("no tag at {}", near()))?;
        at = start + 1 + after;
        let raw = matches!(name.as_str(), "script" | "style");
        let closed = VOID.contains(&name.as_str());
        found.push(Element { name: name.clone(), attributes, inner: String::new() });
        if !closed {
            open.push((found.len() - 1, at));
        }
        if raw {
            // What stands in them is not markup; it ends with its own tag.
            at += page[at..].find(&format!("</{name}>")).ok_or_else(near)?;
        }
    }
    match open.last() {
        Some((of, _)) => Err(format!("<{}> is never closed", found[*of].name)),
        None => Ok(found),
    }
}

/// A tag from behind its `<`: its name, its attributes, and how long it is.
fn tag(text: &str) -> Option<(String, BTreeMap<String, String>, usize)> {
    let name_end = text.find(|c: char| !c.is_ascii_alphanumeric())?;
    let name = text[..name_end].to_owned();
    let mut attributes = BTreeMap::new();
    let mut at = name_end;
    loop {
        let rest = text[at..].trim_start();
        at = text.len() - rest.len();
        if rest.starts_with('>') {
            return (!name.is_empty()).then_some((name, attributes, at + 1));
        }
        let end = rest.find(['=', '>', ' '])?;
        let attribute = rest[..end].to_owned();
        at += end;
        let mut value = String::new();
        if let Some(quoted) = text[at..].strip_prefix("=\"") {
            let close = quoted.find('"')?;
            value = quoted[..close].to_owned();
            if value.contains(['<', '>']) {
                return None;
            }
            at += 2 + close + 1;
        }
        if attributes.insert(attribute, value).is_some() {
            return None;
        }
    }
}
