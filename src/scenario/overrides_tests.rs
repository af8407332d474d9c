use super::*;
use crate::language::MoneyUnit;
use crate::scenario::parse::parse;
use crate::vocabulary::Sources;

const PLAN: &str = "[scenario]\nbase_year = \"2025/26\"\nyears = 3\n[driver]\npay = \"3%\"\n[line.pay]\nbase = { likely = 50, low = 40, high = 60, source = \"s\" }\nprice = \"pay\"\n[funding.rsg]\namount = [18, 17, 16]\n[saving.home_first]\ndelivery = \"80%\"\n[gap.deficit]\namount = { \"2028/29\" = 40 }\n";

fn set(sets: &[&str]) -> (Table, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::new();
    let mut wrong = Diagnostics::new();
    let plan = sources.add("plan.toml".into(), PLAN.into());
    let mut tree = parse(&sources, plan, &mut wrong).unwrap();
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    let file = sources.add(FILE.into(), sets.join("\n"));
    let from = "2026/27".parse().ok();
    let settings = FileSettings { unit: Some(MoneyUnit::Millions), lists_from: from, ..FileSettings::default() };
    apply(&mut tree, file, &sets, &|_| true, &[settings; 2], &|_| None, &mut wrong);
    (tree, wrong.sorted(), sources)
}

fn at<'a>(tree: &'a Table, path: &str) -> &'a Node {
    let (before, last) = path.rsplit_once('.').unwrap();
    before.split('.').fold(tree, |t, part| t.table(part).unwrap()).get(last).unwrap()
}

#[test]
fn values_are_read_as_they_are_meant() {
    let (tree, wrong, sources) = set(&[
        "saving.home_first.delivery=60%",
        "line.pay.base=51",
        "saving.home_first.start = 2026-12",
        "saving.home_first.line=[\"a\", \"b\"]",
        "saving.home_first.indexed=true",
        "funding.rsg.amount={ \"2026/27\" = 18, then = 17 }",
        "saving.home_first.full_year=£1.2m",
        "driver.pay=not_published",
    ]);
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(at(&tree, "saving.home_first.delivery").as_text(), Some("60%"));
    assert_eq!(at(&tree, "saving.home_first.start").as_text(), Some("2026-12"));
    assert_eq!(at(&tree, "saving.home_first.full_year").as_text(), Some("£1.2m"));
    let base = at(&tree, "line.pay.base");
    assert!(matches!(&base.value, Value::Number(n) if n == "51"));
    assert_eq!(sources.describe(base.place), "<command line>:2:15");
    assert_eq!(base.replaced.len(), 1);
    assert!(matches!(&at(&tree, "saving.home_first.line").value, Value::List(l) if l.len() == 2));
    let then = at(&tree, "funding.rsg.amount").as_table().unwrap().get("then").unwrap();
    assert_eq!(sources.excerpt(then.place), "17");
    assert_eq!(
        sources.excerpt(tree.table("saving").unwrap().table("home_first").unwrap().entries["start"].key),
        "saving.home_first.start"
    );
}

#[test]
fn one_year_is_replaced_and_the_others_keep_their_place() {
    let (tree, wrong, sources) =
        set(&["driver.pay@2027/28=4%", "funding.rsg.amount@2027-28=20", "line.pay.base@2026/27=7"]);
    assert!(wrong.is_empty(), "{wrong:?}");
    let pay = at(&tree, "driver.pay").as_table().unwrap();
    assert_eq!(pay.keys().collect::<Vec<_>>(), ["2026/27", "2027/28", "2028/29"]);
    assert_eq!(pay.get("2027/28").unwrap().as_text(), Some("4%"));
    assert_eq!(sources.describe(pay.get("2028/29").unwrap().place), "plan.toml:5:7");
    assert_eq!(pay.get("2027/28").unwrap().replaced.len(), 1);
    assert_eq!(at(&tree, "driver.pay").replaced.len(), 1);
    let base = at(&tree, "line.pay.base").as_table().unwrap();
    assert!(base.get("source").is_some() && base.get("low").is_none() && base.get("likely").is_none());
    let rsg = at(&tree, "funding.rsg.amount").as_table().unwrap();
    assert!(matches!(&rsg.get("2028/29").unwrap().value, Value::Number(n) if n == "16"));
}

#[test]
fn a_year_of_a_figure_that_names_only_some_is_replaced_or_added() {
    let (tree, wrong, sources) = set(&["gap.deficit.amount@2028/29=50", "gap.deficit.amount@2027/28=20"]);
    assert!(wrong.is_empty(), "{wrong:?}");
    let amount = at(&tree, "gap.deficit.amount");
    let Value::Table(years) = &amount.value else { panic!("{amount:?}") };
    let of = |year: &str| match &years.get(year).unwrap().value {
        Value::Number(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((years.keys().count(), of("2027/28"), of("2028/29")), (2, "20".into(), "50".into()));
    // The value that was there is remembered where it stood.
    let before = years.get("2028/29").unwrap().replaced.clone();
    assert_eq!(before.iter().map(|p| sources.excerpt(*p)).collect::<Vec<_>>(), ["40"]);
}

#[test]
fn what_cannot_be_set_is_told() {
    let (_, wrong, _) = set(&[
        "nothing",
        "=5",
        "line.pay.base=",
        "line.pay=5",
        "line..base=5",
        "saving.home_frist.delivery=1%",
        "savng.home_first.delivery=1%",
        "driver.pay@2035/36=1%",
        "driver.pay@2027/29=1%",
        "line.pay.price@2027/28=1%",
        "line.pay.volume@2027/28=1%",
        "saving.home_first.delivery.likely=1%",
        "funding.rsg.amount={ x = ",
        "scenario.unit=£",
    ]);
    let names: Vec<&str> = wrong.iter().map(|d| d.name).collect();
    assert_eq!(
        names,
        [
            "set_malformed",
            "set_malformed",
            "set_malformed",
            "set_malformed",
            "set_malformed",
            "set_unknown",
            "set_unknown",
            "unknown_year",
            "not_a_year",
            "set_year_unusable",
            "set_year_unusable",
            "set_unknown",
            "set_malformed",
            "set_malformed",
        ]
    );
    assert!(wrong[5].hints[0].contains("saving.home_first"));
    assert!(wrong[6].hints[0].contains("`saving`"));
}

#[test]
fn a_thing_can_be_taken_out() {
    let (tree, wrong, _) = set(&["saving.home_first.remove=true"]);
    assert!(wrong.is_empty());
    assert!(tree.table("saving").unwrap().entries.is_empty());
}

proptest::proptest! {
    #[test]
    fn no_argument_makes_it_panic(text in "(?s)(driver\\.pay|line\\.pay\\.base|funding\\.rsg\\.amount)?(@2027/28)?=?.{0,30}") {
        let _ = set(&[&text, "driver.pay=1%"]);
    }
}
