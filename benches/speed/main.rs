//! How fast it starts, how long an ordinary plan takes, and how both grow. `cargo bench`.
//!
//! A plain program without a framework: everything that is compared is run in turn (A B C, A B C, …)
//! in one sitting, so that a busy machine is busy for all of them; medians and ratios are shown.
//! Ratios carry from machine to machine, times do not.

mod import;
mod process;
mod report;
mod scenarios;
mod what_if;
mod workbook;

use std::fmt::Write;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use fundgap::{Opened, open};
use process::{Took, empty_program, peak_memory, run};

/// The argument with which this program runs itself to measure the whole of a process.
const CHILD: &str = "--open-and-print";

/// The argument with which it runs itself to read and parse the files of a folder and do no more: what the TOML parser
/// takes is the measure that carries to another machine.
const PARSE: &str = "--parse-alone";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, file] = arguments.as_slice()
        && flag == CHILD
    {
        child(Path::new(file));
        return;
    }
    if let [_, flag, folder] = arguments.as_slice()
        && flag == PARSE
    {
        parse_alone(Path::new(folder));
        return;
    }
    // `cargo bench` says so; `cargo test --all-targets` only asks whether it is built.
    if !arguments.iter().any(|a| a == "--bench") {
        return;
    }
    // `cargo bench -- what_if`: that part alone.
    if arguments.iter().any(|a| a == "what_if") {
        what_if::all();
        return;
    }
    if arguments.iter().any(|a| a == "workbook") {
        workbook::all();
        return;
    }
    // `cargo bench -- import`: the same.
    if arguments.iter().any(|a| a == "import") {
        import::all();
        return;
    }
    // `cargo bench -- report`: that part alone.
    if arguments.iter().any(|a| a == "report") {
        report::all();
        return;
    }
    let folder = std::env::temp_dir().join(format!("fundgap-bench-{}", std::process::id()));
    if let Err(error) = std::fs::create_dir_all(&folder) {
        println!("cannot measure: {error}");
        return;
    }
    // `cargo bench -- batch`: that part alone.
    if arguments.iter().any(|a| a == "batch") {
        many(&folder);
        let _ = std::fs::remove_dir_all(&folder);
        return;
    }
    start_up(&folder);
    ordinary(&folder);
    growth(&folder);
    systems();
    what_if::all();
    workbook::all();
    import::all();
    report::all();
    many(&folder);
    // Only what was made above is in it.
    let _ = std::fs::remove_dir_all(&folder);
}

/// Reads the files of a folder and parses each.
fn parse_alone(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Ok(text) = std::fs::read_to_string(entry.path()) {
            let _ = black_box(toml::de::DeTable::parse(&text));
        }
    }
}

/// Opens a scenario and prints all its cells, as a process of its own; tells the most memory it took to
/// open.
fn child(file: &Path) {
    let opened = opened(&Origin::File(file.to_owned()));
    let memory = peak_memory().unwrap_or(0);
    println!("{} {} {memory}", opened.plan.sheet.len(), printed(&opened).len());
}

/// A scenario of this program's own making, which has nothing wrong in it.
fn opened(origin: &Origin) -> Opened {
    match open(origin, &[], &[]) {
        Ok(opened) => opened,
        Err(refused) => {
            eprintln!("{}", fundgap::output::message::render_all(&refused.wrong, &refused.sources, false));
            std::process::exit(2);
        }
    }
}

/// Every cell with its address and its value in both runs.
fn printed(opened: &Opened) -> String {
    let sheet = &opened.plan.sheet;
    let mut text = String::new();
    for (id, row) in sheet.rows() {
        let address = sheet.row_address(id);
        for cell in row.cells() {
            let _ = write!(text, "{address},{}", row.unit.code());
            for run in Run::BOTH {
                let _ = match opened.results.of(run).steps(cell) {
                    Some(steps) => write!(text, ",{steps}"),
                    None => write!(text, ",n/p"),
                };
            }
            text.push('\n');
        }
    }
    text
}

fn median(mut of: Vec<u128>) -> u128 {
    of.sort_unstable();
    of.get(of.len() / 2).copied().unwrap_or(0)
}

/// Nanoseconds as milliseconds, cut to three places.
fn milliseconds(ns: u128) -> String {
    format!("{}.{:03} ms", ns / 1_000_000, ns / 1_000 % 1_000)
}

/// `a / b` to two places.
fn ratio(a: u128, b: u128) -> String {
    let hundredths = (a * 100 + b / 2) / b.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Runs programs in turn and shows the median of each beside the first.
fn in_turn(title: &str, rounds: usize, programs: &[(&str, PathBuf, Vec<&str>)]) {
    let mut took: Vec<Vec<Took>> = vec![Vec::new(); programs.len()];
    for _ in 0..rounds {
        for (n, (_, program, arguments)) in programs.iter().enumerate() {
            took[n].extend(run(program, arguments));
        }
    }
    let of = |n: usize, what: fn(&Took) -> u128| median(took[n].iter().map(what).collect());
    println!("\n{title} ({rounds} runs of each, in turn)");
    println!("{:<44} {:>12} {:>12} {:>8}", "", "processor", "clock", "ratio");
    for (n, (name, _, _)) in programs.iter().enumerate() {
        if took[n].is_empty() {
            println!("{name:<44} does not run");
            continue;
        }
        println!(
            "{name:<44} {:>12} {:>12} {:>8}",
            if took[n].iter().any(|t| t.cpu.is_none()) {
                "unknown".to_owned()
            } else {
                milliseconds(of(n, |t| t.best_known()))
            },
            milliseconds(of(n, |t| t.wall)),
            ratio(of(n, |t| t.best_known()), of(0, |t| t.best_known())),
        );
    }
}

fn start_up(folder: &Path) {
    let Some(empty) = empty_program(folder) else {
        println!("start-up: no compiler to build an empty program with");
        return;
    };
    let fundgap = PathBuf::from(env!("CARGO_BIN_EXE_fundgap"));
    in_turn(
        "Start-up",
        200,
        &[
            ("an empty program", empty, vec![]),
            ("fundgap --version", fundgap.clone(), vec!["--version"]),
            ("fundgap --help", fundgap, vec!["--help"]),
        ],
    );
}

fn ordinary(folder: &Path) {
    let texts =
        [("400 lines of text", scenarios::of_text_lines(400, 5)), ("400 budget lines", scenarios::plan(400, 5))];
    println!("\nIn one process, five years (medians of 60)");
    println!(
        "{:<24} {:>10} {:>10} {:>10} {:>12} {:>12} {:>12} {:>12}",
        "", "text", "lines", "cells", "open", "evaluate", "print", "of the open"
    );
    for (name, text) in &texts {
        let origin = Origin::StandardInput(text.clone().into_bytes());
        let [mut opening, mut evaluating, mut printing] = [const { Vec::new() }; 3];
        let mut cells = 0;
        for _ in 0..60 {
            let begun = Instant::now();
            let plan = opened(&origin);
            opening.push(begun.elapsed().as_nanos());
            let begun = Instant::now();
            let _ = black_box(plan.plan.evaluate());
            evaluating.push(begun.elapsed().as_nanos());
            let begun = Instant::now();
            black_box(printed(&plan));
            printing.push(begun.elapsed().as_nanos());
            cells = plan.plan.sheet.len();
        }
        let [opening, evaluating, printing] = [opening, evaluating, printing].map(median);
        println!(
            "{name:<24} {:>10} {:>10} {cells:>10} {:>12} {:>12} {:>12} {:>12}",
            text.len(),
            text.lines().count(),
            milliseconds(opening),
            milliseconds(evaluating),
            milliseconds(printing),
            ratio(evaluating, opening),
        );
    }
    let files: Vec<PathBuf> = texts
        .iter()
        .map(|(name, text)| {
            let file = folder.join(format!("{}.toml", name.replace(' ', "_")));
            let _ = std::fs::write(&file, text);
            file
        })
        .collect();
    let [small, large] = [0, 1].map(|n| files[n].to_str().unwrap_or_default());
    let Some(empty) = empty_program(folder) else { return };
    let fundgap = PathBuf::from(env!("CARGO_BIN_EXE_fundgap"));
    let Ok(this) = std::env::current_exe() else { return };
    in_turn(
        "Whole processes, five years",
        100,
        &[
            ("an empty program", empty, vec![]),
            ("library: open and print, 400 lines of text", this.clone(), vec![CHILD, small]),
            ("fundgap run, 400 lines of text", fundgap.clone(), vec!["run", small]),
            ("fundgap run --format csv, the same", fundgap.clone(), vec!["run", small, "--format", "csv"]),
            ("library: open and print, 400 budget lines", this, vec![CHILD, large]),
            ("fundgap run, 400 budget lines", fundgap, vec!["run", large]),
        ],
    );
}

fn growth(folder: &Path) {
    println!("\nGrowth: open (read, compile, evaluate both runs); medians of several, in turn");
    println!(
        "{:>8} {:>6} {:>12} {:>14} {:>10} {:>14} {:>10}",
        "lines", "years", "cells", "open", "ns/cell", "peak memory", "bytes/cell"
    );
    let sizes = [(100, 5), (1_000, 5), (10_000, 5), (100, 30), (1_000, 30), (10_000, 30)];
    let origins = sizes.map(|(lines, years)| Origin::StandardInput(scenarios::plan(lines, years).into_bytes()));
    let mut took = sizes.map(|_| Vec::new());
    let mut cells = sizes.map(|_| 0);
    for round in 0..12 {
        for (n, (lines, _)) in sizes.iter().enumerate() {
            // The largest take most of the time and vary least.
            if round < 4 || *lines < 10_000 {
                let begun = Instant::now();
                let plan = opened(&origins[n]);
                took[n].push(begun.elapsed().as_nanos());
                cells[n] = plan.plan.sheet.len();
            }
        }
    }
    for (n, (lines, years)) in sizes.into_iter().enumerate() {
        let memory = memory_of(folder, &scenarios::plan(lines, years));
        let time = median(std::mem::take(&mut took[n]));
        let count = cells[n] as u128;
        println!(
            "{lines:>8} {years:>6} {:>12} {:>14} {:>10} {:>14} {:>10}",
            cells[n],
            milliseconds(time),
            time / count.max(1),
            memory.map_or("unknown".to_owned(), |m| format!("{}.{} MiB", m >> 20, ((m & 0xF_FFFF) * 10) >> 20)),
            memory.map_or("unknown".to_owned(), |m| (m / count.max(1)).to_string()),
        );
    }
}

/// Systems of bodies that pay each other and pool budgets: a hundred lines a body, ten years.
fn systems() {
    println!("\nSystems with pools and flows, a hundred lines a body, ten years: open; medians of 7, in turn");
    println!("{:>8} {:>8} {:>12} {:>14} {:>10}", "bodies", "lines", "cells", "open", "ns/cell");
    let sizes = [5, 25, 50, 100];
    let origins = sizes.map(|bodies| Origin::StandardInput(scenarios::system(bodies, 10).into_bytes()));
    let mut took = sizes.map(|_| Vec::new());
    let mut cells = sizes.map(|_| 0);
    for _ in 0..7 {
        for n in 0..sizes.len() {
            let begun = Instant::now();
            let plan = opened(&origins[n]);
            took[n].push(begun.elapsed().as_nanos());
            cells[n] = plan.plan.sheet.len();
        }
    }
    for (n, bodies) in sizes.into_iter().enumerate() {
        let time = median(std::mem::take(&mut took[n]));
        let each = time / (cells[n] as u128).max(1);
        println!("{bodies:>8} {:>8} {:>12} {:>14} {each:>10}", bodies * 100, cells[n], milliseconds(time));
    }
}

/// A thousand files: all of them in one process, beside a process each.
fn many(folder: &Path) {
    const FILES: usize = 1_000;
    let plans = folder.join("plans");
    let text = scenarios::of_text_lines(400, 5);
    let file = |n: usize| plans.join(format!("{n:04}.toml"));
    let written =
        std::fs::create_dir_all(&plans).and_then(|()| (0..FILES).try_for_each(|n| std::fs::write(file(n), &text)));
    let (Ok(()), Some(all), Ok(this)) = (written, plans.to_str(), std::env::current_exe()) else { return };
    let fundgap = PathBuf::from(env!("CARGO_BIN_EXE_fundgap"));
    let batch =
        |more: &[&'static str]| ["batch", all, "-q"].into_iter().chain(more.iter().copied()).collect::<Vec<_>>();
    in_turn(
        &format!("{FILES} files of {} lines", text.lines().count()),
        7,
        &[
            ("reading them and the TOML parser alone", this, vec![PARSE, all]),
            ("fundgap batch, one thread", fundgap.clone(), batch(&["--threads", "1"])),
            ("fundgap batch, a thread a processor", fundgap.clone(), batch(&[])),
            ("fundgap batch --format json", fundgap.clone(), batch(&["--format", "json"])),
            ("fundgap batch --format csv, every cell", fundgap.clone(), batch(&["--format", "csv"])),
        ],
    );
    let begun = Instant::now();
    let bytes: usize = (0..FILES).filter_map(|n| std::fs::read(file(n)).ok()).map(|b| b.len()).sum();
    println!(
        "{:<44} {:>25}   ({bytes} bytes)",
        "reading the same files and no more",
        milliseconds(begun.elapsed().as_nanos())
    );
    let one = file(0);
    let Some(one) = one.to_str() else { return };
    let each: Vec<Took> = (0..100).filter_map(|_| run(&fundgap, &["run", one, "-q"])).collect();
    let process = median(each.iter().map(|t| t.best_known()).collect());
    println!("{:<44} {:>12}", "fundgap run, a process each, all in all", milliseconds(process * FILES as u128));
}

/// The most memory a process of its own takes to open a scenario.
fn memory_of(folder: &Path, text: &str) -> Option<u128> {
    let file = folder.join("memory.toml");
    std::fs::write(&file, text).ok()?;
    let output = std::process::Command::new(std::env::current_exe().ok()?).arg(CHILD).arg(&file).output().ok()?;
    String::from_utf8(output.stdout).ok()?.split_whitespace().nth(2)?.parse().ok().filter(|m| *m > 0)
}
