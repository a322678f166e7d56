//! What traffic may come from, as rules of Azure's networks name it: an IP
//! address, a block of them (`203.0.113.0/24`), a service tag (`Internet`,
//! `Storage.WestEurope`), or everybody (`*`).

use std::fmt::Write as _;

/// The source of traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source<'t> {
    /// Everybody: `*`.
    Any,
    Block(Block),
    /// By its shape; there are too many to know them all.
    Tag(&'t str),
}

/// An IP address, or a block of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) is_v6: bool,
    bits: u128,
    /// How many of its bits, from the first on, all addresses of it share.
    length: u32,
}

/// Why a text is no source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Empty,
    /// There is white space around it.
    Space,
    /// It is several, with commas or spaces between them.
    Several,
    /// Two addresses with a hyphen between them.
    Range,
    /// A URL.
    Url,
    /// A word for everybody that is no tag: `any`.
    Word,
    /// What stands behind the slash is no length.
    Length,
    /// An address has not four numbers.
    Count,
    /// A number of an address is above 255, or none.
    Number,
    /// It has colons, and is no IPv6 address.
    Groups,
    /// A host's name, or anything else.
    Name,
}

impl<'t> Source<'t> {
    /// Reads a source.
    pub(crate) fn parse(text: &'t str) -> Result<Self, Fault> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(Fault::Empty);
        }
        if trimmed.contains(|c: char| matches!(c, ',' | ';') || c.is_ascii_whitespace()) {
            return Err(Fault::Several);
        }
        if trimmed.len() != text.len() {
            return Err(Fault::Space);
        }
        if text == "*" {
            return Ok(Source::Any);
        }
        if ["any", "all", "anywhere"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
            return Err(Fault::Word);
        }
        if text.contains("://") {
            return Err(Fault::Url);
        }
        if text.contains(':') || text.starts_with(|c: char| c.is_ascii_digit()) {
            return Block::parse(text).map(Source::Block);
        }
        let (service, region) = text.split_once('.').unwrap_or((text, "x"));
        let word =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_tag = word(service)
            && word(region)
            && service.starts_with(|first: char| first.is_ascii_alphabetic());
        if is_tag { Ok(Source::Tag(text)) } else { Err(Fault::Name) }
    }

    /// Whether what comes from another surely comes from this. Which addresses
    /// a tag stands for is not known.
    pub(crate) fn contains(&self, other: &Source<'_>) -> bool {
        match (self, other) {
            (Source::Any, _) => true,
            (Source::Block(one), Source::Block(other)) => one.contains(other),
            (Source::Tag(one), Source::Tag(other)) => one.eq_ignore_ascii_case(other),
            _ => false,
        }
    }
}

/// The addresses of private networks.
const PRIVATE: [Block; 3] = [
    Block { is_v6: false, bits: 0x0A00_0000, length: 8 },
    Block { is_v6: false, bits: 0xAC10_0000, length: 12 },
    Block { is_v6: false, bits: 0xC0A8_0000, length: 16 },
];

impl Block {
    fn parse(text: &str) -> Result<Self, Fault> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let is_v6 = address.contains(':');
        let bits = match is_v6 {
            true => v6(address).ok_or(Fault::Groups)?,
            false if address.contains('-') => return Err(Fault::Range),
            false => u128::from(v4(address)?),
        };
        let most = width(is_v6);
        let length = match length {
            None => most,
            Some(length) => number(length, 3).filter(|it| *it <= most).ok_or(Fault::Length)?,
        };
        Ok(Block { is_v6, bits, length })
    }

    /// The bits that its addresses share, the others none.
    fn network(&self) -> u128 {
        let mask = u128::MAX.checked_shl(width(self.is_v6) - self.length).unwrap_or(0);
        self.bits & mask
    }

    /// Whether it begins at an address within the block.
    pub(crate) fn has_host_bits(&self) -> bool {
        self.network() != self.bits
    }

    fn contains(&self, other: &Block) -> bool {
        let wide = Block { length: self.length, ..*other };
        self.is_v6 == other.is_v6 && self.length <= other.length && self.network() == wide.network()
    }

    /// Whether all of it is private.
    pub(crate) fn is_private(&self) -> bool {
        PRIVATE.iter().any(|block| block.contains(self))
    }

    /// The same block, as it is written from its first address on.
    pub(crate) fn written(&self) -> String {
        let bits = self.network();
        let (count, size) = if self.is_v6 { (8, 16) } else { (4, 8) };
        // Groups of nothing at the end of an IPv6 address may be left out.
        let groups =
            if self.is_v6 { (128 - bits.trailing_zeros().min(128)).div_ceil(16) } else { 4 };
        let mut text = String::new();
        for group in 0..groups {
            let part = (bits >> (size * (count - 1 - group))) & ((1 << size) - 1);
            // Writing to a String cannot fail.
            let _ = match (self.is_v6, group) {
                (true, 0) => write!(text, "{part:x}"),
                (true, _) => write!(text, ":{part:x}"),
                (false, 0) => write!(text, "{part}"),
                (false, _) => write!(text, ".{part}"),
            };
        }
        if groups < count {
            text.push_str("::");
        }
        let _ = write!(text, "/{}", self.length);
        text
    }
}

fn width(is_v6: bool) -> u32 {
    if is_v6 { 128 } else { 32 }
}

/// A decimal number of so many digits at the most.
fn number(text: &str, most: usize) -> Option<u32> {
    let digits = text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn v4(text: &str) -> Result<u32, Fault> {
    let (mut bits, mut count) = (0, 0);
    for part in text.split('.') {
        count += 1;
        if count > 4 {
            return Err(Fault::Count);
        }
        let value = number(part, 3).filter(|value| *value <= 255).ok_or(Fault::Number)?;
        bits = bits << 8 | value;
    }
    if count == 4 { Ok(bits) } else { Err(Fault::Count) }
}

fn v6(text: &str) -> Option<u128> {
    let Some((front, back)) = text.split_once("::") else {
        return groups(text).filter(|(_, count)| *count == 8).map(|(bits, _)| bits);
    };
    let (high, before) = groups(front)?;
    let (low, behind) = groups(back)?;
    if front.contains('.') || before + behind > 7 {
        return None;
    }
    Some(high.checked_shl(16 * (8 - before)).unwrap_or(0) | low)
}

/// The groups of a part of an IPv6 address, and how many there are. The last
/// two may be an IPv4 address.
fn groups(text: &str) -> Option<(u128, u32)> {
    let (mut bits, mut count) = (0, 0);
    if text.is_empty() {
        return Some((bits, count));
    }
    let mut parts = text.split(':').peekable();
    while let Some(part) = parts.next() {
        if part.contains('.') && parts.peek().is_none() {
            bits = bits << 32 | u128::from(v4(part).ok()?);
            count += 2;
        } else {
            let hexadecimal = part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
            let value = u128::from_str_radix(part, 16).ok().filter(|_| hexadecimal)?;
            bits = bits << 16 | value;
            count += 1;
        }
        if count > 8 {
            return None;
        }
    }
    Some((bits, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Block {
        match Source::parse(text) {
            Ok(Source::Block(block)) => block,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn everything_that_a_rule_may_name_is_read() {
        assert_eq!(Source::parse("*"), Ok(Source::Any));
        for tag in ["Internet", "internet", "VirtualNetwork", "Storage.WestEurope", "AzureCloud.x2"]
        {
            assert_eq!(Source::parse(tag), Ok(Source::Tag(tag)));
        }
        for text in
            ["1.2.3.4", "0.0.0.0/0", "255.255.255.255/32", "203.0.113.0/24", "::", "::1", "::/0"]
        {
            block(text);
        }
        for text in ["2001:db8::/32", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "fe80::1/128", "1::8"] {
            assert!(block(text).is_v6, "{text}");
        }
    }

    #[test]
    fn what_is_none_has_a_reason() {
        for (text, fault) in [
            ("", Fault::Empty),
            ("  ", Fault::Empty),
            (" 1.2.3.4", Fault::Space),
            ("1.2.3.4, 1.2.3.5", Fault::Several),
            ("1.2.3.4;1.2.3.5", Fault::Several),
            ("1.2.3.4 1.2.3.5", Fault::Several),
            ("1.2.3.4-1.2.3.9", Fault::Range),
            ("https://example.com", Fault::Url),
            ("Any", Fault::Word),
            ("1.2.3.4/33", Fault::Length),
            ("1.2.3.4/", Fault::Length),
            ("1.2.3.4/255.0.0.0", Fault::Length),
            ("::/129", Fault::Length),
            ("1.2.3", Fault::Count),
            ("1.2.3.4.5", Fault::Count),
            ("1.2.3.256", Fault::Number),
            ("1.2.3.", Fault::Number),
            ("1.2.3.x", Fault::Number),
            ("1::2::3", Fault::Groups),
            ("1:2:3", Fault::Groups),
            ("1:2:3:4:5:6:7:8:9", Fault::Groups),
            ("1:2:3:4::5:6:7:8", Fault::Groups),
            ("12345::", Fault::Groups),
            ("1.2.3.4::", Fault::Groups),
            ("::+1", Fault::Groups),
            ("my-host", Fault::Name),
            ("host.example.com", Fault::Name),
            ("Storage.", Fault::Name),
            ("**", Fault::Name),
            ("\u{e4}", Fault::Name),
        ] {
            assert_eq!(Source::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_block_is_written_from_its_first_address_on() {
        for (text, written) in [
            ("203.0.113.7/24", "203.0.113.0/24"),
            ("10.1.2.3/0", "0.0.0.0/0"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("1:2:3:4:5:6:7:9/127", "1:2:3:4:5:6:7:8/127"),
            ("::1/64", "::/64"),
        ] {
            let given = block(text);
            assert!(given.has_host_bits(), "{text}");
            assert_eq!(given.written(), written);
            assert_eq!(block(written).network(), given.network());
            assert!(!block(written).has_host_bits());
        }
        assert!(!block("0.0.0.0/0").has_host_bits());
        assert!(!block("1.2.3.4").has_host_bits());
    }

    #[test]
    fn a_source_contains_what_surely_comes_from_it() {
        let contains = |one: &str, other: &str| {
            let other = Source::parse(other).expect("it is a source");
            Source::parse(one).expect("it is a source").contains(&other)
        };
        assert!(contains("*", "Internet") && contains("*", "::1"));
        assert!(contains("10.0.0.0/8", "10.9.8.7") && contains("10.0.0.0/8", "10.1.0.0/16"));
        assert!(contains("0.0.0.0/0", "1.2.3.4/1") && contains("::/0", "2001:db8::"));
        assert!(contains("Internet", "internet"));
        assert!(!contains("10.1.0.0/16", "10.0.0.0/8") && !contains("10.0.0.0/8", "11.0.0.0"));
        assert!(!contains("0.0.0.0/0", "::1") && !contains("0.0.0.0/0", "Internet"));
        assert!(!contains("Internet", "1.2.3.4"));
    }

    #[test]
    fn private_networks_are_known() {
        for text in ["10.0.0.0/8", "172.16.0.1", "172.31.255.255", "192.168.1.0/24"] {
            assert!(block(text).is_private(), "{text}");
        }
        for text in ["10.0.0.0/7", "172.32.0.0", "192.169.0.1", "0.0.0.0/0", "::"] {
            assert!(!block(text).is_private(), "{text}");
        }
    }
}
