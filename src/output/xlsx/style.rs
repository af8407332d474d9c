//! How a workbook looks: one typeface, one dark colour, thin lines, and formats of numbers by unit.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::language::MoneyUnit;
use crate::output::Display;
use crate::sheet::Flags;
use crate::vocabulary::Unit;
use crate::vocabulary::number::ten_to;

/// The dark colour of headings.
pub const DARK: Color = Color::RGB(0x1F3A5F);
/// The light colour behind headings of columns.
const LIGHT: Color = Color::RGB(0xE8EDF3);
/// The colour of lines.
const LINE: Color = Color::RGB(0xB8C2CE);
/// The colour of what is said beside.
const QUIET: Color = Color::RGB(0x5F6B7A);
/// Figures that are taken from another sheet.
const LINKED: Color = Color::RGB(0x00703C);
/// Figures that are given.
const GIVEN: Color = Color::RGB(0x1F4FA3);
/// The colours of the series of charts, which are told apart in print and by those who see few colours.
pub const SERIES: [Color; 8] = [
    Color::RGB(0x1F3A5F),
    Color::RGB(0xE07B00),
    Color::RGB(0x2A8C82),
    Color::RGB(0x9B3A6B),
    Color::RGB(0x7A8CA3),
    Color::RGB(0xB59B00),
    Color::RGB(0x4A6FA5),
    Color::RGB(0x6B4E2E),
];

/// What a cell is, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// The title of a sheet.
    Title,
    /// What is said under it.
    Quiet,
    /// The heading of a part.
    Heading,
    /// The heading of a column.
    Column,
    /// The heading of a column of figures.
    FigureColumn,
    /// Words, wrapped.
    Words,
    /// Words in one line.
    Line,
    /// Words that may be changed.
    OpenWords,
    /// Words in bold.
    Strong,
    /// A figure worked out.
    Figure,
    /// A figure of another sheet.
    Linked,
    /// A figure given by definition.
    Given,
    /// An input that may be changed.
    Open,
    /// An input that acts on how the plan is built.
    Fixed,
    /// A figure of our own, or a difference.
    Ours,
    /// A row of a table, by its style.
    Subtotal,
    /// A total.
    Total,
    /// The figure a table is there for.
    Headline,
    /// A heading between rows.
    Section,
    /// For reference.
    Muted,
}

/// The formats in use, each made once.
#[derive(Debug, Default)]
pub struct Styles(BTreeMap<(Look, u8, String), Format>);

impl Styles {
    /// The format of a look with a format of numbers (none: general) and set in by so many levels.
    pub fn of(&mut self, look: Look, indent: u8, number: &str) -> &Format {
        // Looked up first by what it is made of; made when it is new.
        self.0.entry((look, indent, number.to_owned())).or_insert_with(|| made(look, indent, number))
    }
}

fn made(look: Look, indent: u8, number: &str) -> Format {
    let base = Format::new().set_font_name("Calibri").set_font_size(10).set_align(FormatAlign::Top);
    let wrapped = |format: Format| format.set_text_wrap();
    let ruled = |format: Format, line| format.set_border_top(line).set_border_top_color(LINE);
    let format = match look {
        Look::Title => base.set_bold().set_font_size(16).set_font_color(DARK),
        Look::Quiet => wrapped(base.set_font_color(QUIET)),
        Look::Heading => base.set_bold().set_font_size(12).set_font_color(DARK),
        Look::Column => wrapped(base.set_bold().set_font_color(DARK).set_background_color(LIGHT)),
        Look::FigureColumn => {
            base.set_bold().set_font_color(DARK).set_background_color(LIGHT).set_align(FormatAlign::Right)
        }
        Look::Words => wrapped(base),
        Look::Line | Look::Figure => base,
        Look::OpenWords => wrapped(base.set_unlocked()),
        Look::Strong => wrapped(base.set_bold()),
        Look::Linked => base.set_font_color(LINKED),
        Look::Given => base.set_font_color(GIVEN),
        Look::Open => base.set_font_color(GIVEN).set_border(FormatBorder::Thin).set_border_color(LINE).set_unlocked(),
        Look::Fixed => base
            .set_font_color(QUIET)
            .set_background_color(Color::RGB(0xEDEDED))
            .set_border(FormatBorder::Thin)
            .set_border_color(LINE),
        Look::Ours | Look::Muted => base.set_font_color(QUIET),
        Look::Subtotal => ruled(base.set_bold(), FormatBorder::Thin),
        Look::Total => ruled(base.set_bold(), FormatBorder::Thin),
        Look::Headline => ruled(base.set_bold().set_font_color(DARK).set_background_color(LIGHT), FormatBorder::Medium),
        Look::Section => base.set_bold().set_font_color(DARK),
    };
    let format = if number.is_empty() { format } else { format.set_num_format(number).set_align(FormatAlign::Right) };
    if indent > 0 { format.set_align(FormatAlign::Left).set_indent(indent) } else { format }
}

/// The format of a number by its unit, with what must be said beside it. Whole counts have no point.
pub fn number_format(unit: Unit, steps: Option<i128>, flags: Flags) -> String {
    let whole = steps.is_none_or(|steps| steps % ten_to(unit.scale()) == 0);
    let (digits, nought) = match unit {
        Unit::Money => ("£#,##0.00", None),
        Unit::Rate => ("0.00##%", None),
        Unit::Quantity if whole => ("#,##0", None),
        Unit::Quantity => ("#,##0.0###", None),
        Unit::UnitPrice => ("£#,##0.00##", None),
        Unit::Months if whole => ("#,##0", None),
        Unit::Months => ("#,##0.00#######", None),
        Unit::Month => ("0", None),
    };
    signed(digits, nought, flags)
}

/// The format of a figure as people read it: money in the unit of display.
pub fn shown_format(unit: Unit, steps: Option<i128>, flags: Flags, display: &Display) -> String {
    if unit != Unit::Money {
        return number_format(unit, steps, flags);
    }
    let power = display.unit.power();
    let known = if flags.about > 0 { power.saturating_sub(u32::from(flags.about)) } else { u32::MAX };
    let decimals = display.money_decimals().min(known);
    let point = if decimals > 0 { format!(".{}", "0".repeat(decimals as usize)) } else { String::new() };
    let commas = match display.unit {
        MoneyUnit::Pounds => "",
        MoneyUnit::Thousands => ",",
        MoneyUnit::Millions => ",,",
    };
    signed(&format!("#,##0{point}{commas}"), Some(&format!("0{point}")), flags)
}

/// A surplus in brackets, and the marks of what is not known exactly before either.
fn signed(digits: &str, nought: Option<&str>, flags: Flags) -> String {
    let mark = match (flags.interpolated, flags.about > 0) {
        (false, false) => "",
        (true, false) => "\"~\"",
        (false, true) => "\"c. \"",
        (true, true) => "\"~c. \"",
    };
    let negative = format!("{mark}\\({digits}\\)");
    // The space of a bracket keeps the digits of both below each other.
    match nought {
        Some(nought) => format!("{mark}{digits}_);{negative};{mark}{nought}_)"),
        None => format!("{mark}{digits}_);{negative}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_unit() {
        let exact = |unit, steps| number_format(unit, Some(steps), Flags::EXACT);
        assert_eq!(exact(Unit::Money, 5), "£#,##0.00_);\\(£#,##0.00\\)");
        assert_eq!(exact(Unit::Quantity, 600_850_000), "#,##0_);\\(#,##0\\)");
        assert_eq!(exact(Unit::Quantity, 5), "#,##0.0###_);\\(#,##0.0###\\)");
        let filled = Flags { interpolated: true, ..Flags::EXACT };
        assert_eq!(number_format(Unit::Rate, Some(1), filled), "\"~\"0.00##%_);\"~\"\\(0.00##%\\)");
    }

    #[test]
    fn money_in_millions_is_a_format_and_not_another_figure() {
        let display = Display::default();
        let of = |flags| shown_format(Unit::Money, Some(0), flags, &display);
        assert_eq!(of(Flags::EXACT), "#,##0.000,,_);\\(#,##0.000,,\\);0.000_)");
        let about = Flags { about: 9, ..Flags::EXACT };
        assert_eq!(of(about), "\"c. \"#,##0,,_);\"c. \"\\(#,##0,,\\);\"c. \"0_)");
    }
}
