//! How deeply a text nests, found before it is parsed: a tree of ten thousand levels would run
//! the stack out in the parser, in our own walk or when it is dropped.

/// The deepest nesting a scenario may have. The language itself needs seven levels.
pub const DEEPEST: usize = 32;

/// The offset at which a text nests more deeply than [`DEEPEST`], counting brackets, braces and
/// the dots of keys and headers. It may count too much in text that is not TOML, never too little.
#[must_use]
pub fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut scan = Scan::default();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let line_begins = at == 0 || bytes[at - 1] == b'\n';
        if line_begins
            && scan.open.is_empty()
            && let Some(next) = scan.plain_line(bytes, at)
        {
            at = next;
            continue;
        }
        match byte {
            b'#' => at = line_end(bytes, at),
            b'"' | b'\'' => {
                scan.line_began = true;
                at = after_text(bytes, at);
            }
            _ => {
                if scan.step(*byte) > DEEPEST {
                    return Some(at);
                }
                at += 1;
            }
        }
    }
    None
}

/// The most dots of a line that is not looked at byte by byte.
const FEW_DOTS: usize = 8;

/// A line as long as this is looked at byte by byte.
const LONG: usize = 1 << 16;

/// What a byte counts as: a dot, an opening bracket, or a quote or the sign of a comment, each in sixteen bits of its
/// own, so that a line is counted with one addition a byte.
const COUNTS: [u64; 256] = {
    let mut counts = [0; 256];
    counts[b'.' as usize] = 1;
    counts[b'[' as usize] = 1 << 16;
    counts[b'{' as usize] = 1 << 16;
    counts[b'"' as usize] = 1 << 32;
    counts[b'\'' as usize] = 1 << 32;
    counts[b'#' as usize] = 1 << 32;
    counts
};

#[derive(Default)]
struct Scan {
    /// Levels of the header in force.
    header: usize,
    in_header: bool,
    line_began: bool,
    /// Each open bracket, and the dots of the key it is the value of.
    open: Vec<(u8, usize)>,
    /// The dots of all those keys.
    outer: usize,
    /// Dots of the key being written.
    key: usize,
    /// Whether the key being written has had its `=`: further dots belong to numbers.
    in_value: bool,
}

impl Scan {
    /// Takes a whole line that begins at an offset when it is one of those that nearly all of a file are, a header or a key
    /// with a value that opens nothing, and gives the offset of the next. Nothing when it must be looked at byte by byte.
    fn plain_line(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut end = from;
        let mut counts = 0;
        while let Some(byte) = bytes.get(end).filter(|b| **b != b'\n') {
            counts += COUNTS[usize::from(*byte)];
            end += 1;
        }
        let line = &bytes[from..end];
        if line.len() >= LONG {
            return None;
        }
        let [dots, opening, quotes] = [0, 16, 32].map(|shift| (counts >> shift) as usize & (LONG - 1));
        // A text of several lines begins with three quotes.
        let short = quotes < 3 || !line.windows(3).any(|three| matches!(three, b"\"\"\"" | b"'''"));
        let header = line.first() == Some(&b'[') && opening <= 2 && quotes == 0;
        let plain = dots <= FEW_DOTS && short && (opening == 0 || header) && self.header + dots <= DEEPEST;
        if plain && header {
            self.header = opening + dots;
        }
        plain.then_some(end + 1)
    }

    /// Takes one byte outside texts and comments and gives the depth reached.
    fn step(&mut self, byte: u8) -> usize {
        match byte {
            b' ' | b'\t' => {}
            // The parser takes a lone carriage return for the end of a line too.
            b'\n' | b'\r' => {
                self.line_began = false;
                self.in_header = false;
                self.next_key();
            }
            b'[' if !self.line_began && self.open.is_empty() => {
                self.line_began = true;
                self.in_header = true;
                self.header = 1;
            }
            _ => {
                self.line_began = true;
                self.inside_line(byte);
            }
        }
        self.header + self.outer + self.open.len() + self.key
    }

    fn inside_line(&mut self, byte: u8) {
        match byte {
            b'.' | b'[' | b'{' if self.in_header => self.header += 1,
            b']' | b'}' if self.in_header => {}
            b'.' if !self.in_value => self.key += 1,
            b'=' => self.in_value = true,
            b'[' | b'{' => {
                self.open.push((byte, self.key));
                self.outer += self.key;
                self.next_key();
            }
            // A bracket that closes another kind closes nothing: counting too much is safe.
            b']' | b'}' if self.open.last().is_some_and(|(open, _)| *open + 2 == byte) => {
                let (_, key) = self.open.pop().unwrap_or_default();
                self.outer -= key;
                self.key = key;
                self.in_value = true;
            }
            b',' => self.next_key(),
            _ => {}
        }
    }

    fn next_key(&mut self) {
        self.key = 0;
        self.in_value = false;
    }
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|b| matches!(b, b'\n' | b'\r')).map_or(bytes.len(), |n| from + n)
}

/// The offset after the text that begins here; a text of one line that is not closed ends with it.
fn after_text(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let long = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if long { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' && matches!(bytes.get(at + 1), Some(b'\\' | b'"')) => at += 2,
            b'\n' | b'\r' if !long => return at,
            byte if *byte == quote && !long => return at + 1,
            byte if *byte == quote && bytes[at..].starts_with(&[quote; 3]) => {
                // Up to two quotes may stand just before the closing three.
                let quotes = bytes[at..].iter().take(5).take_while(|b| **b == quote).count();
                return at + quotes;
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_nest_is_counted() {
        let many = 10_000;
        assert!(too_deep(&format!("a = {}", "[".repeat(many))).is_some());
        assert!(too_deep(&format!("a = {}1{}", "{b=".repeat(many), "}".repeat(many))).is_some());
        assert!(too_deep(&format!("a{} = 1", ".a".repeat(many))).is_some());
        assert!(too_deep(&format!("[a{}]", ".a".repeat(many))).is_some());
        assert!(too_deep(&format!("[[a{}]]", ".a".repeat(many))).is_some());
        assert!(too_deep(&format!("a = {{ {}1{} }}", "b.c = { ".repeat(20), " }".repeat(20))).is_some());
    }

    #[test]
    fn a_bracket_left_open_is_not_deep() {
        assert_eq!(too_deep(&format!("a = [1, 2\n{}", "[line.pay]\nb.c = 1.5\n".repeat(100))), None);
        assert!(too_deep(&format!("a = {}", "[}".repeat(100))).is_some());
    }

    #[test]
    fn ordinary_files_are_shallow() {
        let lists = "a = [1.5, 2.5, 3.5]\n".repeat(1000);
        assert_eq!(too_deep(&lists), None);
        assert_eq!(too_deep(&"[a.b]\nc = { d.e = 1 }\n".repeat(1000)), None);
        assert_eq!(too_deep(&format!("note = \"{}\"", "[.".repeat(1000))), None);
        assert_eq!(too_deep(&format!("note = \"\"\"{}\"\"\"", "\n[.".repeat(1000))), None);
        assert_eq!(too_deep(&format!("# {}", "[.".repeat(1000))), None);
        assert_eq!(too_deep(&"\n \r\n\n".repeat(1000)), None);
    }

    #[test]
    fn a_comment_opens_nothing_and_ends_with_its_line() {
        let deep = format!("{}1{}", "[".repeat(24), "]".repeat(24));
        assert_eq!(too_deep(&format!("[a] # ........\nb = {deep}")), None);
        assert!(too_deep(&format!("# x\r{}a = 1\n", "a.".repeat(60))).is_some());
        assert!(too_deep(&format!("b = 1\r{}a = 1\n", "a.".repeat(60))).is_some());
        assert!(too_deep(&format!("b = \"\r{}a = 1\n", "a.".repeat(60))).is_some());
    }

    #[test]
    fn the_dots_of_a_header_and_of_a_key_below_it_add_up() {
        let below = |header: usize, key: usize| format!("[a{}]\nb{} = 1.5\n", ".a".repeat(header), ".b".repeat(key));
        assert_eq!(too_deep(&below(8, 8)), None);
        assert_eq!(too_deep(&below(20, 8)), None);
        assert!(too_deep(&below(28, 8)).is_some());
        assert!(too_deep(&below(8, 28)).is_some());
        assert!(too_deep(&format!("[[a]]\nb = {}", "[\n".repeat(DEEPEST))).is_some());
    }
}
