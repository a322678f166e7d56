//! The first paragraph of a rule's page, taken out by the compiler, so that a
//! build without pages has none of their text.

/// Where the summary begins in a page, and where it ends.
const fn bounds(page: &str) -> (usize, usize) {
    let bytes = page.as_bytes();
    let mut start = 0;
    while start < bytes.len() && bytes[start] == b' ' {
        start += 1;
    }
    let mut end = start;
    while end < bytes.len() {
        if bytes[end] == b'\n' {
            // A line with nothing on it ends the paragraph.
            let mut next = end + 1;
            while next < bytes.len() && bytes[next] == b' ' {
                next += 1;
            }
            if next >= bytes.len() || bytes[next] == b'\n' {
                return (start, end);
            }
        }
        end += 1;
    }
    (start, end)
}

/// How many bytes the summary has: its lines are joined by single spaces.
pub(crate) const fn length(page: &str) -> usize {
    let (bytes, (mut at, end)) = (page.as_bytes(), bounds(page));
    let mut length = 0;
    while at < end {
        at += if bytes[at] == b'\n' { blank(bytes, at) } else { 1 };
        length += 1;
    }
    length
}

/// The summary; `N` is its [`length`].
pub(crate) const fn summary<const N: usize>(page: &str) -> [u8; N] {
    let (bytes, (mut at, end)) = (page.as_bytes(), bounds(page));
    let mut summary = [b' '; N];
    let mut length = 0;
    while at < end {
        if bytes[at] == b'\n' {
            at += blank(bytes, at);
        } else {
            summary[length] = bytes[at];
            at += 1;
        }
        length += 1;
    }
    summary
}

/// How many bytes a line break and the spaces behind it have.
const fn blank(bytes: &[u8], at: usize) -> usize {
    let mut length = 1;
    while at + length < bytes.len() && bytes[at + length] == b' ' {
        length += 1;
    }
    length
}

/// The bytes of a summary as text.
pub(crate) const fn text(summary: &'static [u8]) -> &'static str {
    match std::str::from_utf8(summary) {
        Ok(text) => text,
        // It is a part of a text, cut at ASCII characters.
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_paragraph_is_one_line() {
        const PAGE: &str = " One line,\n and anöther.\n\n ## More\n text\n";
        static SUMMARY: [u8; length(PAGE)] = summary(PAGE);
        assert_eq!(text(&SUMMARY), "One line, and anöther.");
        const SHORT: &str = " Alone.\n";
        static ALONE: [u8; length(SHORT)] = summary(SHORT);
        assert_eq!(text(&ALONE), "Alone.");
    }
}
