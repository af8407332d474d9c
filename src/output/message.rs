//! Messages on a terminal: what is wrong, where, the line with a caret, and what to type.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::vocabulary::{Diagnostic, Diagnostics, Place, Severity, Sources};

/// How many problems of one kind are shown before the rest are counted.
const MOST_OF_A_KIND: usize = 20;
/// How many characters of a line are shown.
const WIDEST: usize = 300;
/// How many characters of a message or a hint are shown.
const LONGEST: usize = 1200;
/// How many characters before the caret a line that is cut begins.
const BEFORE: usize = 100;

/// One problem as text, ending with a line break.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.clone().primary_title(short(&diagnostic.message)));
    let places = diagnostic.place.iter().map(|place| (*place, "", AnnotationKind::Primary));
    let related = diagnostic.related.iter().map(|(place, what)| (*place, what.as_str(), AnnotationKind::Context));
    let mut columns = Vec::new();
    let mut placed = false;
    for (place, label, kind) in places.chain(related) {
        let Some(file) = sources.file(place.file) else { continue };
        placed = true;
        let (line, column) = sources.line_column(place);
        let name = safe(&file.name);
        let shown = Shown::of(&file.text, place);
        if shown.cut {
            let seen = shown.text[..shown.start].chars().count() + 1;
            columns.push((format!("{name}:{line}:{seen}\n"), format!("{name}:{line}:{column}\n")));
        }
        let annotation = kind.span(shown.start..shown.end);
        let annotation = if label.is_empty() { annotation } else { annotation.label(short(label)) };
        group = group.element(Snippet::source(shown.text).path(name).line_start(line).annotation(annotation));
    }
    for hint in &diagnostic.hints {
        group = group.element(Level::HELP.with_name("hint").message(short(hint)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    if !placed {
        // Without an excerpt the renderer's gutter would lead nowhere.
        let title = Group::with_title(level.primary_title(short(&diagnostic.message)));
        let mut text = renderer.term_width(WIDEST).render(&[title]);
        text.push('\n');
        for hint in &diagnostic.hints {
            text.push_str(&format!("hint: {}\n", short(hint)));
        }
        return text;
    }
    let mut text = renderer.term_width(WIDEST).render(&[group]);
    text.push('\n');
    for (seen, column) in columns {
        // The renderer counts columns in the line as it was cut; the user's editor does not.
        text = text.replacen(&seen, &column, 1);
    }
    text
}

/// All problems by place, at most twenty of a kind, and how many there are in all.
#[must_use]
pub fn render_all(diagnostics: &Diagnostics, sources: &Sources, colour: bool) -> String {
    let (kept, left_out) = diagnostics.capped(MOST_OF_A_KIND);
    if kept.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    for diagnostic in &kept {
        text.push_str(&render(diagnostic, sources, colour));
        text.push('\n');
    }
    for (name, count) in &left_out {
        text.push_str(&format!("… and {count} more of the kind `{name}`\n"));
    }
    let all = kept.len() + left_out.values().sum::<usize>();
    if all > 1 {
        text.push_str(&format!("{all} problems found\n"));
    }
    text
}

/// One line as it may be shown, and the span of the caret in it.
struct Shown {
    text: String,
    start: usize,
    end: usize,
    /// Whether the beginning of the line was left out.
    cut: bool,
}

impl Shown {
    /// The line on which a place begins; a place of several lines is shown by its first.
    fn of(file: &str, place: Place) -> Self {
        let from = boundary(file, place.start as usize);
        let to = boundary(file, place.end as usize).max(from);
        let line_start = file[..from].rfind('\n').map_or(0, |n| n + 1);
        let line_end = file[from..].find('\n').map_or(file.len(), |n| from + n);
        let line_end = if file[line_start..line_end].ends_with('\r') { (line_end - 1).max(from) } else { line_end };
        let first = file[line_start..from].char_indices().rev().nth(BEFORE - 1);
        let whole = file[line_start..line_end].chars().nth(WIDEST).is_none();
        let cut = if whole { line_start } else { first.map_or(line_start, |(at, _)| line_start + at) };
        let stop = file[cut..line_end].char_indices().nth(WIDEST).map_or(line_end, |(at, _)| cut + at);
        let mut text = String::new();
        if cut > line_start {
            text.push('…');
        }
        text.push_str(&safe(&file[cut..from]));
        let start = text.len();
        text.push_str(&safe(&file[from..to.min(stop).max(from)]));
        let end = text.len();
        text.push_str(&safe(&file[to.min(stop).max(from)..stop.max(from)]));
        if stop < line_end {
            text.push('…');
        }
        Self { text, start, end, cut: cut > line_start }
    }
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The same, with its middle left out when nobody would read it: a name may be as long as its file.
fn short(text: &str) -> String {
    let letters = text.chars().count();
    if letters <= LONGEST {
        return safe(text);
    }
    let head: String = text.chars().take(LONGEST * 3 / 4).collect();
    let tail: String = text.chars().skip(letters - LONGEST / 4).collect();
    format!("{} … {}", safe(&head), safe(&tail))
}

/// Text that can do nothing to a terminal: control characters and those that turn the direction
/// of writing are shown as signs.
#[must_use]
pub fn safe(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' => ' ',
            '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
            '\u{7f}' => '\u{2421}',
            '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {
                '\u{fffd}'
            }
            // A mark at the start of a file has no width of its own.
            '\u{feff}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, what: &str) -> (Sources, Place) {
        let mut sources = Sources::new();
        let file = sources.add("plan.toml".into(), text.into());
        let start = text.find(what).unwrap();
        (sources, Place::new(file, start..start + what.len()))
    }

    #[test]
    fn a_message_shows_place_caret_and_hint() {
        let (sources, place) = at("[saving.home_first]\n\tline = \"older_peple\"\n", "\"older_peple\"");
        let first = Place { start: 0, end: 19, ..place };
        let diagnostic = Diagnostic::error("unknown_name", "saving `home_first` names an unknown line `older_peple`")
            .at(place)
            .also(first, "in this saving")
            .hint("did you mean `older_people`?");
        let text = render(&diagnostic, &sources, false);
        assert!(text.starts_with("error: saving `home_first` names"), "{text}");
        assert!(text.contains("--> plan.toml:2:9"), "{text}");
        assert!(text.contains("^^^^^^^^^^^^^"), "{text}");
        print!("{text}");
        assert!(text.contains("in this saving"), "{text}");
        assert!(text.contains("hint: did you mean `older_people`?"), "{text}");
        assert!(!text.contains('\u{1b}'));
        assert!(render(&diagnostic, &sources, true).contains('\u{1b}'));
    }

    #[test]
    fn no_escape_reaches_the_terminal_and_long_lines_are_cut() {
        let long = format!("a = \"{}\u{1b}[31m£X\u{202e}{}\"\r\n", "é".repeat(100_000), "y".repeat(100_000));
        let (sources, place) = at(&long, "X");
        let diagnostic = Diagnostic::warning("odd", "an odd \u{1b}[2J text").at(place).hint("\u{7}bell");
        let text = render(&diagnostic, &sources, false);
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}', '\r']), "{text}");
        assert!(text.chars().count() < 2000, "{}", text.chars().count());
        assert!(text.contains('X') && text.contains("plan.toml:1:100012"), "{text}");
    }

    #[test]
    fn a_place_at_the_end_of_the_file_or_over_several_lines_is_shown() {
        for (text, span) in [("", 0..0), ("a = 1", 5..5), ("a = [\r\n1\r\n]\r\n", 4..11), ("é", 1..9)] {
            let mut sources = Sources::new();
            let file = sources.add("plan.toml".into(), text.into());
            let diagnostic = Diagnostic::error("x", "wrong").at(Place::new(file, span));
            assert!(render(&diagnostic, &sources, false).contains("plan.toml:1"));
        }
    }

    #[test]
    fn columns_are_those_of_the_places() {
        for text in ["\u{feff}X = 1", "\t\té中£\u{1b}X = 1", "e\u{301}👩\u{200d}👩X"] {
            let (sources, place) = at(text, "X");
            let message = render(&Diagnostic::error("x", "wrong").at(place), &sources, false);
            assert!(message.contains(&format!("{}\n", sources.describe(place))), "{message}");
        }
    }

    #[test]
    fn many_of_a_kind_are_counted() {
        let mut all = Diagnostics::new();
        for n in 0..25 {
            all.push(Diagnostic::error("unknown_key", format!("no key `{n}`")));
        }
        all.push(Diagnostic::error("other", "another"));
        let text = render_all(&all, &Sources::new(), false);
        assert!(text.contains("… and 5 more of the kind `unknown_key`"), "{text}");
        assert!(text.ends_with("26 problems found\n"), "{text}");
        assert_eq!(render_all(&Diagnostics::new(), &Sources::new(), false), "");
    }
}
