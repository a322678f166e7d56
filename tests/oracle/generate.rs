//! Bodies made up at random, as text: with names in any case, names that come
//! again, values that are nearly right, and numbers in every notation.
//!
//! They follow the schema files as prepared for the judge, so that they know
//! every property and limit.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::schemas::Schemas;

/// Whatever is left open, decided by numbers drawn before; with none left, or
/// zeros, the plainest body comes of it. So proptest can shrink a body.
pub struct Choices<'c> {
    drawn: std::slice::Iter<'c, u16>,
}

impl<'c> Choices<'c> {
    pub fn new(drawn: &'c [u16]) -> Self {
        Choices { drawn: drawn.iter() }
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        self.drawn.next().map_or(0, |drawn| usize::from(*drawn) % count)
    }

    /// Whether what happens in one of so many cases does.
    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub fn of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }
}

pub struct Generator<'c> {
    pub schemas: &'c Schemas,
    pub choices: Choices<'c>,
}

/// Numbers in notations that readers of JSON may take for something else.
const NUMBERS: [&str; 26] = [
    "1",
    "0",
    "-0",
    "-0.0",
    "1.0",
    "1e3",
    "1E+2",
    "10e-1",
    "0.5",
    "-1",
    "1e30",
    "-1e30",
    "1e300",
    "2147483647",
    "2147483648",
    "2147483647.0",
    "2147483648.0",
    "-2147483648",
    "-2147483649",
    "-2.147483649e9",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "1.00000000000000000001",
    "256.5",
];

const NAMES: [&str; 12] = [
    "xUnknown",
    "",
    "a~b/c",
    "odata.etag",
    "odata.",
    "Odata.etag",
    "odata",
    // The Kelvin sign is a `k` in lower case, but not in ASCII.
    "\u{212a}eepAlive",
    "ıd",
    "id ",
    "𝄞",
    "value",
];

impl Generator<'_> {
    /// A body, or something like it.
    pub fn body(&mut self, schema: &Value) -> String {
        if self.choices.one_in(40) {
            return self.wrong();
        }
        self.right(schema, 0)
    }

    /// A value that may be of this schema.
    fn value(&mut self, schema: &Value, depth: usize) -> String {
        match self.choices.below(16) {
            14 => "null".into(),
            15 => self.wrong(),
            _ => self.right(schema, depth),
        }
    }

    /// A value of any kind.
    fn wrong(&mut self) -> String {
        match self.choices.below(9) {
            0 => "7".into(),
            1 => "\"seven\"".into(),
            2 => "true".into(),
            3 => "1.5".into(),
            4 => "{}".into(),
            5 => "[]".into(),
            6 => r#"[{ "id": 1, "id": null }, [null]]"#.into(),
            7 => r#"{ "ID": 1, "value": [], "value": "" }"#.into(),
            _ => (*self.choices.of(&NUMBERS)).into(),
        }
    }

    /// A value of this schema's type, within its limits or not.
    fn right(&mut self, schema: &Value, depth: usize) -> String {
        let schema = self.schemas.resolved(schema);
        if let Some(values) = schema["enum"].as_array() {
            return self.one_of(values);
        }
        match schema["type"].as_str() {
            Some("object") => match schema["properties"].as_object() {
                Some(properties) => self.object(schema, properties, depth),
                None => self.map(),
            },
            Some("array") => self.array(schema, depth),
            Some("integer") => self.integer(schema),
            Some("number") => (*self.choices.of(&NUMBERS)).into(),
            Some("boolean") => (*self.choices.of(&["true", "false"])).into(),
            Some("string") => {
                let text = self.text(schema);
                self.quoted(&text)
            }
            other => panic!("the generator does not know type {other:?}"),
        }
    }

    fn one_of(&mut self, values: &[Value]) -> String {
        let known = self.choices.of(values).as_str().expect("an enum's value is a text");
        let text = match self.choices.below(10) {
            5 => known.to_uppercase(),
            6 => format!(" {known} "),
            7 => format!("{known}s"),
            8 => String::new(),
            9 => "nope".into(),
            _ => known.to_owned(),
        };
        self.quoted(&text)
    }

    fn integer(&mut self, schema: &Value) -> String {
        let mut near: Vec<i64> = Vec::new();
        let not = &schema["not"];
        let listed = not["enum"].as_array().into_iter().flatten();
        let bounds = [&schema["minimum"], &schema["maximum"], &not["minimum"], &not["maximum"]];
        for bound in bounds.into_iter().chain(listed).filter_map(Value::as_i64) {
            near.extend([bound, bound - 1, bound + 1]);
        }
        if near.is_empty() || self.choices.below(2) == 0 {
            return (*self.choices.of(&NUMBERS)).into();
        }
        let number = *self.choices.of(&near);
        match self.choices.below(8) {
            5 => format!("{number}.0"),
            6 => format!("{number}e0"),
            7 => format!("{number}.5"),
            _ => number.to_string(),
        }
    }

    fn text(&mut self, schema: &Value) -> String {
        if let Some(known) = schema["const"].as_str() {
            return match self.choices.below(4) {
                1 => known.to_uppercase(),
                2 => "md5".into(),
                3 => String::new(),
                _ => known.to_owned(),
            };
        }
        let most = schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok());
        if let Some(most) = most
            && self.choices.one_in(3)
        {
            // Characters are counted: not bytes, nor halves of surrogates.
            let letter = *self.choices.of(&["a", "ä", "𝄞"]);
            return letter.repeat(most + self.choices.below(3) - 1);
        }
        let texts = [
            "text-1",
            "",
            "a b",
            "22",
            "*",
            "100-200",
            "PT1H",
            "2026-01-31T08:00:00Z",
            "https://example.com/a",
            "AQID",
            "0123456789abcdef0123456789abcdef01234567",
            "0a 0b",
            "-1",
            "a\n",
            "\u{0}",
            "ab\u{200e}",
            "_.a-",
        ];
        (*self.choices.of(&texts)).into()
    }

    /// A text as JSON, now and then with escapes that need not be.
    fn quoted(&mut self, text: &str) -> String {
        let plain = json!(text).to_string();
        if !self.choices.one_in(8) {
            return plain;
        }
        let mut out = String::from("\"");
        for unit in text.encode_utf16() {
            write!(out, "\\u{unit:04x}").expect("writing to a String cannot fail");
        }
        out + "\""
    }

    fn array(&mut self, schema: &Value, depth: usize) -> String {
        let most = schema["maxItems"].as_u64().and_then(|most| usize::try_from(most).ok());
        let count = match most {
            Some(most) if self.choices.one_in(8) => most + self.choices.below(2),
            _ => self.choices.below(4),
        };
        let items: Vec<_> = if count > 3 {
            // With few faults each, since a report lists so many only.
            let item = (*self.choices.of(&["{}", "\"a\"", "null"])).to_owned();
            std::iter::repeat_n(item, count).collect()
        } else {
            (0..count).map(|_| self.value(&schema["items"], depth + 1)).collect()
        };
        let mut items = items;
        if let Some(most) = schema["x-batch"]["maxTotalLength"].as_u64()
            && self.choices.one_in(2)
        {
            let most = usize::try_from(most).expect("a small number");
            items.push(format!("\"{}\"", "ä".repeat(most + self.choices.below(3) - 1)));
        }
        format!("[{}]", items.join(","))
    }

    /// An object of any names.
    fn map(&mut self) -> String {
        let mut members = String::new();
        for _ in 0..self.choices.below(4) {
            let name = *self.choices.of(&["a", "b", "A", "id", ""]);
            let name = self.quoted(name);
            let value = match self.choices.below(3) {
                0 => "\"text\"".into(),
                1 => "null".into(),
                _ => self.wrong(),
            };
            add(&mut members, &name, &value);
        }
        format!("{{{members}}}")
    }

    fn object(&mut self, schema: &Value, properties: &Map<String, Value>, depth: usize) -> String {
        let mut members = Vec::new();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, property) in properties {
            let given = if required.contains(&json!(name)) {
                !self.choices.one_in(8)
            } else {
                // The deeper, the fewer, so that bodies stay small.
                self.choices.one_in(3 + 2 * depth)
            };
            if !given {
                continue;
            }
            // In one spelling or in several, in any order.
            let spellings = match self.choices.below(16) {
                13 => vec![self.spelled(name)],
                14 => vec![name.clone(), name.clone()],
                15 => {
                    (0..2 + self.choices.below(2)).map(|_| self.spelled(name)).collect::<Vec<_>>()
                }
                _ => vec![name.clone()],
            };
            for spelling in spellings {
                members.push((spelling, self.value(property, depth + 1)));
            }
        }
        for _ in 0..3 {
            if !self.choices.one_in(10) {
                break;
            }
            let name = (*self.choices.of(&NAMES)).to_owned();
            members.push((name, self.wrong()));
        }
        // The order of names is open.
        for at in 0..members.len() {
            let other = (at + self.choices.below(members.len())) % members.len();
            members.swap(at, other);
        }
        let mut out = String::new();
        for (name, value) in members {
            let name = self.quoted(&name);
            add(&mut out, &name, &value);
        }
        format!("{{{out}}}")
    }

    /// A name in this case or another.
    fn spelled(&mut self, name: &str) -> String {
        match self.choices.below(4) {
            1 => name.to_uppercase(),
            2 => name.to_lowercase(),
            3 => {
                let flip = |(at, c): (usize, char)| {
                    if at == name.len() / 2 { c.to_ascii_uppercase() } else { c }
                };
                name.chars().enumerate().map(flip).collect()
            }
            _ => name.to_owned(),
        }
    }
}

fn add(members: &mut String, name: &str, value: &str) {
    if !members.is_empty() {
        members.push(',');
    }
    write!(members, "{name}:{value}").expect("writing to a String cannot fail");
}
