//! What the rules say of formulas.

use crate::report::{Severity, apply};
use crate::values::formula::tests::{VALID, formula};
use crate::{Diagnostic, Linter, Target};

use proptest::prelude::*;

fn body(formula: &str) -> String {
    let formula = serde_json::Value::from(formula);
    format!(
        r#"{{"id":"p1","vmSize":"standard_d2s_v3","enableAutoScale":true,"autoScaleFormula":{formula}}}"#
    )
}

fn lint(text: &str, which: &str) -> Vec<Diagnostic> {
    // All that is said of a formula, or what is for everybody.
    let linter = Linter::builder().select(which).expect("there is such a group").build();
    let target = Target::operation("pool").expect("it is in the catalogue");
    let found = linter.lint(text, target).diagnostics;
    found.into_iter().filter(|found| found.rule.starts_with("formula/")).collect()
}

fn codes(found: &[Diagnostic]) -> Vec<&str> {
    found.iter().map(|found| &*found.code).collect()
}

/// What the rules for everybody say of a formula.
#[track_caller]
fn says(formula: &str, expected: &[&str]) {
    let found = lint(&body(formula), "recommended");
    assert_eq!(codes(&found), expected, "{formula}: {found:#?}");
}

/// What all rules say of it, of which one is meant.
#[track_caller]
fn has(formula: &str, code: &str, expected: bool) {
    let found = lint(&body(formula), "formula");
    assert_eq!(codes(&found).contains(&code), expected, "{formula}: {found:#?}");
}

/// What a formula becomes by the fix that is offered of this rule.
#[track_caller]
fn mends(formula: &str, code: &str, expected: &str) {
    let text = body(formula);
    let found = lint(&text, "recommended");
    let fix = found.iter().filter(|one| one.code == code).find_map(|one| one.fixes.first());
    let (mended, _) = apply(&text, &[fix.expect("a fix is offered")]);
    assert_eq!(mended, body(expected));
}

#[test]
fn nothing_worse_than_advice_is_said_of_what_the_service_takes() {
    for formula in VALID {
        let found = lint(&body(formula), "recommended");
        let warned = found.iter().filter(|one| one.severity != Severity::Info);
        let warned: Vec<_> = warned.map(|one| &*one.code).collect();
        // An example of the API has a percentage as a fraction.
        let expected: &[&str] = if formula.contains(")<0.7?") { &["AB1710"] } else { &[] };
        assert_eq!(warned, expected, "{formula}: {found:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_is_said_of_formulas_by_the_grammar(formula in formula()) {
        let found = lint(&body(&formula), "recommended");
        prop_assert_eq!(codes(&found), [""; 0], "{}", formula);
    }
}

#[test]
fn a_formula_has_8192_characters_and_100_statements_at_the_most() {
    let start = "$TargetDedicatedNodes = 1; //";
    let long = |count: usize| format!("{start}{}", "\u{e4}".repeat(count - start.len()));
    says(&long(8192), &[]);
    says(&long(8193), &["AB1702"]);
    let found = lint(&body(&long(9000)), "recommended");
    assert_eq!(found[0].message, "the formula has 9000 characters; 8192 are the most");
    says(&long(80_000), &["AB1702"]);
    let many =
        |count: usize| format!("{}$TargetDedicatedNodes = a; ; // ;", "a = 1;\n".repeat(count - 1));
    says(&many(100), &[]);
    says(&many(101), &["AB1703"]);
    let found = lint(&body(&many(120)), "recommended");
    assert_eq!(found[0].message, "the formula has 120 statements; 100 are the most");
}

#[test]
fn a_slip_is_said_once_and_hides_nothing_else() {
    says("$TargetDedicatedNodes = max(0, 1; b = c;", &["AB1704", "AB1720"]);
    says("$TargetDedicatedNodes = 1\n$NodeDeallocationOption = requeue", &["AB1712"]);
    says("=min(10, .GetSample(1));", &["AB1713"]);
    says("$TargetDedicatedNodes = time().weekday = 1 ? 5 : 1;", &["AB1714"]);
    says("if ($PendingTasks.GetSample(1) > 0) { $TargetDedicatedNodes = 1; }", &["AB1715"]);
    says("$TargetDedicatedNodes = 1 +; $TargetLowPriorityNodes = 2;", &["AB1735"]);
    says("\\$TargetDedicatedNodes = \\$PendingTasks.GetSample(1); b = \\$b;", &["AB1735"]);
    says("$TargetDedicatedNodes = 2 $a = 3 % 2; c = d", &["AB1712", "AB1715", "AB1720"]);
    // Blank ones are a pool without a formula.
    says(" \n\t", &[]);
    says("// nothing", &["AB1718"]);
}

#[test]
fn places_are_those_in_the_document() {
    // Escapes before it, and in it.
    let text = body("// a\t\"\n$TargetDedicatedNodes = avg2(1);").replace("avg2", "a\\u0076g2");
    let found = lint(&text, "recommended");
    assert_eq!(codes(&found), ["AB1722"]);
    let range = &found[0].range;
    let at = text.find("a\\u0076g2").and_then(|at| u32::try_from(at).ok()).expect("it is there");
    assert_eq!((range.start.offset, range.end.offset), (at, at + 9));
    assert_eq!(found[0].pointer, "/autoScaleFormula");
}

#[test]
fn comments_swallow_only_without_line_breaks() {
    says("// one node $TargetDedicatedNodes = 1;", &["AB1716"]);
    says("$TargetDedicatedNodes = 1; // and $NodeDeallocationOption = requeue;", &["AB1716"]);
    says("$TargetDedicatedNodes = 1; // as it was; see above", &[]);
    says("a = 1;\n$TargetDedicatedNodes = a;\n// $TargetDedicatedNodes = 2;", &[]);
    says("x = \"// a = 1;\"; $TargetDedicatedNodes = x == \"\" ? 1 : 2;", &[]);
}

#[test]
fn literal_escapes_are_said_once_and_mended() {
    let wrong = "// one\\n$TargetDedicatedNodes = 1;\\r\\n\\t$TargetLowPriorityNodes = 2;";
    says(wrong, &["AB1717"]);
    let right = "// one\n$TargetDedicatedNodes = 1;\r\n\t$TargetLowPriorityNodes = 2;";
    mends(wrong, "AB1717", right);
    says("$TargetDedicatedNodes = time(\"\\n\") > time() ? 1 : 2;", &["AB1708"]);
}

#[test]
fn fixes_write_what_is_meant() {
    mends(
        "$TargetDedicatedNodes = 2\n$NodeDeallocationOption = requeue;",
        "AB1712",
        "$TargetDedicatedNodes = 2;\n$NodeDeallocationOption = requeue;",
    );
    mends(
        "$TargetDedicated = 2; $TargetDedicated = $targetdedicated + 1;",
        "AB1705",
        "$TargetDedicatedNodes = 2; $TargetDedicatedNodes = $TargetDedicatedNodes + 1;",
    );
    mends(
        "$targetDedicatedNodes = 2; $TARGETDEDICATEDNODES = $targetDedicatedNodes + 1;",
        "AB1719",
        "$TargetDedicatedNodes = 2; $TargetDedicatedNodes = $TargetDedicatedNodes + 1;",
    );
    mends(
        "$TargetDedicatedNodes = avg($PendingTasks.GetSample(TimeInterval_Minutes * 5));",
        "AB1706",
        "$TargetDedicatedNodes = avg($PendingTasks.GetSample(TimeInterval_Minute * 5));",
    );
    mends(
        "$TargetDedicatedNodes = 1; $NodeDeallocationOption = taskCompleted;",
        "AB1707",
        "$TargetDedicatedNodes = 1; $NodeDeallocationOption = taskcompletion;",
    );
    mends(
        "$TargetDedicatedNodes = time() > time(\"2026-01-01T00:00:00.123456789+01:00\") ? 1 : 2",
        "AB1708",
        "$TargetDedicatedNodes = time() > time(\"2026-01-01T00:00:00.1234567+01:00\") ? 1 : 2",
    );
    mends(
        "$TargetDedicatedNodes = $PendingTasks.GetSamplePercent(TimeInterval_Hour) > .725 ? 1 : 2",
        "AB1710",
        "$TargetDedicatedNodes = $PendingTasks.GetSamplePercent(TimeInterval_Hour) > 72.5 ? 1 : 2",
    );
    mends(
        "nodes = 2; $TargetDedicatedNodes = node + node;",
        "AB1720",
        "nodes = 2; $TargetDedicatedNodes = nodes + nodes;",
    );
    mends("TargetDedicatedNodes = 2;", "AB1718", "$TargetDedicatedNodes = 2;");
    mends("$TargetDedicatedNodes = average(1, 2);", "AB1722", "$TargetDedicatedNodes = avg(1, 2);");
}

#[test]
fn names_are_known_by_what_was_set_before() {
    says("$TargetDedicatedNodes = n; n = 1;", &["AB1720"]);
    says("n = n + 1; $TargetDedicatedNodes = n;", &["AB1720"]);
    says("N = 1; $TargetDedicatedNodes = $n;", &[]);
    says("$TargetDedicatedNodes = PendingTasks.GetSample(1);", &["AB1720"]);
    says("$TargetDedicatedNodes = $pendingtasks.GetSample(1);", &[]);
    says("$TargetDedicatedNodes = TimeZoneInterval_Hour > TimeInterval_Hour;", &["AB1720"]);
    says("$TargetDedicatedNodes = timeinterval_hour > TimeInterval_Month;", &["AB1706"]);
    says("$taskSlotsPerNode = 4; $TargetDedicatedNodes = $taskSlotsPerNode;", &[]);
    says("$ActiveTasks = 5; $TargetDedicatedNodes = $ActiveTasks;", &["AB1721"]);
    says("$TargetDedicatedNodes = ceil(floor(round(1.5)));", &[]);
    says("$TargetDedicatedNodes = Max(1, $PendingTasks.getSample(1));", &["AB1722", "AB1722"]);
    says("ifBusy = 1; $TargetDedicatedNodes = ifBusy;", &[]);
}

#[test]
fn options_are_single_names() {
    let of = |value: &str| {
        format!("x = 1; $TargetDedicatedNodes = 1; $NodeDeallocationOption = {value};")
    };
    for value in ["requeue", "TaskCompletion", "retaineddata", "terminate", "x", "\"requeue\"", "1"]
    {
        says(&of(value), &[]);
    }
    says(&of("x ? requeue : terminate"), &[]);
    says(&of("taskcomplete"), &["AB1707"]);
    says(&of("x ? taskcomplete : requeue"), &["AB1720"]);
}

#[test]
fn times_are_those_of_two_standards() {
    let of = |text: &str| format!("$TargetDedicatedNodes = time() > time(\"{text}\") ? 1 : 0;");
    for text in [
        "",
        "2026",
        "2026-01",
        "2026-01-01",
        "2026-01-01T08:00Z",
        "2026-01-01T08:00:00Z",
        "2026-01-01T08:00:00.1234567-05:30",
        "Thu, 01 Jan 2026 00:00:00 GMT",
    ] {
        says(&of(text), &[]);
    }
    for text in [
        "x",
        "2026-1-1",
        "2026-01-01 08:00:00Z",
        "2026-01-01T08:00:00",
        "2026-01-01T08:00:00.Z",
        "2026-01-01T08:00:00.12345678Z",
        "1 Jan 2026",
        "20260101T080000Z",
        "2026-01-01T08\u{e4}",
    ] {
        says(&of(text), &["AB1708"]);
    }
}

#[test]
fn percentages_go_from_0_to_100() {
    let sample = |last: &str| {
        format!("$TargetDedicatedNodes = avg($CPUPercent.GetSample(TimeInterval_Hour, {last}));")
    };
    for last in ["0", "1.5", "70", "100", "TimeInterval_Hour", "1e9"] {
        says(&sample(last), &[]);
    }
    for last in ["0.7", "1", "100.0001", "150", "TimeInterval_Day, 0.5"] {
        says(&sample(last), &["AB1710"]);
    }
    let compared = |with: &str| {
        format!(
            "p = $CPUPercent.GetSamplePercent(TimeInterval_Hour); q = p; $TargetDedicatedNodes = {with} ? 1 : 2;"
        )
    };
    for with in
        ["p < 1", "p > 0", "70 > p", "p == 100", "$CPUPercent.GetSample(1) > 0.7", "p * 0.7 > 5"]
    {
        says(&compared(with), &[]);
    }
    for with in ["p < 0.7", "0.5 >= p", "p > 101", "p < 70 && p > .1"] {
        says(&compared(with), &["AB1710"]);
    }
}

#[test]
fn targets_are_set_once() {
    says("$TargetDedicatedNodes = 1; $TargetDedicated = 5;", &["AB1709"]);
    says("$TargetDedicatedNodes = 1; $TargetLowPriority = 5;", &["AB1705"]);
    let load = "$PendingTasks.GetSample(1)";
    says(&format!("$TargetDedicatedNodes = {load}; $TargetDedicatedNodes = 1;"), &["AB1723"]);
    says(
        &format!("n = {load}; $TargetDedicatedNodes = n; $TargetDedicatedNodes = 1;"),
        &["AB1723"],
    );
    says(&format!("n = 3; $TargetDedicatedNodes = n; $TargetDedicatedNodes = {load};"), &[]);
    says(
        &format!(
            "$TargetDedicatedNodes = {load}; $TargetDedicatedNodes = min(3, $TargetDedicatedNodes);"
        ),
        &[],
    );
    says(&format!("$TargetDedicatedNodes = {load}; stop(); $TargetDedicatedNodes = 1;"), &[]);
    says(&format!("$TargetDedicatedNodes = {load}; $TargetLowPriorityNodes = {load};"), &[]);
    says("a = 1;", &["AB1718"]);
    says("$targetlowpriority = 1;", &["AB1705"]);
}

#[test]
fn what_may_lead_to_trouble_is_said_to_those_who_ask() {
    let load = "$PendingTasks.GetSample(1)";
    let of = |value: &str| {
        format!("m = 9; s = TimeInterval_Second * 15; $TargetDedicatedNodes = {value};")
    };
    has(&of(load), "AB1724", true);
    has(&of("time().hour > 3 ? 1 : 2"), "AB1724", true);
    has(&of("3"), "AB1724", false);
    has(&(of(load) + "$nodedeallocationoption = requeue"), "AB1724", false);
    has(&of(load), "AB1725", true);
    has(&of("$PendingTasks.GetSample(1) + $PendingTasks.GetSample(2)"), "AB1725", false);
    has(&of("avg($PendingTasks.GetSample(TimeInterval_Hour))"), "AB1726", true);
    has(&of(load), "AB1726", false);
    for (window, short) in [
        ("s", true),
        ("TimeInterval_Minute", true),
        ("1 * TimeInterval_Minute", true),
        ("TimeInterval_Second * 60", true),
        ("TimeInterval_Second * 61", false),
        ("TimeInterval_Minute * 1.5", false),
        ("TimeInterval_Hour", false),
        ("m", false),
    ] {
        has(&of(&format!("avg($PendingTasks.GetSample({window}))")), "AB1727", short);
    }
    has(&of("max(0, $PendingTasks.GetSample(1))"), "AB1728", true);
    for limited in ["min(m, t)", "t > 10 ? 10 : t", "t > m ? m : t"] {
        has(&format!("m = 9; t = {load}; $TargetDedicatedNodes = {limited};"), "AB1728", false);
    }
    has(&format!("t = {load}; $TargetDedicatedNodes = t > 0 ? t : 1;"), "AB1728", true);
    has(&of("$TargetDedicatedNodes / 2"), "AB1728", false);
    for (value, cut) in [
        ("$PendingTasks.GetSample(1) / $TaskSlotsPerNode", true),
        ("min(m, max(0, $PendingTasks.GetSample(1) / 4))", true),
        ("min(m, max(1, $PendingTasks.GetSample(1) / 4))", false),
        ("ceil($PendingTasks.GetSample(1) / 4)", false),
        ("$PendingTasks.GetSample(1) / 4 + 0.9", false),
        ("$PendingTasks.GetSample(1) / 1", false),
        ("$PendingTasks.GetSample(1) / 0.5", false),
        ("$TargetDedicatedNodes / 4", false),
    ] {
        has(&of(value), "AB1730", cut);
    }
    has(&of("time().hour > 8 ? 1 : 2"), "AB1731", true);
    has("$n = time(); $TargetDedicatedNodes = 5 > $n.weekday ? 1 : 2;", "AB1731", true);
    has(
        "$n = time() + TimeInterval_Hour; $TargetDedicatedNodes = $n.hour > 5 ? 1 : 2;",
        "AB1731",
        false,
    );
    has(&of("time().minute > 8 ? 1 : 2"), "AB1731", false);
    has(&(of("1") + "$NodeDeallocationOption = RetainedData;"), "AB1732", true);
    has(&(of("1") + "$NodeDeallocationOption = m ? retaineddata : requeue;"), "AB1732", false);
    has(&of("min(m, $PendingTasks)"), "AB1733", true);
    has(&of("min(m, $CurrentDedicatedNodes)"), "AB1733", false);
    for (window, recent) in [
        ("0 * TimeInterval_Second, TimeInterval_Minute", true),
        ("TimeInterval_Second * 59, TimeInterval_Minute * 2, 70", true),
        ("0 * TimeInterval_Second, TimeInterval_Minute * 5", false),
        ("TimeInterval_Minute * 1, TimeInterval_Minute * 2", false),
    ] {
        has(&of(&format!("avg($RunningTasks.GetSample({window}))")), "AB1734", recent);
    }
}
