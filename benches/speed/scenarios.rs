//! Scenarios made up for measuring: any number of lines and years.

use std::fmt::Write;

/// A plan of some budget lines with a little of everything else, over some years.
pub fn plan(lines: usize, years: usize) -> String {
    let mut text = format!(
        r#"# Made up for measuring: {lines} budget lines over {years} years.
[scenario]
title     = "Generated plan"
base_year = "2025/26"
years     = {years}
unit      = "£000"

[organisation.shire]
title        = "Shire Council"
kind         = "council"
council_type = "county"

[driver]
pay    = "3%"
prices = "2%"
care   = "4%"
demand = "1.5%"

[funding.tax]
kind      = "other"
base      = {funding}
growth    = "2.5%"
recurrent = true

[reserve.general]
kind    = "general"
opening = {reserve}
minimum = {{ share = "5%", of = "net_budget" }}
"#,
        funding = lines * 110,
        reserve = lines * 8,
    );
    for n in 0..lines {
        let price = ["pay", "prices", "care"][n % 3];
        let volume = if n % 3 == 2 { "volume  = \"demand\"\n" } else { "" };
        let _ = writeln!(
            text,
            "\n[line.line_{n}]\nservice = \"Service {service}\"\nbase    = {pounds}.{tenth}\nprice   = \"{price}\"\n{volume}",
            service = n % 20,
            pounds = 100 + n % 37,
            tenth = n % 10,
        );
        if n % 10 == 0 {
            let _ = writeln!(
                text,
                "[saving.saving_{n}]\nline      = \"line_{n}\"\nfull_year = 4.5\nstart     = \"2026-10\"\nrecurrent = true\n\
                 status    = \"amber\"\ndelivery  = \"80%\"\nslippage  = 3\n",
            );
        }
    }
    text
}

/// The plan of at most so many lines of text.
pub fn of_text_lines(most: usize, years: usize) -> String {
    let mut lines = 1;
    while plan(lines + 1, years).lines().count() <= most {
        lines += 1;
    }
    plan(lines, years)
}
