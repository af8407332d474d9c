//! A body's own history of savings, printed: each year, and the share it may be expected to deliver.

use serde_json::{Value, json};

use super::record::rate;
use super::table::{Block, Column, Figure, Sentence, Table, TableRow};
use crate::record::credibility::mean_of_ratios;
use crate::record::{Entry, Estimate, Own};
use crate::sheet::Flags;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{FinancialYear, Unit};

/// A body with its history.
#[derive(Debug)]
pub struct Body<'h> {
    /// Its title.
    pub title: String,
    /// Its entries, in the order of their years.
    pub entries: Vec<&'h Entry>,
    /// The prior.
    pub prior: i128,
}

fn in_words(rate: i128) -> Figure {
    Figure::new(Unit::Rate, Some(rate), Flags::EXACT).in_words()
}

impl Body<'_> {
    /// What it comes to; none where nothing was published.
    #[must_use]
    pub fn own(&self) -> Option<Own> {
        Own::of(&self.entries, self.prior)
    }

    /// What is said of it for people.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let Some(own) = self.own() else { return vec![Block::Text(vec![self.no_history()])] };
        vec![Block::Table(self.years()), Block::Table(estimates(&own)), Block::Notes(self.notes(&own))]
    }

    fn no_history(&self) -> Sentence {
        let said = format!("{}: no history is given ([history.…] or --history FILE): ", self.title);
        Sentence::from(said).figure(in_words(self.prior)).text(" is expected, a house assumption")
    }

    fn notes(&self, own: &Own) -> Vec<Sentence> {
        let whole = &own.whole;
        let said = Sentence::from("estimate: (k × ").figure(in_words(self.prior));
        let said =
            said.text(" + delivered) ÷ (k + planned), at most 100%; k is one typical year's plan, for all savings ");
        let said = said.figure(Figure::money(whole.weight).in_words()).text("; ").figure(in_words(self.prior));
        let mut notes = vec![
            said.text(
                " stands for what is known of a body without a history: a house assumption (`delivery_prior`, --prior)",
            ),
            "delivered is what lasts; one-off measures are beside it and never in it".into(),
        ];
        if let Some(mean) = mean_of_ratios(&self.entries).filter(|_| whole.years > 1) {
            let said = Sentence::from("of sums, and not the mean of the years' shares (").figure(in_words(mean));
            notes.push(said.text("), in which a small year weighs as much as a large one"));
        }
        for year in self.years_in_two_ways() {
            notes.push(
                format!(
                    "{year} stands as a whole and in parts, or twice: take one of the two out if it is the same money"
                )
                .into(),
            );
        }
        if whole.unpublished > 0 {
            notes.push(format!("{} not published: in no figure", whole.unpublished).into());
        }
        notes
    }

    /// Years with an entry without a class beside others: what was given as a whole may be in the others too.
    fn years_in_two_ways(&self) -> Vec<FinancialYear> {
        let mut years: Vec<FinancialYear> = self
            .entries
            .iter()
            .filter(|whole| whole.class.is_none())
            .filter(|whole| self.entries.iter().filter(|other| other.year == whole.year).count() > 1)
            .map(|whole| whole.year)
            .collect();
        years.dedup();
        years
    }

    fn years(&self) -> Table {
        let mut columns = vec![Column::text("Savings"), Column::text("Year"), Column::text("Class")];
        columns.extend(["Planned", "Delivered", "One-off", "Share"].map(Column::figure));
        let mut table = Table::new(columns);
        table.title = Some(format!("{}: what became of its savings", self.title));
        for entry in &self.entries {
            let delivered = match entry.delivered {
                Some(pence) => Figure::money(pence),
                None => Figure::new(Unit::Money, None, Flags::NOT_PUBLISHED),
            };
            let share = entry.delivered.and_then(|d| crate::record::Ratio::of(d, entry.planned));
            let cells = vec![
                entry.year.to_string().into(),
                entry.class.clone().unwrap_or_else(|| "–".to_owned()).into(),
                Figure::money(entry.planned).into(),
                delivered.into(),
                Figure::money(entry.one_off).into(),
                rate(share.map(|r| r.rate())),
            ];
            table.push(TableRow::plain(entry.item.clone(), cells));
        }
        table
    }
}

fn estimates(own: &Own) -> Table {
    let mut columns = vec![Column::text("Class")];
    columns.extend(["Years", "Planned", "Delivered", "One-off", "Of sums", "Estimate"].map(Column::figure));
    let mut table = Table::new(columns);
    table.title = Some("The share it may be expected to deliver".into());
    let mut push = |label: &str, estimate: &Estimate| {
        let cells = vec![
            estimate.years.to_string().into(),
            Figure::money(estimate.planned).into(),
            Figure::money(estimate.delivered).into(),
            Figure::money(estimate.one_off).into(),
            rate(estimate.of_sums().map(|r| r.rate())),
            rate(Some(estimate.rate)),
        ];
        table.push(TableRow::plain(label, cells));
    };
    own.classes.iter().for_each(|(class, estimate)| push(class, estimate));
    push("all savings", &own.whole);
    table
}

/// Every figure of several bodies on a row of its own, for spreadsheets and scripts.
#[must_use]
pub fn table(bodies: &[Body<'_>]) -> Table {
    let words = ["Row", "Organisation", "Year", "Item", "Class"].map(Column::text);
    let mut columns: Vec<Column> = words.into();
    columns.extend(["Planned", "Delivered", "One-off", "Share", "Estimate"].map(Column::text));
    columns.extend(["Source", "Where"].map(Column::text));
    let mut table = Table::new(columns);
    let money = |pence: i128| plain(Unit::Money, pence);
    for body in bodies {
        for e in &body.entries {
            let share = e.delivered.and_then(|d| crate::record::Ratio::of(d, e.planned));
            let cells = [
                body.title.clone(),
                e.year.to_string(),
                e.item.clone(),
                e.class.clone().unwrap_or_default(),
                money(e.planned),
                e.delivered.map(money).unwrap_or_default(),
                money(e.one_off),
                share.map(|r| plain(Unit::Rate, r.rate())).unwrap_or_default(),
                String::new(),
                e.source.clone().unwrap_or_default(),
                e.place.clone(),
            ];
            table.push(TableRow::plain("history", cells.map(Into::into).into()));
        }
        let Some(own) = body.own() else { continue };
        let all = own.classes.iter().map(|(class, e)| (class.as_str(), e)).chain([("", &own.whole)]);
        for (class, e) in all {
            let cells = [
                body.title.clone(),
                String::new(),
                if class.is_empty() { "all savings".to_owned() } else { String::new() },
                class.to_owned(),
                money(e.planned),
                money(e.delivered),
                money(e.one_off),
                e.of_sums().map(|r| plain(Unit::Rate, r.rate())).unwrap_or_default(),
                plain(Unit::Rate, e.rate),
                String::new(),
                String::new(),
            ];
            table.push(TableRow::plain("estimate", cells.map(Into::into).into()));
        }
    }
    table
}

/// A body's history for programs.
#[must_use]
pub fn json(body: &Body<'_>) -> Value {
    let money = |pence: i128| plain(Unit::Money, pence);
    let estimate = |class: Option<&str>, e: &Estimate| {
        json!({
            "class": class,
            "years": e.years,
            "planned": money(e.planned),
            "delivered": money(e.delivered),
            "one_off": money(e.one_off),
            "of_sums": e.of_sums().map(|r| plain(Unit::Rate, r.rate())),
            "prior": plain(Unit::Rate, e.prior),
            "weight_of_prior": money(e.weight),
            "estimate": plain(Unit::Rate, e.rate),
            "not_published": e.unpublished,
        })
    };
    let years: Vec<Value> = body
        .entries
        .iter()
        .map(|e| {
            json!({
                "year": e.year.to_string(),
                "item": e.item,
                "class": e.class,
                "planned": money(e.planned),
                "delivered": e.delivered.map(money),
                "one_off": money(e.one_off),
                "source": e.source,
                "place": e.place,
            })
        })
        .collect();
    let own = body.own();
    let classes: Vec<Value> =
        own.iter().flat_map(|own| own.classes.iter().map(|(class, e)| estimate(Some(class), e))).collect();
    json!({
        "organisation": body.title,
        "history": years,
        "mean_of_shares": mean_of_ratios(&body.entries).map(|r| plain(Unit::Rate, r)),
        "classes": classes,
        "all_savings": own.as_ref().map(|own| estimate(None, &own.whole)),
        "expected_of_all_savings": plain(Unit::Rate, own.as_ref().map_or(body.prior, |own| own.whole.rate)),
    })
}
