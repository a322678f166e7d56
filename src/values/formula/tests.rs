//! The formulas are the documentation's samples with other names and numbers,
//! and what people write.

use proptest::prelude::*;

use super::*;

/// Formulas that the service takes.
pub(crate) const VALID: &[&str] = &[
    "$TargetDedicatedNodes=1",
    "$TargetDedicatedNodes = 0; ;\n",
    "first = 1;\nmost = 20;\nshare = $PendingTasks.GetSamplePercent(240 * TimeInterval_Second);\n\
     tasks = share < 70 ? first : avg($PendingTasks.GetSample(240 * TimeInterval_Second));\n\
     $TargetDedicatedNodes=min(most, tasks);\n$NodeDeallocationOption = taskcompletion;",
    "most = 30;\n$TargetDedicatedNodes = min(most, $PreemptedNodeCount.GetSample(180 * TimeInterval_Second));\n\
     $TargetLowPriorityNodes = min(most , most - $TargetDedicatedNodes);",
    "$busy =\n    (min($CPUPercent.GetSample(TimeInterval_Minute * 10)) > 0.7) ?\n    \
     ($CurrentDedicatedNodes * 1.1) : $CurrentDedicatedNodes;\n$busy =\n    \
     (avg($CPUPercent.GetSample(TimeInterval_Minute * 60)) < 0.2) ?\n    \
     ($CurrentDedicatedNodes * 0.9) : $busy;\n$TargetDedicatedNodes = min(400, $busy)",
    "$now = time();\n$hours = $now.hour >= 8 && $now.hour < 18;\n\
     $day = $now.weekday >= 1 && $now.weekday <= 5;\n$work = $hours && $day;\n\
     $TargetDedicatedNodes = $work ? 20:10;\n$NodeDeallocationOption = taskcompletion;",
    "// Both comments\n$samples = $PendingTasks.GetSamplePercent(TimeInterval_Minute * 15);\r\n\
     // and line breaks; they're fine (\"so\n\
     $tasks = $samples < 70 ? max(0,$PendingTasks.GetSample(1)) : max( $PendingTasks.GetSample(1), \
     avg($PendingTasks.GetSample(TimeInterval_Minute * 15)));\n\
     $wanted = $tasks > 0? $tasks:max(0, $TargetDedicatedNodes/2);\n\
     $TargetDedicatedNodes = max(0, min($wanted, 20));",
    "$tasks = 7; $slots = $TargetDedicatedNodes * 4;\n$more = (($tasks - $slots) + 3) / 4;\n\
     $TargetDedicatedNodes = max(0,min($TargetDedicatedNodes + $more,3));",
    "$TargetDedicatedNodes = 4;\nage = time() - time(\"Tue, 24 Nov 2026 10:00:00 GMT\");\n\
     span = TimeInterval_Minute * 60;\nsoon = TimeInterval_Minute * 10;\nratio = 50;\n\n\
     $TargetDedicatedNodes = (age > soon ? (max($RunningTasks.GetSample(span, ratio), \
     $ActiveTasks.GetSample(span, ratio)) == 0 ? 0 : $TargetDedicatedNodes) : 4);",
    "$TargetDedicatedNodes = (time().weekday == 1 ? 5:1);",
    "$now = time() + (-6 * TimeInterval_Hour); $TargetDedicated = $now.hour > 7 ? 2 : 1",
    "total=($CPUPercent.GetSamplePercent(TimeInterval_Minute*0,TimeInterval_Minute*10)<0.7?5:\
     (min($CPUPercent.GetSample(TimeInterval_Minute*0, TimeInterval_Minute*10))>0.8?\
     ($CurrentDedicated*1.1):$CurrentDedicated));$TargetDedicatedNodes=min(100,total);",
    "$s = $RunningTasks.GetSample(60 * TimeInterval_Second, 120 * TimeInterval_Second, 75);\
     v = [1,2,3]; w = []; $TargetDedicatedNodes = val(v, 1) + len(v) + percentile($s, 95);",
    "$NodeDeallocationOption = retaineddata; $TargetLowPriorityNodes = ($PendingTasks.Count() ? 0 : 1);",
    "p = $PendingTasks.HistoryBeginTime(); q = $PendingTasks.GetSamplePeriod(); \
     $TargetDedicatedNodes = !(rand() > .5) || -1e2 != - -2 ? 1 : 2; stop();",
    "/* a block; ( */ $TargetDedicatedNodes = 1 /* and \" */ ; // ( and no line break",
    "x = \"a;b(\"; y = \"//\"; $TargetDedicatedNodes = x == y ? 1 : 0;",
    "a = 1; b = a == 1 ? 1 : a == 2 ? 2 : a == 3 ? 3 : 4; \
     c = a ? b ? 1 : 2 : 3; $TargetDedicatedNodes = c;",
    "if = 1; and = if + 1; $TargetDedicatedNodes = and;",
    "$x = 1 ? $a = 1 : $b = 2; $TargetDedicatedNodes = 1",
    "anzahlK\u{f6}pfe = 1;\u{a0}$TargetDedicatedNodes = anzahlK\u{f6}pfe;",
];

fn faults(text: &str) -> Vec<(FaultKind, &str)> {
    let formula = Formula::parse(text);
    formula.faults.iter().map(|fault| (fault.kind, formula.text(fault.token))).collect()
}

/// A tree with all its brackets.
fn tree(formula: &Formula<'_>, node: &Node) -> String {
    let children: Vec<_> =
        formula.children(node).into_iter().map(|child| tree(formula, child)).collect();
    let word = formula.text(node.token);
    match node.kind {
        NodeKind::Number | NodeKind::Text | NodeKind::Variable => word.to_owned(),
        NodeKind::Missing => "?".to_owned(),
        _ => format!("({word} {})", children.join(" ")),
    }
}

fn trees(text: &str) -> Vec<String> {
    let formula = Formula::parse(text);
    let roots = formula.statements.iter().filter_map(|statement| formula.root(statement));
    roots.map(|root| tree(&formula, root)).collect()
}

#[test]
fn what_the_service_takes_has_no_fault() {
    for text in VALID {
        assert_eq!(faults(text), [], "{text}");
        let formula = Formula::parse(text);
        assert!(formula.statements.iter().all(|statement| !statement.broken), "{text}");
        assert!(formula.escapes.is_empty(), "{text}");
    }
}

#[test]
fn operators_bind_as_they_do_elsewhere() {
    assert_eq!(trees("a + b * c - d"), ["(- (+ a (* b c)) d)"]);
    assert_eq!(trees("(a + b) * -c"), ["(* (+ a b) (- c))"]);
    assert_eq!(trees("a || b && c == d < e"), ["(|| a (&& b (== c (< d e))))"]);
    assert_eq!(trees("!a && b"), ["(&& (! a) b)"]);
    assert_eq!(trees("a ? b : c ? d : e"), ["(? a b (? c d e))"]);
    assert_eq!(trees("a ? b ? 1 : 2 : c > 3"), ["(? a (? b 1 2) (> c 3))"]);
    assert_eq!(trees("x = a.GetSample(b * 5, 70).c"), ["(c (GetSample a (* b 5) 70))"]);
    assert_eq!(trees("-a.b"), ["(- (b a))"]);
    assert_eq!(trees("f(a, g(), [1, 2][0])[1]"), ["([ (f a (g ) ([ ([ 1 2) 0)) 1)"]);
}

#[test]
fn a_slip_is_found_where_it_is() {
    use FaultKind as F;
    for (text, kind, token) in [
        ("a = max(0, min(5, 1); b = 2", F::Unclosed, "("),
        ("a = max(0, 1\nb = 2", F::Unclosed, "("),
        ("a = (1]; b = 2", F::Unclosed, "("),
        ("a = max(0, 1)); b = 2", F::Unopened, ")"),
        ("a = ) + 1", F::Unopened, ")"),
        ("a = [1, 2; b = 2", F::Unclosed, "["),
        ("a = time(\"2020) - x; b = 2", F::Quote, "\"2020) - x"),
        ("a = 1\nb = 2", F::Semicolon, "b"),
        ("a = 1 stop()", F::Semicolon, "stop"),
        ("a = f(1) 2", F::Semicolon, "2"),
        ("=min(10, .GetSample(1));", F::NoVariable, "="),
        ("a = min(10, .GetSample(1));", F::NoObject, "."),
        ("a = = 1", F::NoVariable, "="),
        ("a = ; b = 1", F::NoValue, ";"),
        ("a =", F::NoValue, ""),
        ("a = b = 1 ? 5 : 1", F::Assignment, "="),
        ("a = (b = 1 ? 5 : 1)", F::Assignment, "="),
        ("max(1) = 2", F::Target, "="),
        ("if (a > 0) { b = 1; } else { b = 2; }", F::Operator, "if"),
        ("a = b > 1 and c > 2", F::Operator, "and"),
        ("a = not b", F::Operator, "not"),
        ("var a = 1", F::Operator, "var"),
        ("return a", F::Operator, "return"),
        ("a = b % 2", F::Operator, "%"),
        ("a = b ** 2", F::Operator, "**"),
        ("a = b & c", F::Operator, "&"),
        ("a = b | c", F::Operator, "|"),
        ("a = b === c", F::Operator, "==="),
        ("a = b ?? c", F::Operator, "??"),
        ("a += 1", F::Operator, "+="),
        ("a++; b = 1", F::Operator, "++"),
        ("a--; b = 1", F::Operator, "--"),
        ("a = 1 +; b = 2", F::Value, ";"),
        ("a = max(1, )", F::Value, ")"),
        ("a = 1 + * 2", F::Value, "*"),
        ("a = max(1 2)", F::Unexpected, "2"),
        ("a = (1, 2)", F::Unexpected, ","),
        ("a = b ? 1; c = 2", F::Condition, "?"),
        ("a = (b ? 1); c = 2", F::Condition, "?"),
        ("a = 1 : 2", F::Unexpected, ":"),
        ("a = 1; # b = c d\ne = 2", F::Character, "# b = c d"),
        ("\\$a = 1", F::Character, "\\"),
        ("a = \u{201c}x\u{201d}", F::Character, "\u{201c}"),
        ("a = 2(3)", F::Unexpected, "("),
    ] {
        assert_eq!(faults(text), [(kind, token)], "{text}");
    }
}

#[test]
fn one_slip_does_not_hide_the_rest() {
    let text = "a = max(1; b = 1 +; c = 2 % 3; d = 4 5; e = 6";
    let kinds: Vec<_> = faults(text).into_iter().map(|(kind, _)| kind).collect();
    use FaultKind as F;
    assert_eq!(kinds, [F::Unclosed, F::Value, F::Operator, F::Semicolon]);
    let formula = Formula::parse(text);
    let set: Vec<_> = formula.all_set().iter().map(|set| formula.text(set.token)).collect();
    assert_eq!(set, ["a", "b", "c", "d", "e"]);
    // An `if` is one slip, and what it has in it is read.
    let formula = Formula::parse("if (a) { $TargetDedicatedNodes = 1; }");
    assert_eq!(formula.settings("$targetdedicatednodes").len(), 1);
    // So is a bracket that a semicolon tore from its partner.
    assert_eq!(faults("a = max(1; 2); b = 3").len(), 1);
}

#[test]
fn comments_and_escapes_are_told_apart() {
    let formula = Formula::parse("a = 1; // b = 2;");
    assert_eq!(formula.tail, Some(7));
    assert_eq!(Formula::parse("a = 1; // b\nc = 2").tail, None);
    assert_eq!(Formula::parse("a = \"//\"").tail, None);
    // Escaped twice, it has no line breaks, and means them.
    let formula = Formula::parse("// a\\nb = 1;\\r\\n c = \"\\n\";\\td = 2");
    assert_eq!(formula.tail, None);
    assert_eq!(formula.escapes, [4, 12, 14, 26]);
    assert_eq!(formula.statements.len(), 3);
    // With line breaks it is what the comment is about.
    let formula = Formula::parse("// C:\\new\na = 1");
    assert_eq!((formula.escapes.len(), formula.statements.len()), (0, 1));
}

#[test]
fn variables_are_found_where_they_were_set() {
    let formula = Formula::parse("$a = 1; A = 2; ab = 3; b = $a");
    assert_eq!(formula.settings("a").len(), 2);
    assert_eq!(formula.set_before("$A", 1).map(|set| set.statement), Some(0));
    assert_eq!(formula.set_before("a", 3).map(|set| set.statement), Some(1));
    assert!(formula.set_before("a", 0).is_none() && formula.settings("c").is_empty());
}

#[test]
fn tables_are_sorted_and_names_have_their_form() {
    for table in [names::READ_ONLY, names::METRICS, names::INTERVALS, names::METHODS] {
        assert!(table.is_sorted(), "{table:?}");
    }
    assert!(names::FUNCTIONS.is_sorted() && names::DEALLOCATION.is_sorted());
    assert!(names::METRICS.iter().all(|metric| names::READ_ONLY.contains(metric)));
    assert_eq!(names::target("$targetlowpriority"), Some("$TargetLowPriorityNodes"));
    assert_eq!(names::target("$CurrentDedicated"), None);
}

/// Whatever a formula says, its parts lie within it, and within each other.
fn check(text: &str) {
    let formula = Formula::parse(text);
    let mut end = 0;
    for token in &formula.tokens {
        let range = token.start as usize..token.end as usize;
        assert!(end <= range.start && range.start < range.end, "{text:?}");
        assert!(text.get(range.clone()).is_some(), "{text:?}");
        end = range.end;
    }
    let mut behind = 0;
    for statement in &formula.statements {
        assert_eq!(statement.nodes.start, behind, "{text:?}");
        assert!(formula.root(statement).is_some(), "{text:?}");
        behind = statement.nodes.end;
        for node in formula.nodes_of(statement) {
            assert!(statement.nodes.start <= node.first && node.first <= node.index, "{text:?}");
            assert!(node.from <= node.to && node.to as usize <= formula.tokens.len(), "{text:?}");
            for child in formula.children(node) {
                assert!(node.first <= child.first && child.index < node.index, "{text:?}");
                assert!(node.from <= child.from && child.to <= node.to, "{text:?}");
            }
        }
    }
    assert_eq!(behind as usize, formula.nodes.len(), "{text:?}");
    assert!(formula.faults.len() <= formula.statements.len(), "{text:?}");
    assert!(formula.statements.len() <= formula.tokens.len(), "{text:?}");
}

#[test]
fn what_is_nested_deeply_costs_no_stack() {
    for unit in ["(", "[", "-", "f(", "a?", "a?b:", "a.b(", "!(", "a[", "1+", ")", "\"", "//", "{"]
    {
        check(&unit.repeat(50_000));
    }
    let deep = format!("a = {}1{}", "(".repeat(50_000), ")".repeat(50_000));
    assert_eq!(faults(&deep), []);
}

/// Text of the parts that formulas are made of.
fn anything() -> impl Strategy<Value = String> {
    let part = proptest::sample::select(vec![
        "$a",
        "b",
        " = ",
        "=",
        "==",
        "1",
        ".5",
        "2e3",
        "\"",
        "\"x\"",
        "'",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "?",
        ":",
        ",",
        ".",
        ";",
        "\n",
        "//",
        "/*",
        "*/",
        "+",
        "-",
        "*",
        "/",
        "%",
        "!",
        "&&",
        "||",
        "&",
        "<",
        ">=",
        "if",
        "and ",
        "time(",
        ".GetSample(",
        "TimeInterval_Minute",
        "\\n",
        "\\",
        "\u{e4}",
        "\u{201c}",
        "\u{a0}",
        "$",
        "#",
        " ",
    ]);
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// Expressions by the grammar.
fn expression() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(vec![
        "1",
        "2.5",
        "$TargetDedicatedNodes",
        "n",
        "time()",
        "rand()",
        "[1, 2]",
        "-3",
        "$PendingTasks.GetSample(TimeInterval_Minute * 5, 70)",
        "time(\"2026-01-01\").hour",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 3, |inner| {
        let operators = vec!["+", " - ", "*", "/", "<", " >= ", "==", "&&", "||"];
        let operator = proptest::sample::select(operators);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, of, b)| a + of + &b),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("{a} ? {b} :{c}")),
            inner.clone().prop_map(|a| format!("( {a})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("max({a},{b})")),
        ]
    })
}

/// Formulas by the grammar.
pub(crate) fn formula() -> impl Strategy<Value = String> {
    proptest::collection::vec(expression(), 1..6).prop_map(|parts| {
        let start = "n = 4; ".to_owned();
        let text = parts.iter().fold(start, |text, part| format!("{text}n ={part};\n"));
        text + "$TargetDedicatedNodes = min(10, n)"
    })
}

proptest! {
    #[test]
    fn any_text_is_read_to_its_end(text in ".{0,60}") {
        check(&text);
    }

    #[test]
    fn any_text_of_such_parts_is_read_to_its_end(text in anything()) {
        check(&text);
    }

    #[test]
    fn formulas_by_the_grammar_have_no_fault(text in formula()) {
        prop_assert_eq!(faults(&text), []);
        check(&text);
    }
}
