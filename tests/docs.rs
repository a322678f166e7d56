//! The pages in `docs/rules/` are those of the rules.
//!
//! They are generated from the doc comments in `src/rules/`. After changing
//! one, write them anew with `BATCHLINT_UPDATE=1 cargo test --test docs`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use batchlint::report::{Applicability, RuleEntry};
use batchlint::rules::{self, Group, Rule};

/// Every file of the folder, by path within it.
fn pages() -> BTreeMap<PathBuf, String> {
    let mut pages = BTreeMap::new();
    for rule in rules::all() {
        pages.insert(PathBuf::from(format!("{}.md", rule.id)), page(rule));
    }
    pages.insert(PathBuf::from("README.md"), index());
    // For the npm package, whose module carries no more of a rule than its id.
    let list: Vec<_> = rules::all().map(RuleEntry::from).collect();
    let list = serde_json::to_string_pretty(&list).expect("rules can be written");
    pages.insert(PathBuf::from("rules.json"), list + "\n");
    pages
}

/// All rules by category: first what there is, then a table for each.
fn index() -> String {
    let mut index = String::from(
        "# Rules\n\nGenerated from the doc comments in `src/rules/`; see CONTRIBUTING.md.\n\n\
         `batchlint explain CODE` shows the page of a rule, and that of a category names its \
         rules. Rules of the group `pedantic` run only if they are selected, by code, id, \
         category or group. A rule with a fix has one at most of its places: `safe` ones are \
         applied by `--fix`, `suggested` ones by `--fix --unsafe-fixes`.\n\n\
         | category | rules | about |\n| --- | --- | --- |\n",
    );
    let mut add = |line: String| index.push_str(&(line + "\n"));
    for category in rules::categories() {
        let (id, count) = (category.id, category.rules.len());
        add(format!("| [{id}](#{id}) | {count} | {} |", category.about));
    }
    for category in rules::categories() {
        add(format!("\n## {}\n\n{}\n", category.id, category.about));
        add("| code | rule | severity | group | fix | what it finds |".to_owned());
        add("| --- | --- | --- | --- | --- | --- |".to_owned());
        for rule in category.rules {
            let Rule { code, id, severity, summary, .. } = rule;
            let (group, fix) = (rule.group.name(), rule.fix.map_or("", Applicability::name));
            add(format!("| {code} | [{id}]({id}.md) | {severity} | {group} | {fix} | {summary} |"));
        }
    }
    index
}

/// What the head of a page says of a rule, before its text.
fn page(rule: &Rule) -> String {
    let mut page = format!("# {} {}\n\nSeverity: {}", rule.code, rule.id, rule.severity);
    if rule.group == Group::Pedantic {
        page.push_str(". Group: pedantic, off unless selected");
    }
    write!(page, ". Source: {}", rule.confidence.name()).expect("writing cannot fail");
    if let Some(fix) = rule.fix {
        write!(page, ". Fix: {}", fix.name()).expect("writing to a String cannot fail");
    }
    if let Some(code) = rule.service_code {
        write!(page, ". The service answers `{code}`").expect("writing to a String cannot fail");
    }
    page.push_str(".\n\n");
    for line in rule.docs.lines() {
        page.push_str(line.strip_prefix(' ').unwrap_or(line));
        page.push('\n');
    }
    page
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn the_pages_of_the_rules_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let pages = pages();
    if std::env::var_os("BATCHLINT_UPDATE").is_some() {
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("the old pages can be removed");
        }
        for (path, text) in &pages {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().expect("a page is in a folder"))
                .expect("the folder can be made");
            std::fs::write(path, text).expect("the page can be written");
        }
    }
    let update = "run BATCHLINT_UPDATE=1 cargo test --test docs";
    for (path, text) in &pages {
        let there = std::fs::read_to_string(folder.join(path)).unwrap_or_default();
        assert_eq!(&there, text, "{} is not current; {update}", path.display());
    }
    for path in files_below(&folder) {
        let known = path.strip_prefix(&folder).expect("it is below the folder");
        assert!(pages.contains_key(known), "{} is of no rule; {update}", known.display());
    }
}
