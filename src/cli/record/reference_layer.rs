//! `fundgap record --write-layer`: the layer written, and what is said of it.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use fundgap::Opened;
use fundgap::check::reference_layer::{HALF, ReferenceLayer, reference_layer};
use fundgap::language::typed;
use fundgap::open::Baseline;
use fundgap::output::{self, message};
use fundgap::record::ratio::ALL;
use fundgap::vocabulary::Unit;

use super::super::common::{Changes, Global, refuse, run_command, spares, spares_named, tell};
use super::super::exit::Exit;
use super::Record;

/// A part of the cases as typed after `--reached-by`.
fn reached_by(typed: &str) -> anyhow::Result<i128> {
    match typed::read(typed, Unit::Rate, None) {
        Ok(Some(rate)) if (1..=ALL).contains(&rate) => Ok(rate),
        Ok(_) => bail!("--reached-by is a part of the cases above 0% and up to 100%, not `{typed}`; 50% is the median"),
        Err(wrong) => bail!("--reached-by: {}; write a share with its %: 80%", wrong.message),
    }
}

impl Record {
    /// Writes the layer, and tells on standard error what is in it and how it is used.
    pub(super) fn layer(
        &self,
        file: &Path,
        baseline: &Baseline,
        opened: &Opened,
        global: &Global,
    ) -> anyhow::Result<Exit> {
        let reached = reached_by(&self.reached_by)?;
        self.may_write(file, opened)?;
        let layer = reference_layer(opened, reached);
        if layer.rows.is_empty() {
            bail!(
                "no layer is written: the plan has no saving that is not delivered yet; add savings as [saving.…], or mend a \
                 `status` of delivered"
            );
        }
        if layer.given() == 0 {
            bail!("no layer is written: too few published cases for any saving; `fundgap record` prints them");
        }
        let sets: Vec<String> = layer
            .rows
            .iter()
            .filter_map(|row| Some(format!("saving.{}.delivery={}", row.saving, row.share.as_ref()?.typed())))
            .collect();
        if let Err(refused) = baseline.variant(&sets) {
            tell("error: the plan does not open with the layer; nothing was written");
            return Ok(refuse(&refused, global));
        }
        output::write_whole(file, layer.text.as_bytes())
            .with_context(|| format!("cannot write `{}`", file.display()))?;
        if !global.quiet {
            tell(&self.told(file, &layer, reached));
        }
        Ok(Exit::Fine)
    }

    fn told(&self, file: &Path, layer: &ReferenceLayer, reached: i128) -> String {
        let which = match reached {
            HALF => "the median of published cases".to_owned(),
            _ => format!("the share that {} of published cases reached", self.reached_by.trim()),
        };
        let layers = self.changes.layers.iter().cloned().chain([file.to_owned()]).collect();
        let scenario = self.scenario.as_deref().unwrap_or(Path::new("-"));
        let run = run_command(scenario, &Changes { sets: self.changes.sets.clone(), layers });
        let name = message::safe(&file.display().to_string());
        let (given, all) = (layer.given(), layer.rows.len());
        let mut told = format!("{name}: {given} of {all} savings not delivered yet, each at {which}");
        for row in layer.rows.iter().filter(|row| row.share.is_none()) {
            let words = row.reference.words();
            told.push_str(&format!("\n{}: left as it is, too few published cases of {words}", row.title));
        }
        if self.changes.sets.iter().any(|set| set.contains("delivery")) {
            told.push_str("\na delivery that is set (--set) is made after every layer and has the last word");
        }
        told.push_str(&format!("\nhint: {}", message::safe(&run)));
        told
    }

    /// Whether the layer may be written where it is asked for.
    fn may_write(&self, file: &Path, opened: &Opened) -> anyhow::Result<()> {
        if file.extension().is_none_or(|e| !e.eq_ignore_ascii_case("toml")) {
            bail!("`{}` is no name for a layer; write it as reference.toml", file.display());
        }
        let same =
            |l: &Path, r: &Path| l == r || l.canonicalize().is_ok_and(|l| fs::canonicalize(r).is_ok_and(|r| r == l));
        if self.showing.file().is_some_and(|result| same(file, result)) {
            bail!("--write-layer and --output name the same file; give one of them another name");
        }
        spares(file, opened)?;
        spares_named(file, self.history.iter().map(std::path::PathBuf::as_path))?;
        if file.exists() && !self.force {
            bail!("`{}` is there already; give another name, or --force to write over it", file.display());
        }
        Ok(())
    }
}
