//! A quotation mark that is not closed in a table of fields: what stands behind it is no table any more.

/// Where a field in quotation marks begins that is not closed at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Astray {
    /// The offset of the mark in bytes.
    pub at: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

/// Where a field in quotation marks begins that is never closed, or is closed in its midst: it would take the rows
/// after it into itself.
#[must_use]
pub fn astray(text: &str, delimiter: char) -> Option<Astray> {
    let (mut line, mut column) = (1, 0);
    let mut opened = None;
    let mut begins = true;
    let mut signs = text.char_indices().peekable();
    let sign_of = |next: Option<&(usize, char)>| next.map(|(_, sign)| *sign);
    while let Some((at, sign)) = signs.next() {
        column += 1;
        match (opened, sign) {
            (Some(_), '"') if sign_of(signs.peek()) == Some('"') => {
                signs.next();
                column += 1;
            }
            (Some(begun), '"') => {
                if sign_of(signs.peek()).is_some_and(|next| next != delimiter && !matches!(next, '\r' | '\n')) {
                    return Some(begun);
                }
                opened = None;
            }
            (None, '"') if begins => opened = Some(Astray { at, line, column }),
            _ => {}
        }
        begins = opened.is_none() && (sign == delimiter || matches!(sign, '\r' | '\n' | '\u{feff}'));
        if sign == '\n' || sign == '\r' && sign_of(signs.peek()) != Some('\n') {
            (line, column) = (line + 1, 0);
        }
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_is_not_closed_is_found_where_it_opens() {
        assert_eq!(astray("a,\"b\"\nc,\"d \"\"e\"\"\"\n", ','), None);
        assert_eq!(astray("a,b\ncé,\"d\ne,f\n", ','), Some(Astray { at: 8, line: 2, column: 4 }));
        assert_eq!(astray("\"a\" b,c\n", ','), Some(Astray { at: 0, line: 1, column: 1 }));
        assert_eq!(astray("5\" pipe,c\n", ','), None);
    }
}
