//! What a script imports.
//!
//! A scanner and no parser: it knows strings, templates, comments and regular expressions, and looks
//! for `import` and `export … from` outside them. What it overlooks fails in the browser and is
//! reported there; what it reports is written in the script.

/// The specifiers of all imports in `source` that are written out, as they are written.
pub(crate) fn imports(source: &str) -> Vec<&str> {
    let mut scanner = Scanner::new(source);
    let mut found = Vec::new();
    let mut after_dot = false;
    while let Some(token) = scanner.next() {
        let specifier = match token {
            Token::Word("import") if !after_dot => import(scanner.ahead()),
            Token::Word("export") if !after_dot => export(scanner.ahead()),
            _ => None,
        };
        found.extend(specifier);
        after_dot = token == Token::Mark(b'.');
    }
    found
}

/// What follows `import`.
fn import(mut ahead: Scanner<'_>) -> Option<&str> {
    match ahead.next()? {
        Token::Text(specifier) => Some(specifier),
        Token::Mark(b'(') => match ahead.next()? {
            Token::Text(specifier) => Some(specifier),
            _ => None,
        },
        token @ (Token::Word(_) | Token::Mark(b'{' | b'*')) => clause(token, ahead),
        _ => None,
    }
}

/// What follows `export`.
fn export(mut ahead: Scanner<'_>) -> Option<&str> {
    match ahead.next()? {
        token @ Token::Mark(b'{' | b'*') => clause(token, ahead),
        _ => None,
    }
}

/// The specifier behind a list of names.
fn clause<'a>(first: Token<'a>, mut ahead: Scanner<'a>) -> Option<&'a str> {
    let mut token = first;
    loop {
        let next = ahead.next()?;
        match (token, next) {
            (Token::Word("from"), Token::Text(specifier)) => return Some(specifier),
            // Whatever this is, the next import is read by itself.
            (_, Token::Word("import" | "export")) => return None,
            (_, Token::Word(_) | Token::Text(_) | Token::Mark(b'{' | b'}' | b'*' | b',')) => {}
            _ => return None,
        }
        token = next;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A name or keyword.
    Word(&'a str),
    /// A string, or a template without holes, without its quotes.
    Text(&'a str),
    /// A number, a regular expression, a template with holes or a part of one.
    Value,
    /// `=>`
    Arrow,
    /// Any other character.
    Mark(u8),
}

/// What the bracket that closes must know of the one that opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// `(` behind `if`, `while`, `for` or `with`: a statement follows the `)`.
    Condition,
    /// `(`, `[`, or `{` of an object: an operator follows.
    Expression,
    /// `{` of a block: a statement follows.
    Block,
    /// `${`: the template goes on.
    Hole,
}

struct Scanner<'a> {
    source: &'a str,
    at: usize,
    open: Vec<Open>,
    last: Option<Token<'a>>,
    /// Whether an operand comes next, so that a slash begins a regular expression.
    operand: bool,
}

impl<'a> Scanner<'a> {
    const fn new(source: &'a str) -> Self {
        Self {
            source,
            at: 0,
            open: Vec::new(),
            last: None,
            operand: true,
        }
    }

    /// Another one at the same place, which knows nothing of what is open around it.
    fn ahead(&self) -> Self {
        Self {
            at: self.at,
            ..Self::new(self.source)
        }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.source
            .as_bytes()
            .get(self.at.saturating_add(ahead))
            .copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.source.get(from..to).unwrap_or_default()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let byte = self.byte(0)?;
        let token = match byte {
            b'"' | b'\'' => self.string(byte),
            b'`' => self.template(),
            b'0'..=b'9' => self.number(),
            b'/' if self.operand => self.regular_expression(),
            _ if is_name(byte) => self.word(),
            b'}' if self.open.last() == Some(&Open::Hole) => {
                self.open.pop();
                self.template()
            }
            _ => self.mark(byte),
        };
        self.last = Some(token);
        Some(token)
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.byte(0) {
            match (byte, self.byte(1)) {
                (b'/', Some(b'/')) => self.skip_past("\n"),
                (b'/', Some(b'*')) => {
                    self.at += 2;
                    self.skip_past("*/");
                }
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => break,
            }
        }
    }

    fn skip_past(&mut self, end: &str) {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let length = rest.find(end).map_or(rest.len(), |found| found + end.len());
        self.at += length;
    }

    fn string(&mut self, quote: u8) -> Token<'a> {
        let start = self.at + 1;
        self.at = start;
        loop {
            match self.byte(0) {
                Some(b'\\') => self.at += 2,
                Some(byte) if byte != quote && byte != b'\n' => self.at += 1,
                _ => break,
            }
        }
        let text = self.slice(start, self.at);
        self.at += 1;
        self.operand = false;
        Token::Text(text)
    }

    /// From a backtick or the end of a hole to the next of either.
    fn template(&mut self) -> Token<'a> {
        let whole = self.byte(0) == Some(b'`');
        let start = self.at + 1;
        self.at = start;
        loop {
            match (self.byte(0), self.byte(1)) {
                (Some(b'\\'), _) => self.at += 2,
                (Some(b'$'), Some(b'{')) => {
                    self.at += 2;
                    self.open.push(Open::Hole);
                    self.operand = true;
                    return Token::Value;
                }
                (Some(b'`') | None, _) => break,
                _ => self.at += 1,
            }
        }
        let text = self.slice(start, self.at);
        self.at += 1;
        self.operand = false;
        if whole {
            Token::Text(text)
        } else {
            Token::Value
        }
    }

    fn number(&mut self) -> Token<'a> {
        while self
            .byte(0)
            .is_some_and(|byte| is_name(byte) || byte == b'.')
        {
            self.at += 1;
        }
        self.operand = false;
        Token::Value
    }

    fn regular_expression(&mut self) -> Token<'a> {
        self.at += 1;
        let mut in_class = false;
        loop {
            match self.byte(0) {
                Some(b'\\') => self.at += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => break,
                Some(b'\n') | None => break,
                Some(_) => {}
            }
            self.at += 1;
        }
        self.at += 1;
        self.operand = false;
        Token::Value
    }

    fn word(&mut self) -> Token<'a> {
        let start = self.at;
        while self.byte(0).is_some_and(is_name) {
            self.at += 1;
        }
        let word = self.slice(start, self.at);
        self.operand = self.last != Some(Token::Mark(b'.')) && is_before_operand(word);
        Token::Word(word)
    }

    fn mark(&mut self, byte: u8) -> Token<'a> {
        self.at += 1;
        match byte {
            b'=' if self.byte(0) == Some(b'>') => {
                self.at += 1;
                self.operand = true;
                return Token::Arrow;
            }
            // `a++ / b`: the sign belongs to what is before it, or an operand is still to come.
            b'+' | b'-' if self.byte(0) == Some(byte) => self.at += 1,
            b'(' => self.open(match self.last {
                Some(Token::Word("if" | "while" | "for" | "with")) => Open::Condition,
                _ => Open::Expression,
            }),
            b'[' => self.open(Open::Expression),
            b'{' => self.open(if self.begins_object() {
                Open::Expression
            } else {
                Open::Block
            }),
            b')' | b']' | b'}' => {
                self.operand = matches!(self.open.pop(), Some(Open::Condition | Open::Block));
            }
            _ => self.operand = true,
        }
        Token::Mark(byte)
    }

    fn open(&mut self, bracket: Open) {
        self.open.push(bracket);
        self.operand = true;
    }

    fn begins_object(&self) -> bool {
        match self.last {
            Some(Token::Mark(mark)) => !matches!(mark, b';' | b'{' | b'}' | b')'),
            Some(Token::Word(word)) => is_before_operand(word) && !matches!(word, "do" | "else"),
            Some(Token::Value | Token::Text(_)) => self.operand,
            Some(Token::Arrow) | None => false,
        }
    }
}

/// Part of a name. Letters beyond ASCII are not told from signs, which no script has outside strings.
const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'\\') || !byte.is_ascii()
}

fn is_before_operand(word: &str) -> bool {
    matches!(
        word,
        "await"
            | "case"
            | "default"
            | "delete"
            | "do"
            | "else"
            | "extends"
            | "in"
            | "instanceof"
            | "new"
            | "of"
            | "return"
            | "throw"
            | "typeof"
            | "void"
            | "yield"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_import_is_found() {
        for source in [
            r#"import "./a.js""#,
            r"import'./a.js';",
            r#"import a from "./a.js""#,
            r#"import{a as b,c}from"./a.js";b()"#,
            r#"import { "a-b" as c } from "./a.js""#,
            r#"import a,* as b from "./a.js""#,
            r#"import from from "./a.js""#,
            r#"/* x */import/* y */{a}/* z */from/* w */"./a.js""#,
            r#"var x=1;import("./a.js").then(x)"#,
            "let y = `${await import(`./a.js`)}`",
            r#"export*from"./a.js""#,
            r#"export * as a from "./a.js""#,
            r#"export{a,b as default}from"./a.js""#,
            r#"const a = 1 / 2; const b = x() / 3; import("./a.js") / 4"#,
            r#"if (x) /[/"']/.test(y); import("./a.js")"#,
            r#"a = {b: 1} / 2; import("./a.js"); c = "/""#,
            r#"function f() {} /["']/.exec(g); import("./a.js")"#,
            r#"x = y++ / 2; import("./a.js"); z = "/""#,
            "x = 'it\\'s'; import('./a.js')",
            "`a${`b${c}'`}'`; import('./a.js')",
        ] {
            assert_eq!(imports(source), ["./a.js"], "{source}");
        }
    }

    #[test]
    fn what_is_no_import_is_none() {
        for source in [
            r#"x = "import('./a.js')""#,
            "x = `import './a.js'`",
            "// import './a.js'",
            "/* import './a.js' */",
            r#"x = /import ".\/a.js"/"#,
            "x.import('./a.js')",
            "class A { #import(x) {} static import(x) {} }",
            "x = { import: './a.js' }",
            "import.meta.url + './a.js'",
            "import(x + './a.js')",
            "import(`./${x}.js`)",
            "export { a, b }; from './a.js'",
            "export const a = './a.js'",
            "export default './a.js'",
            "reimport './a.js'",
        ] {
            assert_eq!(imports(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn several_are_found_in_their_order() {
        let source =
            r#"import a from "react";import"./b.js";export{c}from"https://x.example/c.js""#;
        assert_eq!(
            imports(source),
            ["react", "./b.js", "https://x.example/c.js"]
        );
    }

    #[test]
    fn broken_scripts_end() {
        for source in [
            "'", "`", "`${", "/", "/[", "/*", "import", "import{", "}", "'\\", "ü'é\\",
        ] {
            assert_eq!(imports(source), [""; 0], "{source}");
        }
    }
}
