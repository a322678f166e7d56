//! Writes what `schemas/data/` says of sizes, images and extensions of virtual
//! machines, as tables of the types in `src/api/{sizes,images,extensions}.rs`.
//!
//! Each entry has a source that its file explains, and each day exists, so that
//! a slip in the data does not build.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::data::table;
use crate::schemas::{list, object, read, strings, text};

/// The tables of sizes.
pub fn sizes(folder: &Path) -> String {
    let data = read(&folder.join("data/sizes.json"));
    let mut retirements = Vec::new();
    for entry in entries(&data, "retirement") {
        let (end, announced) = (day(&entry["end"]), day(&entry["announced"]));
        assert_ne!(end, announced, "{entry}: one of both days");
        let instead = text(&entry["instead"]);
        for (family, sizes) in patterns(entry) {
            let row = format!(
                "Retirement {{ sizes: {sizes}, end: {end}, announced: {announced}, instead: \
                 {instead:?} }},\n"
            );
            retirements.push((family, row));
        }
    }
    retirements.sort();
    let rows = retirements.into_iter().map(|(_, row)| row);
    let plain = |name: &str| {
        let mut rows: Vec<_> = entries(&data, name).flat_map(patterns).collect();
        rows.sort();
        rows.into_iter().map(|(_, sizes)| sizes + ",\n").collect::<Vec<_>>()
    };
    table("RETIREMENTS", "Retirement", rows)
        + &table("GENERATION_2_ONLY", "Pattern", plain("generation2Only"))
        + &table("NO_PREMIUM_DISKS", "Pattern", plain("noPremiumDisks"))
}

/// The patterns of an entry on sizes: one for each family, with it.
fn patterns(entry: &Value) -> Vec<(String, String)> {
    known(
        entry,
        "families tier numbers features accelerators versions end announced instead source",
    );
    let tier = entry["tier"].as_str();
    assert!(matches!(tier, None | Some("basic")), "{entry}: no such tier");
    let versions = numbers(&entry["versions"]);
    let (first, last) = match versions[..] {
        [] => (1, 1),
        [first, last] if first <= last => (first, last),
        _ => panic!("{entry}: the first and the last version"),
    };
    let pattern = |family: String| {
        let plain = family == "*" || family.bytes().all(|byte| byte.is_ascii_uppercase());
        assert!(plain && !family.is_empty(), "{entry}: no family");
        let pattern = format!(
            "Pattern {{ is_standard: {}, family: {family:?}, numbers: &{:?}, features: &{:?}, \
             accelerators: &{:?}, versions: ({first}, {last}) }}",
            tier.is_none(),
            numbers(&entry["numbers"]),
            words(&entry["features"]),
            words(&entry["accelerators"]),
        );
        (family, pattern)
    };
    strings(&entry["families"]).into_iter().map(pattern).collect()
}

/// The tables of images and node agents.
pub fn images(folder: &Path) -> String {
    let data = read(&folder.join("data/images.json"));
    let (mut systems, mut agents) = (Vec::new(), Vec::new());
    let mut images: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut taken: Vec<[String; 3]> = Vec::new();
    for (at, entry) in entries(&data, "systems").enumerate() {
        known(entry, "name agent end endsAgent instead images source");
        let agent = entry["agent"].as_str().unwrap_or_default();
        if !agent.is_empty() {
            let system = agent.strip_prefix("batch.node.").expect("so do all agents begin");
            assert!(system.contains(' ') && system == system.to_lowercase(), "{entry}: {agent}");
            agents.push(agent);
        }
        let ends_agent = entry["endsAgent"].as_bool().unwrap_or_default();
        let end = day(&entry["end"]);
        assert_eq!(entry["end"].is_null(), entry["instead"].is_null(), "{entry}: both or none");
        systems.push(format!(
            "System {{ name: {:?}, agent: {agent:?}, end: {end}, ends_agent: {ends_agent}, \
             instead: {:?} }},\n",
            text(&entry["name"]),
            entry["instead"].as_str().unwrap_or_default(),
        ));
        for image in list(&entry["images"]) {
            known(image, "publisher offer sku");
            let of = image_of(image);
            // Of two that fit, the first would hide the other.
            let hidden = taken.iter().find(|before| covers(before, &of));
            assert!(hidden.is_none(), "{image}: {hidden:?} comes first");
            let [publisher, offer, sku] = of.clone();
            taken.push(of);
            images
                .entry(publisher)
                .or_default()
                .push(format!("Of {{ offer: {offer:?}, sku: {sku:?}, system: {at} }}"));
        }
    }
    agents.sort_unstable();
    agents.dedup();
    let images = images.iter().map(|(publisher, of)| {
        let of = of.join(", ");
        format!("({publisher:?}, &[{of}]),\n")
    });
    let generation_1 = entries(&data, "generation1").map(|entry| {
        known(entry, "publisher offer sku without source");
        let [publisher, offer, sku] = image_of(entry);
        let without = words(&entry["without"]);
        format!(
            "Pattern {{ publisher: {publisher:?}, offer: {offer:?}, sku: {sku:?}, without: \
             &{without:?} }},\n"
        )
    });
    let publishers = entries(&data, "publishers").map(|entry| {
        known(entry, "name offer windows source");
        let windows = entry["windows"].as_bool().expect("it is Windows or not");
        let offer = entry["offer"].as_str().unwrap_or("*");
        let name = text(&entry["name"]);
        format!("Publisher {{ name: {name:?}, offer: {offer:?}, windows: {windows} }},\n")
    });
    let managed = day(&data["managedImages"]["end"]);
    format!("pub(crate) static MANAGED_IMAGES_END: Option<Date> = {managed};\n\n")
        + &table("SYSTEMS", "System", systems)
        + &table("IMAGES", "(&str, &[Of])", images)
        + &table("AGENTS", "&str", agents.iter().map(|agent| format!("{agent:?},\n")))
        + &table("GENERATION_1", "Pattern", generation_1)
        + &table("PUBLISHERS", "Publisher", publishers)
}

/// Publisher, offer and SKU of an image, `*` where one can be any.
fn image_of(entry: &Value) -> [String; 3] {
    ["publisher", "offer", "sku"].map(|part| {
        let text = entry[part].as_str().unwrap_or("*");
        let begin = text.strip_suffix('*').unwrap_or(text);
        assert!(!begin.contains('*') && !text.is_empty(), "{entry}: {part}");
        text.to_owned()
    })
}

/// Whether what fits the one fits the other, too.
fn covers(one: &[String; 3], other: &[String; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| {
        let (one, other) = (one.to_lowercase(), other.to_lowercase());
        one.strip_suffix('*').map_or(one == other, |begin| other.starts_with(begin))
    })
}

/// The table of extensions.
pub fn extensions(folder: &Path) -> String {
    let data = read(&folder.join("data/extensions.json"));
    let types: Vec<String> =
        list(&data["extensions"]).iter().map(|one| text(&one["type"])).collect();
    assert!(types.is_sorted(), "extensions.json is in order");
    let rows = entries(&data, "extensions").map(|entry| {
        known(entry, "type system other end instead source");
        let system = text(&entry["system"]);
        assert!(matches!(system.as_str(), "windows" | "linux"), "{entry}: no such system");
        let other = entry["other"].as_str().unwrap_or_default();
        assert!(other.is_empty() || types.iter().any(|one| one == other), "{entry}: {other}");
        format!(
            "Extension {{ name: {:?}, windows: {}, other: {other:?}, end: {}, instead: {:?} }},\n",
            text(&entry["type"]),
            system == "windows",
            day(&entry["end"]),
            entry["instead"].as_str().unwrap_or_default(),
        )
    });
    table("EXTENSIONS", "Extension", rows)
}

/// The entries of a list, each with a source that the file explains.
fn entries<'d>(data: &'d Value, name: &str) -> impl Iterator<Item = &'d Value> {
    let sources = object(&data["sources"]);
    list(&data[name]).iter().inspect(move |entry| {
        let source = text(&entry["source"]);
        let explained = |one: &str| sources.keys().any(|key| one.trim().starts_with(key.as_str()));
        assert!(source.split(';').all(explained), "{entry}: no such source");
    })
}

/// Sees that an entry has no other members than these.
fn known(entry: &Value, names: &str) {
    for name in object(entry).keys() {
        assert!(names.split(' ').any(|known| known == name), "{entry}: {name} is not read");
    }
}

/// A day, ISO 8601, as Rust.
fn day(value: &Value) -> String {
    let Some(text) = value.as_str() else { return "None".to_owned() };
    let numbers: Vec<u32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = numbers[..] else { panic!("{text} is no day") };
    let last = match month {
        2 if year % 4 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let is_day =
        (2015..2100).contains(&year) && (1..=12).contains(&month) && (1..=last).contains(&day);
    assert!(is_day && text.len() == 10, "{text} is no day");
    format!("Some(Date::checked({year}, {month}, {day}))")
}

fn numbers(value: &Value) -> Vec<u64> {
    let list = value.as_array().into_iter().flatten();
    list.map(|one| one.as_u64().expect("a whole number")).collect()
}

fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}
