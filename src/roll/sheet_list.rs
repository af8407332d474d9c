//! A line list from a spreadsheet, rewritten cell by cell.

/// The cells of a line list as text.
#[derive(Debug, Clone)]
pub(super) struct LineSheet {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl LineSheet {
    /// Reads the cells; what the loader has read before has no surprises.
    pub fn read(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut rows = reader
            .records()
            .filter_map(Result::ok)
            .map(|record| record.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
        let headings = rows.next().unwrap_or_default();
        Self { headings, rows: rows.collect() }
    }

    fn column(&self, path: &[&str]) -> Option<usize> {
        let heading = match path {
            ["budget", year] => (*year).to_owned(),
            path => path.join("."),
        };
        self.headings.iter().position(|h| *h == heading)
    }

    fn row(&self, line: &str) -> Option<usize> {
        let name = self.column(&["name"])?;
        self.rows.iter().position(|row| row.get(name).is_some_and(|n| n == line))
    }

    /// Whether a line stands in it, and says something under a path of keys.
    pub fn has(&self, line: &str, path: &[&str]) -> bool {
        let Some(row) = self.row(line) else { return false };
        path.is_empty()
            || self.column(path).is_some_and(|c| self.rows[row].get(c).is_some_and(|cell| !cell.is_empty()))
            || path == ["budget"] && self.years().any(|(c, _)| self.rows[row].get(c).is_some_and(|v| !v.is_empty()))
    }

    /// Changes one cell.
    pub fn set(&mut self, line: &str, path: &[&str], value: &str) {
        let (Some(row), Some(column)) = (self.row(line), self.column(path)) else { return };
        if let Some(cell) = self.rows[row].get_mut(column) {
            value.clone_into(cell);
        }
    }

    fn years(&self) -> impl Iterator<Item = (usize, crate::vocabulary::FinancialYear)> {
        self.headings.iter().enumerate().filter_map(|(n, h)| Some((n, h.parse().ok()?)))
    }

    /// Takes out the columns of years that are no plan years any more and adds those that are new; gives
    /// back the lines that have something to say of the new years.
    pub fn move_on(
        &mut self,
        first: crate::vocabulary::FinancialYear,
        added: &[crate::vocabulary::FinancialYear],
        hold: bool,
    ) -> Vec<String> {
        let years: Vec<_> = self.years().collect();
        if years.is_empty() {
            return Vec::new();
        }
        let mut wanted = Vec::new();
        let last = years.iter().max_by_key(|(_, year)| *year).map(|(column, _)| *column);
        let name = self.column(&["name"]);
        for (n, year) in added.iter().enumerate() {
            self.headings.push(year.to_string());
            for row in &mut self.rows {
                let held = last.and_then(|c| row.get(c)).cloned().unwrap_or_default();
                let value = if held.is_empty() || hold { held } else { "not_published".to_owned() };
                if n == 0 && !value.is_empty() {
                    wanted.extend(name.and_then(|c| row.get(c)).cloned());
                }
                row.push(value);
            }
        }
        let past: Vec<usize> = years.iter().filter(|(_, year)| *year < first).map(|(column, _)| *column).collect();
        for column in past.into_iter().rev() {
            self.headings.remove(column);
            for row in &mut self.rows {
                if column < row.len() {
                    row.remove(column);
                }
            }
        }
        wanted
    }

    /// Its text.
    pub fn text(&self) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in [&self.headings].into_iter().chain(&self.rows) {
            // Writing to memory does not fail.
            let _ = writer.write_record(row);
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}
