//! Every node has its meaning, and the names in a cursor's calls are resolved.

use super::*;
use crate::api::{API_VERSION, p};
use crate::request::{self, Asked};

fn with<T>(text: &str, operation: &str, look: impl FnOnce(&Analysis<'_>) -> T) -> T {
    let document = Document::parse(text);
    let operation = crate::api::operation(operation).expect("the alias exists");
    let asked = Asked {
        operation: Some((operation, crate::report::OperationSource::Given)),
        ..Asked::default()
    };
    let (api, request) = request::read(&document, asked);
    assert_eq!(api.version(), API_VERSION);
    let analysis = Analysis::new(&document, api, request, Wanted::default());
    look(&analysis)
}

const JOB: &str = r#"{
  "id": "j", "poolInfo": { "AutoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    "vmSize": "a", "startTask": { "commandLine": "x", "resourceFiles": [ { "filePath": "f" } ] } } } },
  "jobManagerTask": { "id": "m", "commandLine": "y", "userIdentity": { "autoUser": {} } }
}"#;

#[test]
fn a_node_knows_what_it_is_and_what_is_around_it() {
    with(JOB, "job", |analysis| {
        let offset = |of: &str| u32::try_from(JOB.find(of).expect("it is there")).expect("short");
        let file = analysis.at(offset("\"f\"")).expect("it is within");
        assert_eq!(file.property().map(|property| property.name), Some("filePath"));
        assert_eq!(file.as_str().as_deref(), Some("f"));
        let entry = file.parent().expect("an object is around it");
        assert_eq!(entry.model(), Some(Model::RESOURCE_FILE));
        assert!(entry.is_item() && entry.is_in_array());
        let task = file.nearest(Model::BATCH_START_TASK).expect("it belongs to a start task");
        assert_eq!(task.text(p::COMMAND_LINE).as_deref(), Some("x"));
        let models: Vec<_> = file
            .ancestors()
            .filter_map(Cursor::model)
            .map(|model| analysis.api.model_name(model))
            .collect();
        assert_eq!(
            models,
            [
                "ResourceFile",
                "BatchStartTask",
                "BatchPoolSpecification",
                "BatchAutoPoolSpecification",
                "BatchPoolInfo",
                "BatchJobCreateContent"
            ]
        );
        let name = analysis.at(offset("filePath")).expect("it is within");
        assert_eq!(name.property().map(|property| property.name), Some("filePath"));
        assert_eq!(name.member_value().index(), file.index());
        assert!(analysis.at(u32::MAX).is_none());
    });
}

#[test]
fn a_task_finds_the_pool_that_it_will_run_on() {
    with(JOB, "job", |analysis| {
        let body = analysis.body().expect("it has a body");
        let user = body.get(p::JOB_MANAGER_TASK).and_then(|task| task.get(p::USER_IDENTITY));
        let pool = user.and_then(Cursor::pool).expect("the job has its own pool");
        assert_eq!(pool.at.text(p::VM_SIZE).as_deref(), Some("a"));
        // The name in another case is that of the property meant.
        assert_eq!(pool.at.model(), Some(Model::BATCH_POOL_SPECIFICATION));
    });
}

#[test]
fn pointers_lead_back_to_their_nodes() {
    let text = r#"{"value":[{"id":"a"},{"a/b~c":[[],[1,{"x":2}]]},{"id":"b"}]}"#;
    with(text, "tasks", |analysis| {
        let mut pointers = Pointers::new(analysis, &[]);
        for index in 0..u32::try_from(analysis.document.len()).expect("it is short") {
            let cursor = analysis.cursor(index);
            if cursor.kind() == crate::document::NodeKind::Key {
                continue;
            }
            let pointer = pointers.of(index);
            let value = analysis.document.at(&pointer).expect("the pointer leads somewhere");
            assert_eq!(value.index(), index, "{pointer}");
        }
        // Not in order, either.
        let mut again = Pointers::new(analysis, &[]);
        let last = u32::try_from(analysis.document.len() - 1).expect("it is short");
        let backwards: Vec<_> = (0..=last).rev().map(|index| again.of(index)).collect();
        let forwards: Vec<_> = (0..=last).map(|index| pointers.of(index)).collect();
        assert!(backwards.into_iter().rev().eq(forwards));
    });
}
