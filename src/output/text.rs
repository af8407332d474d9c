//! Words on their way out: cleaned of what a terminal would obey, measured as a terminal does,
//! wrapped and padded.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text without anything a terminal would obey instead of print: control characters (escape
/// sequences begin with one) and marks that turn the direction of writing are left out; tabs and
/// line ends become spaces.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    // Most words are plain ASCII, which bytes can tell without decoding.
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) || !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter_map(|c| match c {
        '\t' | '\n' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if is_unprintable(c) => None,
        c => Some(c),
    });
    Cow::Owned(kept.collect())
}

/// Whether a terminal would obey a character instead of printing it, or no XML may hold it.
pub(super) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// The columns a text takes on a terminal.
#[must_use]
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The columns its longest word takes.
pub(super) fn longest_word(text: &str) -> usize {
    text.split_whitespace().map(width).max().unwrap_or(0)
}

/// The text in lines of at most `columns`, lines after the first set in by `hang`. A word longer
/// than a line is cut.
#[must_use]
pub fn wrap(text: &str, columns: usize, hang: usize) -> Vec<String> {
    let columns = columns.max(2);
    let hang = if hang + 2 > columns { 0 } else { hang };
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let mut word = word;
        let empty = line.trim().is_empty();
        if !empty && used + 1 + width(word) <= columns {
            line.push(' ');
            line.push_str(word);
            used += 1 + width(word);
            continue;
        }
        if !empty {
            lines.push(std::mem::replace(&mut line, " ".repeat(hang)));
            used = hang;
        }
        // Measured once: of a very long word what is cut off is taken off its width.
        let mut left = width(word);
        while used + left > columns {
            let (fits, rest) = cut(word, columns - used);
            line.push_str(fits);
            lines.push(std::mem::replace(&mut line, " ".repeat(hang)));
            used = hang;
            left = left.saturating_sub(width(fits));
            word = rest;
        }
        line.push_str(word);
        used += left;
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The start of a word that fits into `columns` (one character at least), and its rest: parted behind a
/// separator of a path or an address where one fits, but never within a year.
fn cut(word: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    let mut end = word.chars().next().map_or(0, char::len_utf8);
    for (at, c) in word.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        end = end.max(at + c.len_utf8());
    }
    let fits = word.get(..end).unwrap_or(word);
    let within = |at: usize| word.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let behind = |separators: &[char]| {
        let parts = |(at, c): &(usize, char)| *at > 0 && separators.contains(c) && !("/:".contains(*c) && within(*at));
        fits.char_indices().rev().find(parts).map(|(at, _)| at + 1)
    };
    let best = [['/', '@'], [':', '-'], ['.', '_']].iter().find_map(|separators| behind(separators));
    word.split_at(best.unwrap_or(end))
}

/// The text with spaces after it up to `columns`.
pub(super) fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text with spaces before it up to `columns`.
pub(super) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        assert_eq!(clean("Pay \u{1b}[31mred\u{7}\u{9b}2J\r\nand\tprices\u{7f}"), "Pay [31mred2J and prices");
        assert_eq!(clean("a\u{202e}b\u{2066}c"), "abc");
        assert_eq!(clean("a\u{fffe}b\u{ffff}c"), "abc");
        assert!(matches!(clean("Café – £5 (東京)"), Cow::Borrowed(_)));
    }

    #[test]
    fn wide_characters_are_measured_as_shown() {
        assert_eq!(width("Café – £5"), 9);
        assert_eq!(width("東京"), 4);
    }

    #[test]
    fn wrapping_hangs_and_cuts_only_what_must_be_cut() {
        assert_eq!(wrap("adult social care demand", 14, 2), ["adult social", "  care demand"]);
        assert_eq!(wrap("", 14, 2), [""]);
        assert_eq!(wrap("  two   spaces ", 14, 2), ["two spaces"]);
        assert_eq!(wrap("abcdefghij", 4, 1), ["abcd", " efg", " hij"]);
        assert_eq!(wrap("a bcdefgh", 4, 0), ["a", "bcde", "fgh"]);
        assert_eq!(wrap("東京都庁", 4, 0), ["東京", "都庁"]);
        assert_eq!(wrap("xx東京", 3, 0), ["xx", "東", "京"]);
        assert_eq!(wrap("scenarios/exshire.toml:85:1", 21, 0), ["scenarios/", "exshire.toml:85:1"]);
        let address = ["exshire/reserve/", "closing_if_nothing_", "else@2027/28"];
        assert_eq!(wrap("exshire/reserve/closing_if_nothing_else@2027/28", 21, 0), address);
    }
}
