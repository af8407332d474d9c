//! What a pressure that makes up to a published total takes in of the actuals: the total stands, so that
//! an undelivered saving moves the pressure and never the gap. That is told, year by year.

use super::documents::{schedule, worth};
use super::look::{Look, What};
use super::roller::Roller;
use crate::open::Opened;
use crate::sheet::Run;
use crate::vocabulary::{FinancialYear, Name};

/// A pressure in one year: as it would be without the actuals, and as it is.
type Moved = (FinancialYear, i128, i128);

impl Roller<'_> {
    /// Tells what balancing pressures take in of the actuals.
    pub fn absorbed(&mut self, new: &Opened) {
        if self.actuals.is_empty() {
            return;
        }
        for (name, keys) in self.items("pressure") {
            if keys.get("balance_to").is_none() {
                continue;
            }
            let Some(whose) = self.organisation(keys) else { continue };
            let years = self.moved(new, &whose, &name);
            let moved: Vec<&Moved> = years.iter().filter(|(_, before, after)| before != after).collect();
            if moved.is_empty() {
                continue;
            }
            let path = format!("pressure.{name}.balance_to");
            let unit = self.documents.unit_of(&["pressure", &name]);
            for (year, before, after) in moved {
                let words = format!(
                    "in {year} it is {} instead of {}: it takes in what the actuals change{}, and the gap does not show it",
                    worth(*after, unit),
                    worth(*before, unit),
                    self.corrected(new, &whose, *year)
                );
                self.push(Look::new(What::Check, path.clone(), words).of(after - before));
            }
            let amounts: Vec<_> = years.iter().map(|(year, before, _)| (*year, Some(*before))).collect();
            let wanted = self.by.added().into_iter().map(|year| (year, None));
            let amounts: Vec<_> = amounts.into_iter().chain(wanted).collect();
            let words = format!(
                "to let the gap show it, put the pressure as it was in the place of `balance_to`: amount ={} with values = \"in_year\"",
                schedule(&amounts, None, unit)
            );
            self.look(What::Check, &path, words);
        }
    }

    /// The pressure in every year that both plans have.
    fn moved(&self, new: &Opened, whose: &Name, name: &str) -> Vec<Moved> {
        // It joins no line (that is refused), so that its past is in the base in cash.
        let Some(past) = self.steps(whose, "pressure", name, "in_year", 1) else {
            return Vec::new();
        };
        let row = new.plan.sheet.find_row(&format!("{whose}/pressure/{name}/in_year"));
        let of = |t| {
            let year = self.old.plan.horizon().year(t);
            let before = self.steps(whose, "pressure", name, "in_year", t)? - past;
            let after = new.plan.pence(new.results.of(Run::Plan), row?, new.plan.horizon().number(year)?)?;
            Some((year, before, after))
        };
        self.later().filter_map(of).collect()
    }

    /// The corrections of the base in a year, by name.
    fn corrected(&self, new: &Opened, whose: &Name, year: FinancialYear) -> String {
        let unit = self.documents.all.get(self.documents.root).and_then(|d| d.unit);
        let of = |name: &String| {
            let row = new.plan.sheet.find_row(&format!("{whose}/rebase/{name}/in_base"))?;
            let pence = new.plan.pence(new.results.of(Run::Plan), row, new.plan.horizon().number(year)?)?;
            let undelivered = self.kept.undelivered.iter().find(|(own, _)| own == name);
            Some(match undelivered {
                Some((_, saving)) => format!("{} of `saving.{saving}` that was not delivered", worth(pence, unit)),
                None => format!("{} of `rebase.{name}`", worth(pence, unit)),
            })
        };
        let parts: Vec<String> = self.kept.corrections.iter().filter_map(of).collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    }
}
