//! The tables are those of the API, and show one version at a time.

use super::*;

#[test]
fn all_operations_of_the_version_are_there() {
    assert_eq!(operations().count(), 28);
    assert_eq!(operations().filter(|operation| operation.body.is_some()).count(), 13);
    assert_eq!(API_VERSION, "2024-07-01.20.0");
    assert_eq!(Api::latest().version(), API_VERSION);
}

#[test]
fn aliases_name_one_operation_each() {
    let mut aliases: Vec<_> = operations().flat_map(|o| o.aliases).collect();
    aliases.sort_unstable();
    let count = aliases.len();
    aliases.dedup();
    assert_eq!(aliases.len(), count);
}

#[test]
fn routes_find_their_operation() {
    let found = |method, path| {
        Api::latest().route(method, path).map(|(operation, values)| (operation.id, values))
    };
    assert_eq!(found("POST", "/pools"), Some(("Pools_CreatePool", vec![])));
    assert_eq!(found("patch", "/pools/p1"), Some(("Pools_UpdatePool", vec![("poolId", "p1")])));
    assert_eq!(
        found("GET", "/pools/p1/nodes/n2"),
        Some(("Nodes_GetNode", vec![("poolId", "p1"), ("nodeId", "n2")]))
    );
    assert_eq!(
        found("POST", "/certificates(thumbprintAlgorithm=sha1,thumbprint=ab)/canceldelete"),
        Some((
            "Certificates_CancelCertificateDeletion",
            vec![("thumbprintAlgorithm", "sha1"), ("thumbprint", "ab")]
        ))
    );
    assert_eq!(found("POST", "/pools/"), Some(("Pools_CreatePool", vec![])));
    assert_eq!(found("PUT", "/pools"), None);
    assert_eq!(found("GET", "/pools//nodes"), None);
    assert_eq!(found("GET", "/pööls"), None);
}

#[test]
fn a_name_speaks_of_the_property_that_it_is_called_by() {
    let api = Api::latest();
    let pool = Model::BATCH_POOL_CREATE_CONTENT;
    assert_eq!(api.model_name(pool), "BatchPoolCreateContent");
    assert_eq!(api.name(p::VM_SIZE), "vmSize");
    assert_eq!(api.get(pool, p::VM_SIZE).map(|property| property.name), Some("vmSize"));
    assert_eq!(api.name(p::NODE_AGENT_SKU_ID), "nodeAgentSKUId");
    assert!(api.get(pool, p::COMMAND_LINE).is_none());
    for row in api.all_rows() {
        assert_eq!(api.name(row.id), row.name);
    }
}

#[test]
fn each_version_shows_its_own_facts() {
    let new = Api::made_up();
    let old = new.sibling(API_VERSION).expect("the version it is made from is there");
    assert_ne!(new.version(), old.version());
    assert_eq!(new.versions().collect::<Vec<_>>(), [old.version(), new.version()]);

    let pool = Model::BATCH_POOL_CREATE_CONTENT;
    let has = |api: Api, name| api.property(pool, name).is_some();
    assert!(!has(old, "zone") && has(new, "zone"));
    assert!(has(old, "metadata") && !has(new, "metadata"));
    assert!(has(old, "vmSize") && has(new, "vmSize"));

    let most = |api: Api| {
        api.property(pool, "taskSlotsPerNode").and_then(|p| p.range()).map(|(_, most)| most)
    };
    assert_eq!((most(old), most(new)), (Some(256), Some(512)));

    let required = |api: Api| {
        let all = api.properties(pool).filter(|property| api.requires(property));
        all.map(|property| property.name).collect::<Vec<_>>()
    };
    assert_eq!(required(old), ["id", "vmSize"]);
    assert_eq!(required(new), ["id", "vmSize", "zone"]);

    let caching = |api: Api| {
        let disk = api.model("OSDisk").or_else(|| api.model("DataDisk")).expect("it is there");
        let kind = api.property(disk, "caching").expect("it has this property").kind;
        let values = api.values(kind.enumeration().expect("it is an enum"));
        values.map(|value| value.value).collect::<Vec<_>>()
    };
    assert_eq!(caching(old), ["none", "readonly", "readwrite"]);
    assert_eq!(caching(new), ["none", "readonly", "readwrite", "writeback"]);

    let gone = "Certificates_CreateCertificate";
    assert!(old.operation(gone).is_some() && new.operation(gone).is_none());
    let version = |api: Api| {
        let pool = api.operation("pool").expect("it is there");
        let mut parameters = api.parameters(pool).map(|(parameter, _)| parameter);
        parameters.find(|parameter| parameter.name == "api-version").and_then(|one| one.constant)
    };
    assert_eq!((version(old), version(new)), (Some(old.version()), Some(new.version())));
}

#[test]
fn what_does_not_differ_is_one_row() {
    // Two versions of everything would be twice as many.
    let (one, two) = (Api::latest().all_rows().len(), Api::made_up().all_rows().len());
    assert_eq!(two, one + 2, "a new property, and one with another limit");
    let rows = |api: Api| api.models().map(|model| api.rows(model).len()).sum::<usize>();
    assert_eq!(rows(Api::made_up()), two);
}

#[test]
fn patterns_match_what_the_regex_crate_has_them_match() {
    let parts =
        ["", " ", "-", ".", "_", "*", "0", "9", "a", "F", "g", "Z", "ä", "\n", "22", "0123456789"];
    let mut texts: Vec<String> = parts.map(String::from).into();
    for _ in 0..3 {
        let longer = texts.iter().flat_map(|text| parts.map(|part| format!("{text}{part}")));
        texts = longer.collect();
        texts.sort_unstable();
        texts.dedup();
    }
    let digits = (38..=42).flat_map(|count| [" 0", "0", "0 "].map(|digit| digit.repeat(count)));
    texts.extend(digits);
    let mut seen = 0;
    for automaton in Api::latest().patterns() {
        let judge = regex::Regex::new(automaton.pattern).expect("it is a pattern");
        for text in &texts {
            let expected = judge.is_match(text);
            assert_eq!(automaton.matches(text), expected, "{} {text:?}", automaton.pattern);
            seen += usize::from(expected);
        }
    }
    assert!(seen > 1000, "only {seen} of the texts match anything");
}
