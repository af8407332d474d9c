//! The page that `fundgap report` writes: well formed, self-contained and inert by itself; and in a real
//! browser, where moving a slider gives the figures that `run --set` gives, cell by cell.

#[path = "report_page/browser.rs"]
mod browser;
#[path = "report_page/markup.rs"]
mod markup;

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use browser::Browser;
use common::{Folder, files, root};
use fundgap::Opened;
use fundgap::analysis::slider::{Sliders, choose};
use fundgap::language::MoneyUnit;
use fundgap::open::Baseline;
use fundgap::output::{Display, figure, html, shown};
use fundgap::report::paper::{About, asked, paper};
use fundgap::report::table::{Figure, FigureStyle};
use fundgap::report::{Reader, difference};
use fundgap::scenario::Origin;
use fundgap::sheet::{Flags, Run, Sheet, evaluate};
use fundgap::vocabulary::Unit;
use serde_json::{Value, json};

fn shipped() -> Vec<PathBuf> {
    let all = files(&root().join("scenarios"), "toml", false);
    assert!(all.len() >= 14, "{all:?}");
    all
}

fn read(path: &Path) -> (Baseline, Opened) {
    let baseline = Baseline::read(&Origin::File(path.to_owned()), &[], &[]).unwrap();
    let opened = baseline.open().unwrap();
    (baseline, opened)
}

/// The page of a scenario, with its sliders.
fn page(baseline: &Baseline, opened: &Opened) -> (String, Sliders) {
    let r = Reader::new(opened);
    let chosen: Vec<_> = opened.plan.organisations.iter().collect();
    let sliders = choose(baseline, opened, &asked(&r, &chosen)).unwrap();
    let about = About { version: "0", command: "fundgap run plan.toml", changes: &[] };
    let mut bytes = Vec::new();
    html::write(&paper(&r, &chosen, &sliders, about), opened.scenario.unit, None, &mut bytes).unwrap();
    (String::from_utf8(bytes).unwrap(), sliders)
}

/// Every cell of a run in the sheet's order, as text of its steps.
fn cells(opened: &Opened, run: Run) -> Vec<String> {
    let values = opened.results.of(run);
    let all = opened.plan.sheet.rows().flat_map(|(_, row)| row.cells());
    all.map(|cell| values.steps(cell).map_or("n/p".to_owned(), |steps| steps.to_string())).collect()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn between(&mut self, low: i128, high: i128) -> i128 {
        let wide = (i128::from(self.throw(u64::MAX)) << 40) + i128::from(self.throw(1 << 40));
        low + wide.rem_euclid(high - low + 1)
    }
}

#[test]
fn every_page_is_well_formed_self_contained_and_small() {
    for path in shipped() {
        let (baseline, opened) = read(&path);
        let (text, sliders) = page(&baseline, &opened);
        let name = path.display();
        assert_eq!(text, page(&baseline, &opened).0, "{name}: other bytes the second time");
        assert!(text.len() < 1_000_000, "{name}: {} bytes", text.len());
        let elements = markup::elements(&text).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
        let mut ids = BTreeSet::new();
        for element in &elements {
            for (attribute, value) in &element.attributes {
                assert!(
                    !attribute.starts_with("on") && attribute != "style" && attribute != "src",
                    "{name}: {attribute}"
                );
                assert!(attribute != "href" || value.starts_with('#'), "{name}: {value}");
                assert!(attribute != "id" || ids.insert(value.as_str()), "{name}: {value} twice");
            }
        }
        for element in &elements {
            for reference in ["aria-labelledby", "for"].iter().filter_map(|a| element.attributes.get(*a)) {
                assert!(reference.split(' ').all(|id| ids.contains(id)), "{name}: {reference}");
            }
            let link = element.attributes.get("href").and_then(|href| href.strip_prefix('#'));
            assert!(link.is_none_or(|id| id.is_empty() || ids.contains(id)), "{name}: {link:?}");
        }
        // Headings go down one level at a time.
        let levels = elements.iter().filter_map(|e| e.name.strip_prefix('h')?.parse::<usize>().ok());
        let mut before = 0;
        for level in levels {
            assert!(level <= before + 1 && level >= 1, "{name}: h{level} after h{before}");
            before = level;
        }
        let of = |name: &str| elements.iter().filter(|e| e.name == name).collect::<Vec<_>>();
        for landmark in ["header", "nav", "main", "h1"] {
            assert_eq!(of(landmark).len(), 1, "{name}: {landmark}");
        }
        for table in of("table") {
            assert!(table.inner.starts_with("<caption>"), "{name}: {}", &table.inner[..80.min(table.inner.len())]);
        }
        for head in of("th") {
            assert!(head.attributes.contains_key("scope"), "{name}: {head:?}");
        }
        for chart in of("svg").iter().filter(|e| e.attributes.get("role").is_some_and(|role| role == "img")) {
            assert!(chart.inner.starts_with("<title") && chart.inner.contains("<desc"), "{name}");
        }
        assert_eq!(of("input").len(), sliders.all.len(), "{name}");
        println!("{name}: {} bytes, {} sliders", text.len(), sliders.all.len());
    }
}

/// A plan of about 400 lines of text: fifty budget lines with prices and volumes, savings, five years.
fn long_plan() -> String {
    let mut text = "[scenario]\ntitle = \"Long\"\nbase_year = \"2025/26\"\nyears = 5\nunit = \"£000\"\n\n[organisation.shire]\nkind = \"council\"\n\n\
                    [driver]\npay = \"3%\"\nprices = \"2%\"\ndemand = \"1.5%\"\n\n[funding.tax]\nkind = \"other\"\nbase = 5500\ngrowth = \"2.5%\"\nrecurrent = true\n"
        .to_owned();
    for n in 0..50 {
        let price = ["pay", "prices"][n % 2];
        text += &format!(
            "\n[line.line_{n}]\nservice = \"Service {}\"\nbase = {}.5\nprice = \"{price}\"\nvolume = \"demand\"\n",
            n % 20,
            100 + n
        );
        if n % 10 == 0 {
            text += &format!(
                "\n[saving.saving_{n}]\nline = \"line_{n}\"\nfull_year = 4.5\nstart = \"2026-10\"\nrecurrent = true\ndelivery = \"80%\"\nslippage = 3\n"
            );
        }
    }
    for n in 0..10 {
        text += &format!("\n[pressure.pressure_{n}]\namount = {n}.5\nvalues = \"change\"\nrecurrent = true\n");
    }
    text
}

#[test]
fn the_page_of_a_long_plan_is_small_and_ready_at_once() {
    let text = long_plan();
    let lines = text.lines().count();
    assert!((380..=420).contains(&lines), "{lines}");
    let folder = Folder::new("report_long");
    let (baseline, opened) = read(&folder.write("plan.toml", &text));
    let (page, sliders) = page(&baseline, &opened);
    assert!(page.len() < 1_000_000 && sliders.all.len() >= 6, "{} bytes, {}", page.len(), sliders.all.len());
    let Some(browser) = Browser::open("long") else { return };
    browser.go(&folder.write("plan.html", &page), "");
    let took = browser.run(
        "const entry = performance.getEntriesByType('navigation')[0]; const begun = performance.now(); fundgap.move([5]); \
         return [Math.round(entry.loadEventEnd), Math.round(performance.now() - begun)]",
        json!([]),
    );
    println!(
        "{lines} lines, {} cells, {} bytes: ready after {} ms, moved in {} ms",
        opened.plan.sheet.len(),
        page.len(),
        took[0],
        took[1]
    );
    // A busy machine is slower than any reader's; what must not happen is that it takes seconds.
    assert!(took[0].as_i64().unwrap() < 3_000 && took[1].as_i64().unwrap() < 1_500, "{took}");
}

#[test]
fn what_a_file_says_is_shown_and_not_obeyed() {
    let nasty = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">&amp;\u{202e}\u{2028}";
    let text = std::fs::read_to_string(root().join("scenarios/exshire.toml")).unwrap();
    let title = text.lines().find(|line| line.starts_with("title")).unwrap().to_owned();
    let text = text.replacen(&title, &format!("title = {}", json!(nasty)), 1);
    let text = format!("{text}\n[driver.odd]\ntitle = {0}\nrate = \"1%\"\nsource = {0}\nowner = {0}\n", json!(nasty));
    let folder = Folder::new("report_nasty");
    let path = folder.write("plan.toml", &text);
    let (baseline, opened) = read(&path);
    let (page, _) = page(&baseline, &opened);
    let elements = markup::elements(&page).unwrap();
    assert_eq!(elements.iter().filter(|e| e.name == "script").count(), 2);
    assert!(elements.iter().all(|e| e.name != "img"));
    assert!(page.contains("&lt;/script&gt;") && !page.contains('\u{202e}'));
    let Some(browser) = Browser::open("nasty") else { return };
    browser.go(&folder.write("plan.html", &page), "");
    let said = browser.run("return [document.title, document.querySelector('h1').textContent]", json!([]));
    for shown in texts(&said) {
        assert!(shown.starts_with("</script><script>document.title='owned'</script><img src=x"), "{shown}");
    }
    assert_eq!(browser.console(), Vec::<String>::new());
}

/// A4, upright or (for tables that are wide) on its side, and nothing beyond the edge of the paper.
#[test]
fn every_shipped_scenario_prints_on_a4_with_nothing_cut_off() {
    let Some(browser) = Browser::open("print") else { return };
    let folder = Folder::new("printed-pages");
    for path in shipped() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (baseline, opened) = read(&path);
        let (page, _) = page(&baseline, &opened);
        browser.go(&folder.write(format!("{name}.html").as_str(), &page), "");
        let pdf = browser.print();
        assert!(pdf.starts_with(b"%PDF-"), "{name}");
        let text = String::from_utf8_lossy(&pdf);
        let sizes: Vec<(f64, f64)> = text.split("/MediaBox [0 0 ").skip(1).map(size_of_paper).collect();
        assert!((1..=80).contains(&sizes.len()), "{name}: {} pages", sizes.len());
        for (width, height) in sizes {
            let is_a4 = |short: f64, long: f64| (short - 595.3).abs() < 1.0 && (long - 841.9).abs() < 1.0;
            assert!(is_a4(width, height) || is_a4(height, width), "{name}: a page of {width} by {height} points");
        }
        // 180 mm between the margins of A4 upright; what is wider turns its page, where there are 267 mm.
        browser.as_printed(Some(680));
        let beyond = browser.run(
            "const wide = [...document.querySelectorAll('table, svg, p, li, dd')].filter(e => e.getClientRects().length \
             && !e.closest('[class*=wide]') && e.getBoundingClientRect().right > 681);\
             return wide.map(e => e.tagName + ' ' + e.className + ' ' + e.getBoundingClientRect().right + ' ' + e.textContent.slice(0, 60))",
            json!([]),
        );
        assert_eq!(texts(&beyond), Vec::<String>::new(), "{name}: beyond the edge of the paper");
        browser.as_printed(None);
    }
}

/// Width and height in points, from the text behind the beginning of a page's box.
fn size_of_paper(behind: &str) -> (f64, f64) {
    let mut numbers = behind.split(']').next().unwrap().split_whitespace().map(|n| n.parse::<f64>().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// What sliders to move, and how far: each alone at its ends, and several at once.
fn moves(slides: &[Value], dice: &mut Dice) -> Vec<Vec<i64>> {
    let end = |n: usize, which: &str| slides[n][which].as_str().unwrap().parse::<i64>().unwrap();
    let ends: Vec<(i64, i64)> = (0..slides.len()).map(|n| (end(n, "min"), end(n, "max"))).collect();
    let mut all = Vec::new();
    for (n, (low, high)) in ends.iter().enumerate() {
        let mut alone = vec![0; slides.len()];
        alone[n] = if n % 2 == 0 || *low == 0 { *high } else { *low };
        all.push(alone.clone());
        alone[n] = (low + high) / 2;
        all.push(alone);
    }
    for share in [2, 1, 1] {
        let mut throw = |(low, high): &(i64, i64)| {
            let within = u64::try_from(high - low + 1).unwrap();
            if dice.throw(share) == 0 { low + i64::try_from(dice.throw(within)).unwrap() } else { 0 }
        };
        all.push(ends.iter().map(&mut throw).collect());
    }
    all.push(ends.iter().map(|(low, _)| *low).collect());
    all.push(ends.iter().map(|(_, high)| *high).collect());
    all
}

#[test]
fn a_slider_gives_the_figures_of_run_set_in_every_shipped_scenario() {
    let Some(browser) = Browser::open("sliders") else { return };
    let folder = Folder::new("report_sliders");
    let mut compared = 0;
    for path in shipped() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (baseline, opened) = read(&path);
        let (text, sliders) = page(&baseline, &opened);
        let file = folder.write(&format!("{name}.html"), &text);
        browser.width(1280);
        browser.requests();
        browser.go(&file, "");
        let ready = browser.run("return Math.round(performance.now())", json!([]));
        let asked: Vec<String> = browser.requests().into_iter().filter(|url| url != "about:blank").collect();
        assert_eq!(asked, [format!("file://{}", file.display())], "{name}");
        println!("{name}: {} sliders, ready after {ready} ms", sliders.all.len());
        if !sliders.all.is_empty() {
            // As it stands: every cell, every chart, every figure in a table.
            for run in Run::BOTH {
                let number = i32::from(run == Run::RiskAdjusted);
                let there = texts(&browser.run("return fundgap.cells(arguments[0])", json!([number])));
                assert_eq!(there, cells(&opened, run), "{name}, {}", run.words());
            }
            assert_eq!(browser.run("return fundgap.redrawn()", json!([])), json!([]), "{name}: charts");
            assert_eq!(browser.run("return fundgap.otherwise()", json!([])), json!([]), "{name}: figures");
            let slides = browser.run("return fundgap.slides()", json!([]));
            let slides = slides.as_array().unwrap();
            let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
            for away in moves(slides, &mut dice) {
                let script =
                    "const said = fundgap.move(arguments[0]); return [said, fundgap.cells(0), fundgap.cells(1)]";
                let answer = browser.run(script, json!([away]));
                let sets = texts(&answer[0]["sets"]);
                let whole = baseline.variant(&sets);
                let whole = whole.unwrap_or_else(|refused| panic!("{name} {sets:?}: {:?}", refused.wrong.sorted()));
                assert_eq!(answer[0]["refused"], "", "{name} {sets:?}");
                for (run, there) in Run::BOTH.into_iter().zip([&answer[1], &answer[2]]) {
                    let (there, here) = (texts(there), cells(&whole, run));
                    compared += here.len();
                    assert!(
                        there == here,
                        "{name} {sets:?}, {}: {}",
                        run.words(),
                        first_difference(&whole, &there, &here)
                    );
                }
                let display = Display { unit: opened.scenario.unit, ..Display::default() };
                let words = difference::sentences(&opened, &whole, &sets);
                let words: Vec<String> = words.iter().skip(1).map(|s| shown::sentence(s, &display)).collect();
                assert_eq!(texts(&answer[0]["difference"]), words, "{name} {sets:?}");
            }
        }
        browser.width(360);
        let wide = browser.run("return document.documentElement.scrollWidth", json!([]));
        assert!(wide.as_i64().unwrap() <= 360, "{name}: {wide} px wide on a phone");
        assert_eq!(browser.console(), Vec::<String>::new(), "{name}");
        // Nothing at all was fetched while sliders moved.
        let asked: Vec<String> = browser.requests().into_iter().filter(|url| !url.starts_with("file://")).collect();
        assert_eq!(asked, Vec::<String>::new(), "{name}");
    }
    println!("{compared} cells compared with `run --set`");
    assert!(compared > 100_000, "{compared}");
}

fn first_difference(opened: &Opened, there: &[String], here: &[String]) -> String {
    let sheet = &opened.plan.sheet;
    let mut all = sheet.rows().flat_map(|(_, row)| row.cells()).zip(there.iter().zip(here));
    let found = all.find(|(_, (a, b))| a != b);
    found.map_or_else(String::new, |(cell, (a, b))| format!("{}: {a} on the page, {b} here", sheet.address(cell)))
}

#[test]
fn a_reader_moves_a_slider_by_keyboard_and_opens_the_link() {
    let Some(browser) = Browser::open("keyboard") else { return };
    let folder = Folder::new("report_keyboard");
    let (baseline, opened) = read(&root().join("scenarios/exshire.toml"));
    let file = folder.write("plan.html", &page(&baseline, &opened).0);
    browser.go(&file, "");
    let state = "return [document.querySelector('#command').value, document.querySelector('#difference').textContent, \
                 document.querySelector('#moved').textContent, location.hash, document.querySelectorAll('td.changed').length, \
                 document.querySelector('#slide-0').getAttribute('aria-valuetext')]";
    let before = browser.run(state, json!([]));
    assert_eq!(before[0], "fundgap run plan.toml");
    assert_eq!((&before[1], &before[3], &before[4]), (&json!("Nothing is moved."), &json!(""), &json!(0)));
    browser.keys("#slide-0", "\u{e012}\u{e012}");
    std::thread::sleep(std::time::Duration::from_millis(900));
    let after = browser.run(state, json!([]));
    let command = after[0].as_str().unwrap();
    let sets: Vec<String> = command.split(" --set ").skip(1).map(str::to_owned).collect();
    assert_eq!(sets.len(), 1, "{command}");
    let whole = baseline.variant(&sets).unwrap();
    let display = Display { unit: opened.scenario.unit, ..Display::default() };
    let words = difference::sentences(&opened, &whole, &sets);
    let words: String = words.iter().skip(1).map(|s| shown::sentence(s, &display)).collect();
    assert_eq!(after[1], words);
    assert!(after[2].as_str().unwrap().starts_with("What if: "), "{after}");
    assert!(after[4].as_i64().unwrap() > 10, "{after}");
    assert_ne!(after[5], before[5]);
    // The link opens with the sliders moved; putting everything back gives the page as it was.
    browser.go(&file, after[3].as_str().unwrap());
    assert_eq!(browser.run(state, json!([])), after);
    browser.run("document.querySelector('#reset').click()", json!([]));
    assert_eq!(browser.run(state, json!([])), json!([before[0], before[1], "", "", 0, before[5]]));
    // An address that says something else is left alone.
    browser.go(&file, "#funding.nothing=5&driver.pay=x");
    assert_eq!(browser.run(state, json!([]))[0], before[0]);
    assert_eq!(browser.console(), Vec::<String>::new());
}

/// All inputs of a sheet as they are, or thrown: some a little away, some as large as a cell may be.
fn thrown(sheet: &Sheet, run: Run, dice: &mut Dice, wild: bool) -> Vec<(u32, i128)> {
    let mut all = Vec::new();
    for cell in sheet.rows().flat_map(|(_, row)| row.cells()) {
        let Some((plan, adjusted)) = sheet.input_in_runs(cell) else { continue };
        let now = if run == Run::Plan { plan } else { adjusted };
        let value = match dice.throw(if wild { 6 } else { 4 }) {
            0 => now,
            1 => -now,
            2 => dice.between(now - now.abs() / 3 - 5, now + now.abs() / 3 + 5),
            3 => now * 3 / 2 + 1,
            4 => dice.between(-(1 << 94), 1 << 94),
            _ => dice.between(-(1 << 60), 1 << 60),
        };
        all.push((cell.0, value));
    }
    all
}

#[test]
fn the_evaluator_of_the_page_is_ours_on_every_worked_example_and_on_thrown_figures() {
    let Some(browser) = Browser::open("evaluator") else { return };
    let folder = Folder::new("report_evaluator");
    let (baseline, opened) = read(&root().join("scenarios/exshire.toml"));
    browser.go(&folder.write("plan.html", &page(&baseline, &opened).0), "");
    let script = "
        const sheet = new Sheet(JSON.parse(arguments[0]));
        const text = (values) => values.map((value, cell) => (sheet.unpublished[cell] ? 'n/p' : String(value)));
        const answers = sheet.values.map(text);
        for (const inputs of arguments[1]) {
            for (const [cell, value] of inputs) sheet.inputs[0].set(cell, BigInt(value));
            try { answers.push(text(sheet.evaluate(0))); } catch (error) {
                if (!(error instanceof Refusal)) throw error;
                answers.push('refused');
            }
        }
        return answers";
    let (mut sheets, mut compared, mut refused) = (0, 0, 0);
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for path in files(&root().join("tests/models"), "toml", true) {
        let Ok(baseline) = Baseline::read(&Origin::File(path.clone()), &[], &[]) else { continue };
        let Ok(opened) = baseline.open() else { continue };
        let sheet = &opened.plan.sheet;
        let mut expected: Vec<Value> = Run::BOTH.iter().map(|run| json!(cells(&opened, *run))).collect();
        let mut given = Vec::new();
        for wild in [false, false, true] {
            let thrown = thrown(sheet, Run::Plan, &mut dice, wild);
            let mut inputs = sheet.inputs(Run::Plan);
            for (cell, value) in &thrown {
                inputs.set_steps(sheet, fundgap::sheet::CellId(*cell), *value);
            }
            given.push(thrown.iter().map(|(cell, value)| json!([cell, value.to_string()])).collect::<Vec<_>>());
            expected.push(match evaluate(sheet, &inputs) {
                Ok(values) => {
                    let all = sheet.rows().flat_map(|(_, row)| row.cells());
                    all.map(|c| values.steps(c).map_or("n/p".to_owned(), |s| s.to_string())).collect::<Vec<_>>().into()
                }
                Err(_) => {
                    refused += 1;
                    json!("refused")
                }
            });
        }
        let answers = browser.run(script, json!([html::exported(sheet).to_string(), given]));
        for (n, (there, here)) in answers.as_array().unwrap().iter().zip(&expected).enumerate() {
            compared += here.as_array().map_or(0, Vec::len);
            assert!(there == here, "{}, case {n}", path.display());
        }
        sheets += 1;
    }
    println!("{sheets} sheets, {compared} cells, {refused} times refused by both");
    assert!(sheets > 100 && compared > 50_000 && refused > 20, "{sheets} {compared} {refused}");
}

#[test]
fn figures_are_said_on_the_page_as_everywhere() {
    let Some(browser) = Browser::open("figures") else { return };
    let folder = Folder::new("report_figures");
    let (baseline, opened) = read(&root().join("scenarios/exshire.toml"));
    browser.go(&folder.write("plan.html", &page(&baseline, &opened).0), "");
    let mut dice = Dice(0x1234_5678_9abc_def1);
    let units = [Unit::Money, Unit::Rate, Unit::Quantity, Unit::UnitPrice, Unit::Months, Unit::Month];
    let styles = [(FigureStyle::Table, "table"), (FigureStyle::Words, "words"), (FigureStyle::Change, "change")];
    let displays = [(MoneyUnit::Pounds, 0), (MoneyUnit::Thousands, 3), (MoneyUnit::Millions, 6)];
    let sizes = [1_i128, 100, 10_000, 1_000_000, 1_000_000_000, 1_000_000_000_000, 1 << 90];
    let (mut asked, mut expected) = (Vec::new(), Vec::new());
    for n in 0..6_000_usize {
        let unit = n % units.len();
        let size = sizes[usize::try_from(dice.throw(7)).unwrap()];
        let mut steps = dice.between(-size * 9, size * 9);
        match dice.throw(4) {
            // Halves of what is shown, and round figures.
            0 => steps = steps / 100_000 * 100_000 + 50_000,
            1 => steps = steps / 10_000_000 * 10_000_000,
            _ => {}
        }
        if unit == 5 {
            steps = dice.between(24_000, 26_000);
        }
        let published = dice.throw(20) != 0;
        let flags = Flags {
            published,
            interpolated: dice.throw(8) == 0,
            about: if dice.throw(6) == 0 { u8::try_from(dice.throw(10)).unwrap() } else { 0 },
        };
        let (style, word) = styles[usize::try_from(dice.throw(3)).unwrap()];
        let (money, power) = displays[usize::try_from(dice.throw(3)).unwrap()];
        let exact = dice.throw(4) == 0;
        let decimals = [None, Some(0), Some(1), Some(3), Some(8)][usize::try_from(dice.throw(5)).unwrap()];
        let display = Display { unit: money, decimals, footing: false };
        let figure = Figure { style, exact, ..Figure::new(units[unit], Some(steps), flags) };
        expected.push(if style == FigureStyle::Table {
            figure::cell(&figure, &display)
        } else {
            figure::words(&figure, &display)
        });
        asked.push(json!([
            { "unit": unit, "steps": published.then(|| steps.to_string()), "style": word, "exact": exact, "interpolated": flags.interpolated, "about": flags.about },
            { "power": power, "decimals": display.money_decimals() },
        ]));
    }
    let script = "return arguments[0].map(([figure, display]) => say({ ...figure, steps: figure.steps === null ? null : BigInt(figure.steps) }, display))";
    let said = texts(&browser.run(script, json!([asked])));
    let wrong: BTreeMap<usize, _> = said.iter().zip(&expected).enumerate().filter(|(_, (a, b))| a != b).collect();
    let wrong: Vec<_> = wrong.into_iter().take(5).map(|(n, pair)| (pair, &asked[n])).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
