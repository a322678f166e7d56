//! Which checks are called for what; made once per linter.

use crate::analysis::{Analysis, Cursor, Fault, FaultKind, Wanted};
use crate::api::{Api, Format, Model, Name, p};
use crate::date::Date;
use crate::document::{Decoded, NodeKind, Problem, Span};
use crate::request::{Foreign, ForeignKind, ForeignKinds, GivenParameter};

use super::{Finding, Findings, Rule};

/// What a check is called with beside the place it is about.
pub(crate) struct Context<'a> {
    pub(crate) analysis: &'a Analysis<'a>,
    /// The day of the run, by the caller's word; without it no date is judged.
    pub(crate) today: Option<Date>,
    /// How the text was made from bytes, where it was.
    pub(crate) decoded: Option<&'a Decoded<'a>>,
    /// The checks of formulas.
    pub(crate) formulas: &'a [FormulaCheck],
    /// Which problems of the syntax a better word has been found for.
    said: Vec<fn(&Problem) -> bool>,
}

impl Context<'_> {
    /// Whether a rule on the text as a whole says it.
    pub(crate) fn is_said(&self, problem: &Problem) -> bool {
        self.said.iter().any(|covers| covers(problem))
    }
}

/// In whose place the finding of a text as a whole is.
pub(crate) enum Covers {
    /// In that of all others: the text is no request at all.
    Document,
    /// In that of these problems of the syntax.
    Problems(fn(&Problem) -> bool),
}

/// What a text is as a whole that is no JSON.
type TextCheck = fn(&Context<'_>) -> Option<(Finding, Covers)>;
/// A check of the document or request as a whole.
type WholeCheck = fn(&Context<'_>, &mut Findings<'_>);
/// A check of a parameter as given.
type ParameterCheck = fn(&GivenParameter<'_>, &Context<'_>, &mut Findings<'_>);
/// What to say of a fault in the body's shape.
type ShapeCheck = fn(&Fault, Cursor<'_>, &Context<'_>, &mut Findings<'_>);
/// A better word for a fault, where there is one.
type InsteadCheck = fn(&Fault, Cursor<'_>, &Context<'_>) -> Option<Finding>;
/// Faults that are alike, and one word for all of them.
#[derive(Debug)]
pub(crate) struct Gather {
    /// Which kinds they may be of.
    pub(crate) kinds: &'static [FaultKind],
    /// Which of these are meant.
    pub(crate) takes: fn(&Fault, Cursor<'_>) -> bool,
    /// What to say of them, if they are to be said together.
    pub(crate) say: fn(&[Cursor<'_>], &Context<'_>) -> Option<Finding>,
}

/// What to say of a document that is something else.
type ForeignCheck = fn(&Foreign, &Context<'_>) -> Finding;
/// Whether a finding of this rule elsewhere says what a fault comes of.
type CoveredCheck = fn(&Fault, Cursor<'_>, &Context<'_>) -> bool;
/// A check of an object or value.
type PlaceCheck = fn(Cursor<'_>, &Context<'_>, &mut Findings<'_>);

/// A check of a formula, which is read once for all of them.
pub(crate) type FormulaCheck = fn(&super::formula::Reading<'_>, &mut Findings<'_>);

/// What a rule checks, and when it is called.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// Once a document whose syntax is wrong, before all others: whether the
    /// text is something else. Its finding takes the place of others; with the
    /// rule off, they are back.
    Text(TextCheck),
    /// Once a document: its text and syntax.
    Document(WholeCheck),
    /// Once a document: what it is as a request.
    Request(WholeCheck),
    /// For each parameter that the operation has and the request gives.
    Parameter(ParameterCheck),
    /// For each fault of this kind in the shape of the body.
    Shape(FaultKind, ShapeCheck),
    /// For each fault of this kind, before the rules that say it: where this
    /// one knows better what it is, its finding takes the place of theirs. One
    /// cause is one finding; with this rule off, theirs is back.
    Instead(FaultKind, InsteadCheck),
    /// For faults that are alike, once for all of them, before the rules that
    /// say each.
    Gather(&'static Gather),
    /// For a document that is this instead of a body.
    Foreign(ForeignKind, ForeignCheck),
    /// For each fault of this kind, before all rules on it: where a finding of
    /// this rule at another place tells the cause, or the version that the
    /// request declares has it so, nothing is said of the fault, as long as
    /// this rule runs.
    Covered(FaultKind, CoveredCheck),
    /// For every object of these models.
    Models(&'static [Model], PlaceCheck),
    /// For the value of every property of these names, `null` apart.
    Properties(&'static [Name], PlaceCheck),
    /// For every formula of a pool that scales itself.
    Formula(FormulaCheck),
    /// For every value whose property has this format, or item of one.
    Format(Format, PlaceCheck),
    /// For every string and name of the body that begins with one of these ASCII
    /// characters, blanks apart.
    Begins(&'static [u8], PlaceCheck),
    /// For every text whose property has a pattern, or item of one.
    Pattern(PlaceCheck),
    /// When findings were left out; how many.
    Omitted(fn(usize, Span, &mut Findings<'_>)),
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Check::Text(_) => "Text",
            Check::Document(_) => "Document",
            Check::Request(_) => "Request",
            Check::Parameter(_) => "Parameter",
            Check::Shape(..) => "Shape",
            Check::Instead(..) => "Instead",
            Check::Gather(_) => "Gather",
            Check::Foreign(..) => "Foreign",
            Check::Covered(..) => "Covered",
            Check::Models(..) => "Models",
            Check::Properties(..) => "Properties",
            Check::Formula(_) => "Formula",
            Check::Format(..) => "Format",
            Check::Begins(..) => "Begins",
            Check::Pattern(_) => "Pattern",
            Check::Omitted(_) => "Omitted",
        })
    }
}

/// Checks by a small number: all lists in one, and where each begins.
#[derive(Debug, Default)]
struct Lists {
    starts: Vec<u32>,
    checks: Vec<PlaceCheck>,
}

impl Lists {
    /// The lists of so many numbers; each adds its checks to those before.
    fn new(count: usize, mut add: impl FnMut(usize, &mut Vec<PlaceCheck>)) -> Self {
        let mut lists = Lists::default();
        lists.starts.reserve(count + 1);
        for number in 0..count {
            lists.starts.push(u32::try_from(lists.checks.len()).unwrap_or(u32::MAX));
            add(number, &mut lists.checks);
        }
        lists.starts.push(u32::try_from(lists.checks.len()).unwrap_or(u32::MAX));
        lists
    }

    #[inline]
    fn of(&self, number: usize) -> &[PlaceCheck] {
        match (self.starts.get(number), self.starts.get(number + 1)) {
            (Some(start), Some(end)) => {
                self.checks.get(*start as usize..*end as usize).unwrap_or_default()
            }
            _ => &[],
        }
    }
}

/// The checks for each number that something has, of so many.
fn by_number<T>(
    count: usize,
    checks: &[(&[T], PlaceCheck)],
    number: fn(&T) -> usize,
) -> Vec<Vec<PlaceCheck>> {
    let mut lists = vec![Vec::new(); count];
    for (of, check) in checks {
        for one in *of {
            if let Some(list) = lists.get_mut(number(one)) {
                list.push(*check);
            }
        }
    }
    lists
}

/// Checks of texts by what these begin with.
#[derive(Debug)]
struct Begins {
    checks: Vec<PlaceCheck>,
    /// For each character of ASCII the checks that it is for, a bit each.
    wanted: [u8; 128],
}

impl Default for Begins {
    fn default() -> Self {
        Begins { checks: Vec::new(), wanted: [0; 128] }
    }
}

impl Begins {
    fn add(&mut self, bytes: &[u8], check: PlaceCheck) {
        let bit = 1u8.checked_shl(u32::try_from(self.checks.len()).unwrap_or(u32::MAX));
        debug_assert!(bit.is_some(), "eight such checks at most");
        for byte in bytes {
            if let (Some(wanted), Some(bit)) = (self.wanted.get_mut(usize::from(*byte)), bit) {
                *wanted |= bit;
            }
        }
        self.checks.push(check);
    }

    fn run(&self, context: &Context<'_>, findings: &mut Findings<'_>) {
        let (document, text) = (context.analysis.document, context.analysis.document.text());
        let Some(body) = context.analysis.body().map(Cursor::index) else { return };
        if self.checks.is_empty() {
            return;
        }
        for node in body..document.behind(body) {
            if !matches!(document.kind_of(node), NodeKind::String | NodeKind::Key) {
                continue;
            }
            // Behind the quote, as written.
            let span = document.span_of(node);
            let content = text.as_bytes().get(span.start as usize + 1..span.end as usize);
            let first = content.unwrap_or_default().iter().find(|byte| **byte != b' ');
            let wanted = first.and_then(|first| self.wanted.get(usize::from(*first)).copied());
            if let Some(wanted) = wanted.filter(|wanted| *wanted != 0) {
                for (bit, check) in self.checks.iter().enumerate() {
                    if wanted >> bit & 1 == 1 {
                        check(context.analysis.cursor(node), context, findings);
                    }
                }
            }
        }
    }
}

/// The checks of the rules that run. A rule that is off is not in it.
#[derive(Debug)]
pub(crate) struct Dispatch {
    texts: Vec<TextCheck>,
    wholes: Vec<WholeCheck>,
    parameters: Vec<ParameterCheck>,
    shapes: Vec<(FaultKind, ShapeCheck)>,
    instead: Vec<(FaultKind, InsteadCheck)>,
    gathers: Vec<&'static Gather>,
    foreign: Vec<(ForeignKind, ForeignCheck)>,
    covered: Vec<(FaultKind, CoveredCheck)>,
    models: Lists,
    /// Checks of a member's value, by the row of its property.
    members: Lists,
    /// Checks of leaves, items among them, by the row of their property.
    leaves: Lists,
    /// Checks of texts by the characters that they begin with.
    begins: Begins,
    formulas: Vec<FormulaCheck>,
    omitted: Vec<fn(usize, Span, &mut Findings<'_>)>,
    wanted: Wanted,
}

impl Dispatch {
    pub(crate) fn new<'r>(api: Api, rules: impl Iterator<Item = &'r Rule> + Clone) -> Self {
        let checks = || rules.clone().flat_map(|rule| rule.checks);
        let mut dispatch = Dispatch {
            texts: Vec::new(),
            wholes: Vec::new(),
            parameters: Vec::new(),
            shapes: Vec::new(),
            instead: Vec::new(),
            gathers: Vec::new(),
            foreign: Vec::new(),
            covered: Vec::new(),
            models: Lists::default(),
            members: Lists::default(),
            leaves: Lists::default(),
            begins: Begins::default(),
            formulas: Vec::new(),
            omitted: Vec::new(),
            wanted: Wanted::default(),
        };
        let (mut models, mut members) = (Vec::new(), Vec::new());
        let (mut formats, mut patterns) = (Vec::new(), Vec::new());
        for check in checks() {
            match *check {
                Check::Text(check) => dispatch.texts.push(check),
                Check::Document(check) | Check::Request(check) => dispatch.wholes.push(check),
                Check::Parameter(check) => dispatch.parameters.push(check),
                Check::Shape(kind, check) => {
                    dispatch.wanted.add(kind);
                    dispatch.shapes.push((kind, check));
                }
                Check::Instead(kind, check) => {
                    dispatch.wanted.add(kind);
                    dispatch.instead.push((kind, check));
                }
                Check::Gather(gather) => {
                    gather.kinds.iter().for_each(|kind| dispatch.wanted.add(*kind));
                    dispatch.gathers.push(gather);
                }
                Check::Foreign(kind, check) => dispatch.foreign.push((kind, check)),
                Check::Covered(kind, check) => dispatch.covered.push((kind, check)),
                Check::Models(of, check) => models.push((of, check)),
                Check::Properties(of, check) => members.push((of, check)),
                Check::Formula(check) => dispatch.formulas.push(check),
                Check::Format(of, check) => formats.push((of, check)),
                Check::Begins(bytes, check) => dispatch.begins.add(bytes, check),
                Check::Pattern(check) => patterns.push(check),
                Check::Omitted(check) => dispatch.omitted.push(check),
            }
        }
        if !dispatch.formulas.is_empty() {
            members.push((&[p::AUTO_SCALE_FORMULA], super::formula::read as PlaceCheck));
        }
        let rows = api.all_rows();
        let models = by_number(api.models().count(), &models, |model| model.0.into());
        dispatch.models = Lists::new(models.len(), |model, list| list.extend(&models[model]));
        let names = rows.iter().map(|row| usize::from(row.id.0) + 1).max().unwrap_or_default();
        let members = by_number(names, &members, |name| name.0.into());
        dispatch.members = Lists::new(rows.len(), |row, list| {
            list.extend(&members[usize::from(rows[row].id.0)]);
        });
        dispatch.leaves = Lists::new(rows.len(), |row, list| {
            let of_format = formats.iter().filter(|(of, _)| rows[row].format == Some(*of));
            list.extend(of_format.map(|(_, check)| *check));
            if api.pattern(&rows[row]).is_some() {
                list.extend(&patterns);
            }
        });
        dispatch
    }

    /// The kinds of faults that some rule asks for.
    pub(crate) fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// The kinds of documents that some rule has a word for.
    pub(crate) fn foreign(&self) -> ForeignKinds {
        self.foreign.iter().map(|(kind, _)| *kind).collect()
    }

    /// Faults said together, by their place in the list.
    fn gathered(&self, context: &Context<'_>, findings: &mut Findings<'_>) -> Vec<bool> {
        let analysis = context.analysis;
        let count = if self.gathers.is_empty() { 0 } else { analysis.faults.iter().len() };
        let mut said = vec![false; count];
        for gather in &self.gathers {
            let (places, nodes): (Vec<usize>, Vec<Cursor<'_>>) = analysis
                .faults
                .iter()
                .enumerate()
                .filter(|(place, fault)| {
                    gather.kinds.contains(&fault.kind) && said.get(*place) == Some(&false)
                })
                .map(|(place, fault)| (place, fault, analysis.cursor(fault.node)))
                .filter(|(_, fault, at)| (gather.takes)(fault, *at))
                .map(|(place, _, at)| (place, at))
                .unzip();
            if nodes.is_empty() {
                continue;
            }
            if let Some(finding) = (gather.say)(&nodes, context) {
                findings.add(finding);
                for place in places {
                    if let Some(said) = said.get_mut(place) {
                        *said = true;
                    }
                }
            }
        }
        said
    }

    /// Runs every check.
    pub(crate) fn run<'a>(
        &'a self,
        analysis: &'a Analysis<'a>,
        today: Option<Date>,
        decoded: Option<&'a Decoded<'a>>,
        findings: &mut Findings<'_>,
    ) {
        let mut context =
            Context { analysis, today, decoded, formulas: &self.formulas, said: Vec::new() };
        if !analysis.document.problems().is_empty() {
            for check in &self.texts {
                match check(&context) {
                    Some((finding, Covers::Document)) => {
                        findings.alone(finding);
                        return;
                    }
                    Some((finding, Covers::Problems(covers))) => {
                        findings.add(finding);
                        context.said.push(covers);
                    }
                    None => {}
                }
            }
        }
        for check in &self.wholes {
            check(&context, findings);
        }
        for given in &analysis.request.parameters {
            for check in &self.parameters {
                check(given, &context, findings);
            }
        }
        if let Some(foreign) = &analysis.request.foreign {
            let checks = self.foreign.iter().filter(|(kind, _)| *kind == foreign.kind);
            findings.extend(checks.map(|(_, check)| check(foreign, &context)));
        }
        let said = self.gathered(&context, findings);
        for (place, fault) in analysis.faults.iter().enumerate() {
            if said.get(place) == Some(&true) {
                continue;
            }
            let at = analysis.cursor(fault.node);
            let mut covered = self.covered.iter().filter(|(kind, _)| *kind == fault.kind);
            if covered.any(|(_, check)| check(fault, at, &context)) {
                continue;
            }
            let mut better = self.instead.iter().filter(|(kind, _)| *kind == fault.kind);
            if let Some(finding) = better.find_map(|(_, check)| check(fault, at, &context)) {
                findings.add(finding);
                continue;
            }
            for (kind, check) in &self.shapes {
                if *kind == fault.kind {
                    check(fault, at, &context, findings);
                }
            }
        }
        findings.omit(analysis.faults.omitted());
        self.begins.run(&context, findings);
        for typed in analysis.typed() {
            if let Some(model) = typed.model() {
                for check in self.models.of(usize::from(model.0)) {
                    check(analysis.cursor(typed.index), &context, findings);
                }
            }
            if let Some(row) = typed.row() {
                let leaves = self.leaves.of(row);
                if !leaves.is_empty() {
                    let kind = analysis.document.kind_of(typed.index);
                    if !matches!(kind, NodeKind::Object | NodeKind::Array | NodeKind::Null) {
                        for check in leaves {
                            check(analysis.cursor(typed.index), &context, findings);
                        }
                    }
                }
                let members = self.members.of(row);
                if !members.is_empty() {
                    let at = analysis.cursor(typed.index);
                    if at.kind() != NodeKind::Null && !at.is_item() {
                        for check in members {
                            check(at, &context, findings);
                        }
                    }
                }
            }
        }
    }

    /// Says that findings were left out.
    pub(crate) fn omitted(&self, count: usize, end: Span, findings: &mut Findings<'_>) {
        for check in &self.omitted {
            check(count, end, findings);
        }
    }
}
