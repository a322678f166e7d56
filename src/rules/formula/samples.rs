//! Samples of metrics, and times.

use crate::report::Applicability;
use crate::rules::finding::Findings;
use crate::rules::{Check, rule};
use crate::values::formula::{Kind, Node, NodeKind};

use super::Reading;

rule! {
    /// The text of a `time` in a formula is not one that the service reads.
    ///
    /// ## Why it matters
    /// It reads W3C date-times (`2026-01-01T00:00:00Z`, or a year, month or day
    /// alone) and RFC 1123 (`Thu, 01 Jan 2026 00:00:00 GMT`), with seven digits
    /// of a fraction at the most. A client that printed nine of them had all of
    /// its pools fail.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = time() - time(\"2023-04-14T09:44:30.123456789Z\") > TimeInterval_Hour ? 0 : 2;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = time() - time(\"2023-04-14T09:44:30Z\") > TimeInterval_Hour ? 0 : 2;"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the fraction is too long: it is cut to seven digits. Else there
    /// is none.
    ///
    /// ## Source
    /// nextflow-io/nextflow#3866 and pull 3868; "Create a formula to
    /// automatically scale compute nodes in a Batch pool", Batch documentation
    /// (functions).
    TIME_TEXT {
        code: "AB1708",
        id: "formula/time-text",
        severity: Warning,
        confidence: Reported,
        fix: Safe,
        checks: &[Check::Formula(time_text)],
    }
}

rule! {
    /// A percentage of samples in a formula is none.
    ///
    /// ## Why it matters
    /// It goes from 0 to 100: a sample of more than 100 percent is never there,
    /// and 0.7 is less than one percent.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "p = $PendingTasks.GetSamplePercent(TimeInterval_Minute * 5); $TargetDedicatedNodes = p < 0.7 ? 1 : 2;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "p = $PendingTasks.GetSamplePercent(TimeInterval_Minute * 5); $TargetDedicatedNodes = p < 70 ? 1 : 2;"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: 100 times a fraction.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (samples, sample percentage).
    SAMPLE_PERCENT_RANGE {
        code: "AB1710",
        id: "formula/sample-percent-range",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Formula(percent)],
    }
}

rule! {
    /// A formula relies on the last sample alone.
    ///
    /// ## Why it matters
    /// The last sample can be old, and is one among many. The documentation
    /// advises strongly against using nothing else.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, $PendingTasks.GetSample(1));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "s = $PendingTasks.GetSamplePercent(TimeInterval_Minute * 5); t = s < 70 ? max(0, $PendingTasks.GetSample(1)) : avg($PendingTasks.GetSample(TimeInterval_Minute * 5)); $TargetDedicatedNodes = min(10, t);"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (samples).
    ONLY_LAST_SAMPLE {
        code: "AB1725",
        id: "formula/only-last-sample",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Formula(last_sample)],
    }
}

rule! {
    /// A formula reads the samples of some time without asking how many there
    /// are.
    ///
    /// ## Why it matters
    /// A new pool has none: the evaluation fails ("Insufficient data from data
    /// set"), and the pool has no nodes until the time has passed.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, avg($PendingTasks.GetSample(TimeInterval_Minute * 15)));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "p = $PendingTasks.GetSamplePercent(TimeInterval_Minute * 15); $TargetDedicatedNodes = min(10, p < 70 ? 1 : avg($PendingTasks.GetSample(TimeInterval_Minute * 15)));"
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure/batch-shipyard#138; "Create a formula to automatically scale compute
    /// nodes in a Batch pool", Batch documentation (samples).
    SAMPLES_UNGUARDED {
        code: "AB1726",
        id: "formula/samples-unguarded",
        severity: Info,
        group: Pedantic,
        confidence: Reported,
        checks: &[Check::Formula(unguarded)],
    }
}

rule! {
    /// A formula looks at so short a time that there can be no sample of it.
    ///
    /// ## Why it matters
    /// Samples are taken every 30 seconds, and take about a minute to arrive. Of
    /// the last minute there is mostly none: the evaluation fails, or takes what
    /// it has for that case.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "p = $ActiveTasks.GetSamplePercent(TimeInterval_Second * 15); $TargetDedicatedNodes = p < 70 ? 1 : 2;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "p = $ActiveTasks.GetSamplePercent(TimeInterval_Minute * 5); $TargetDedicatedNodes = p < 70 ? 1 : 2;"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (samples, sample percentage).
    SAMPLE_WINDOW_TOO_SHORT {
        code: "AB1727",
        id: "formula/sample-window-too-short",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Formula(short_window)],
    }
}

rule! {
    /// A formula compares the hour or weekday of `time()`, which is that of UTC.
    ///
    /// ## Why it matters
    /// Office hours elsewhere are other hours, and change with daylight saving
    /// time.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = time().hour >= 8 && time().hour < 18 ? 10 : 0;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$now = time() + 2 * TimeInterval_Hour; $TargetDedicatedNodes = $now.hour >= 8 && $now.hour < 18 ? 10 : 0;"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (the sample that goes by the time; how to add a time
    /// zone).
    TIME_LITERAL_FIXED {
        code: "AB1731",
        id: "formula/time-literal-fixed",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Formula(hours)],
    }
}

rule! {
    /// A formula looks at samples up to now, and at few besides.
    ///
    /// ## Why it matters
    /// Samples of the last minute are often not there yet. The documentation says
    /// to look at a time that ends a minute ago.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, avg($RunningTasks.GetSample(0 * TimeInterval_Second, 60 * TimeInterval_Second)));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "p = $RunningTasks.GetSamplePercent(TimeInterval_Minute * 5); $TargetDedicatedNodes = min(10, p < 70 ? 1 : avg($RunningTasks.GetSample(1 * TimeInterval_Minute, 6 * TimeInterval_Minute)));"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (samples).
    WINDOW_BEFORE_ONE_MINUTE {
        code: "AB1734",
        id: "formula/window-before-one-minute",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Formula(recent_window)],
    }
}

/// A number in thousandths, rounded up; `None` with an exponent, or where it is
/// too large.
fn thousandths(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut value = whole;
    for place in 0..3 {
        let digit = fraction.as_bytes().get(place).map_or(0, |digit| digit - b'0');
        value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    let rest = fraction.bytes().skip(3).any(|digit| digit != b'0');
    value.checked_add(u64::from(rest))
}

impl Reading<'_> {
    fn number(&self, node: &Node) -> Option<u64> {
        let is_number = node.kind == NodeKind::Number;
        is_number.then(|| thousandths(self.formula.text(node.token))).flatten()
    }

    /// What a variable was set to before a statement.
    fn value(&self, node: &Node, statement: usize) -> Option<(usize, &Node)> {
        let formula = &self.formula;
        let name = (node.kind == NodeKind::Variable).then(|| formula.text(node.token))?;
        let number = formula.set_before(name, statement)?.statement as usize;
        Some((number, formula.root(formula.statements.get(number)?)?))
    }

    /// The length of a time of some seconds or minutes, in milliseconds; that of
    /// a variable too.
    fn length(&self, node: &Node, statement: usize) -> Option<u64> {
        let formula = &self.formula;
        let unit = |node: &Node| match formula.text(node.token) {
            _ if node.kind != NodeKind::Variable => None,
            text if text.eq_ignore_ascii_case("TimeInterval_Second") => Some(1),
            text if text.eq_ignore_ascii_case("TimeInterval_Minute") => Some(60),
            _ => None,
        };
        let node = self.value(node, statement).map_or(node, |(_, value)| value);
        if let Some(seconds) = unit(node) {
            return Some(seconds * 1000);
        }
        let is_product = node.kind == NodeKind::Binary && formula.text(node.token) == "*";
        match formula.children(node).as_slice() {
            [one, other] if is_product => {
                let seconds = unit(one).or_else(|| unit(other))?;
                let count = self.number(one).or_else(|| self.number(other))?;
                count.checked_mul(seconds)
            }
            _ => None,
        }
    }

    /// The calls of a method, each with its statement and what is in its
    /// brackets.
    fn calls(&self, name: &'static str) -> impl Iterator<Item = (usize, &Node, Vec<&Node>)> {
        self.nodes()
            .filter(move |(_, node)| {
                node.kind == NodeKind::Method
                    && self.formula.text(node.token).eq_ignore_ascii_case(name)
            })
            .map(|(number, node)| {
                (number, node, self.formula.children(node).into_iter().skip(1).collect())
            })
    }

    /// Whether an expression is the percentage of samples that there are.
    fn is_percentage(&self, node: &Node, statement: usize) -> bool {
        let node = self.value(node, statement).map_or(node, |(_, value)| value);
        node.kind == NodeKind::Method
            && self.formula.text(node.token).eq_ignore_ascii_case("GetSamplePercent")
    }
}

fn time_text(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    let times = reading
        .nodes()
        .filter(|(_, node)| node.kind == NodeKind::Call && formula.text(node.token) == "time");
    for (_, node) in times {
        let children = formula.children(node);
        let [text] = children.as_slice() else { continue };
        let source = formula.text(text.token);
        let Some(content) = source.get(1..source.len().saturating_sub(1)) else { continue };
        if text.kind != NodeKind::Text || content.trim().is_empty() {
            continue;
        }
        let Err(too_many) = read_time(content) else { continue };
        let message = format!("`time` cannot read {}", reading.shown(formula.range(text.token)));
        let mut finding = reading.at_node(&TIME_TEXT, text, message).help(
            "write it as `2026-01-01T00:00:00Z` or `Thu, 01 Jan 2026 00:00:00 GMT`; a fraction of \
             a second has seven digits at the most",
        );
        if let Some((start, end)) = too_many {
            let content = formula.range(text.token).start + 1;
            let span = reading.span(&(content + start..content + end));
            finding = finding.fix("Cut the fraction", Applicability::Safe, span, "");
        }
        findings.add(finding);
    }
}

/// Whether `time` reads a text; if not, which digits are too many, where it is
/// only that.
fn read_time(text: &str) -> Result<(), Option<(usize, usize)>> {
    if fits(text, "aaa, 99 aaa 9999 99:99:99 GMT")
        || ["9999", "9999-99", "9999-99-99"].iter().any(|form| fits(text, form))
    {
        return Ok(());
    }
    const MINUTES: &str = "9999-99-99T99:99";
    let (Some(start), Some(mut rest)) = (text.get(..MINUTES.len()), text.get(MINUTES.len()..))
    else {
        return Err(None);
    };
    let mut extra = None;
    if let Some(seconds) = rest.get(..3).filter(|seconds| fits(seconds, ":99")) {
        rest = rest.get(seconds.len()..).unwrap_or_default();
        if let Some(fraction) = rest.strip_prefix('.') {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let from = text.len() - fraction.len();
            if digits == 0 {
                return Err(None);
            }
            extra = (digits > 7).then_some((from + 7, from + digits));
            rest = fraction.get(digits..).unwrap_or_default();
        }
    }
    let zone = rest == "Z" || fits(rest, "+99:99") || fits(rest, "-99:99");
    match extra {
        _ if !zone || !fits(start, MINUTES) => Err(None),
        None => Ok(()),
        extra => Err(extra),
    }
}

/// Whether a text has a form: `9` is a digit, `a` a letter.
fn fits(text: &str, form: &str) -> bool {
    let is = |(byte, form): (u8, u8)| match form {
        b'9' => byte.is_ascii_digit(),
        b'a' => byte.is_ascii_alphabetic(),
        _ => byte == form,
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(is)
}

fn percent(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    for (_, _, given) in reading.calls("GetSample") {
        if let [_, last] | [_, _, last] = given.as_slice() {
            percentage(reading, last, 1000, findings);
        }
    }
    for (number, node) in reading.nodes().filter(|(_, node)| node.kind == NodeKind::Binary) {
        let kind = formula.tokens.get(node.token as usize).map(|token| token.kind);
        if !matches!(kind, Some(Kind::Order | Kind::Equality)) {
            continue;
        }
        if let [one, other] = formula.children(node).as_slice() {
            // Less than one percent is no sample at all, which may be asked.
            for (number_at, of) in [(one, other), (other, one)] {
                if reading.is_percentage(of, number) {
                    percentage(reading, number_at, 999, findings);
                }
            }
        }
    }
}

/// Says that a number is no percentage: above 100, or a fraction, up to so many
/// thousandths.
fn percentage(reading: &Reading<'_>, node: &Node, most: u64, findings: &mut Findings<'_>) {
    let Some(value) = reading.number(node) else { return };
    let is_fraction = (1..=most).contains(&value);
    if !is_fraction && value <= 100_000 {
        return;
    }
    let shown = reading.name(node.token);
    let message = format!("{shown} is no percentage of samples: these go from 0 to 100");
    let mut finding = reading.at_node(&SAMPLE_PERCENT_RANGE, node, message).help(if is_fraction {
        "write 70 for 70 percent"
    } else {
        "more than 100 percent are never there"
    });
    if is_fraction {
        let (whole, rest) = (value / 10, value % 10);
        let text = if rest == 0 { whole.to_string() } else { format!("{whole}.{rest}") };
        let span = reading.token_span(node.token);
        finding = finding.fix(format!("Write `{text}`"), Applicability::Suggested, span, text);
    }
    findings.add(finding);
}

fn last_sample(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let is_last = |given: &[&Node]| match given {
        [count] => reading.number(count) == Some(1000),
        _ => false,
    };
    if reading.calls("GetSamplePercent").next().is_some()
        || !reading.calls("GetSample").all(|(_, _, given)| is_last(&given))
    {
        return;
    }
    if let Some((_, node, _)) = reading.calls("GetSample").next() {
        let message = "the formula relies on the last sample alone, which can be old";
        let finding = reading.at_node(&ONLY_LAST_SAMPLE, node, message.to_owned());
        findings.add(finding.help(
            "take the samples of some minutes, and the last one only where they are too few",
        ));
    }
}

fn unguarded(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    if reading.calls("GetSamplePercent").next().is_some() {
        return;
    }
    let timed = |given: &[&Node]| {
        given.iter().any(|node| {
            (node.from..node.to).any(|token| formula.text(token).starts_with("TimeInterval_"))
        })
    };
    if let Some((_, node, _)) = reading.calls("GetSample").find(|(_, _, given)| timed(given)) {
        let message = "samples are read without asking whether there are any";
        let finding = reading.at_node(&SAMPLES_UNGUARDED, node, message.to_owned());
        findings.add(finding.help(
            "on a new pool the evaluation fails; ask before, with `GetSamplePercent(...) < 70 ? 1 : ...`",
        ));
    }
}

fn short_window(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    for (number, _, given) in reading.calls("GetSample").chain(reading.calls("GetSamplePercent")) {
        let [span] = given.as_slice() else { continue };
        if reading.length(span, number).is_some_and(|length| length <= 60_000) {
            let message = "of so short a time there is mostly no sample".to_owned();
            let finding = reading.at_node(&SAMPLE_WINDOW_TOO_SHORT, span, message);
            findings.add(
                finding.help("samples take about a minute to arrive; use five minutes or more"),
            );
        }
    }
}

fn recent_window(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    for (number, node, given) in reading.calls("GetSample") {
        let [one, other, ..] = given.as_slice() else { continue };
        if let (Some(one), Some(other)) =
            (reading.length(one, number), reading.length(other, number))
            && one.min(other) < 60_000
            && one.max(other) <= 120_000
        {
            let message = "samples of the last minute are often not there yet".to_owned();
            let finding = reading.at_node(&WINDOW_BEFORE_ONE_MINUTE, node, message);
            findings.add(finding.help(
                "look back from a minute ago: `GetSample(1 * TimeInterval_Minute, 6 * TimeInterval_Minute)`",
            ));
        }
    }
}

fn hours(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    let is_now = |node: &Node| node.kind == NodeKind::Call && formula.text(node.token) == "time";
    let is_hour = |number: usize, node: &Node| {
        let of = formula.children(node);
        node.kind == NodeKind::Member
            && matches!(formula.text(node.token), "hour" | "weekday")
            && of.first().is_some_and(|of| {
                is_now(of) || reading.value(of, number).is_some_and(|(_, value)| is_now(value))
            })
    };
    for (number, node) in reading.nodes().filter(|(_, node)| node.kind == NodeKind::Binary) {
        let children = formula.children(node);
        if let [one, other] = children.as_slice()
            && let Some((hour, _)) = [(one, other), (other, one)]
                .into_iter()
                .find(|(one, other)| is_hour(number, one) && other.kind == NodeKind::Number)
        {
            let message = "this is the time of UTC".to_owned();
            let finding = reading.at_node(&TIME_LITERAL_FIXED, hour, message);
            findings.add(finding.help("add your own offset: `time() + 2 * TimeInterval_Hour`"));
            return;
        }
    }
}
