//! # Savings
//!
//! **What you write**: `[saving.home_first]` with a full-year effect and the month it starts (and,
//! if it has them, a `ramp` and an `end`), or a schedule as councils print them (`amount` with
//! `values`). Always whether it recurs. For the risk-adjusted run its `delivery` and `slippage`, or
//! a `status` to which the scenario gives a weight.
//!
//! **What it means**: savings are a ledger of their own and never change what the requirement is,
//! so every bridge adds. The amount in the year is `R(full year × delivery × months ÷ 12)`
//! (see [timing](super::timing)); of a schedule, `R(running total × delivery)`. *Slippage* moves
//! the start and keeps the full-year effect; *delivery* scales it for good. Amounts stay in entered
//! cash, unless `indexed = true`: then each grows with its line's price and volume from the year
//! after it starts, as if the base had been cut.
//!
//! What a saving costs to make (`cost_to_achieve`) and to run (`running_cost`) is requirement, paid by
//! revenue, a reserve or a fund. Cost *avoidance* (`avoids_cost = true`) counts only
//! where the cost that is avoided is in the plan, and so names its `line` or `pressure`.
//!
//! A saving that began before the plan has its base-year part in the base already, which comes off
//! every plan year. `already_in` lists a saving whose lines are already net of it: never deducted
//! again. A *shortfall* is what was planned less what the run expects.

mod costs;
mod rows;

use costs::Cost;

use smol_str::SmolStr;

use super::context::Head;
use super::contribution::Recurrence;
use super::pressure;
use super::status::STATUSES;
use super::timing::Timing;
use super::{Mechanism, left_out};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Cell, Evidence, Row};
use crate::vocabulary::{Diagnostic, Money, Month, Name, Place, Unit};

/// The keys of a saving.
pub const SECTION: Section = Section {
    name: "saving",
    help: "a named plan that lowers what is needed: a scheme with a start, or a schedule as printed",
    keys: &[
        Key::optional(
            "line",
            KeyKind::References("line"),
            "the line it is found on; a list when it is shared; may be left out",
        ),
        Key::optional(
            "full_year",
            KeyKind::FigureOr(Unit::Money, &SHARE),
            "what it saves in a full year: money, or { share = \"10%\", of = \"line\" }",
        ),
        Key::optional("start", KeyKind::Month, "the first month in effect, \"2026-10\""),
        Key::optional(
            "ramp",
            KeyKind::Single(Unit::Months),
            "months it takes to reach full effect, in a straight line",
        ),
        Key::optional("end", KeyKind::Month, "the last planned month in effect; it does not slip"),
        Key::optional("amount", KeyKind::Yearly(Unit::Money), "a schedule of amounts; `values` says what they are"),
        Key::optional(
            "values",
            KeyKind::Choice(&["in_year", "change"]),
            "\"in_year\": the saving in the year; \"change\": new savings of the year",
        ),
        Key::optional("allow_reversal", KeyKind::Flag, "`true` allows a negative change: an earlier saving given back"),
        Key::optional("recurrent", KeyKind::Recurrence, "always said: true, false (one-off) or \"not_stated\""),
        Key::optional(
            "status",
            KeyKind::Choice(STATUSES),
            "how sure it is: delivered, green, amber, red, unidentified",
        ),
        Key::optional(
            "delivery",
            KeyKind::Single(Unit::Rate),
            "the share delivered in the risk-adjusted run; replaces any weight of its status",
        ),
        Key::optional("slippage", KeyKind::Single(Unit::Months), "months it starts late in the risk-adjusted run"),
        Key::optional("decision", KeyKind::Choice(&["option", "consulted", "approved"]), "how far it is decided"),
        Key::optional("class", KeyKind::Text, "what sort of saving: procurement, demand management, income, …"),
        Key::default(
            "care_model",
            KeyKind::Flag,
            "false",
            "`true` for a new way of caring across bodies: a row of its own on the way from the gap before any measure",
        ),
        Key::default(
            "indexed",
            KeyKind::Flag,
            "false",
            "`true` lets it grow with its line's price and volume from the year after it starts",
        ),
        Key::optional(
            "already_in",
            KeyKind::Paths,
            "the lines that are already net of it (\"line.*\"): listed beside, never deducted again",
        ),
        Key::optional("service", KeyKind::Text, "the service it belongs to; else its line's"),
        Key::optional(
            "sector",
            KeyKind::Choice(&["social_care"]),
            "\"social_care\" counts it in the social care gap; a saving on a line takes the line's",
        ),
        left_out::KEY,
        Key::optional("cost_to_achieve", KeyKind::Group(&costs::COST), "what it costs to make it, and who pays"),
        Key::optional(
            "running_cost",
            KeyKind::Group(&costs::RUNNING),
            "what its scheme costs to run, and who pays: it goes on when a fund that paid has ended",
        ),
        Key::optional(
            "avoids_cost",
            KeyKind::Flag,
            "`true` when it keeps a cost from arising rather than cutting a budget: it then names the `line` or the `pressure` in which the plan holds that cost",
        ),
        Key::optional(
            "pressure",
            KeyKind::Reference("pressure"),
            "with `avoids_cost`: the pressure of which it avoids the cost",
        ),
    ],
    belongs: true,
};

const SHARE: Section = Section {
    name: "",
    help: "a saving as a share of its line",
    keys: &[
        Key::required("share", KeyKind::Single(Unit::Rate), "the share of the line"),
        Key::required("of", KeyKind::Choice(&["line"]), "of what"),
        Key::default(
            "basis",
            KeyKind::Choice(&["opening_base", "current_base", "sequential", "before_price"]),
            "opening_base",
            "\"opening_base\": the line's recurrent budget of the year before the start, once; \"current_base\": its inflated budget, read again each year; \"sequential\": its inflated budget less earlier schemes; \"before_price\": the opening base, then priced",
        ),
        Key::optional("source", KeyKind::Text, "where the share comes from"),
    ],
    belongs: false,
};

/// A saving found on a line, for the overlap test.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The line.
    pub line: Name,
    /// The saving.
    pub saving: Name,
    /// Its amounts in the year.
    pub row: Row<Money>,
}

/// A share of what earlier schemes leave of a line.
#[derive(Debug, Clone)]
pub struct Sequential {
    /// The line.
    line: Name,
    /// Its planned start.
    start: Month,
    /// The saving.
    saving: Name,
    /// Its full-year effect.
    full_year: Cell<Money>,
}

impl Sequential {
    /// Whether it is taken of the line before another is: by planned start, then by name, so that
    /// the order of the file does not matter.
    fn comes_before(&self, other: &Self) -> bool {
        self.line == other.line && (self.start, &self.saving) < (other.start, &other.saving)
    }
}

/// What reports say of a saving besides its amounts.
#[derive(Debug, Clone)]
pub struct SavingFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// Its status.
    pub status: Option<&'static str>,
    /// How far it is decided.
    pub decision: Option<&'static str>,
    /// Its class.
    pub class: Option<SmolStr>,
    /// Its service.
    pub service: Option<SmolStr>,
    /// Whether it recurs.
    pub recurrence: Recurrence,
    /// Whether the scenario states a delivery, a slippage or a weight for it.
    pub risk_adjusted: bool,
    /// Whether its lines are already net of it.
    pub memo: bool,
    /// How many lines it is found on.
    pub lines: usize,
    /// Its amounts in the year, in the run's own terms.
    pub in_year: Row<Money>,
    /// What was planned less what the run expects.
    pub shortfall: Option<Row<Money>>,
    /// Who says so.
    pub evidence: Evidence,
    /// What it avoids beyond the pressure that holds the cost, when it avoids one.
    pub beyond_pressure: Option<Row<Money>>,
    /// Where it stands.
    pub place: Place,
}

#[derive(Debug)]
struct Saving {
    head: Head,
    lines: Vec<Name>,
    amounts: Amounts,
    recurrence: Recurrence,
    status: Option<&'static str>,
    delivery: Option<Figure>,
    slippage: Option<Figure>,
    decision: Option<&'static str>,
    class: Option<SmolStr>,
    indexed: bool,
    care_model: bool,
    memo: bool,
    service: Option<SmolStr>,
    social_care: bool,
    cost: Option<Cost>,
    running_cost: Option<Cost>,
    avoided: Option<Name>,
}

#[derive(Debug)]
enum Amounts {
    Scheme(FullYear, Timing),
    InYear(Figure),
    Change(Figure),
}

#[derive(Debug)]
enum FullYear {
    Money(Figure),
    Share { share: Figure, basis: &'static str },
}

/// Reads a saving.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    if let Some(left_out) = left_out::read(item, &["amount", "full_year"]) {
        return Some(left_out);
    }
    let head = Head::of(item);
    let lines = item.references("line");
    let recurrence = pressure::recurrence(item);
    let values = item.choice("values");
    let timing = pressure::timing_of(item);
    let (status, decision) = (item.choice("status"), item.choice("decision"));
    let (delivery, slippage) = (item.figure("delivery"), item.figure("slippage"));
    for (key, figure) in [("delivery", &delivery), ("slippage", &slippage)] {
        if figure.as_ref().is_some_and(|f| f.at(1).steps.is_none()) {
            let message = format!("`{}.{key}` cannot be \"not_published\"", item.path);
            let hint = "leave it out: the saving is then counted in full in both runs, and listed as not risk-adjusted";
            item.tell(Diagnostic::error("delivery_not_published", message).at(item.place_of(key)).hint(hint));
        }
    }
    let class = item.text("class");
    let memo = !item.texts("already_in").is_empty();
    let social_care =
        item.choice("sector") == Some("social_care") || lines.iter().any(|l| pressure::is_social_care(item, l));
    let service = item.text("service");
    let care_model = item.flag("care_model");
    let indexed = item.flag("indexed") || (item.reading.index_savings && lines.len() == 1);
    let cost = costs::read(item, "cost_to_achieve");
    let running_cost = costs::read(item, "running_cost");
    let avoided = avoided(item, &lines);
    let _ = item.flag("allow_reversal");
    let amounts = match (item.has("full_year"), item.has("amount")) {
        (true, false) => {
            item.refuse(&["values"], "a full-year effect with a start is no schedule");
            full_year(item, &lines).and_then(|full| Some(Amounts::Scheme(full, timing?)))
        }
        (false, true) => {
            let amount = item.figure("amount");
            pressure::schedule(item, values, recurrence).and_then(|change| {
                let amount = amount?;
                Some(if change { Amounts::Change(amount) } else { Amounts::InYear(amount) })
            })
        }
        (both, _) => {
            let message = if both { "has both `full_year` and `amount`" } else { "needs `full_year` or `amount`" };
            item.tell(Diagnostic::error("saving_amount", format!("`{}` {message}", item.path)).at(item.place).hint(
                "full_year = 1.2 with start = \"2026-10\", or amount = { … } with values = \"in_year\" or \"change\"",
            ));
            None
        }
    };
    if item.has("slippage") && item.has("amount") {
        item.tell(
            Diagnostic::error(
                "slippage_of_schedule",
                format!("`{}` is a schedule, which has no start to slip", item.path),
            )
            .at(item.place_of("slippage"))
            .hint("write full_year and start instead, or move the amounts to later years"),
        );
    }
    if indexed && lines.len() != 1 {
        item.tell(
            Diagnostic::error(
                "indexed_without_line",
                format!("`{}` is indexed and needs one line to grow with", item.path),
            )
            .at(item.place_of("indexed"))
            .hint("add line = \"…\""),
        );
    }
    if let Some(Amounts::Scheme(_, timing)) = &amounts {
        pressure::one_off_ends(item, timing, recurrence);
    }
    let (amounts, recurrence) = (amounts?, recurrence?);
    Some(Box::new(Saving {
        head: head?,
        lines,
        amounts,
        recurrence,
        status,
        delivery,
        slippage,
        decision,
        class,
        indexed,
        care_model,
        memo,
        service,
        social_care,
        cost,
        running_cost,
        avoided,
    }))
}

/// The pressure whose cost is avoided. A cost that is avoided must be in the plan to begin with.
fn avoided(item: &Item<'_>, lines: &[Name]) -> Option<Name> {
    let pressure = item.reference("pressure");
    if !item.flag("avoids_cost") {
        item.refuse(&["pressure"], "it goes with `avoids_cost = true`");
    } else if lines.is_empty() && !["pressure", "line", "already_in"].iter().any(|key| item.has(key)) {
        item.tell(
            Diagnostic::error(
                "avoided_cost_not_in_plan",
                format!("`{}` avoids a cost and does not say where the plan holds it", item.path),
            )
            .at(item.place_of("avoids_cost"))
            .hint("add line = \"…\" or pressure = \"…\"; a cost that is in no budget leaves no cash behind when it is avoided, so leave the saving out if there is none"),
        );
    }
    pressure
}

fn full_year(item: &Item<'_>, lines: &[Name]) -> Option<FullYear> {
    if !item.is_group("full_year") {
        let node = item.node("full_year")?;
        return item.figure_at("full_year", node, Unit::Money, false).map(FullYear::Money);
    }
    let group = item.group("full_year")?;
    let share = group.figure("share");
    let _ = (group.choice("of"), group.text("source"));
    let basis = group.choice("basis")?;
    if lines.len() != 1 {
        item.tell(
            Diagnostic::error(
                "share_without_line",
                format!("`{}` is a share of its line and needs one line", item.path),
            )
            .at(group.place)
            .hint("add line = \"…\""),
        );
        return None;
    }
    Some(FullYear::Share { share: share?, basis })
}
