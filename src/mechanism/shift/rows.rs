//! The rows of a shift of care: average cost, what is released of it, and who gains.

use super::{Payment, Shift, ShiftFacts};
use crate::mechanism::context::Build;
use crate::mechanism::contribution::{Contribution, Part, Recurrence, Step, Total};
use crate::mechanism::flow::Flowing;
use crate::mechanism::share::share_of;
use crate::sheet::{Flags, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Money, Name, Quantity, Rate, UnitPrice, Valued};

/// A row of beds at a price: its measure and its words.
type Named = (&'static str, &'static str);

/// What a bed costs and how many beds there are.
struct Beds {
    subject: SubjectId,
    unit_cost: Row<UnitPrice>,
}

impl Beds {
    /// R(unit cost × share × beds) in the years from `first` on.
    fn at_share(
        &self,
        b: &mut Build<'_>,
        named: Named,
        share: Row<Rate>,
        beds: Row<Quantity>,
        first: i32,
    ) -> Row<Money> {
        let row = b.money(self.subject, named.0, named.1, Years::PLAN);
        for t in b.horizon.plan().filter(|t| *t >= first) {
            let product = Product::of(self.unit_cost.at(t)).times(share.at(t)).for_each(beds.at(t));
            b.sheet.product(row.at(t), &product);
        }
        row
    }
}

impl Shift {
    pub(super) fn rows(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let unit_cost = b.given::<UnitPrice>(subject, "unit_cost", "cost of a bed in a year", &self.unit_cost);
        let activity = self.activity(b, subject);
        let average = b.money(subject, "average_cost", "the beds at their average cost", Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.product(average.at(t), &Product::of(unit_cost.at(t)).for_each(activity.at(t)));
        }
        let (released, wards_closed) = self.released(b, &Beds { subject, unit_cost }, activity);
        let less = |from: Row<Money>, what: Row<Money>| [(Sign::Plus, from), (Sign::Minus, what)];
        let words = "cost of the beds that nobody can save";
        let stranded = b.sum_of(subject, "stranded", words, &less(average, released));
        share_of(b, subject, ("released_share", "share of the average cost that is released"), released, average);
        let community = self.community(b);
        let words = "net effect on all bodies together: released less the community service";
        let net = b.sum_of(subject, "net", words, &less(released, community));
        let words = "what it would be if all of the average cost were released";
        b.sum_of(subject, "naive", words, &less(average, community));
        let payment_cut = self.contract(b, average, released);
        self.by_body(b, subject, released, community, payment_cut);
        b.register(&self.head, released, Sign::Minus, Recurrence::Recurrent);
        b.facts.shifts.push(ShiftFacts {
            title: self.head.title.to_string(),
            provider: self.provider.clone(),
            bodies: [Some(&self.provider), Some(&self.community), self.contract.as_ref().map(|(body, _)| body)]
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
            activity,
            wards_closed,
            community,
            net,
            released,
            stranded,
            payment_cut,
            risk_adjusted: self.delivery.is_some(),
        });
    }

    /// Beds no longer needed, as far as the run delivers them.
    fn activity(&self, b: &mut Build<'_>, subject: SubjectId) -> Row<Quantity> {
        let words = "beds no longer needed, on average";
        let Some(figure) = &self.delivery else {
            return b.given::<Quantity>(subject, "activity", words, &self.activity);
        };
        let planned =
            b.given::<Quantity>(subject, "planned_activity", "beds no longer needed as planned", &self.activity);
        let delivery = b.delivery(subject, figure);
        let row = b.sheet.row::<Quantity>(subject, "activity", words, Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.product(row.at(t), &Product::of(planned.at(t)).times(delivery));
        }
        row
    }

    /// What is released: with every bed, with every whole ward, and with the site.
    fn released(&self, b: &mut Build<'_>, beds: &Beds, activity: Row<Quantity>) -> (Row<Money>, Row<Quantity>) {
        let subject = beds.subject;
        let variable = b.given::<Rate>(subject, "variable", "share that goes with every bed", &self.variable);
        let semi_fixed = b.given::<Rate>(subject, "semi_fixed", "share that goes with a whole ward", &self.semi_fixed);
        let fixed = b.given::<Rate>(subject, "fixed", "share that goes with the site", &self.fixed);
        let step = b.given_once::<Quantity>(subject, "step", "beds in a ward", &self.step);
        let one = b.sheet.scalar::<Quantity>(subject, "one_ward", "one ward");
        b.sheet.input(one, Quantity::from_steps(10_000), None, Flags::EXACT);
        let in_wards =
            b.sheet.row::<Quantity>(subject, "beds_in_closed_wards", "beds in wards that close", Years::PLAN);
        let wards = b.sheet.row::<Quantity>(subject, "wards_closed", "wards that close", Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.step_down(in_wards.at(t), activity.at(t), step);
            b.sheet.product(wards.at(t), &Product::of(one).in_proportion(in_wards.at(t), step));
        }
        let named = ("variable_released", "released with every bed");
        let with_beds = beds.at_share(b, named, variable, activity, 1);
        let named = ("semi_fixed_released", "released with whole wards");
        let with_wards = beds.at_share(b, named, semi_fixed, in_wards, 1);
        let closes = self.site_closes.map_or(i32::MAX, |year| year.start() - b.horizon.base().start());
        let named = ("fixed_released", "released when the site closes");
        let with_site = beds.at_share(b, named, fixed, activity, closes);
        let own = b.part(&self.head, "cost released");
        let parts = [with_beds, with_wards, with_site].map(|row| (Sign::Plus, row));
        let released = b.sum_of(own, "released", "amount in the year", &parts);
        let counted = self.counts(&self.provider, Total::Savings, released);
        b.facts.contributions.push(Contribution { part: Part::CareModel, ..counted });
        (released, wards)
    }

    fn counts(&self, organisation: &Name, total: Total, row: Row<Money>) -> Contribution {
        Contribution::new(organisation.clone(), total, row, ("shift", self.head.name.clone()))
    }

    fn community(&self, b: &mut Build<'_>) -> Row<Money> {
        let own = b.part(&self.head, "community service");
        let row = b.given::<Money>(own, "community_cost", "cost in the year", &self.community_cost);
        let counted = self.counts(&self.community, Total::Requirement, row);
        let contribution = Contribution { part: Part::Reinvestment, ..counted };
        let change = ("community_cost_change", "change from the year before");
        b.require(own, Step::Programme, change, contribution);
        row
    }

    /// What comes off the contract: paid back by the provider to the commissioner.
    fn contract(&self, b: &mut Build<'_>, average: Row<Money>, released: Row<Money>) -> Option<Row<Money>> {
        let (commissioner, payment) = self.contract.as_ref()?;
        let of = match payment {
            Payment::AverageCost => average,
            Payment::ReleasedCost => released,
            Payment::Nothing => return None,
        };
        let own = b.part(&self.head, "contract reduced");
        let row = b.sum_of(own, "payment_cut", "amount in the year", &[(Sign::Plus, of)]);
        let change = b.change(own, "payment_cut_change", "change from the year before", row, None);
        for (organisation, sign) in [(&self.provider, Sign::Plus), (commissioner, Sign::Minus)] {
            b.step(organisation, Step::Transfer, sign, change);
            let contribution = self.counts(organisation, Total::Requirement, row);
            b.facts.contributions.push(Contribution { sign, income: sign == Sign::Minus, ..contribution });
        }
        b.facts.flows.push(Flowing {
            name: self.head.name.clone(),
            title: format!("{}: contract reduced", self.head.title),
            from: self.provider.clone(),
            to: commissioner.clone(),
            row,
        });
        Some(row)
    }

    /// The same event body by body: positive when it gains.
    fn by_body(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        released: Row<Money>,
        community: Row<Money>,
        payment_cut: Option<Row<Money>>,
    ) {
        let Some((commissioner, _)) = &self.contract else { return };
        let service = |body: &Name| (self.community == *body).then_some((Sign::Minus, community));
        let provider = [(Sign::Plus, released)]
            .into_iter()
            .chain(payment_cut.map(|row| (Sign::Minus, row)))
            .chain(service(&self.provider));
        let provider: Vec<_> = provider.collect();
        b.sum_of(subject, "provider_gain", "what the provider gains; a loss when negative", &provider);
        let commissioner: Vec<_> =
            payment_cut.map(|row| (Sign::Plus, row)).into_iter().chain(service(commissioner)).collect();
        b.sum_of(subject, "commissioner_gain", "what the commissioner gains; a loss when negative", &commissioner);
    }
}
