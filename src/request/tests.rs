//! What is said of requests in their many layouts.

use crate::{Diagnostic, Linter, Target};

/// The operation, and code and message of each finding.
fn said(text: &str) -> (Option<&'static str>, Vec<String>) {
    let builder = Linter::builder().select("recommended").expect("a group");
    let report = builder.build().lint(text, Target::detect());
    let one = |found: &Diagnostic| format!("{}: {}", found.code, found.message);
    let operation = report.operation.as_ref().map(|operation| operation.id);
    (operation, report.diagnostics.iter().map(one).collect())
}

/// The codes of what is said, and nothing else.
fn codes(text: &str) -> Vec<String> {
    said(text).1.into_iter().map(|found| found[..6].to_owned()).collect()
}

/// The text with all safe fixes of a document applied.
fn mended(text: &str) -> String {
    let report = Linter::new().lint(text, Target::detect());
    let mut edits: Vec<_> = report
        .diagnostics
        .iter()
        .flat_map(|found| found.fixes.iter().take(1))
        .filter(|fix| fix.applicability == crate::report::Applicability::Safe)
        .flat_map(|fix| fix.edits.clone())
        .collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.start));
    let mut out = text.to_owned();
    for edit in edits {
        out.replace_range(edit.start as usize..edit.end as usize, &edit.text);
    }
    out
}

/// A published example: the URL of the account, the parameters, the answer.
fn example(id: &str, parameters: &str, status: &str) -> String {
    let id = if id.is_empty() { String::new() } else { format!(r#""operationId":"{id}","#) };
    format!(
        r#"{{{id}"title":"An example","parameters":{{"batchUrl":"account.region.batch.azure.com",
          "api-version":"2024-07-01.20.0","client-request-id":"00000000-0000-0000-0000-000000000000",
          "ocp-date":"Fri, 17 Feb 2017 00:00:00 GMT",{parameters}}},"responses":{{{status}}}}}"#
    )
}

const JOB: &str = r#"{"poolInfo":{"poolId":"p"}}"#;

#[test]
fn former_names_of_operations_and_bodies_are_understood() {
    let schedule = r#"{"id":"s","schedule":{"recurrenceInterval":"PT1H"},"jobSpecification":{"poolInfo":{"poolId":"p"}}}"#;
    let change = r#"{"schedule":{"recurrenceInterval":"PT1H"},"jobSpecification":{"poolInfo":{"poolId":"p"}}}"#;
    let pool = r#"{"metadata":[{"name":"n","value":"v"}]}"#;
    // It takes away nothing, so that no rule has a say on that.
    let properties = r#"{"certificateReferences":[],"applicationPackageReferences":[{"applicationId":"a"}],"metadata":[{"name":"n","value":"v"}],"startTask":{"commandLine":"hostname"}}"#;
    let task = r#"{"constraints":{"maxTaskRetryCount":1}}"#;
    let path = |name: &str, body: &str, parameter: &str| {
        let ids = match name {
            "task" => r#""jobId":"j","taskId":"t","#.to_owned(),
            "" => String::new(),
            _ => format!(r#""{name}Id":"x","#),
        };
        format!(r#"{ids}"{parameter}":{body}"#)
    };
    let cases = [
        (
            "JobSchedule_Add",
            path("", schedule, "cloudJobSchedule"),
            "201",
            "JobSchedules_CreateJobSchedule",
        ),
        (
            "JobSchedule_Patch",
            path("jobSchedule", change, "jobSchedulePatchParameter"),
            "200",
            "JobSchedules_UpdateJobSchedule",
        ),
        (
            "JobSchedule_Update",
            path("jobSchedule", change, "jobScheduleUpdateParameter"),
            "200",
            "JobSchedules_ReplaceJobSchedule",
        ),
        ("Job_Patch", path("job", JOB, "jobPatchParameter"), "200", "Jobs_UpdateJob"),
        ("Job_Update", path("job", JOB, "jobUpdateParameter"), "200", "Jobs_ReplaceJob"),
        ("Pool_Patch", path("pool", pool, "poolPatchParameter"), "200", "Pools_UpdatePool"),
        (
            "Pool_UpdateProperties",
            path("pool", properties, "poolUpdatePropertiesParameter"),
            "204",
            "Pools_ReplacePoolProperties",
        ),
        ("Task_Update", path("task", task, "taskUpdateParameter"), "200", "Tasks_ReplaceTask"),
    ];
    for (former, parameters, status, expected) in cases {
        let answer = format!(r#""{status}":{{}}"#);
        // With the former id, with today's, and with none at all.
        for (id, codes) in
            [(former, &["AB1411", "AB1412"][..]), (expected, &["AB1412"]), ("", &["AB1412"])]
        {
            let text = example(id, &parameters, &answer);
            let (operation, found) = said(&text);
            assert_eq!(operation, Some(expected), "{text}");
            let found: Vec<_> = found.iter().map(|found| &found[..6]).collect();
            assert_eq!(found, codes, "{text}");
            // The fix settles it, and the operation stays the same one. A PUT
            // and a PATCH are told apart by their id alone.
            let mended = mended(&text);
            let (operation, found) = said(&mended);
            assert!(found.is_empty(), "{found:?}\n{mended}");
            if !id.is_empty() {
                assert_eq!(operation, Some(expected), "{mended}");
            }
        }
        // The body is looked at.
        let wrong = example("", &parameters.replacen(":{", r#":{"none":1,"#, 1), &answer);
        assert!(said(&wrong).1.iter().any(|found| found.contains("`none`")), "{wrong}");
    }
}

#[test]
fn bodies_are_found_under_any_of_their_names() {
    for (name, codes_expected) in [
        ("job", &[][..]),
        ("body", &[]),
        ("content", &[]),
        ("parameters", &[]),
        ("job_options", &["AB1412"]),
        ("Job", &["AB0017"]),
        ("JOB", &["AB0017"]),
    ] {
        for id in ["Jobs_CreateJob", "Batch_CreateJob", "createJob", ""] {
            let body = r#"{"id":"j","poolInfo":{"poolId":"p"}}"#;
            let text = example(id, &format!(r#""{name}":{body}"#), r#""201":{}"#);
            let (operation, found) = said(&text);
            assert_eq!(operation, Some("Jobs_CreateJob"), "{text}");
            let mut found: Vec<_> = found.iter().map(|found| &found[..6]).collect();
            found.retain(|code| *code != "AB1411");
            assert_eq!(found, codes_expected, "{text}");
        }
    }
    // At the root of the request, and beside an unknown name.
    let text = r#"{"operationId":"Jobs_UpdateJob","parameters":{"api-version":"2024-07-01.20.0","jobId":"j"},"jobPatchParameter":{"priority":1}}"#;
    assert_eq!(codes(text), ["AB1412"]);
    let text = r#"{"operationId":"Jobs_UpdateJob","parameters":{"api-version":"2024-07-01.20.0","jobId":"j","pool":{},"job":{"priority":1}}}"#;
    assert_eq!(codes(text), ["AB0017"]);
    let text = r#"{"operationId":"Jobs_GetJob","parameters":{"api-version":"2024-07-01.20.0","jobId":"j","poolId":"p"}}"#;
    assert_eq!(codes(text), ["AB0017"]);
}

#[test]
fn the_answer_tells_operations_apart() {
    let body = r#""poolId":"p","pool":{"metadata":[]}"#;
    assert_eq!(said(&example("", body, r#""200":{}"#)).0, Some("Pools_UpdatePool"));
    assert_eq!(said(&example("", body, r#""204":{}"#)).0, Some("Pools_ReplacePoolProperties"));
    let task = r#""jobId":"j","taskId":"t""#;
    let got = r#""200":{"body":{"id":"t"}}"#;
    assert_eq!(said(&example("", task, got)), (Some("Tasks_GetTask"), vec![]));
}

#[test]
fn what_is_not_checked_is_said_to_be_that_and_nothing_else() {
    let other = |text: &str, id: &str| {
        let (operation, found) = said(text);
        assert_eq!(operation, None, "{text}");
        let expected = format!("AB1001: this is {id}, which batchlint does not check");
        assert_eq!(found, [expected], "{text}");
    };
    let resize = r#""poolId":"p","content":{"targetDedicatedNodes":1}"#;
    for id in ["Pools_ResizePool", "Pool_Resize", "Batch_ResizePool", "resize_pool"] {
        other(&example(id, resize, r#""202":{}"#), "Pools_ResizePool");
    }
    for (id, parameters) in [
        ("Nodes_RebootNode", r#""poolId":"p","nodeId":"n""#),
        ("Jobs_TerminateJob", r#""jobId":"j","parameters":{"terminateReason":"x"}"#),
        ("Pools_DeletePool", r#""poolId":"p""#),
        ("Nodes_CreateNodeUser", r#""poolId":"p","nodeId":"n","user":{"name":"u"}"#),
    ] {
        other(&example(id, parameters, r#""202":{}"#), id);
    }
    for (name, id) in [
        ("poolResizeParameter", "Pools_ResizePool"),
        ("nodeRemoveParameter", "Pools_RemoveNodes"),
        ("poolEnableAutoScaleParameter", "Pools_EnablePoolAutoScale"),
    ] {
        other(&example("", &format!(r#""poolId":"p","{name}":{{}}"#), r#""202":{}"#), id);
    }
    // By method and path, in any case and with placeholders.
    for (method, path, id) in [
        ("POST", "/pools/p1/resize", "Pools_ResizePool"),
        ("POST", "/pools/p1/stopresize", "Pools_StopPoolResize"),
        ("POST", "/pools/{poolId}/enableautoscale", "Pools_EnablePoolAutoScale"),
        ("POST", "/pools/p1/removenodes/", "Pools_RemoveNodes"),
        ("DELETE", "/pools/p1", "Pools_DeletePool"),
        ("HEAD", "/jobschedules/s", "JobSchedules_JobScheduleExists"),
        ("POST", "/jobs/j/terminate", "Jobs_TerminateJob"),
        ("GET", "/jobs/j/taskcounts", "Jobs_GetJobTaskCounts"),
        ("POST", "/jobs/j/tasks/t/reactivate", "Tasks_ReactivateTask"),
        ("GET", "/jobs/j/tasks/t/files/wd%2Fout.txt", "Tasks_GetTaskFile"),
        ("POST", "/pools/p/nodes/n/reboot", "Nodes_RebootNode"),
        ("GET", "/nodecounts", "Pools_ListPoolNodeCounts"),
        ("GET", "/supportedimages", "Pools_ListSupportedImages"),
        ("GET", "/applications", "Applications_ListApplications"),
    ] {
        let url = format!("{path}?api-version=2024-07-01.20.0");
        other(&format!(r#"{{"method":"{method}","url":"{url}"}}"#), id);
        let body = r#""body":{"targetDedicatedNodes":3}"#;
        other(&format!(r#"{{"method":"{method}","url":"{url}",{body}}}"#), id);
    }
    // A URL without a method may be of several.
    let text = r#"{"url":"/pools/p/nodes/n/users/u","body":{}}"#;
    let expected = "AB1001: this is Nodes_DeleteNodeUser or Nodes_ReplaceNodeUser, which batchlint does not check";
    assert_eq!(said(text), (None, vec![expected.to_owned()]));
    // What is deleted is not got: nothing but the answer says so.
    let (operation, found) = said(&example("", r#""poolId":"p""#, r#""202":{}"#));
    assert_eq!(operation, None);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("AB1001: this is Pools_DeletePool"), "{found:?}");
    // A misspelt path or id is none of them.
    for text in [
        r#"{"method":"POST","url":"/pools/p1/resise?api-version=2024-07-01.20.0"}"#,
        r#"{"operationId":"Pools_ResisePool","method":"GET"}"#,
        r#"{"method":"PUT","url":"/pools/p1/resize?api-version=2024-07-01.20.0"}"#,
    ] {
        assert_eq!(codes(text), ["AB0013"], "{text}");
    }
}

#[test]
fn an_operation_asked_for_is_checked_and_the_contradiction_said() {
    let text = example(
        "Pools_ResizePool",
        r#""poolId":"p","pool":{"metadata":[{"name":"n","value":"v"}]}"#,
        r#""200":{}"#,
    );
    let report = Linter::new().lint(&text, Target::operation("pool.update").expect("an alias"));
    let found: Vec<_> = report.diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(found, ["this says Pools_ResizePool, not Pools_UpdatePool"]);
}

#[test]
fn urls_are_read_as_they_are_meant() {
    // `&`, `/` and letters may be escaped, by JSON or in percent.
    for url in [
        r"/jobs?maxresults=1\u0026api-version=2024-07-01.20.0",
        r"\/jobs?api%2Dversion=2024-07-01%2E20.0",
        r"/j\u006fbs?timeOut=30&%24filter=state+eq+%27active%27&api-version=2024-07-01.20.0",
        "/%6Aobs?api-version=2024-07-01.20.0",
        "https://a.westus.batch.azure.com/jobs?api-version=2024-07-01.20.0#top",
        "{endpoint}/jobs?api-version={version}",
        "account.region.batch.azure.com/jobs?api-version=2024-07-01.20.0",
    ] {
        let text = format!(r#"{{"method":"GET","url":"{url}"}}"#);
        assert_eq!(said(&text), (Some("Jobs_ListJobs"), vec![]), "{text}");
    }
    let text =
        r#"{"method":"GET","url":"/jobs?api-version=2024-07-01.20.0\u0026maxresults=%35000"}"#;
    let report = Linter::new().lint(text, Target::detect());
    let [found] = &report.diagnostics[..] else { panic!("{:?}", report.diagnostics) };
    assert_eq!(found.message, "`maxresults` must be at most 1000, not `5000`");
    let range = found.range.start.offset as usize..found.range.end.offset as usize;
    assert_eq!(&text[range], "maxresults=%35000");
    // An id in the path is judged as it is meant.
    let get =
        |id: &str| format!(r#"{{"method":"GET","url":"/jobs/{id}?api-version=2024-07-01.20.0"}}"#);
    assert_eq!(said(&get("nightly%3Ajob-1")), (Some("Jobs_GetJob"), vec![]));
    let message = "AB1003: no job has an id like `my job`";
    assert_eq!(said(&get("my%20job")).1, [message]);
}

#[test]
fn a_url_without_a_method_has_the_parameters_of_its_path() {
    let text = r#"{"url":"/jobs/j1?api-version=2024-07-01.20.0","body":{"priority":3}}"#;
    assert_eq!(said(text), (Some("Jobs_UpdateJob"), vec![]));
    let text = r#"{"operationId":"Jobs_GetJob","url":"/jobs/j1?api-version=2024-07-01.20.0"}"#;
    assert_eq!(said(text), (Some("Jobs_GetJob"), vec![]));
    let text = r#"{"operationId":"Jobs_GetJob","url":"/pools?api-version=2024-07-01.20.0"}"#;
    assert_eq!(codes(text), ["AB0016"]);
}

#[test]
fn a_parameter_given_twice_is_said_once() {
    let get = |query: &str| format!(r#"{{"method":"GET","url":"/jobs?{query}"}}"#);
    let version = "api-version=2024-07-01.20.0";
    let text = get(&format!("{version}&{version}&{version}"));
    assert_eq!(said(&text).1, ["AB0018: `api-version` is given twice"]);
    // In two places that say the same it is no matter.
    let both = |jobs: &str| {
        format!(
            r#"{{"method":"GET","url":"/jobs/j?{version}","parameters":{{"jobId":"{jobs}","api-version":"2024-07-01.20.0"}}}}"#
        )
    };
    assert_eq!(codes(&both("j")), [""; 0]);
    assert_eq!(said(&both("k")).1, ["AB0018: `jobId` is given twice"]);
}

#[test]
fn members_in_another_case_are_read_and_said_once() {
    let text = r#"{"Method":"GET","Url":"/pools/p?api-version=2024-07-01.20.0"}"#;
    let (operation, found) = said(text);
    assert_eq!(operation, Some("Pools_GetPool"));
    assert_eq!(found, ["AB0017: `Method` is spelled `method`", "AB0017: `Url` is spelled `url`"]);
    assert!(codes(&mended(text)).is_empty());
    let text = r#"{"OperationId":"Pools_CreatePool","Parameters":{"api-version":"2024-07-01.20.0","Pool":{"id":"p","vmSize":"standard_d2s_v3","none":1}}}"#;
    let (operation, found) = said(text);
    assert_eq!(operation, Some("Pools_CreatePool"));
    let found: Vec<_> = found.iter().map(|found| &found[..6]).collect();
    assert_eq!(found.iter().filter(|code| **code == "AB0017").count(), 3);
    assert!(found.contains(&"AB0032"), "the body is checked: {found:?}");
    // The one spelled as expected counts.
    let text = r#"{"method":"GET","METHOD":"PUT","url":"/pools/p?api-version=2024-07-01.20.0"}"#;
    assert_eq!(said(text), (Some("Pools_GetPool"), vec![]));
}

#[test]
fn real_headers_are_no_unknown_parameters() {
    let headers = [
        "ocp-range",
        "ocp-date",
        "If-Match",
        "Authorization",
        "User-Agent",
        "x-ms-date",
        "X-MS-Client-Request-Id",
        "Accept",
        "traceparent",
        "If-Unmodified-Since",
    ];
    for header in headers {
        let text = format!(
            r#"{{"operationId":"Pools_ListPools","parameters":{{"api-version":"2024-07-01.20.0","{header}":"Fri, 17 Feb 2017 00:00:00 GMT"}}}}"#
        );
        assert!(!codes(&text).contains(&"AB0017".to_owned()), "{text}");
    }
    for name in ["x-ms", "ocp", "ifMatch", "filter"] {
        let text = format!(
            r#"{{"operationId":"Pools_ListPools","parameters":{{"api-version":"2024-07-01.20.0","{name}":"x"}}}}"#
        );
        assert_eq!(codes(&text), ["AB0017"], "{text}");
    }
}

#[test]
fn methods_are_in_capitals() {
    let request = |method: &str| {
        format!(
            r#"{{"method":"{method}","url":"/jobs/j?api-version=2024-07-01.20.0","body":{{"priority":1}}}}"#
        )
    };
    for method in ["patch", "Patch", " PATCH", "patch\\n"] {
        let text = request(method);
        let (operation, found) = said(&text);
        assert_eq!(operation, Some("Jobs_UpdateJob"));
        assert_eq!(found, ["AB1005: the method must be written `PATCH`"], "{text}");
        assert_eq!(mended(&text), request("PATCH"));
    }
    assert_eq!(codes(&request("PATCH")), [""; 0]);
    let text = r#"{"operationId":"Jobs_UpdateJob","parameters":{"api-version":"2024-07-01.20.0","jobId":"j","job":{"priority":1}}}"#;
    assert_eq!(codes(text), [""; 0]);
    assert_eq!(codes(&request("PATSCH")), ["AB0013"]);
}

#[test]
fn two_bodies_are_one_finding() {
    let request = |inside: &str, beside: &str| {
        format!(
            r#"{{"operationId":"Jobs_UpdateJob","parameters":{{"api-version":"2024-07-01.20.0","jobId":"j"{inside}}}{beside}}}"#
        )
    };
    let severities = |text: &str| -> Vec<(String, crate::Severity)> {
        let report = Linter::new().lint(text, Target::detect());
        report.diagnostics.iter().map(|found| (found.code.to_string(), found.severity)).collect()
    };
    let warning = [("AB1004".to_owned(), crate::Severity::Warning)];
    let info = [("AB1004".to_owned(), crate::Severity::Info)];
    let job = r#","job":{"priority":1}"#;
    assert_eq!(severities(&request(job, r#","body":{"priority":2}"#)), warning);
    assert_eq!(severities(&request(&format!(r#"{job},"body":{{"priority":2}}"#), "")), warning);
    assert_eq!(severities(&request(job, r#","body":{ "priority" : 1 }"#)), info);
    assert_eq!(severities(&request(job, r#","body":{"priority":[1]}"#)), warning);
    assert_eq!(severities(&request(job, r#","body":null"#)), []);
    assert_eq!(severities(&request(job, "")), []);
    // A body of another operation is an unknown name.
    let text = request(&format!(r#"{job},"pool":{{"metadata":[]}}"#), "");
    assert_eq!(codes(&text), ["AB0017"]);
}

#[test]
fn the_id_in_the_path_is_that_of_the_body() {
    let replace = |path: &str, body: &str| {
        format!(
            r#"{{"operationId":"Jobs_ReplaceJob","parameters":{{"api-version":"2024-07-01.20.0","jobId":"{path}","job":{{{body}"poolInfo":{{"poolId":"p"}}}}}}}}"#
        )
    };
    let has = |text: &str| codes(text).contains(&"AB1002".to_owned());
    assert!(has(&replace("b", r#""id":"a","#)));
    assert!(has(&replace("b", r#""url":"https://a.westus.batch.azure.com/jobs/a","#)));
    let both = r#""id":"a","url":"https://a.westus.batch.azure.com/jobs/a","#;
    let found = codes(&replace("b", both));
    assert_eq!(found.iter().filter(|code| *code == "AB1002").count(), 1, "{found:?}");
    for (path, body) in [
        ("NIGHTLY", r#""id":"nightly","#),
        ("b", ""),
        ("{jobId}", r#""id":"a","#),
        ("b", r#""id":"{jobId}","#),
        ("b", r#""id":null,"#),
        ("b", r#""url":"https://a.westus.batch.azure.com/jobs/B","#),
    ] {
        assert!(!has(&replace(path, body)), "{path} {body}");
    }
    let task = |body: &str| {
        format!(
            r#"{{"method":"PUT","url":"/jobs/j/tasks/t?api-version=2024-07-01.20.0","body":{{"commandLine":"x",{body}}}}}"#
        )
    };
    assert!(has(&task(r#""id":"u""#)));
    assert!(has(&task(r#""url":"https://a.westus.batch.azure.com/jobs/k/tasks/t""#)));
    assert!(!has(&task(r#""url":"https://a.westus.batch.azure.com/jobs/j/tasks/t""#)));
    for (method, url, body) in [
        ("PATCH", "/jobs/j", r#"{"id":"k","priority":1}"#),
        ("PATCH", "/jobschedules/j", r#"{"id":"k","metadata":[]}"#),
        ("PUT", "/jobschedules/j", r#"{"id":"k","jobSpecification":{"poolInfo":{"poolId":"p"}}}"#),
        ("PATCH", "/pools/j", r#"{"id":"k","metadata":[]}"#),
        ("POST", "/pools/j/updateproperties", r#"{"id":"k","metadata":[]}"#),
    ] {
        let text = format!(
            r#"{{"method":"{method}","url":"{url}?api-version=2024-07-01.20.0","body":{body}}}"#
        );
        assert!(has(&text), "{text}");
    }
    // To create a resource there is no id in the path.
    let create = r#"{"method":"POST","url":"/jobs/j/tasks?api-version=2024-07-01.20.0","body":{"id":"t","commandLine":"x"}}"#;
    assert!(!has(create));
    assert!(!has(r#"{"id":"a","poolInfo":{"poolId":"p"}}"#));
}

#[test]
fn ids_in_the_path_have_the_form_of_ids() {
    let get = |name: &str, id: &str| {
        let operation = match name {
            "poolId" => "Pools_GetPool",
            "jobId" => "Jobs_GetJob",
            _ => "JobSchedules_GetJobSchedule",
        };
        format!(
            r#"{{"operationId":"{operation}","parameters":{{"api-version":"2024-07-01.20.0","{name}":"{id}"}}}}"#
        )
    };
    for (name, id, message) in [
        ("jobId", "my job", "no job has an id like `my job`"),
        ("jobId", " j", "`jobId` has blanks around it: ` j`"),
        ("poolId", "a/b", "`poolId` has a slash in it: `a/b`"),
        (
            "poolId",
            "https://a.b.batch.azure.com/pools/p",
            "`poolId` must be the id of a pool, not a URL",
        ),
        (
            "poolId",
            "/subscriptions/s/x/pools/p",
            "`poolId` must be the id of a pool, not an ARM id",
        ),
        ("jobScheduleId", "s:job-1", "no jobSchedule has an id like `s:job-1`"),
        ("jobId", "a%20b", "no job has an id like `a%20b`"),
    ] {
        assert_eq!(said(&get(name, id)).1, [format!("AB1003: {message}")], "{id}");
    }
    let long = "a".repeat(65);
    assert_eq!(codes(&get("jobId", &long)), ["AB1003"]);
    let url = get("jobId", "https://a.b.batch.azure.com/jobs/j1");
    assert_eq!(mended(&url), get("jobId", "j1"));
    for id in ["j", "nightly:job-12", "{jobId}", "${JOB}", "<job>"] {
        assert_eq!(codes(&get("jobId", id)), [""; 0], "{id}");
    }
    let auto = format!("{long}_01234567-89ab-cdef-0123-456789abcdef");
    assert_eq!(codes(&get("poolId", &auto)), [""; 0]);
}

#[test]
fn percent_in_parameters_is_for_those_who_ask() {
    let list = |name: &str, value: &str| {
        format!(
            r#"{{"operationId":"Jobs_ListJobs","parameters":{{"api-version":"2024-07-01.20.0","{name}":"{value}"}}}}"#
        )
    };
    let text = list("$filter", "state%20eq%20%27active%27");
    assert_eq!(codes(&text), [""; 0]);
    let linter = Linter::builder().select("AB1006").expect("a rule").build();
    let found = linter.lint(&text, Target::detect()).diagnostics;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].fixes[0].edits[0].text, "\"state eq 'active'\"");
    for text in [
        list("$filter", "state eq 'active'"),
        list("$filter", "id eq '100%'"),
        list("$select", "id,state"),
        r#"{"method":"GET","url":"/jobs?api-version=2024-07-01.20.0&$filter=state%20eq%20%27a%27"}"#.into(),
    ] {
        assert!(linter.lint(&text, Target::detect()).diagnostics.is_empty(), "{text}");
    }
}

#[test]
fn urls_of_other_services_are_said_to_be_that() {
    let get =
        |url: &str| format!(r#"{{"method":"GET","url":"{url}?api-version=2024-07-01.20.0"}}"#);
    for url in [
        "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a/pools",
        "https://management.chinacloudapi.cn/subscriptions/s",
        "https://management.usgovcloudapi.net/subscriptions/s",
        "/subscriptions/s/resourceGroups/g",
        "{base}/subscriptions/s/resourceGroups/g",
        "https://batch.core.windows.net/pools",
        "https://acct.blob.core.windows.net/pools",
    ] {
        let (operation, found) = said(&get(url));
        assert_eq!(operation, None, "{url}");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("AB1314"), "{found:?}");
    }
    assert_eq!(codes(&get("https://acct.batch.azure.com/pools")), ["AB1314"]);
    let report = Linter::new().lint(&get("https://api.contoso.com/pools"), Target::detect());
    assert_eq!(report.diagnostics[0].code, "AB1314");
    assert_eq!(report.diagnostics[0].severity, crate::Severity::Warning);
    for host in [
        "https://a.westeurope.batch.azure.com",
        "https://a.chinanorth.batch.chinacloudapi.cn",
        "https://a.usgovvirginia.batch.usgovcloudapi.net",
        "https://a.westeurope.privatelink.batch.azure.com",
        "http://localhost:8080",
        "http://127.0.0.1",
        "https://{account}.{region}.batch.azure.com",
        "https://${HOST}",
        "{endpoint}",
        "",
    ] {
        assert_eq!(codes(&get(&format!("{host}/pools"))), [""; 0], "{host}");
    }
}

#[test]
fn the_form_of_a_url_is_looked_at() {
    let get = |url: &str| format!(r#"{{"method":"GET","url":"{url}"}}"#);
    let q = "?api-version=2024-07-01.20.0";
    let host = "a.westus.batch.azure.com";
    let right = get(&format!("https://{host}/pools{q}"));
    assert_eq!(codes(&right), [""; 0]);
    for url in [
        format!("http://{host}/pools{q}"),
        format!(r#"https://\"{host}\"/pools{q}"#),
        format!("https://'{host}'/pools{q}"),
        format!("https:// {host}/pools{q}"),
        format!("https://{host}//pools{q}"),
        format!("https://{host}/pools/{q}"),
        format!("https://{host}/Pools{q}"),
        format!(r#"\"https://{host}/pools{q}\""#),
        format!(" https://{host}/pools{q}"),
        format!("https://{host}\\u002f/pools{q}"),
    ] {
        let text = get(&url);
        assert_eq!(codes(&text), ["AB1315"], "{text}");
        assert_eq!(mended(&text), right, "{text}");
    }
    for url in [
        format!("https://{host}:8443/pools{q}"),
        format!("https://user:word@{host}/pools{q}"),
        format!("https://{host}/jobSchedules/s{q}"),
    ] {
        let found = said(&get(&url)).1;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("AB1315") && !found[0].contains("word"), "{found:?}");
    }
    for url in [
        format!("https://{host}:443/pools{q}"),
        format!("http://localhost:8080//pools/{q}"),
        format!("http://server/pools{q}"),
        format!("//pools{q}"),
        format!("/pools/{q}"),
        format!("https://{host}/pools/P1{q}"),
    ] {
        assert_eq!(codes(&get(&url)), [""; 0], "{url}");
    }
}

#[test]
fn credentials_are_found_and_never_shown() {
    let secret = "bm90IGEga2V5LCBqdXN0IHRoZSBmb3JtIG9mIG9uZQ==";
    let base = r#""method":"GET","url":"/pools?api-version=2024-07-01.20.0""#;
    for text in [
        format!(r#"{{{base},"headers":{{"Authorization":"SharedKey acct:{secret}"}}}}"#),
        format!(r#"{{{base},"headers":{{"authorization":"Bearer abcdefgh.{secret}.abcdefgh"}}}}"#),
        format!(r#"{{{base},"Headers":{{"Authorization":"Basic {secret}"}}}}"#),
        format!(r#"{{{base},"parameters":{{"Authorization":"SharedKey acct:{secret}"}}}}"#),
        format!(r#"{{{base},"accountKey":"{secret}"}}"#),
        format!(r#"{{{base},"AZURE_BATCH_ACCESS_KEY":"{secret}"}}"#),
        format!(r#"{{{base},"accessToken":"{secret}"}}"#),
    ] {
        let report = Linter::new().lint(&text, Target::detect());
        let found: Vec<_> = report.diagnostics.iter().map(|found| found.code.as_ref()).collect();
        assert!(found.contains(&"AB1336"), "{text} {found:?}");
        let json = serde_json::to_string(&report).expect("a report is JSON");
        assert!(!json.contains("bm90IGEga2V5"), "{json}");
    }
    for text in [
        format!(r#"{{{base},"headers":{{"Authorization":"{{authorization}}"}}}}"#),
        format!(r#"{{{base},"headers":{{"Authorization":"Bearer {{{{token}}}}"}}}}"#),
        format!(r#"{{{base},"headers":{{"Authorization":""}}}}"#),
        format!(r#"{{{base},"headers":{{"Authorization":null}}}}"#),
        format!(r#"{{{base},"accountKey":"","sharedKey":"$KEY","accessToken":"<token>"}}"#),
    ] {
        assert_eq!(codes(&text), [""; 0], "{text}");
    }
}

#[test]
fn paths_and_actions_of_former_versions_are_said_to_be_that() {
    for (method, path) in [
        ("GET", "/lifetimepoolstats"),
        ("GET", "/lifetimejobstats"),
        ("GET", "/NodeAgentSkus"),
        ("POST", "/pools/{poolId}/upgradeos"),
        ("GET", "/pools/p/nodes/n/rdp"),
        ("POST", "/jobs/j/$batch"),
    ] {
        let text = format!(r#"{{"method":"{method}","url":"{path}?api-version=2024-07-01.20.0"}}"#);
        assert_eq!((said(&text).0, codes(&text)), (None, vec!["AB1413".into()]), "{text}");
    }
    let q = "api-version=2024-07-01.20.0";
    let post = |url: &str| {
        format!(
            r#"{{"method":"POST","url":"{url}","body":{{"certificateReferences":[],"applicationPackageReferences":[{{"applicationId":"a"}}],"metadata":[{{"name":"n","value":"v"}}],"startTask":{{"commandLine":"hostname"}}}}}}"#
        )
    };
    let right = post(&format!("/pools/p1/updateproperties?{q}"));
    for url in [
        format!("/pools/p1?updateproperties&{q}"),
        format!("/pools/p1?{q}&updateproperties"),
        format!("/pools/p1?updateProperties=&{q}"),
        format!("/pools/p1?updateproperties\\u0026{q}"),
    ] {
        let text = post(&url);
        let (operation, found) = said(&text);
        assert_eq!(operation, Some("Pools_ReplacePoolProperties"), "{text}");
        let message = "AB1413: `updateproperties` is an action, and belongs into the path";
        assert_eq!(found, [message], "{text}");
        assert_eq!(mended(&text), right, "{text}");
    }
    // One that is not checked is said to be an action, too.
    for action in ["resize", "enableautoscale"] {
        let text = format!(r#"{{"method":"POST","url":"/pools/p1?{action}&{q}"}}"#);
        assert_eq!(codes(&text), ["AB1001", "AB1413"], "{text}");
    }
    let text = format!(r#"{{"method":"POST","url":"/pools/p1?nothing&{q}"}}"#);
    assert_eq!(codes(&text), ["AB0013"]);
}

#[test]
fn versions_get_one_word_each() {
    let linter = || Linter::builder().today(crate::Date::new(2026, 12, 1).expect("a day"));
    let request = |version: &str| {
        format!(
            r#"{{"operationId":"Pools_GetPool","parameters":{{"api-version":"{version}","poolId":"p"}}}}"#
        )
    };
    let codes = |text: &str| -> Vec<String> {
        let report = linter().build().lint(text, Target::detect());
        report
            .diagnostics
            .iter()
            .map(|found| format!("{} {}", found.code, found.severity))
            .collect()
    };
    for (version, expected) in [
        ("2024-07-01", &["AB1407 error"][..]),
        ("2024-07-01.19.0", &["AB1407 error"]),
        ("latest", &["AB1407 error"]),
        ("2024-07-01-preview", &["AB1407 error"]),
        ("15.0.0b2", &["AB1407 error"]),
        ("2025-06-01.21.0", &["AB1407 error"]),
        ("", &["AB1407 error"]),
        ("2031-01-01", &["AB1407 warning"]),
        ("2016-02-01.3.0", &["AB1408 warning"]),
        ("2017-09-01.6.0", &["AB1408 warning"]),
        ("2024-07-01.20.0", &["AB1409 info"]),
        ("2019-08-01.10.0", &["AB0019 warning", "AB1409 info"]),
        ("2025-06-01", &["AB0019 warning"]),
        ("2026-10-01", &["AB0019 warning"]),
        ("{api-version}", &[]),
        ("$(version)", &[]),
    ] {
        assert_eq!(codes(&request(version)), expected, "{version}");
        if !version.is_empty() && !version.starts_with(['$', '{']) {
            let url = format!(r#"{{"method":"GET","url":"/pools/p?api-version={version}"}}"#);
            assert_eq!(codes(&url), expected, "{url}");
        }
    }
    assert_eq!(mended(&request("2024-07-01")), request("2024-07-01.20.0"));
    let url = r#"{"method":"GET","url":"/pools/p?api-version=2024-07-01\u0026timeOut=3"}"#;
    assert!(mended(url).contains(r"api-version=2024-07-01.20.0\u0026timeOut=3"));
    // Of a bare body nothing is said, nor of a URL of the management plane.
    assert_eq!(
        codes(
            r#"{"id":"p","vmSize":"standard_d2s_v3","virtualMachineConfiguration":{"imageReference":{"publisher":"a","offer":"b","sku":"c"},"nodeAgentSKUId":"batch.node.ubuntu 24.04"}}"#
        ),
        [""; 0]
    );
    let management = r#"{"method":"GET","url":"https://management.azure.com/subscriptions/s?api-version=2024-07-01"}"#;
    assert_eq!(codes(management), ["AB1314 error"]);
}
