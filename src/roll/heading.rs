//! What the new file says of itself: its years, its version, the files it is made of.

use std::path::{Path, PathBuf};

use toml_edit::{Item, Value, value};

use super::documents::{Body, Document, from_folder};
use super::look::What;
use super::roller::Roller;
use super::years::{self, replace};
use crate::scenario::Stage;

impl Roller<'_> {
    /// Moves on every figure by year of every file.
    pub fn move_years(&mut self) {
        let mut looks = Vec::new();
        for n in 0..self.documents.all.len() {
            let pack = n != self.documents.root && !self.documents.all[n].has_base_year();
            years::move_on(&mut self.documents.all[n], self.by, pack, &mut looks);
        }
        looks.into_iter().for_each(|look| self.push(look));
    }

    /// `[scenario]`: base year, years, stage, version and title.
    pub fn heading(&mut self, years: i32, written: &Path) {
        let (old, base) = (&self.old.scenario, self.year());
        let horizon = self.old.plan.horizon();
        for n in self.documents.speakers(&["scenario", "base_year"]) {
            self.documents.all[n].edited = true;
            if let Some(item) = self.documents.all[n].item(&["scenario", "base_year"]) {
                let mut new = Value::from(base.to_string());
                let remark =
                    item.as_value().and_then(|v| v.decor().suffix()).and_then(|s| s.as_str()).map(str::to_owned);
                *new.decor_mut() = item.as_value().map(|v| v.decor().clone()).unwrap_or_default();
                if let Some(remark) = remark {
                    new.decor_mut().set_suffix(remark);
                }
                *item = Item::Value(new);
            }
        }
        if years != horizon.years()
            && let Some(item) = self.documents.item(&["scenario", "years"])
        {
            replace(item, Value::from(i64::from(years)));
        }
        let span = |from, to| format!("{from} to {to}");
        let title = old.title.replace(&span(horizon.first(), horizon.last()), &span(self.by.first, self.by.last));
        if title == old.title {
            self.look(What::Check, "scenario.title", "does it name the old plan's years?");
        } else if let Some(item) = self.documents.item(&["scenario", "title"]) {
            replace(item, Value::from(title));
        }
        if matches!(old.stage, Stage::Final | Stage::Outturn) {
            if let Some(item) = self.documents.item(&["scenario", "stage"]) {
                replace(item, Value::from("forecast"));
            }
            self.look(
                What::Check,
                "scenario.stage",
                format!("was \"{}\", and is \"forecast\" again", old.stage.word()),
            );
        }
        self.version(written);
    }

    fn version(&mut self, written: &Path) {
        let base = self.year();
        let old = self.old.scenario.version.as_ref();
        let name = old.map(|v| v.name.split(", rolled to ").next().unwrap_or(&v.name).to_owned());
        let name = name.map_or_else(|| format!("Rolled to {base}"), |name| format!("{name}, rolled to {base}"));
        let root = self.documents.root;
        let own = self.documents.all[root].path().to_owned();
        // A second year's rolling still replaces the file that the first began with.
        let supersedes = match old.and_then(|v| v.supersedes.clone()).filter(|_| own == written) {
            Some(first) => first,
            None => from_folder(self.here, written.parent().unwrap_or(Path::new("")), &own)
                .to_string_lossy()
                .replace('\\', "/"),
        };
        self.documents.all[root].edited = true;
        let Some(scenario) = self.documents.all[root].item(&["scenario"]).and_then(Item::as_table_like_mut) else {
            return;
        };
        if let Some(version) = scenario.get_mut("version").and_then(Item::as_table_like_mut) {
            version.remove("date");
            for (key, text) in [("name", &name), ("supersedes", &supersedes)] {
                match version.get_mut(key) {
                    Some(item) => replace(item, Value::from(text)),
                    None => {
                        version.insert(key, value(text));
                    }
                }
            }
        } else {
            let mut version = toml_edit::InlineTable::new();
            version.insert("name", Value::from(&name));
            version.insert("supersedes", Value::from(&supersedes));
            scenario.insert("version", value(version));
        }
        self.look(What::Wanted, "scenario.version", "the name and the date of this version");
    }

    /// The files that are written: the scenario's own first, those it builds on beside it.
    pub fn files(&self, written: &Path) -> Vec<(PathBuf, String)> {
        let folder = written.parent().unwrap_or(Path::new("")).to_owned();
        let stem = written.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let documents = &self.documents;
        let mut edited: Vec<bool> = documents.all.iter().map(|d| d.edited).collect();
        edited[documents.root] = true;
        // Who names a file that is written anew is written anew.
        loop {
            let before = edited.clone();
            for (n, document) in documents.all.iter().enumerate() {
                let names = references(document);
                edited[n] |= names.iter().any(|name| {
                    documents.all.iter().zip(&before).any(|(d, e)| *e && d.name == beside(&document.name, name))
                });
            }
            if before == edited {
                break;
            }
        }
        let place = |n: usize| {
            if n == documents.root {
                return written.to_owned();
            }
            let file =
                documents.all[n].path().file_name().map(|f| f.to_string_lossy().into_owned()).unwrap_or_default();
            let prefix = format!("{stem}-");
            folder.join(if file.starts_with(&prefix) { file } else { format!("{prefix}{file}") })
        };
        let order = [documents.root].into_iter().chain((0..documents.all.len()).filter(|n| *n != documents.root));
        order
            .filter(|n| edited[*n])
            .map(|n| {
                let mut document = documents.all[n].clone();
                let own = document.name.clone();
                renamed(&mut document, &|typed| {
                    let target = beside(&own, typed);
                    let found = documents.all.iter().position(|d| d.name == target);
                    let path = match found {
                        Some(m) if edited[m] => place(m),
                        _ => PathBuf::from(target),
                    };
                    from_folder(self.here, &folder, &path).to_string_lossy().replace('\\', "/")
                });
                (place(n), document.text())
            })
            .collect()
    }
}

/// The name of a file that another names, as messages show it.
fn beside(of: &str, typed: &str) -> String {
    match of.rsplit_once('/') {
        Some((folder, _)) if Path::new(typed).is_relative() => format!("{folder}/{typed}"),
        _ => typed.to_owned(),
    }
}

/// Every text in a key that names files.
fn each_reference(document: &mut Document, act: &mut dyn FnMut(&mut Value)) {
    let Body::Toml(toml) = &mut document.body else { return };
    let mut all = |item: Option<&mut Item>| match item {
        Some(Item::Value(Value::Array(list))) => list.iter_mut().for_each(&mut *act),
        Some(Item::Value(value)) => act(value),
        _ => {}
    };
    if let Some(scenario) = toml.get_mut("scenario").and_then(Item::as_table_like_mut) {
        all(scenario.get_mut("extends"));
        all(scenario.get_mut("lines"));
    }
    if let Some(organisations) = toml.get_mut("organisation").and_then(Item::as_table_like_mut) {
        for (_, item) in organisations.iter_mut() {
            all(item.as_table_like_mut().and_then(|t| t.get_mut("lines")));
        }
    }
}

fn references(document: &Document) -> Vec<String> {
    let mut names = Vec::new();
    each_reference(&mut document.clone(), &mut |value| names.extend(value.as_str().map(str::to_owned)));
    names
}

fn renamed(document: &mut Document, name: &dyn Fn(&str) -> String) {
    each_reference(document, &mut |value| {
        let Some(new) = value.as_str().map(name) else { return };
        let decor = value.decor().clone();
        *value = Value::from(new);
        *value.decor_mut() = decor;
    });
}

impl Document {
    /// Whether it is a plan of its own, not a pack that others build on.
    pub fn has_base_year(&self) -> bool {
        match &self.body {
            Body::Toml(toml) => {
                toml.get("scenario").and_then(Item::as_table_like).is_some_and(|t| t.contains_key("base_year"))
            }
            Body::Lines(_) => true,
        }
    }
}
