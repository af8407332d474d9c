//! What an amendment does by itself: its items with their own amounts, and the keys it changes.

use super::{Read, money};
use crate::analysis::amendment::{Change, Class, What, amounts, files};
use crate::report::Reader;
use crate::report::table::{Block, Sentence, Table, TableCell, TableRow};
use crate::sheet::Run;

/// The table of its lines, and the keys it changes.
pub(super) fn blocks(read: &Read<'_>, runs: &[Run]) -> Vec<Block> {
    let mut table = Table::new(Reader::new(read.base).year_columns(""));
    table.title = Some("What it adds, changes and takes out: difference in the year".to_owned());
    let mut facts: Vec<(String, Sentence)> = Vec::new();
    let sources = &read.amended.loaded.sources;
    let one_file = files(read.base, read.amended).len() == 1;
    let place = |place| match one_file {
        true => format!("line {}", sources.line_column(place).0),
        false => sources.describe(place),
    };
    for item in &read.touched {
        let does = match &item.what {
            What::Adds => "adds",
            What::TakesOut => "takes out",
            What::Changes(_) => "changes",
        };
        let label = |class: Class, run: &str| format!("{does} {}: {}{run}", item.title, class.words());
        let mut any = false;
        for class in Class::ALL {
            let of = |run| amounts(read.base, read.amended, item, class, run);
            let by_run: Vec<_> = runs.iter().filter_map(|run| Some((*run, of(*run)?))).collect();
            let alike = by_run.windows(2).all(|pair| pair[0].1 == pair[1].1);
            for (run, years) in by_run.iter().take(if alike { 1 } else { by_run.len() }) {
                let which = if alike { String::new() } else { format!(", {}", run.words()) };
                let change = |c: &Change| TableCell::from(money(c.difference()));
                let cells = years.iter().map(|(_, c)| change(c)).collect();
                table.push(TableRow::plain(label(class, &which), cells).indented(1));
                any = true;
            }
        }
        if let What::Changes(keys) = &item.what {
            let keys = keys.iter().map(|k| {
                let before = k.before.as_deref().unwrap_or("(not given)");
                format!("{} {before} → {} ({})", k.key, k.after, place(k.place))
            });
            let path = if item.name.is_empty() { item.kind.clone() } else { format!("{}.{}", item.kind, item.name) };
            facts.push((format!("changes {path}"), keys.collect::<Vec<_>>().join("; ").into()));
        } else if !any {
            facts.push((format!("{does} {}.{}", item.kind, item.name), "moves no amount by itself".into()));
        }
    }
    if read.touched.is_empty() {
        return vec![Block::Text(vec!["it says nothing that the plan does not say already".into()])];
    }
    let mut blocks = Vec::new();
    if !table.rows.is_empty() {
        blocks.push(Block::Table(table));
    }
    if !facts.is_empty() {
        blocks.push(Block::Facts(facts));
    }
    blocks
}
