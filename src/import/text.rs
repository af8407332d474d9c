//! From the bytes of a CSV file to its text, whichever program saved it: UTF-8, UTF-16 ("Unicode text"), or what
//! Excel's plain "CSV" makes of it on Windows. What is not UTF-8 is told with the place that shows it.

use crate::vocabulary::Diagnostic;

/// The text of a CSV file.
///
/// # Errors
/// It is no text that can be read; what it seems to be, and where.
pub fn text(bytes: &[u8], name: &str, told: &mut Vec<String>) -> Result<String, Box<Diagnostic>> {
    if let Some((order, units)) = utf16(bytes) {
        let text = units.and_then(|units| decoded(bytes, order, units)).ok_or_else(|| {
            let message = format!(
                "`{name}` is no text file that can be read: it begins as \"Unicode text\" (UTF-16) and is broken or cut off"
            );
            refused(message, "save it in Excel as \"CSV UTF-8 (Comma delimited)\"")
        })?;
        told.push(format!(
            "`{name}` was saved as \"Unicode text\" (UTF-16) and was read as that; \"CSV UTF-8\" is what other programs read too"
        ));
        return Ok(text);
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        let (line, column) = place(bytes, at);
        let message = format!(
            "`{name}` is no text file that can be read: line {line}, column {column} holds a byte that no text has"
        );
        return Err(refused(message, "save it in Excel as \"CSV UTF-8\", or name the .xlsx workbook itself"));
    }
    let wrong = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error.valid_up_to(),
    };
    if let Some(at) = bytes.iter().position(|b| windows(*b).is_none()) {
        let (line, column) = place(bytes, at);
        let message = format!(
            "`{name}` is no text file that can be read: line {line}, column {column} is neither UTF-8 nor Windows text (Windows-1252)"
        );
        return Err(refused(message, "save it in Excel as \"CSV UTF-8\", or name the .xlsx workbook itself"));
    }
    let (line, column) = place(bytes, wrong);
    let sign = bytes.get(wrong).copied().and_then(windows).unwrap_or('?');
    told.push(format!(
        "`{name}` is not UTF-8 but Windows text (Windows-1252), as Excel's plain \"CSV\" saves it, and was read as that: \
         line {line}, column {column} is `{sign}`; check it, or save the sheet as \"CSV UTF-8\""
    ));
    Ok(bytes.iter().filter_map(|b| windows(*b)).collect())
}

fn refused(message: String, hint: &'static str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("workbook_format", message).hint(hint))
}

/// The order of the two bytes of a sign in UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    LowFirst,
    HighFirst,
}

/// Whether bytes are UTF-16: by the mark at their beginning, or because every other byte of nearly all of them is
/// nought, as in English text. With it where the signs begin; nothing where a byte is missing at the end.
fn utf16(bytes: &[u8]) -> Option<(Order, Option<usize>)> {
    let (order, begins) = match bytes {
        [0xff, 0xfe, ..] => (Order::LowFirst, 2),
        [0xfe, 0xff, ..] => (Order::HighFirst, 2),
        _ => {
            let noughts = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
            let (even, odd, half) = (noughts(0), noughts(1), bytes.len() / 2);
            let nearly = half - half / 10;
            match bytes.len() >= 4 {
                true if odd >= nearly && even == 0 => (Order::LowFirst, 0),
                true if even >= nearly && odd == 0 => (Order::HighFirst, 0),
                _ => return None,
            }
        }
    };
    Some((order, bytes.len().is_multiple_of(2).then_some(begins)))
}

fn decoded(bytes: &[u8], order: Order, begins: usize) -> Option<String> {
    let pairs = bytes.get(begins..)?.chunks_exact(2);
    let units: Vec<u16> = pairs
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(|pair| match order {
            Order::LowFirst => u16::from_le_bytes(pair),
            Order::HighFirst => u16::from_be_bytes(pair),
        })
        .collect();
    String::from_utf16(&units).ok().filter(|text| !text.contains('\0'))
}

/// The line and the column of a byte, counted from 1, one column a sign that begins before it.
fn place(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let begins = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(before.get(begins..).unwrap_or_default()).chars().count() + 1;
    (line, column)
}

/// A byte of Windows-1252 text; nothing for the five that mean nothing there.
fn windows(byte: u8) -> Option<char> {
    const HIGH: [Option<char>; 32] = [
        Some('€'),
        None,
        Some('‚'),
        Some('ƒ'),
        Some('„'),
        Some('…'),
        Some('†'),
        Some('‡'),
        Some('ˆ'),
        Some('‰'),
        Some('Š'),
        Some('‹'),
        Some('Œ'),
        None,
        Some('Ž'),
        None,
        None,
        Some('‘'),
        Some('’'),
        Some('“'),
        Some('”'),
        Some('•'),
        Some('–'),
        Some('—'),
        Some('˜'),
        Some('™'),
        Some('š'),
        Some('›'),
        Some('œ'),
        None,
        Some('ž'),
        Some('Ÿ'),
    ];
    match byte {
        0x80..=0x9f => HIGH.get(usize::from(byte - 0x80)).copied().flatten(),
        other => Some(char::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(String, Vec<String>), String> {
        let mut told = Vec::new();
        text(bytes, "x.csv", &mut told).map(|text| (text, told)).map_err(|wrong| wrong.message)
    }

    #[test]
    fn texts_are_read_whichever_program_saved_them() {
        let low: Vec<u8> = "a£b".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let high: Vec<u8> = "a£b".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&[&[0xff, 0xfe], low.as_slice()].concat()).unwrap().0, "a£b");
        assert_eq!(read(&[&[0xfe, 0xff], high.as_slice()].concat()).unwrap().0, "a£b");
        assert_eq!((read(&low).unwrap().0, read(&high).unwrap().0), ("a£b".to_owned(), "a£b".to_owned()));
        assert_eq!(read("a£b".as_bytes()), Ok(("a£b".to_owned(), Vec::new())));
        assert_eq!(read(b"\xef\xbb\xbfa").unwrap().0, "a");
        let (text, told) = read(b"a\nb \xa3 \x96").unwrap();
        assert_eq!(text, "a\nb £ –");
        assert!(told[0].contains("line 2, column 3 is `£`"), "{told:?}");
    }

    #[test]
    fn what_is_no_text_is_told_with_its_place() {
        assert!(read(b"ab\nc\0d").unwrap_err().contains("line 2, column 2"));
        assert!(read(b"ab\x81").unwrap_err().contains("line 1, column 3 is neither"));
        assert!(read(&[0xff, 0xfe, 0x41]).unwrap_err().contains("broken or cut off"));
        assert!(read(&[0xff, 0xfe, 0x00, 0xd8]).unwrap_err().contains("broken or cut off"));
    }
}
