//! The end of sizes, by the day of the run.

use crate::analysis::Cursor;
use crate::api::p;
use crate::api::sizes::{Retirement, retirement};
use crate::date::Date;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, rule};
use crate::values::vm_size::VmSize;

rule! {
    /// The machine size has been retired.
    ///
    /// ## Why it matters
    /// There are no machines left: the pool is refused, or its nodes never
    /// come. It is judged by the day of the run; where none is given, as may be
    /// in other programs, nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_NC6s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_NC4as_T4_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's list of services that end and its pages on retired series, as in
    /// `schemas/data/sizes.json`.
    RETIRED {
        code: "AB1904",
        id: "size/retired",
        severity: Warning,
        confidence: Reported,
        checks: &[Check::Properties(&[p::VM_SIZE], retired)],
    }
}

rule! {
    /// The machine size has a date of retirement.
    ///
    /// ## Why it matters
    /// After the day machines of this size are stopped, and pools get no nodes
    /// of it. Of a few sizes the end is announced without a day that is known
    /// here. Where no day of the run is given, as may be in other programs,
    /// nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "STANDARD_D2_V2",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_D2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's list of services that end and notices to its users, as in
    /// `schemas/data/sizes.json`.
    RETIRING {
        code: "AB1905",
        id: "size/retiring",
        severity: Info,
        confidence: Reported,
        checks: &[Check::Properties(&[p::VM_SIZE], retiring)],
    }
}

/// The day of the run, and the end of a size.
fn end(value: Cursor<'_>, context: &Context<'_>) -> Option<(Date, &'static Retirement)> {
    let today = context.today?;
    let text = value.as_str()?;
    Some((today, retirement(&VmSize::parse(text.trim())?)?))
}

fn retired(value: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((today, row)) = end(value, context) else { return };
    let Some(day) = row.end.filter(|day| *day < today) else { return };
    let message = format!("the size {} was retired on {day}", shown(value));
    let help = format!("take {}", row.instead);
    findings.add(Finding::at(&RETIRED, value, message).help(help));
}

fn retiring(value: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((today, row)) = end(value, context) else { return };
    let when = match (row.end, row.announced) {
        (Some(day), _) if today <= day => format!("on {day}, {}", today.until(day)),
        (None, Some(announced)) if announced <= today => {
            format!("on a day that is to be looked up: it was announced on {announced}")
        }
        _ => return,
    };
    let message = format!("the size {} will be retired {when}", shown(value));
    let help = format!("plan the move to {}", row.instead);
    findings.add(Finding::at(&RETIRING, value, message).help(help));
}
