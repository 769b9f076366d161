//! Rust sources with comments and strings told apart from code, for the tidy rules.
//!
//! It knows as much of the language as the rules need: comments that nest, strings, raw and byte strings, characters,
//! lifetimes. It never parses.

/// A source taken apart.
pub struct Scanned {
    /// The source with every comment and the inside of every literal blanked, line for line.
    pub code: String,
    /// What stands in string literals, with the line on which each begins.
    pub strings: Vec<(usize, String)>,
    /// What stands in comments, with the line on which each begins.
    pub comments: Vec<(usize, String)>,
    /// The line on which the file's unit tests begin; by house style they are last.
    pub tests_from: usize,
}

/// A word or a mark of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

pub fn scan(text: &str) -> Scanned {
    let chars: Vec<char> = text.chars().collect();
    let mut scanner = Scanner { chars: &chars, at: 0, line: 1, code: String::new() };
    let (mut strings, mut comments) = (Vec::new(), Vec::new());
    while let Some(it) = scanner.peek(0) {
        let line = scanner.line;
        let after_word = scanner.at > 0 && is_word(chars[scanner.at - 1]);
        if it == '/' && scanner.peek(1) == Some('/') {
            comments.push((line, scanner.take_while(|_, it| it != '\n')));
        } else if it == '/' && scanner.peek(1) == Some('*') {
            comments.push((line, scanner.block_comment()));
        } else if let Some(quotes) = raw_string(&chars[scanner.at..]).filter(|_| !after_word) {
            strings.push((line, scanner.raw_string(quotes)));
        } else if it == '"' {
            strings.push((line, scanner.string('"')));
        } else if it == '\'' && is_character(&chars[scanner.at..]) {
            scanner.string('\'');
        } else {
            scanner.keep();
        }
    }
    let code = scanner.code;
    let tests_from = tests_from(&code);
    Scanned { code, strings, comments, tests_from }
}

/// The words and marks of code; `::` is one mark.
pub fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut line = 1;
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = if is_word(first) {
            rest.find(|it| !is_word(it)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (text, after) = rest.split_at(length);
        if first == '\n' {
            line += 1;
        } else if !first.is_whitespace() {
            out.push(Token { text, line });
        }
        rest = after;
    }
    out
}

/// Files that hold nothing but unit tests.
pub fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.ends_with("_tests.rs")
}

struct Scanner<'a> {
    chars: &'a [char],
    at: usize,
    line: usize,
    code: String,
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn keep(&mut self) {
        if let Some(it) = self.peek(0) {
            self.code.push(it);
            self.line += usize::from(it == '\n');
            self.at += 1;
        }
    }

    /// Steps over one character and leaves a blank in the code, so that lines keep their numbers.
    fn blank(&mut self) -> Option<char> {
        let it = self.peek(0)?;
        self.code.push(if it == '\n' { '\n' } else { ' ' });
        self.line += usize::from(it == '\n');
        self.at += 1;
        Some(it)
    }

    fn take_while(&mut self, goes_on: impl Fn(&Self, char) -> bool) -> String {
        let mut out = String::new();
        while let Some(it) = self.peek(0).filter(|it| goes_on(self, *it)) {
            out.push(it);
            self.blank();
        }
        out
    }

    fn block_comment(&mut self) -> String {
        let mut out = String::new();
        let mut depth = 0;
        while let Some(it) = self.blank() {
            out.push(it);
            if out.ends_with("/*") {
                depth += 1;
                // Neither mark may lend its second half to the next: `/*/` opens and does not close.
                out.push('\u{0}');
            } else if out.ends_with("*/") {
                depth -= 1;
                out.push('\u{0}');
                if depth == 0 {
                    break;
                }
            }
        }
        out.replace('\u{0}', "")
    }

    fn string(&mut self, quote: char) -> String {
        self.code.push(quote);
        self.at += 1;
        let mut out = String::new();
        while let Some(it) = self.peek(0) {
            if it == quote {
                self.code.push(quote);
                self.at += 1;
                break;
            }
            if it == '\\' {
                out.extend(self.blank());
            }
            out.extend(self.blank());
        }
        out
    }

    /// A raw string whose opening is `hashes + 1` signs long after its letters.
    fn raw_string(&mut self, opening: RawString) -> String {
        for _ in 0..opening.length {
            self.blank();
        }
        let ending: String = std::iter::once('"').chain(std::iter::repeat_n('#', opening.hashes)).collect();
        let mut out = String::new();
        while let Some(it) = self.blank() {
            out.push(it);
            if it == ending.chars().next_back().unwrap_or('"') && out.ends_with(&ending) {
                out.truncate(out.len() - ending.len());
                break;
            }
        }
        out
    }
}

#[derive(Clone, Copy)]
struct RawString {
    /// Characters up to and with the opening quote.
    length: usize,
    hashes: usize,
}

/// Whether `r"`, `r#"`, `br"`, `cr##"` … stands here.
fn raw_string(chars: &[char]) -> Option<RawString> {
    let letters = match chars {
        ['r', ..] => 1,
        ['b' | 'c', 'r', ..] => 2,
        _ => return None,
    };
    let hashes = chars[letters..].iter().take_while(|it| **it == '#').count();
    let opens = chars.get(letters + hashes) == Some(&'"');
    opens.then_some(RawString { length: letters + hashes + 1, hashes })
}

/// `'a'` and `'\n'` are characters, `'a` alone is a lifetime.
fn is_character(chars: &[char]) -> bool {
    matches!(chars, ['\'', '\\', ..] | ['\'', _, '\'', ..])
}

fn is_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

fn tests_from(code: &str) -> usize {
    let tokens = tokens(code);
    let marks = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let starts = |it: &[Token<'_>]| it.iter().map(|token| token.text).eq(marks);
    tokens.windows(marks.len()).find(|it| starts(it)).map_or(usize::MAX, |it| it[0].line)
}

#[test]
fn comments_strings_and_characters_are_no_code() {
    let scanned = scan("a // b\n/* c /* d */ e */ f \"g // \\\" h\" 'i' '\\'' &'j k r#\"l \" m\"# br\"n\" o");
    assert_eq!(scanned.code.split_whitespace().collect::<Vec<_>>().join(" "), "a f \" \" ' ' ' ' &'j k o");
    let strings: Vec<&str> = scanned.strings.iter().map(|(_, it)| it.as_str()).collect();
    assert_eq!(strings, ["g // \\\" h", "l \" m", "n"]);
    let comments: Vec<&str> = scanned.comments.iter().map(|(_, it)| it.as_str()).collect();
    assert_eq!(comments, ["// b", "/* c /* d */ e */"]);
}

#[test]
fn lines_keep_their_numbers() {
    let scanned = scan("\"a\nb\"\n/* c\n */ d\n'\n");
    assert_eq!(tokens(&scanned.code).iter().find(|it| it.text == "d").map(|it| it.line), Some(4));
    assert_eq!(scanned.code.lines().count(), 5);
}

#[test]
fn a_path_mark_is_one_token() {
    let found: Vec<&str> = tokens("crate::news::{A, b_1}").iter().map(|it| it.text).collect();
    assert_eq!(found, ["crate", "::", "news", "::", "{", "A", ",", "b_1", "}"]);
}

#[test]
fn unit_tests_begin_where_their_module_does() {
    assert_eq!(scan("a\n#[cfg(test)]\nfn b() {}\n#[cfg(test)]\nmod tests {}\n").tests_from, 4);
    assert_eq!(scan("a\n").tests_from, usize::MAX);
}

#[test]
fn any_bytes_are_scanned_without_a_stumble() {
    for text in ["\"", "'", "/*", "r#\"", "'\\", "\"\\", "b'", "/*/", "r", "br", "\u{0}"] {
        assert!(scan(text).code.chars().count() <= text.chars().count() + 1, "{text:?}");
    }
}
