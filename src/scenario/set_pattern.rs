//! `--set 'saving.*.delivery=60%'`: every figure that a path with `*` fits, set as if each had been typed.
//!
//! `*` stands for any letters of one name. Figures that are stated are set; where the figure itself is
//! written out (`delivery`), so is that of an item which takes one and does not state it, as a what-if on
//! `saving.*.delivery` moves it. A driver made of others follows them and is left alone. With `@YEAR` only
//! what has a value to keep in the other years is set.

use super::adjust::{self, Left, SetPattern};
use super::layers::Sections;
use super::overrides::{Argument, one};
use crate::language::Table;
use crate::language::figure::FileSettings;
use crate::vocabulary::{Diagnostic, Diagnostics};

/// Sets what fits; nothing comes back when that is nothing, which is told, as is each figure that refuses.
pub(super) fn apply(
    tree: &mut Table,
    words: &str,
    argument: &Argument<'_>,
    files: &[FileSettings],
    sections: Sections<'_>,
    wrong: &mut Diagnostics,
) -> Option<SetPattern> {
    let (found, mut left) = match adjust::named(tree, (argument.path, argument.place), &argument.node, files, sections)
    {
        Ok(found) => found,
        Err(told) => {
            for diagnostic in told.sorted() {
                wrong.push(Diagnostic {
                    name: "set_pattern",
                    message: format!("`{}` names no figures: with `*`, --set sets figures only", argument.path),
                    ..diagnostic
                });
            }
            return None;
        }
    };
    let mut set = Vec::new();
    let mut refused = false;
    for figure in found {
        let stated = adjust::is_stated(tree, &figure.keys);
        if argument.year.is_some() && !stated {
            let why = "is not stated, so that its other years have no value".to_owned();
            left.push(Left { path: figure.path, why, follows: false, unstated: false });
            continue;
        }
        let single = Argument {
            path: &figure.path,
            parts: figure.keys.iter().map(String::as_str).collect(),
            place: argument.place,
            year: argument.year,
            node: argument.node.clone(),
        };
        match one(tree, single, files, sections) {
            Ok(()) => set.push((figure.path, stated)),
            Err(diagnostic) => {
                // What is wrong with the year is wrong with all of them, and told of the first.
                let of_all = matches!(diagnostic.name, "not_a_year" | "unknown_year");
                refused = true;
                wrong.push(*diagnostic);
                if of_all {
                    return None;
                }
            }
        }
    }
    if set.is_empty() && !refused {
        let mut message = format!("`{}` fits no figure of this scenario", argument.path);
        if !left.is_empty() {
            message.push_str(&format!(" that it could set: {}", adjust::left_in_words(left.iter())));
        }
        wrong.push(
            Diagnostic::error("set_pattern", message).at(argument.place).hint(
                "`fundgap run … --table assumptions` lists them all, by path; * stands for any letters of one name",
            ),
        );
    }
    (!set.is_empty()).then(|| SetPattern { words: words.to_owned(), set, left })
}
