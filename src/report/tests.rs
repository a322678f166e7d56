//! Fixes applied to the text they were made for and to any other, and reports
//! in UTF-16.

use proptest::prelude::*;

use super::*;

fn fix(edits: &[(u32, u32, &str)]) -> Fix {
    let edit = |&(start, end, text): &(u32, u32, &str)| Edit { start, end, text: text.to_owned() };
    Fix {
        title: "Mend it".to_owned(),
        applicability: Applicability::Safe,
        edits: edits.iter().map(edit).collect(),
    }
}

fn applied(text: &str, fixes: &[Fix]) -> (String, usize) {
    apply(text, &fixes.iter().collect::<Vec<_>>())
}

#[test]
fn all_edits_of_a_fix_are_made_or_none() {
    let fixes = [fix(&[(2, 3, "C")]), fix(&[(0, 1, "A"), (2, 4, "X")]), fix(&[(4, 5, "E")])];
    assert_eq!(applied("abcde", &fixes), ("abCdE".to_owned(), 2), "the first one wins");
    let fixes = [fix(&[(0, 1, "A"), (2, 4, "X")]), fix(&[(2, 3, "C")]), fix(&[(4, 5, "E")])];
    assert_eq!(applied("abcde", &fixes), ("AbXE".to_owned(), 2));
}

#[test]
fn replacements_may_touch_and_insertions_wait() {
    let fixes = [fix(&[(1, 2, "B")]), fix(&[(0, 1, "A")]), fix(&[(2, 3, "")])];
    assert_eq!(applied("abc", &fixes), ("AB".to_owned(), 3));
    assert_eq!(applied("ab", &[fix(&[(1, 1, "x")]), fix(&[(1, 1, "y")])]), ("axb".to_owned(), 1));
    assert_eq!(applied("ab", &[fix(&[(1, 2, "B")]), fix(&[(1, 1, "y")])]), ("aB".to_owned(), 1));
    assert_eq!(applied("ab", &[fix(&[(1, 1, "y")]), fix(&[(0, 1, "A")])]), ("ayb".to_owned(), 1));
}

#[test]
fn edits_of_one_fix_have_an_order() {
    let quotes = fix(&[(0, 1, "<"), (1, 1, "1"), (1, 1, "2"), (2, 3, ">")]);
    assert_eq!(applied("'a'", &[quotes]), ("<12a>".to_owned(), 1));
    let backwards = fix(&[(2, 3, ">"), (0, 1, "<")]);
    assert_eq!(applied("'a'", &[backwards]), ("<a>".to_owned(), 1));
}

#[test]
fn a_fix_for_another_text_is_left_out() {
    let good = fix(&[(0, 1, "A")]);
    for bad in [
        fix(&[(6, 7, "x")]),
        fix(&[(4, u32::MAX, "x")]),
        fix(&[(u32::MAX, u32::MAX, "x")]),
        fix(&[(3, 2, "x")]),
        fix(&[(2, 4, "within a character")]),
        fix(&[(2, 2, "within a character")]),
        fix(&[(0, 3, "x"), (1, 4, "overlapping")]),
        fix(&[(0, 3, "x"), (1, 1, "overlapping")]),
        fix(&[(1, 4, "x"), (1, 4, "twice")]),
        fix(&[(4, 5, "x"), (9, 9, "one of two")]),
    ] {
        let expected = ("Aéb\n".to_owned(), 1);
        assert_eq!(applied("aéb\n", &[bad.clone(), good.clone()]), expected, "{bad:?}");
    }
}

/// What [`apply`] does, said without care for time.
fn naive(text: &str, fixes: &[Fix]) -> (String, usize) {
    let clash = |a: &Edit, b: &Edit| {
        let empty = a.start == a.end || b.start == b.end;
        if empty {
            a.start <= b.end && b.start <= a.end
        } else {
            a.start < b.end && b.start < a.end
        }
    };
    let overlap = |a: &Edit, b: &Edit| {
        (a.start < b.end && b.start < a.end) && (a.start, a.end) != (b.start, b.start)
    };
    let mut edits: Vec<Edit> = Vec::new();
    let mut applied = 0;
    for fix in fixes {
        let fits = |edit: &Edit| text.get(edit.start as usize..edit.end as usize).is_some();
        let own = &fix.edits;
        let sound = own.iter().all(fits)
            && (0..own.len()).all(|a| (0..a).all(|b| !overlap(&own[a], &own[b])));
        if sound && own.iter().all(|edit| edits.iter().all(|other| !clash(edit, other))) {
            edits.extend(own.iter().cloned());
            applied += 1;
        }
    }
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.start as usize..edit.end as usize, &edit.text);
    }
    (out, applied)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_fixes_are_applied_as_said(
        text in "[aé🚀\n]{0,12}",
        edits in prop::collection::vec(
            prop::collection::vec((0u32..16, 0u32..4, "[xyz]{0,2}"), 0..4), 0..8,
        ),
    ) {
        let fixes: Vec<Fix> = edits.iter().map(|edits| {
            let edits: Vec<_> = edits.iter()
                .map(|(start, length, text)| (*start, start + length, text.as_str())).collect();
            fix(&edits)
        }).collect();
        prop_assert_eq!(applied(&text, &fixes), naive(&text, &fixes));
    }
}

#[test]
fn in_utf16_offsets_and_columns_count_code_units() {
    let text = "{\"é🚀\": 1,\n \"🚀\": 2}";
    let at = |part: &str| u32::try_from(text.find(part).expect("it is there")).expect("short");
    let lines = LineIndex::new(text);
    let range = |part| Range { start: lines.position(at(part)), end: lines.position(at(part) + 1) };
    let diagnostic = Diagnostic {
        code: "AB0000".into(),
        rule: "test/test".into(),
        severity: Severity::Error,
        message: String::new(),
        help: None,
        service_code: None,
        url: None,
        pointer: String::new(),
        range: range("2"),
        related: vec![Related { message: String::new(), range: range("1") }],
        fixes: vec![fix(&[(at("2"), at("2") + 1, "3")])],
    };
    let document =
        DocumentReport { path: None, operation: None, diagnostics: vec![diagnostic], omitted: 0 };
    let report = in_utf16(document, text);
    let found = report.diagnostics.first().expect("it is kept");
    assert_eq!(found.range.start, Position { offset: 18, line: 2, column: 8 });
    assert_eq!(found.range.end, Position { offset: 19, line: 2, column: 9 });
    assert_eq!(found.related[0].range.start, Position { offset: 8, line: 1, column: 9 });
    assert_eq!((found.fixes[0].edits[0].start, found.fixes[0].edits[0].end), (18, 19));
    let units: Vec<u16> = text.encode_utf16().collect();
    assert_eq!(units[18], u16::from(b'2'));
}

#[test]
fn a_report_of_another_text_is_survived() {
    let place = Position { offset: 900, line: 9, column: 9 };
    let diagnostic = Diagnostic {
        code: "AB0000".into(),
        rule: "test/test".into(),
        severity: Severity::Error,
        message: String::new(),
        help: None,
        service_code: None,
        url: None,
        pointer: String::new(),
        range: Range { start: place, end: place },
        related: Vec::new(),
        fixes: vec![fix(&[(1, 800, "")])],
    };
    let document =
        DocumentReport { path: None, operation: None, diagnostics: vec![diagnostic], omitted: 0 };
    let report = in_utf16(document, "é");
    let found = report.diagnostics.first().expect("it is kept");
    assert_eq!(found.range.start, Position { offset: 1, line: 1, column: 2 });
    assert_eq!((found.fixes[0].edits[0].start, found.fixes[0].edits[0].end), (0, 1));
}
