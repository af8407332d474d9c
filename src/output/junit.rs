//! What a check asked, as the XML of JUnit: a suite a scenario, a case a point, those that passed too. Read by Jenkins,
//! GitLab, Azure and whatever else shows tests. The form is the one of Jenkins' own schema (junit-10).

use std::io::{self, Write};

use crate::report::points::{Came, Checked, Point};

use super::text::clean;

/// Writes all suites.
///
/// # Errors
/// What `out` says.
pub fn write(checked: &[Checked], out: &mut dyn Write) -> io::Result<()> {
    let count = |kind: fn(&Came) -> bool| checked.iter().map(|c| counted(c, kind)).sum::<usize>();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"fundgap check\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        count(|_| true),
        count(fails),
        count(is_error)
    )?;
    for suite in checked {
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            attribute(&suite.file),
            suite.points.len(),
            counted(suite, fails),
            counted(suite, is_error),
            counted(suite, |came| *came == Came::NotAssessed)
        )?;
        for point in &suite.points {
            case(&suite.file, point, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn counted(checked: &Checked, kind: fn(&Came) -> bool) -> usize {
    checked.points.iter().filter(|p| kind(&p.came)).count()
}

fn fails(came: &Came) -> bool {
    matches!(came, Came::Failed(_) | Came::NotMet)
}

fn is_error(came: &Came) -> bool {
    *came == Came::Invalid
}

fn case(file: &str, point: &Point, out: &mut dyn Write) -> io::Result<()> {
    let (name, class) = (attribute(&point.name), attribute(file));
    write!(out, "    <testcase name=\"{name}\" classname=\"{class}\"")?;
    let long = || content(&in_full(point));
    let said = attribute(&point.said);
    match &point.came {
        Came::Passed => return writeln!(out, "/>"),
        Came::NotAssessed => write!(out, ">\n      <skipped message=\"{said}\"/>")?,
        Came::Failed(level) => {
            write!(out, ">\n      <failure type=\"{}\" message=\"{said}\">{}</failure>", level.code(), long())?;
        }
        Came::NotMet => {
            write!(out, ">\n      <failure type=\"{}\" message=\"{said}\">{}</failure>", point.code, long())?;
        }
        Came::Invalid => {
            write!(out, ">\n      <error type=\"{}\" message=\"{said}\">{}</error>", point.code, long())?;
        }
        Came::Told(level) => write!(out, ">\n      <system-out>{}: {}</system-out>", level.code(), long())?,
        Came::Accepted(level, reason) => write!(
            out,
            ">\n      <system-out>{}, accepted ({}): {}</system-out>",
            level.code(),
            content(reason),
            long()
        )?,
    }
    writeln!(out, "\n    </testcase>")
}

/// What is said, where it is and what to do, a line each.
fn in_full(point: &Point) -> String {
    let place = point.spot.as_ref().map(|spot| spot.words());
    let lines = [Some(point.said.clone()), place, Some(point.mend.clone()).filter(|mend| !mend.is_empty())];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Text between tags; [`clean`] leaves out what XML has no way to write.
fn content(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| clean(line).into_owned()).collect();
    lines.join("\n").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text in an attribute: all on one line.
fn attribute(text: &str) -> String {
    content(&text.replace('\n', " ")).replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::points::Level;

    fn point(name: &str, came: Came, said: &str) -> Point {
        let (said, mend) = (said.to_owned(), String::new());
        Point { code: "R04", name: name.to_owned(), came, said, mend, spot: None }
    }

    #[test]
    fn a_suite_counts_its_cases_and_no_text_is_markup() {
        let points = vec![
            point("passes", Came::Passed, ""),
            point("told", Came::Told(Level::Amber), "a <b>"),
            point("fails", Came::Failed(Level::Red), "\"x\" & \u{1}\u{fffe}\ny"),
            point("not asked", Came::NotAssessed, "not assessed: no class"),
        ];
        let mut bytes = Vec::new();
        write(&[Checked { file: "a&b.toml".into(), points }], &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.contains("<testsuite name=\"a&amp;b.toml\" tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"1\">")
        );
        assert!(text.contains("<system-out>amber: a &lt;b&gt;</system-out>"), "{text}");
        assert!(text.contains("message=\"&quot;x&quot; &amp;  y\""), "{text}");
        assert!(!text.contains('\u{fffe}') && !text.contains('\u{1}'), "{text}");
    }
}
