//! What a check found as annotations of a GitHub workflow: a line each on standard output, which GitHub shows beside the
//! line of the file in a pull request.

use std::cmp::Reverse;
use std::io::{self, Write};

use crate::report::points::{Came, Checked, Level, Point};

use super::text::clean;

/// Writes an annotation for everything that was found and is not accepted, worst first: GitHub shows ten of a kind.
///
/// # Errors
/// What `out` says.
pub fn write(checked: &[Checked], out: &mut dyn Write) -> io::Result<()> {
    let all = checked.iter().flat_map(|c| c.points.iter().map(move |point| (c, point)));
    let mut told: Vec<_> = all.filter_map(|(c, point)| Some((weight(&point.came)?, c, point))).collect();
    told.sort_by_key(|(weight, _, _)| Reverse(*weight));
    for (weight, checked, point) in told {
        annotation(weight, checked, point, out)?;
    }
    Ok(())
}

/// How GitHub is to take it; nothing for what is as it should be.
fn weight(came: &Came) -> Option<Level> {
    match came {
        Came::Passed | Came::NotAssessed | Came::Accepted(..) => None,
        Came::Told(level) | Came::Failed(level) => Some(*level),
        Came::NotMet | Came::Invalid => Some(Level::Critical),
    }
}

fn annotation(weight: Level, checked: &Checked, point: &Point, out: &mut dyn Write) -> io::Result<()> {
    let command = match weight {
        Level::Amber => "notice",
        Level::Red => "warning",
        Level::Critical => "error",
    };
    write!(out, "::{command} ")?;
    match &point.spot {
        Some(spot) => write!(out, "file={},line={},col={}", property(&spot.file), spot.line, spot.column)?,
        None => write!(out, "file={}", property(&checked.file))?,
    }
    let mend = if point.mend.is_empty() { String::new() } else { format!("\n{}", point.mend) };
    writeln!(out, ",title={}::{}", property(&point.name), data(&format!("{}{mend}", point.said)))
}

/// A message: line breaks are written as GitHub's runner reads them.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| clean(line).into_owned()).collect();
    lines.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of the command, in which colons and commas end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::points::Spot;

    #[test]
    fn worst_first_and_nothing_of_a_text_is_a_command() {
        let spot = Some(Spot { file: "a,b.toml".into(), line: 3, column: 5 });
        let of = |name: &str, came, said: &str, spot| Point {
            code: "R04",
            name: name.into(),
            came,
            said: said.into(),
            mend: String::new(),
            spot,
        };
        let points = vec![
            of("R04 a: b", Came::Told(Level::Amber), "50% of it\n::error::no", spot),
            of("R10 c", Came::Failed(Level::Critical), "not balanced", None),
            of("R01 d", Came::Passed, "", None),
        ];
        let mut bytes = Vec::new();
        write(&[Checked { file: "plan.toml".into(), points }], &mut bytes).unwrap();
        let expected = "::error file=plan.toml,title=R10 c::not balanced\n\
                        ::notice file=a%2Cb.toml,line=3,col=5,title=R04 a%3A b::50%25 of it%0A::error::no\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
