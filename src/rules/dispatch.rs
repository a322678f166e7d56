//! Which checks are called for what; made once per linter.

use crate::analysis::{Analysis, Cursor, Fault, FaultKind, Wanted};
use crate::api::{Api, Format, Model, Name};
use crate::date::Date;
use crate::document::{Decoded, NodeKind, Span};
use crate::request::GivenParameter;

use super::{Finding, Findings, Rule};

/// What a check is called with beside the place it is about.
pub(crate) struct Context<'a> {
    pub(crate) analysis: &'a Analysis<'a>,
    /// The day of the run, by the caller's word; without it no date is judged.
    pub(crate) today: Option<Date>,
    /// How the text was made from bytes, where it was.
    pub(crate) decoded: Option<&'a Decoded<'a>>,
}

/// A check of the document or request as a whole.
type WholeCheck = fn(&Context<'_>, &mut Findings<'_>);
/// A check of a parameter as given.
type ParameterCheck = fn(&GivenParameter<'_>, &Context<'_>, &mut Findings<'_>);
/// What to say of a fault in the body's shape.
type ShapeCheck = fn(&Fault, Cursor<'_>, &Context<'_>, &mut Findings<'_>);
/// A better word for a fault, where there is one.
type InsteadCheck = fn(&Fault, Cursor<'_>, &Context<'_>) -> Option<Finding>;
/// Whether a fault is none after all.
type ExcuseCheck = fn(&Fault, Cursor<'_>, &Context<'_>) -> bool;
/// A check of an object or value.
type PlaceCheck = fn(Cursor<'_>, &Context<'_>, &mut Findings<'_>);

/// What a rule checks, and when it is called.
#[derive(Clone, Copy)]
pub(crate) enum Check {
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
    /// For each fault of this kind, before all else: whether it is none, since
    /// the version that the request declares has it so. Nothing is said then.
    Excused(FaultKind, ExcuseCheck),
    /// For every object of these models.
    Models(&'static [Model], PlaceCheck),
    /// For the value of every property of these names, `null` apart.
    #[cfg_attr(not(test), expect(dead_code, reason = "no rule of today needs it; a test does"))]
    Properties(&'static [Name], PlaceCheck),
    /// For every value whose property has this format, or item of one.
    Format(Format, PlaceCheck),
    /// For every text whose property has a pattern, or item of one.
    Pattern(PlaceCheck),
    /// When findings were left out; how many.
    Omitted(fn(usize, Span, &mut Findings<'_>)),
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Check::Document(_) => "Document",
            Check::Request(_) => "Request",
            Check::Parameter(_) => "Parameter",
            Check::Shape(..) => "Shape",
            Check::Instead(..) => "Instead",
            Check::Excused(..) => "Excused",
            Check::Models(..) => "Models",
            Check::Properties(..) => "Properties",
            Check::Format(..) => "Format",
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
    fn new(count: usize, mut of: impl FnMut(usize) -> Vec<PlaceCheck>) -> Self {
        let mut lists = Lists::default();
        lists.starts.reserve(count + 1);
        for number in 0..count {
            lists.starts.push(u32::try_from(lists.checks.len()).unwrap_or(u32::MAX));
            lists.checks.append(&mut of(number));
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

/// The checks of the rules that run. A rule that is off is not in it.
#[derive(Debug)]
pub(crate) struct Dispatch {
    wholes: Vec<WholeCheck>,
    parameters: Vec<ParameterCheck>,
    shapes: Vec<(FaultKind, ShapeCheck)>,
    instead: Vec<(FaultKind, InsteadCheck)>,
    excuses: Vec<(FaultKind, ExcuseCheck)>,
    models: Lists,
    /// Checks of a member's value, by the row of its property.
    members: Lists,
    /// Checks of leaves, items among them, by the row of their property.
    leaves: Lists,
    omitted: Vec<fn(usize, Span, &mut Findings<'_>)>,
    wanted: Wanted,
}

impl Dispatch {
    pub(crate) fn new<'r>(api: Api, rules: impl Iterator<Item = &'r Rule> + Clone) -> Self {
        let checks = || rules.clone().flat_map(|rule| rule.checks);
        let mut dispatch = Dispatch {
            wholes: Vec::new(),
            parameters: Vec::new(),
            shapes: Vec::new(),
            instead: Vec::new(),
            excuses: Vec::new(),
            models: Lists::default(),
            members: Lists::default(),
            leaves: Lists::default(),
            omitted: Vec::new(),
            wanted: Wanted::default(),
        };
        let (mut models, mut members) = (Vec::new(), Vec::new());
        let (mut formats, mut patterns) = (Vec::new(), Vec::new());
        for check in checks() {
            match *check {
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
                Check::Excused(kind, check) => dispatch.excuses.push((kind, check)),
                Check::Models(of, check) => models.push((of, check)),
                Check::Properties(of, check) => members.push((of, check)),
                Check::Format(of, check) => formats.push((of, check)),
                Check::Pattern(check) => patterns.push(check),
                Check::Omitted(check) => dispatch.omitted.push(check),
            }
        }
        let rows = api.all_rows();
        dispatch.models = Lists::new(api.models().count(), |number| {
            let is = |model: &Model| usize::from(model.0) == number;
            models.iter().filter(|(of, _)| of.iter().any(is)).map(|(_, check)| *check).collect()
        });
        dispatch.members = Lists::new(rows.len(), |row| {
            let wanted = members.iter().filter(|(of, _)| of.contains(&rows[row].id));
            wanted.map(|(_, check)| *check).collect()
        });
        dispatch.leaves = Lists::new(rows.len(), |row| {
            let of_format = formats.iter().filter(|(of, _)| rows[row].format == Some(*of));
            let mut list: Vec<_> = of_format.map(|(_, check)| *check).collect();
            if api.pattern(&rows[row]).is_some() {
                list.extend(&patterns);
            }
            list
        });
        dispatch
    }

    /// The kinds of faults that some rule asks for.
    pub(crate) fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// Runs every check.
    pub(crate) fn run<'a>(
        &'a self,
        analysis: &'a Analysis<'a>,
        today: Option<Date>,
        decoded: Option<&'a Decoded<'a>>,
        findings: &mut Findings<'_>,
    ) {
        let context = Context { analysis, today, decoded };
        for check in &self.wholes {
            check(&context, findings);
        }
        for given in &analysis.request.parameters {
            for check in &self.parameters {
                check(given, &context, findings);
            }
        }
        for fault in analysis.faults.iter() {
            let at = analysis.cursor(fault.node);
            let mut excuses = self.excuses.iter().filter(|(kind, _)| *kind == fault.kind);
            if excuses.any(|(_, is_none)| is_none(fault, at, &context)) {
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
