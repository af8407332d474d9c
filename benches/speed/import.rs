//! A spreadsheet made into a scenario: how long sheets of more and more rows take, and whether that is in proportion.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use rust_xlsxwriter::Workbook;

/// Rows of the sheets.
const ROWS: [u32; 3] = [1_250, 2_500, 5_000];

/// Reading a workbook, guessing its map, following it and opening the scenario, several times each in turn.
pub fn all() {
    println!("\nImport of one sheet, four columns of figures, a sum after every hundred lines");
    println!("{:>8}  {:>12}  {:>14}  {:>10}", "rows", "workbook, kB", "in all, ms", "µs a row");
    let books: Vec<Vec<u8>> = ROWS.iter().map(|rows| workbook(*rows)).collect();
    let mut times: Vec<Vec<u128>> = vec![Vec::new(); ROWS.len()];
    for _ in 0..9 {
        for (book, times) in books.iter().zip(&mut times) {
            let begun = Instant::now();
            let read = fundgap::import::read_book(book, Path::new("Lines.xlsx"));
            let Ok(read) = read else { return println!("the workbook of this bench cannot be read") };
            let imported = fundgap::import::import(read, None, "Lines.map.toml", std::path::Path::new("plan.toml"));
            times.push(begun.elapsed().as_micros());
            let _ = black_box(imported);
        }
    }
    for ((rows, book), mut times) in ROWS.iter().zip(&books).zip(times) {
        times.sort_unstable();
        let median = times[times.len() / 2];
        let each = median * 10 / u128::from(*rows);
        let (whole, tenth) = (each / 10, each % 10);
        println!("{rows:>8}  {:>12}  {:>14}  {whole:>8}.{tenth}", book.len() / 1000, median / 1000);
    }
}

/// Lines with figures of four years, and the sum of each hundred below it.
fn workbook(rows: u32) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let mut put = |row: u32, title: String, figures: [u32; 4]| {
        let _ = sheet.write(row, 0, title);
        for (column, figure) in (1..).zip(figures) {
            let _ = sheet.write(row, column, figure);
        }
    };
    let mut sum = [0; 4];
    for row in 1..=rows {
        if row % 101 == 0 {
            put(row, "Total".to_owned(), std::mem::take(&mut sum));
            continue;
        }
        let figures = [0, 1, 2, 3].map(|year| row * 7919 % 10_007 + year * 13);
        for (total, figure) in sum.iter_mut().zip(figures) {
            *total += figure;
        }
        put(row, format!("Budget line {row}"), figures);
    }
    for (column, heading) in (0..).zip(["Budget line £", "2026/27", "2027/28", "2028/29", "2029/30"]) {
        let _ = sheet.write(0, column, heading);
    }
    workbook.save_to_buffer().unwrap_or_default()
}
