//! Merging one file's tree over another's: what a later layer says replaces what an earlier one
//! said, whole figures at a time, and where the earlier one stood is kept.

use smol_str::SmolStr;

use crate::language::{Entry, KeyKind, Node, Section, Table, Value};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Diagnostics};

/// The table of keys of a kind of item, by the word in its header.
pub type Sections<'a> = &'a dyn Fn(&str) -> Option<&'static Section>;

/// Merges `over` into `base`.
///
/// Kinds merge by name and items by key. A key is replaced whole, with its evidence, unless its
/// table of keys says that it is a group of further keys. Lists of tables (`[[expect]]`) grow.
/// `remove = true` deletes the item; an item that is not there is told in `wrong`.
pub fn merge(base: &mut Table, over: Table, sections: Sections<'_>, wrong: &mut Diagnostics) {
    for (kind, entry) in over.entries {
        match entry.node.value {
            Value::Table(items) => merge_kind(
                base,
                &kind,
                Entry { node: Node::new(Value::Flag(true), entry.node.place), ..entry },
                items,
                sections,
                wrong,
            ),
            _ => append_or_replace(base, kind, entry),
        }
    }
}

fn merge_kind(base: &mut Table, kind: &str, at: Entry, items: Table, sections: Sections<'_>, wrong: &mut Diagnostics) {
    if !matches!(base.get(kind).map(|n| &n.value), Some(Value::Table(_))) {
        // The first file that speaks of a kind: nothing to merge with and, as a rule, nothing to delete.
        if kind == "scenario" || !items.entries.values().any(|entry| removes(&entry.node)) {
            let first = Entry { key: at.key, node: Node::new(Value::Table(items), at.node.place) };
            replace(base, kind.into(), first);
            return;
        }
        let empty = Entry { key: at.key, node: Node::new(Value::Table(Table::default()), at.node.place) };
        replace(base, kind.into(), empty);
    }
    let Some(Value::Table(held)) = base.entries.get_mut(kind).map(|e| &mut e.node.value) else { return };
    if kind == "scenario" {
        merge_keys(held, items, sections(kind));
        return;
    }
    for (name, entry) in items.entries {
        if removes(&entry.node) {
            if held.entries.shift_remove(&name).is_none() {
                wrong.push(remove_unknown(kind, &name, &entry, held));
            }
            continue;
        }
        // A driver is a figure: a later file's rates never mix with an earlier one's.
        let mixes = kind != "driver" && held.table(&name).is_some();
        match (mixes, entry.node.value) {
            (true, Value::Table(keys)) => {
                if let Some(Value::Table(item)) = held.entries.get_mut(&name).map(|e| &mut e.node.value) {
                    merge_keys(item, keys, sections(kind));
                }
            }
            (_, value) => replace(held, name, Entry { key: entry.key, node: Node { value, ..entry.node } }),
        }
    }
}

/// Merges the keys of one item or of a group inside it.
fn merge_keys(base: &mut Table, over: Table, section: Option<&'static Section>) {
    for (key, entry) in over.entries {
        let kind = section.and_then(|s| s.key(&key)).map(|k| k.kind);
        if let (Some(KeyKind::GroupsBy(_, group)), true) = (kind, base.table(&key).is_some()) {
            merge_by_name(base, key, entry, group);
            continue;
        }
        let deeper = base.get(&key).and_then(|held| inner_group(kind, held, &entry.node)).map(|(group, ..)| group);
        match (deeper, entry.node.value) {
            (Some(group), Value::Table(keys)) => {
                if let Some(Value::Table(held)) = base.entries.get_mut(&key).map(|e| &mut e.node.value) {
                    merge_keys(held, keys, Some(group));
                }
            }
            (_, value) => replace(base, key, Entry { key: entry.key, node: Node { value, ..entry.node } }),
        }
    }
}

/// The keys of a key that is a group in both places, with what both hold: such a group is merged and
/// compared key by key. A figure is not, nor a group whose rule is another one.
pub(super) fn inner_group<'a>(
    kind: Option<KeyKind>,
    held: &'a Node,
    over: &'a Node,
) -> Option<(&'static Section, &'a Table, &'a Table)> {
    let (group, always) = match kind {
        Some(KeyKind::Group(group)) => (group, true),
        Some(KeyKind::FigureOr(_, group)) => (group, false),
        _ => return None,
    };
    let (held, over) = (held.as_table()?, over.as_table()?);
    let in_group = |table: &Table| always || holds_keys_of(table, group);
    // Another rule needs other keys beside it: the group is then replaced whole.
    let rule = |t: &Table| t.get("rule").and_then(Node::as_text).map(str::to_owned);
    let other_rule = rule(over).is_some_and(|new| rule(held).is_some_and(|old| old != new));
    (in_group(held) && in_group(over) && !other_rule).then_some((group, held, over))
}

/// Merges a table from names to groups: name by name, and then key by key.
fn merge_by_name(base: &mut Table, key: SmolStr, entry: Entry, group: &'static Section) {
    let names = match entry.node.value {
        Value::Table(names) => names,
        value => return replace(base, key, Entry { key: entry.key, node: Node { value, ..entry.node } }),
    };
    let Some(Value::Table(held)) = base.entries.get_mut(key.as_str()).map(|e| &mut e.node.value) else { return };
    for (name, entry) in names.entries {
        match (held.entries.get_mut(&name).map(|e| &mut e.node.value), entry.node.value) {
            (Some(Value::Table(held)), Value::Table(keys)) => merge_keys(held, keys, Some(group)),
            (_, value) => replace(held, name, Entry { key: entry.key, node: Node { value, ..entry.node } }),
        }
    }
}

fn holds_keys_of(table: &Table, group: &Section) -> bool {
    table.keys().any(|k| group.keys.iter().any(|own| own.name == k && !matches!(k, "source" | "owner" | "note")))
}

fn removes(node: &Node) -> bool {
    node.as_table().is_some_and(|t| matches!(t.get("remove").map(|n| &n.value), Some(Value::Flag(true))))
}

fn remove_unknown(kind: &str, name: &str, entry: &Entry, held: &Table) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("remove_unknown", format!("`{kind}.{name}` is to be removed, and no earlier layer has it"))
            .at(entry.key);
    match did_you_mean(name, held.keys()) {
        Some(meant) => diagnostic.hint(format!("did you mean `{kind}.{meant}`?")),
        None => diagnostic.hint("leave `remove` out, or check which files this one extends"),
    }
}

fn append_or_replace(base: &mut Table, kind: SmolStr, entry: Entry) {
    let tables = |v: &Value| matches!(v, Value::List(items) if items.iter().all(|i| i.as_table().is_some()));
    let both = tables(&entry.node.value) && base.get(&kind).is_some_and(|held| tables(&held.value));
    match (both, entry.node.value) {
        (true, Value::List(more)) => {
            if let Some(Value::List(held)) = base.entries.get_mut(kind.as_str()).map(|e| &mut e.node.value) {
                held.extend(more);
            }
        }
        (_, value) => replace(base, kind, Entry { key: entry.key, node: Node { value, ..entry.node } }),
    }
}

/// Puts an entry in the place of whatever was there, and keeps where that stood.
pub(super) fn replace(table: &mut Table, key: SmolStr, mut entry: Entry) {
    if let Some(old) = table.entries.get_mut(key.as_str()) {
        let mut replaced = std::mem::take(&mut old.node.replaced);
        replaced.push(old.node.place);
        replaced.append(&mut entry.node.replaced);
        entry.node.replaced = replaced;
        *old = entry;
    } else {
        table.entries.insert(key, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Key;
    use crate::scenario::parse::parse;
    use crate::vocabulary::{Sources, Unit};

    static CLIENTS: Section = Section {
        name: "",
        help: "",
        keys: &[
            Key::optional("opening", KeyKind::Single(Unit::Quantity), ""),
            Key::optional("weeks", KeyKind::Single(Unit::Quantity), ""),
        ],
        belongs: false,
    };
    static LINE: Section = Section {
        name: "line",
        help: "",
        keys: &[
            Key::optional("base", KeyKind::Single(Unit::Money), ""),
            Key::optional("clients", KeyKind::Group(&CLIENTS), ""),
            Key::optional("fee", KeyKind::FigureOr(Unit::Money, &CLIENTS), ""),
        ],
        belongs: true,
    };

    fn merged(files: &[&str]) -> (Table, Vec<Diagnostic>, Sources) {
        let mut sources = Sources::new();
        let mut wrong = Diagnostics::new();
        let mut base = Table::default();
        for (n, text) in files.iter().enumerate() {
            let file = sources.add(format!("{n}.toml"), (*text).into());
            let tree = parse(&sources, file, &mut wrong).unwrap();
            merge(&mut base, tree, &|kind| (kind == "line").then_some(&LINE), &mut wrong);
        }
        (base, wrong.sorted(), sources)
    }

    fn item<'a>(tree: &'a Table, kind: &str, name: &str) -> &'a Table {
        tree.table(kind).unwrap().table(name).unwrap()
    }

    #[test]
    fn a_figure_is_replaced_whole_and_remembers_where_it_stood() {
        let (tree, wrong, sources) = merged(&[
            "[line.pay]\nbase = { likely = 1, source = \"x\" }\nservice = \"s\"\n",
            "[line.pay]\nbase = 2\n",
            "[line.pay]\nbase = { likely = 3 }\n",
        ]);
        assert!(wrong.is_empty());
        let pay = item(&tree, "line", "pay");
        assert!(pay.get("service").is_some());
        let base = pay.get("base").unwrap();
        assert_eq!(base.as_table().unwrap().keys().collect::<Vec<_>>(), ["likely"]);
        let places: Vec<String> = base.replaced.iter().map(|p| sources.describe(*p)).collect();
        assert_eq!(places, ["0.toml:2:8", "1.toml:2:8"]);
    }

    #[test]
    fn groups_merge_deeper_and_figures_do_not() {
        let (tree, _, _) = merged(&[
            "[line.a]\nclients = { opening = 1, weeks = 52 }\nfee = { opening = 1, weeks = 2 }\nx = { a = 1 }\n[line.b]\nfee = { likely = 1, source = \"s\" }\n",
            "[line.a]\nclients = { opening = 2 }\nfee = { opening = 3 }\nx = { b = 1 }\n[line.b]\nfee = { likely = 2 }\n",
        ]);
        let a = item(&tree, "line", "a");
        assert_eq!(a.table("clients").unwrap().entries.len(), 2);
        assert_eq!(a.table("fee").unwrap().entries.len(), 2);
        assert_eq!(a.table("x").unwrap().entries.len(), 1);
        assert_eq!(item(&tree, "line", "b").table("fee").unwrap().entries.len(), 1);
    }

    #[test]
    fn drivers_are_whole_and_expectations_add_up() {
        let (tree, _, _) = merged(&[
            "[driver]\npay = { rate = \"1%\", from = \"09\" }\n[[expect]]\ncell = \"a\"\n",
            "[driver]\npay = { rate = \"2%\" }\n[[expect]]\ncell = \"b\"\n",
        ]);
        assert_eq!(item(&tree, "driver", "pay").entries.len(), 1);
        assert!(matches!(&tree.get("expect").unwrap().value, Value::List(l) if l.len() == 2));
    }

    #[test]
    fn items_are_removed_and_unknown_ones_told() {
        let (tree, wrong, _) = merged(&[
            "[saving.home]\nx = 1\n[saving.other]\nx = 1\n",
            "[saving.home]\nremove = true\n[saving.othr]\nremove = true\n",
        ]);
        assert!(tree.table("saving").unwrap().get("home").is_none());
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].name, "remove_unknown");
        assert!(wrong[0].hints[0].contains("saving.other"));
    }

    #[test]
    fn a_table_and_a_value_replace_each_other() {
        let (tree, _, _) = merged(&["line = 5\n[saving]\nx = 1\n", "saving = 5\n[line.pay]\nbase = 1\n"]);
        assert!(item(&tree, "line", "pay").get("base").is_some());
        assert!(matches!(tree.get("saving").unwrap().value, Value::Number(_)));
    }
}
