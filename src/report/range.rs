//! The range of an assumption in words: "2% to 5%, triangular", "P10 1% to P90 4%, normal".

use super::Reader;
use super::table::{Figure, Sentence};
use crate::sheet::{Drawn, Ends, Flags, Shape, Spread};
use crate::vocabulary::Unit;
use crate::vocabulary::number::decimal;

/// A range in words: its ends, each year's own where they differ, or its values; its shape; how often it is drawn
/// where the writer says so.
#[must_use]
pub fn in_words(r: &Reader<'_>, unit: Unit, spread: &Spread) -> Sentence {
    let figure = |steps: i128| Figure::new(unit, Some(steps), Flags::EXACT).exactly().in_words();
    let listed = |head: &str, values: Vec<(i128, String)>| {
        let mut sentence = Sentence::from(head);
        for (n, (steps, after)) in values.into_iter().enumerate() {
            sentence = sentence.text(if n == 0 { "" } else { ", " }).figure(figure(steps)).text(after);
        }
        sentence
    };
    let sentence = match &spread.shape {
        Shape::Outcomes(chances) => {
            let chance = |chance: i128| format!(" with {}%", decimal(chance, 7).normalize());
            listed("one of ", chances.iter().map(|(steps, c)| (*steps, chance(*c))).collect())
        }
        Shape::Past(values) => listed("past: ", values.iter().map(|steps| (*steps, String::new())).collect()),
        shape => {
            let (low, high) = match spread.ends {
                Ends::Absolute => ("", " to "),
                Ends::Percentiles => ("P10 ", " to P90 "),
            };
            let mut sentence = Sentence::default();
            for n in 0..spread.years.len().max(1) {
                let [least, most] = spread.of(n);
                sentence = sentence.text(format!("{}{low}", if n == 0 { "" } else { "; " }));
                sentence = sentence.figure(figure(least)).text(high).figure(figure(most));
                if !spread.years.is_empty() {
                    sentence = sentence.text(format!(" in {}", r.year(i32::try_from(n).unwrap_or(0) + 1)));
                }
            }
            sentence.text(match shape {
                Shape::Pert => ", PERT",
                Shape::Uniform => ", uniform",
                Shape::Normal => ", normal",
                _ => ", triangular",
            })
        }
    };
    match spread.drawn {
        None => sentence,
        Some(Drawn::EachYear) => sentence.text(", drawn each year"),
        Some(Drawn::Once) => sentence.text(", drawn once"),
    }
}
