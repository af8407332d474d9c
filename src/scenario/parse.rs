//! From TOML text to a tree in which every key and value keeps its place.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::depth::{DEEPEST, too_deep};
use super::syntax;
use crate::language::tree::Entries;
use crate::language::{Entry, Node, Table, Value};
use crate::vocabulary::{Diagnostic, Diagnostics, FileId, Place, Sources};

/// Reads a file's text as a tree and tells everything that is wrong with its syntax in one pass.
///
/// What could not be read is left out of the tree, so that the rest can still be looked at;
/// whether anything was wrong stands in `wrong`. Nothing comes back when the text nests too
/// deeply to be parsed at all.
pub fn parse(sources: &Sources, file: FileId, wrong: &mut Diagnostics) -> Option<Table> {
    let text = sources.file(file).map_or("", |f| f.text.as_str());
    if let Some(at) = too_deep(text) {
        wrong.push(nested_too_deep(Place::new(file, at..at + 1)));
        return None;
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let bad = syntax::tell(text, file, &errors, root.get_ref(), wrong);
    let mut walk = Walk { text, file, offset: 0, bad: &bad, wrong };
    Some(walk.table(root.get_ref()))
}

/// Reads one TOML value that stands at `offset` of a file, such as the value of a `--set`.
///
/// # Errors
/// The text is no TOML value; the parser's own words for it.
pub fn value(text: &str, file: FileId, offset: usize, wrong: &mut Diagnostics) -> Result<Node, String> {
    // As after an `=`: a list at the start of a line would be taken for a header.
    if too_deep(&format!("={text}")).is_some() {
        return Err(format!("it nests more than {DEEPEST} levels deep"));
    }
    let read = DeValue::parse(text).map_err(|error| error.message().to_owned())?;
    let mut walk = Walk { text, file, offset, bad: &[], wrong };
    Ok(walk.node(&read))
}

fn nested_too_deep(place: Place) -> Diagnostic {
    Diagnostic::error("nested_too_deep", format!("this nests more than {DEEPEST} levels deep"))
        .at(place)
        .hint("write [saving.home_first] and its keys below; no figure needs more than a few levels")
}

/// One pass over a parsed document. Its depth is bounded by [`too_deep`].
struct Walk<'a> {
    text: &'a str,
    file: FileId,
    offset: usize,
    /// Where syntax errors begin, in order.
    bad: &'a [usize],
    wrong: &'a mut Diagnostics,
}

impl Walk<'_> {
    fn place(&self, span: std::ops::Range<usize>) -> Place {
        Place::new(self.file, span.start + self.offset..span.end + self.offset)
    }

    /// Whether the parser had to guess between these offsets.
    fn guessed(&self, from: usize, to: usize) -> bool {
        let first = self.bad.partition_point(|at| *at < from);
        self.bad.get(first).is_some_and(|at| *at <= to)
    }

    fn table(&mut self, read: &DeTable<'_>) -> Table {
        // The parser moves a table that gets its own header late; the order of places is plain.
        let mut entries = Entries::with_capacity_and_hasher(read.len(), Default::default());
        if read.iter().is_sorted_by_key(|(key, _)| key.span().start) {
            read.iter().for_each(|(key, value)| self.entry(key, value, &mut entries));
        } else {
            let mut rows: Vec<_> = read.iter().collect();
            rows.sort_by_key(|(key, _)| key.span().start);
            rows.into_iter().for_each(|(key, value)| self.entry(key, value, &mut entries));
        }
        Table { entries }
    }

    fn entry(&mut self, key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>, entries: &mut Entries) {
        // A table's keys are judged one by one; of anything else a part may be made up.
        let made_up = value.span().is_empty() || self.guessed(key.span().start, value.span().end);
        if made_up && !is_table(value.get_ref()) {
            return;
        }
        let entry = Entry { key: self.place(key.span()), node: self.node(value) };
        entries.insert(key.get_ref().as_ref().into(), entry);
    }

    fn node(&mut self, read: &Spanned<DeValue<'_>>) -> Node {
        let place = self.place(read.span());
        let typed = self.text.get(read.span()).unwrap_or_default();
        let value = match read.get_ref() {
            DeValue::String(text) => Value::Text(text.as_ref().into()),
            DeValue::Integer(number) => {
                if number.radix() != 10 {
                    self.wrong.push(
                        Diagnostic::error("not_a_number", format!("`{typed}` is not written in tens"))
                            .at(place)
                            .hint("write the number in ordinary digits"),
                    );
                }
                Value::Number(typed.into())
            }
            DeValue::Float(_) => Value::Number(typed.into()),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(_) => Value::Date(typed.into()),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node::new(value, place)
    }
}

fn is_table(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Table(_) => true,
        DeValue::Array(items) => items.iter().any(|item| matches!(item.get_ref(), DeValue::Table(_))),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> (Option<Table>, Vec<Diagnostic>, Sources) {
        let mut sources = Sources::new();
        let file = sources.add("plan.toml".into(), text.into());
        let mut wrong = Diagnostics::new();
        let tree = parse(&sources, file, &mut wrong);
        (tree, wrong.sorted(), sources)
    }

    #[test]
    fn numbers_keep_their_text_and_values_their_place() {
        let (tree, wrong, sources) = read("[line.pay]\nbase = 1_000.10\nyes = true\nday = 2026-10-14\nx = +inf\n");
        assert!(wrong.is_empty(), "{wrong:?}");
        let tree = tree.unwrap();
        let pay = tree.table("line").unwrap().table("pay").unwrap();
        let base = pay.get("base").unwrap();
        assert!(matches!(&base.value, Value::Number(n) if n == "1_000.10"));
        assert!(matches!(&pay.get("day").unwrap().value, Value::Date(n) if n == "2026-10-14"));
        assert!(matches!(&pay.get("x").unwrap().value, Value::Number(n) if n == "+inf"));
        assert_eq!(sources.describe(base.place), "plan.toml:2:8");
        assert_eq!(sources.excerpt(base.place), "1_000.10");
    }

    #[test]
    fn a_mark_and_windows_line_ends_move_no_place() {
        let (tree, wrong, sources) = read("\u{feff}a = 1\r\nb = \"£5\"\r\n");
        assert!(wrong.is_empty(), "{wrong:?}");
        let tree = tree.unwrap();
        assert_eq!(sources.excerpt(tree.get("b").unwrap().place), "\"£5\"");
        assert_eq!(sources.excerpt(tree.entries["a"].key), "a");
        assert_eq!(sources.line_column(tree.get("b").unwrap().place), (2, 5));
    }

    #[test]
    fn keys_stand_in_the_order_of_their_places() {
        let (tree, wrong, _) = read("[z.one]\na=1\n[y]\nb=1\n[z]\nc=1\n[x]\nd=1\n");
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(tree.unwrap().keys().collect::<Vec<_>>(), ["y", "z", "x"]);
    }

    #[test]
    fn ten_thousand_levels_are_refused() {
        for text in [
            format!("a = {}{}", "[".repeat(10_000), "]".repeat(10_000)),
            format!("a = {}1{}", "{b=".repeat(10_000), "}".repeat(10_000)),
            format!("a{} = 1", ".a".repeat(10_000)),
            format!("[a{}]\nb = 1", ".a".repeat(10_000)),
        ] {
            let (tree, wrong, _) = read(&text);
            assert!(tree.is_none());
            assert_eq!(wrong[0].name, "nested_too_deep");
        }
    }

    #[test]
    fn numbers_in_other_bases_are_refused() {
        let (_, wrong, _) = read("a = 0xff\nb = 0o17\nc = 0b11\n");
        assert_eq!(wrong.iter().map(|w| w.name).collect::<Vec<_>>(), ["not_a_number"; 3]);
    }

    #[test]
    fn what_could_not_be_read_is_left_out() {
        let (tree, wrong, _) = read("[scenario]\ntitle = \"open\nyears = 3\n[line.pay]\nbase = 5%\n");
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        let tree = tree.unwrap();
        assert_eq!(tree.table("scenario").unwrap().keys().collect::<Vec<_>>(), ["years"]);
    }

    #[test]
    fn an_empty_file_is_an_empty_tree() {
        let (tree, wrong, _) = read("");
        assert!(wrong.is_empty());
        assert_eq!(tree.unwrap().entries.len(), 0);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(?s).{0,200}") {
            let _ = read(&text);
        }

        #[test]
        fn no_near_toml_makes_it_panic(text in "([a-c]|[.=,\\[\\]{}\"'#\\\\ \n\r0-9£-]|\\[\\[a|\\]\\]\n|a = |\"\"\"|0x){0,60}") {
            let (tree, _, sources) = read(&text);
            // Every place lies inside the text it points into.
            if let Some(tree) = tree {
                for entry in tree.entries.values() {
                    prop_assert!(sources.file(entry.key.file).unwrap().text.get(entry.key.start as usize..entry.key.end as usize).is_some());
                }
            }
        }
    }
}
