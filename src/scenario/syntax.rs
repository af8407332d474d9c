//! Syntax errors in words a finance officer can act on.

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use crate::vocabulary::{Diagnostic, Diagnostics, FileId, Place};

/// Tells each syntax error once, and gives the offsets where they begin, in order.
///
/// After an error the parser may stumble again over the rest of the same line; only the first on
/// a line is told.
pub(super) fn tell(
    text: &str,
    file: FileId,
    errors: &[Error],
    root: &DeTable<'_>,
    wrong: &mut Diagnostics,
) -> Vec<usize> {
    let mut found: Vec<(Range<usize>, &str)> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(text.len()..text.len());
            (on_boundaries(text, span), error.message())
        })
        .collect();
    found.sort_by_key(|(span, _)| (span.start, span.end));
    let mut told_to = 0;
    let mut searches = 100_u32;
    for (span, message) in &found {
        if span.start < told_to {
            continue;
        }
        let place = Place::new(file, span.clone());
        if *message == "duplicate key" {
            let first = if searches > 0 { first_given(text, span, root) } else { None };
            // Each search reads the file again; a file that repeats itself all over needs no more.
            searches = searches.saturating_sub(1);
            wrong.push(duplicate(text, span, place, first));
            continue;
        }
        told_to = text[span.start..].find('\n').map_or(text.len(), |n| span.start + n);
        wrong.push(one(text, span, message, place));
    }
    found.into_iter().map(|(span, _)| span.start).collect()
}

/// The span moved outwards to where characters begin and end.
fn on_boundaries(text: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

fn duplicate(text: &str, span: &Range<usize>, place: Place, first: Option<Range<usize>>) -> Diagnostic {
    let diagnostic = Diagnostic::error("duplicate_key", format!("`{}` is given twice", bare(&text[span.clone()])))
        .at(place)
        .hint("keep one of the two; a layer or `--set` may change a value, the same file may not");
    match first {
        Some(first) => diagnostic.also(Place::new(place.file, first), "first given here"),
        None => diagnostic,
    }
}

/// A key without its quotes.
fn bare(key: &str) -> &str {
    key.trim_matches(['"', '\''])
}

/// Where a key that is given twice stood first. The parser knows and does not tell, so: a header
/// is looked for among the headers before it, a key among the keys since the last header.
fn first_given(text: &str, span: &Range<usize>, root: &DeTable<'_>) -> Option<Range<usize>> {
    let key = bare(&text[span.clone()]);
    let line_start = text[..span.start].rfind('\n').map_or(0, |n| n + 1);
    let line_end = text[span.start..].find('\n').map_or(text.len(), |n| span.start + n);
    let line = text[line_start..line_end].trim();
    if line.starts_with('[') {
        let mut start = 0;
        for earlier in text[..line_start].split_inclusive('\n') {
            if earlier.trim() == line {
                let indent = earlier.len() - earlier.trim_start().len();
                return Some(start + indent..start + indent + earlier.trim().len());
            }
            start += earlier.len();
        }
        return None;
    }
    let section = text[..line_start].rfind("\n[").map_or(0, |n| n + 1);
    let mut nearest = None;
    keys_named(root, key, &mut |at| {
        if at.end <= span.start
            && at.start >= section
            && nearest.as_ref().is_none_or(|n: &Range<usize>| n.start < at.start)
        {
            nearest = Some(at);
        }
    });
    nearest
}

fn keys_named(table: &DeTable<'_>, name: &str, found: &mut impl FnMut(Range<usize>)) {
    for (key, value) in table {
        if key.get_ref() == name {
            found(key.span());
        }
        in_value(value.get_ref(), name, found);
    }
}

fn in_value(value: &DeValue<'_>, name: &str, found: &mut impl FnMut(Range<usize>)) {
    match value {
        DeValue::Table(table) => keys_named(table, name, found),
        DeValue::Array(items) => items.iter().for_each(|item| in_value(item.get_ref(), name, found)),
        _ => {}
    }
}

fn one(text: &str, span: &Range<usize>, message: &str, place: Place) -> Diagnostic {
    let line_start = text[..span.start].rfind('\n').map_or(0, |n| n + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let diagnostic = Diagnostic::error("syntax", format!("this cannot be read as TOML: {message}")).at(place);
    match hint(line, message) {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// What to type instead, as far as the line shows what was meant.
fn hint(line: &str, message: &str) -> Option<String> {
    if line.contains(|c: char| c.is_control() && c != '\t') {
        return Some("the line holds a control character: save the file as plain text in UTF-8".to_owned());
    }
    if line.contains(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}']) {
        return Some("use straight quotes (\"…\"), not the curly quotes of a word processor".to_owned());
    }
    let Some((key, value)) = line.split_once('=') else {
        return Some(if line.trim_start().starts_with('[') {
            "write a header as [saving.home_first]: letters, digits and _ , with its closing bracket".to_owned()
        } else {
            "write `key = value`, or begin a note with #".to_owned()
        });
    };
    let value = value.split('#').next().unwrap_or_default().trim();
    if value.is_empty() {
        return Some(format!("write a value after `{} =`", key.trim()));
    }
    if value.starts_with('"') || value.starts_with('\'') {
        let open = value.len() == 1 || !value.ends_with(['"', '\'']);
        return open.then(|| "close the quotes at the end of the text".to_owned());
    }
    if value.starts_with(['[', '{']) {
        return Some(
            "put texts, rates and years in quotes, a comma between values, and close every bracket".to_owned(),
        );
    }
    let digits = value.trim_start_matches(['-', '+']);
    if digits.contains(',') && digits.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.') {
        return Some(format!("leave the commas out: {}", value.replace(',', "")));
    }
    if message.contains("key") && key.trim().contains(' ') {
        return Some(format!("a key has no spaces: {}", key.trim().to_lowercase().replace(' ', "_")));
    }
    (value.chars().count() <= 60)
        .then(|| format!("if it is a text, a rate, a month or a year, put it in quotes: \"{value}\""))
}

#[cfg(test)]
mod tests {
    use crate::scenario::parse::parse;
    use crate::vocabulary::{Diagnostic, Diagnostics, Sources};

    fn wrong(text: &str) -> (Vec<Diagnostic>, Sources) {
        let mut sources = Sources::new();
        let file = sources.add("plan.toml".into(), text.into());
        let mut wrong = Diagnostics::new();
        let _ = parse(&sources, file, &mut wrong);
        (wrong.sorted(), sources)
    }

    #[test]
    fn every_error_is_told_once_with_its_place() {
        let (found, sources) = wrong("a = 5%\nb = \"open\nc = 1,000\nd = 2026-10\ne =\nok = 1\nf = £5\n");
        let lines: Vec<usize> = found.iter().map(|d| sources.line_column(d.place.unwrap()).0).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 7], "{found:#?}");
        assert!(found[0].hints[0].contains("\"5%\""), "{:?}", found[0]);
        assert!(found[1].hints[0].contains("close the quotes"));
        assert!(found[2].hints[0].contains("1000"));
        assert!(found[3].hints[0].contains("\"2026-10\""));
    }

    #[test]
    fn a_key_given_twice_names_both_places() {
        let (found, sources) = wrong("[line.a]\nbase = 1\n[line.b]\nbase = 1\nbase = 2\n[line.a]\nx = 1\n");
        assert_eq!(found.iter().map(|d| d.name).collect::<Vec<_>>(), ["duplicate_key"; 2], "{found:#?}");
        assert_eq!(sources.line_column(found[0].place.unwrap()), (5, 1));
        assert_eq!(sources.line_column(found[0].related[0].0), (4, 1));
        assert_eq!(sources.line_column(found[1].related[0].0), (1, 1));
    }

    #[test]
    fn nought_bytes_are_told() {
        let (found, _) = wrong("a = 1\0\n\0\0\n");
        assert!(found.iter().all(|d| d.name == "syntax") && !found.is_empty(), "{found:#?}");
    }
}
