//! Words as a TOML text: whatever stands in them stays words.

/// A text in quotes, with everything that could end it or hide in it escaped.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Controls, and signs that turn the direction of writing or take no room.
            c if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}') =>
            {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Words within a comment, on one line.
#[must_use]
pub fn in_comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_in_a_cell_is_read_back_as_it_was() {
        for text in ["", "a \"b\" \\ c", "line\nbreak\ttab", "=1+1", "\u{1}\u{202e}x", "# [x]\r", "é£—"] {
            let written = format!("a = {}", quoted(text));
            assert!(!written.contains('\n'), "{written}");
            let read: toml::Table = written.parse().unwrap();
            assert_eq!(read["a"].as_str(), Some(text));
        }
    }
}
