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

/// A system of some bodies with a hundred budget lines each, over some years.
pub fn system(bodies: usize, years: usize) -> String {
    system_of(bodies, 100, years)
}

/// A system of some bodies with so many budget lines each: councils, boards and trusts in turn, every
/// body paying the next, and a pool of every council with the board after it, over some years.
pub fn system_of(bodies: usize, lines: usize, years: usize) -> String {
    let mut text = format!(
        "# Made up for measuring: {bodies} bodies over {years} years.\n[scenario]\ntitle = \"Generated system\"\nbase_year = \"2025/26\"\nyears = {years}\nunit = \"£000\"\n\n[driver]\npay = \"3%\"\nprices = \"2%\"\n"
    );
    let kinds = ["council", "icb", "nhs_trust"];
    for body in 0..bodies {
        let _ = write!(
            text,
            "\n[organisation.body_{body}]\nkind = \"{kind}\"\n\n[funding.of_{body}]\norganisation = \"body_{body}\"\nkind = \"other\"\nbase = {funding}\ngrowth = \"2.5%\"\nrecurrent = true\n\n\
             [reserve.of_{body}]\norganisation = \"body_{body}\"\nkind = \"general\"\nopening = {reserve}\nminimum = {{ share = \"5%\", of = \"net_budget\" }}\n",
            kind = kinds[body % kinds.len()],
            funding = lines * 118,
            reserve = lines * 8,
        );
        for n in 0..lines {
            let _ = write!(
                text,
                "\n[line.l_{body}_{n}]\norganisation = \"body_{body}\"\nbase = {}.{}\nprice = \"{}\"\n",
                100 + n % 37,
                n % 10,
                ["pay", "prices"][n % 2],
            );
            if n % 10 == 0 {
                let _ = write!(
                    text,
                    "\n[saving.s_{body}_{n}]\norganisation = \"body_{body}\"\nline = \"l_{body}_{n}\"\nfull_year = 4.5\nstart = \"2026-10\"\nrecurrent = true\ndelivery = \"80%\"\nslippage = 3\n",
                );
            }
        }
        let next = (body + 1) % bodies;
        if next != body {
            let _ =
                write!(text, "\n[flow.from_{body}]\nfrom = \"body_{body}\"\nto = \"body_{next}\"\namount = 350.5\n");
        }
        if body % kinds.len() == 0 && next > body {
            let _ = write!(
                text,
                "\n[pool.of_{body}]\nhost = \"body_{body}\"\nspend = 1040\ncontribution = {{ body_{body} = {{ amount = 400 }}, body_{next} = {{ amount = 600 }} }}\n\
                 overspend = {{ rule = \"capped\", cap = \"2.5%\", residual = \"body_{next}\" }}\nunderspend = {{ rule = \"proportional\" }}\n",
            );
        }
    }
    text
}
