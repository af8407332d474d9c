//! A first look into a workbook's file before anything believes it: what it is, how large it becomes when it
//! is unpacked, and which rows and columns it hides.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::vocabulary::Diagnostic;

/// The most that a workbook may become when it is unpacked: some forty times the largest plan's.
pub const MOST_UNPACKED: u64 = 256 * 1024 * 1024;

/// What the files of sheets say that their cells do not, by the sheet's number in the workbook.
#[derive(Debug, Default)]
pub struct Hidden {
    /// Hidden rows, hidden columns and merged ranges of each sheet.
    pub sheets: Vec<Marks>,
}

/// What a sheet hides or merges.
#[derive(Debug, Default, Clone)]
pub struct Marks {
    /// Hidden rows, from 1.
    pub rows: Vec<u32>,
    /// Hidden columns, from 0.
    pub columns: Vec<u32>,
    /// Merged ranges.
    pub merged: Vec<String>,
}

/// Looks into a file that should be an .xlsx workbook, and into the sheets of it that are wanted, by name.
///
/// # Errors
/// It is another kind of file, is protected by a password, is broken, or becomes too large.
pub fn look(bytes: &[u8], name: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Hidden, Box<Diagnostic>> {
    let refuse =
        |kind: &'static str, message: String, hint: &str| Box::new(Diagnostic::error(kind, message).hint(hint));
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let marker: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let locked = bytes.windows(marker.len()).any(|w| w == marker);
        return Err(if locked {
            refuse(
                "workbook_locked",
                format!("`{name}` is protected by a password and cannot be read"),
                "save a copy without the password: in Excel, File > Info > Protect Workbook > Encrypt with Password",
            )
        } else {
            refuse(
                "workbook_format",
                format!("`{name}` is an old .xls workbook, and only .xlsx and CSV are read"),
                "open it in Excel or LibreOffice and save it as .xlsx",
            )
        });
    }
    if !bytes.starts_with(b"PK") {
        return Err(refuse(
            "workbook_format",
            format!("`{name}` is no .xlsx workbook"),
            "name an .xlsx workbook, or a file that ends with .csv",
        ));
    }
    // What the library says of it is said in no words of ours: it names neither the file nor what to do.
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
        broken(name, "its list of parts is missing or damaged, as when a file is cut off while it is copied")
    })?;
    let mut left = MOST_UNPACKED;
    let mut parts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut marks: BTreeMap<String, Marks> = BTreeMap::new();
    let numbered =
        |at: usize, all: usize| broken(name, &format!("part {} of {all} inside it cannot be opened", at + 1));
    let all = archive.len();
    // The list of sheets first: what is not wanted is not unpacked.
    let (mut order, mut rest) = (Vec::new(), Vec::new());
    for at in 0..all {
        let file = archive.by_index(at).map_err(|_| numbered(at, all))?;
        let path = file.name().map_err(|_| numbered(at, all))?.trim_start_matches('/').to_owned();
        if matches!(path.as_str(), WORKBOOK | RELATIONS) { order.push((at, path)) } else { rest.push((at, path)) }
    }
    let lists = order.len();
    order.append(&mut rest);
    let mut unwanted: BTreeSet<String> = BTreeSet::new();
    for (n, (at, path)) in order.into_iter().enumerate() {
        if n == lists {
            unwanted =
                listed(&parts).into_iter().filter(|(sheet, _)| !wanted(sheet)).filter_map(|(_, path)| path).collect();
        }
        if unwanted.contains(&path) {
            continue;
        }
        let file = archive.by_index(at).map_err(|_| numbered(at, all))?;
        let mut unpacked = Vec::new();
        // What a file says of its own size is not believed.
        file.take(left + 1)
            .read_to_end(&mut unpacked)
            .map_err(|_| broken(name, &format!("its part `{}` is damaged", message_safe(&path))))?;
        left = left.checked_sub(unpacked.len() as u64).ok_or_else(|| {
            refuse(
                "workbook_too_large",
                format!("`{name}` becomes more than {} MB when it is unpacked", MOST_UNPACKED / 1024 / 1024),
                "copy the sheets that hold the budget into a workbook of their own",
            )
        })?;
        if path == "mimetype" && unpacked.starts_with(b"application/vnd.oasis.opendocument") {
            return Err(refuse(
                "workbook_format",
                format!("`{name}` is an OpenDocument spreadsheet, and only .xlsx and CSV are read"),
                "save it as .xlsx in LibreOffice: File > Save As",
            ));
        }
        if path.starts_with("xl/worksheets/") && path.ends_with(".xml") {
            if let Some(cell) = beyond_a_sheet(&String::from_utf8_lossy(&unpacked)) {
                let what = format!("its part `{}` names {cell}, which no sheet has", message_safe(&path));
                return Err(broken(name, &what));
            }
            marks.insert(path, scan(&unpacked));
        } else if matches!(path.as_str(), WORKBOOK | RELATIONS | "xl/workbook.bin") {
            parts.insert(path, unpacked);
        }
    }
    if parts.contains_key("xl/workbook.bin") {
        return Err(refuse(
            "workbook_format",
            format!("`{name}` is a binary workbook (.xlsb), and only .xlsx and CSV are read"),
            "save it as .xlsx in Excel: File > Save As",
        ));
    }
    if !parts.contains_key(WORKBOOK) {
        return Err(broken(name, "its part `xl/workbook.xml`, which lists the sheets, is missing"));
    }
    let of = |path: Option<String>| path.and_then(|path| marks.get(&path).cloned()).unwrap_or_default();
    Ok(Hidden { sheets: listed(&parts).into_iter().map(|(_, path)| of(path)).collect() })
}

const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";

/// The sheets that a workbook lists, each with the part in which it stands.
fn listed(parts: &BTreeMap<String, Vec<u8>>) -> Vec<(String, Option<String>)> {
    let text =
        |path: &str| parts.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let (workbook, relations) = (text(WORKBOOK), text(RELATIONS));
    let targets: BTreeMap<String, String> = tags(&relations, "Relationship")
        .filter_map(|tag| Some((attribute(tag, "Id")?, attribute(tag, "Target")?)))
        .collect();
    let path = |tag: &str| -> Option<String> {
        let target = targets.get(&attribute(tag, "r:id")?)?;
        Some(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
    };
    tags(&workbook, "sheet").map(|tag| (attribute(tag, "name").unwrap_or_default(), path(tag))).collect()
}

/// A workbook that is broken: which file, what of it, and what to do.
pub fn broken(name: &str, what: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("workbook_broken", format!("`{name}` is no workbook that can be read: {what}")).hint(
            "open it in Excel or LibreOffice, which may mend it, and save it again as .xlsx, or fetch the file anew",
        ),
    )
}

/// The name of a part as it is told: a damaged file may name its parts anyhow.
fn message_safe(path: &str) -> String {
    let plain: String = path.chars().filter(|c| c.is_ascii_graphic()).collect();
    super::rows::shortened(&plain)
}

/// The hidden rows and columns and the merged ranges of a sheet's XML.
fn scan(bytes: &[u8]) -> Marks {
    let text = String::from_utf8_lossy(bytes);
    let mut marks = Marks::default();
    let hidden = |tag: &str| matches!(attribute(tag, "hidden").as_deref(), Some("1" | "true"));
    let number = |tag: &str, name: &str| attribute(tag, name).and_then(|n| n.parse::<u32>().ok());
    for tag in tags(&text, "row").filter(|tag| hidden(tag)) {
        marks.rows.extend(number(tag, "r"));
    }
    for tag in tags(&text, "col").filter(|tag| hidden(tag)) {
        if let (Some(min), Some(max)) = (number(tag, "min"), number(tag, "max")) {
            marks.columns.extend((min.max(1)..=max.min(16_384)).map(|c| c - 1));
        }
    }
    marks.merged.extend(tags(&text, "mergeCell").filter_map(|tag| attribute(tag, "ref")));
    marks
}

/// A row or a cell of a sheet's XML that stands beyond the last of any sheet: XFD1048576.
fn beyond_a_sheet(xml: &str) -> Option<String> {
    let row_fits = |n: &str| n.parse::<u32>().is_ok_and(|n| (1..=1_048_576).contains(&n));
    let column_fits = |letters: &str| {
        let number = letters.bytes().try_fold(0_u32, |sum, letter| {
            let letter = letter.is_ascii_alphabetic().then(|| u32::from(letter.to_ascii_uppercase() - b'A') + 1)?;
            sum.checked_mul(26)?.checked_add(letter)
        });
        number.is_some_and(|number| (1..=16_384).contains(&number))
    };
    let cell_fits = |cell: &str| {
        let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(cell.len());
        let (letters, digits) = cell.split_at(digits);
        column_fits(letters) && row_fits(digits)
    };
    let rows = tags(xml, "row").filter_map(|tag| attribute(tag, "r")).filter(|row| !row_fits(row));
    let cells = tags(xml, "c").filter_map(|tag| attribute(tag, "r")).filter(|cell| !cell_fits(cell));
    rows.map(|row| format!("row {}", message_safe(&row)))
        .chain(cells.map(|cell| format!("cell {}", message_safe(&cell))))
        .next()
}

/// Every tag of this name, with its attributes.
fn tags<'a>(xml: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let mut rest = xml;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find('<')?;
            let inside = rest.get(at + 1..)?;
            rest = inside;
            if let Some(after) = inside.strip_prefix(name)
                && after.starts_with([' ', '\t', '\n', '\r', '/', '>'])
            {
                let end = after.find('>')?;
                return after.get(..end);
            }
        }
    })
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest.get(..at)?.chars().next_back();
        let after = rest.get(at + name.len()..)?;
        rest = after;
        let value = after.trim_start().strip_prefix('=').map(str::trim_start);
        if before.is_some_and(char::is_whitespace)
            && let Some(value) = value
        {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            return value.get(1..)?.split(quote).next().map(str::to_owned);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beyond_the_last_cell_of_any_sheet_is_found() {
        let of = |row: &str, cell: &str| {
            beyond_a_sheet(&format!(
                "<sheetData><row r=\"{row}\"><c r=\"{cell}\" t=\"n\"><v>1</v></c></row></sheetData>"
            ))
        };
        assert_eq!(of("1", "A1"), None);
        assert_eq!(of("1048576", "XFD1048576"), None);
        assert_eq!(of("1048577", "A1"), Some("row 1048577".to_owned()));
        assert_eq!(of("4294967299", "A1"), Some("row 4294967299".to_owned()));
        assert_eq!(of("1", "XFE1"), Some("cell XFE1".to_owned()));
        assert_eq!(of("1", "ZZZZZZ99999999999"), Some("cell ZZZZZZ99999999999".to_owned()));
        assert_eq!(of("1", "É1"), Some("cell 1".to_owned()));
    }

    #[test]
    fn hidden_rows_columns_and_merged_cells_are_seen() {
        let xml = r#"<worksheet><cols><col min="2" max="3" width="9" hidden="1"/><col min="5" max="5"/></cols>
            <sheetData><row r="4" hidden="true"><c r="A4"/></row><row r="5"/></sheetData>
            <mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells></worksheet>"#;
        let marks = scan(xml.as_bytes());
        assert_eq!((marks.rows, marks.columns, marks.merged), (vec![4], vec![1, 2], vec!["A1:C1".to_owned()]));
    }

    #[test]
    fn other_files_are_told_apart() {
        let name = |bytes: &[u8]| look(bytes, "budget.xlsx", &|_| true).unwrap_err().name;
        assert_eq!(name(b""), "workbook_format");
        assert_eq!(name(b"PK\x03\x04 cut off"), "workbook_broken");
        assert_eq!(name(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), "workbook_format");
    }
}
