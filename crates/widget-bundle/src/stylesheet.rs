//! A stylesheet with everything that it loads inside.

use cssparser::{ParseError, Parser, ParserInput, SourcePosition, Token, match_ignore_ascii_case};

use crate::BundleError;
use crate::directory::Directory;
use crate::domains::Domains;
use crate::reference::{self, Reference};

/// Blocks in blocks, and imports of imports.
const DEEPEST: usize = 32;

/// A stylesheet in two parts, because an import counts only at the beginning.
#[derive(Debug, Default)]
pub(crate) struct Stylesheet {
    imports: String,
    rules: String,
}

impl Stylesheet {
    /// The text for a `<style>` or a `style=""`.
    pub(crate) fn into_text(self) -> String {
        self.imports + &self.rules
    }
}

/// Puts images, fonts and imported stylesheets into `css`, which stands in `file`.
pub(crate) fn embed(
    css: &str,
    file: &str,
    directory: &Directory,
    domains: &Domains<'_>,
) -> Result<Stylesheet, BundleError> {
    Embedding {
        file,
        directory,
        domains,
        imports_above: 0,
    }
    .stylesheet(css)
}

#[derive(Clone, Copy)]
struct Embedding<'a> {
    file: &'a str,
    directory: &'a Directory,
    domains: &'a Domains<'a>,
    imports_above: usize,
}

/// What was written so far, and up to where that was copied.
struct Output {
    sheet: Stylesheet,
    copied: SourcePosition,
}

impl Output {
    /// Writes what stands before `start`, then `text` in place of what stands up to here.
    fn replace(&mut self, parser: &Parser<'_, '_>, start: SourcePosition, text: &str) {
        self.sheet.rules.push_str(parser.slice(self.copied..start));
        self.sheet.rules.push_str(text);
        self.copied = parser.position();
    }
}

/// Where in a stylesheet a block stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    /// In `image-set()`, where strings are addresses.
    strings: bool,
}

type Walked<'i> = Result<(), ParseError<'i, BundleError>>;

impl Embedding<'_> {
    fn stylesheet(self, css: &str) -> Result<Stylesheet, BundleError> {
        let mut input = ParserInput::new(css);
        let mut parser = Parser::new(&mut input);
        let mut output = Output {
            sheet: Stylesheet::default(),
            copied: parser.position(),
        };
        let top = Place {
            depth: 0,
            strings: false,
        };
        self.block(&mut parser, top, &mut output)
            .map_err(|error| self.ours(error))?;
        let end = parser.position();
        output.replace(&parser, end, "");
        Ok(output.sheet)
    }

    /// Only our own errors end a walk: CSS goes on after everything.
    fn ours(self, error: ParseError<'_, BundleError>) -> BundleError {
        match error.kind {
            cssparser::ParseErrorKind::Custom(error) => error,
            cssparser::ParseErrorKind::Basic(_) => BundleError::Nested(self.file.to_owned()),
        }
    }

    fn block<'i>(
        self,
        parser: &mut Parser<'i, '_>,
        place: Place,
        output: &mut Output,
    ) -> Walked<'i> {
        if place.depth > DEEPEST {
            return Err(parser.new_custom_error(BundleError::Nested(self.file.to_owned())));
        }
        loop {
            let start = parser.position();
            let Ok(token) = parser.next_including_whitespace_and_comments() else {
                return Ok(());
            };
            let inner = |strings| Place {
                depth: place.depth + 1,
                strings,
            };
            match token.clone() {
                Token::UnquotedUrl(address) => self.address(parser, start, &address, output)?,
                Token::QuotedString(address) if place.strings => {
                    self.address(parser, start, &address, output)?;
                }
                Token::Function(name) if name.eq_ignore_ascii_case("url") => {
                    let address = parser.parse_nested_block(|parser| {
                        Ok::<_, ParseError<'_, BundleError>>(parser.expect_string_cloned().ok())
                    })?;
                    if let Some(address) = address {
                        self.address(parser, start, &address, output)?;
                    }
                }
                Token::Function(name) => {
                    let strings = match_ignore_ascii_case! { &*name,
                        "image-set" | "-webkit-image-set" => true,
                        _ => false,
                    };
                    parser
                        .parse_nested_block(|parser| self.block(parser, inner(strings), output))?;
                }
                Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => {
                    parser.parse_nested_block(|parser| self.block(parser, inner(false), output))?;
                }
                Token::AtKeyword(name) if place.depth == 0 => {
                    match_ignore_ascii_case! { &*name,
                        "import" => self.import(parser, start, output)?,
                        // Its address is a name and is not fetched.
                        "namespace" => skip_statement(parser),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    /// What `url()` or a string from `start` to here becomes.
    fn address<'i>(
        self,
        parser: &Parser<'i, '_>,
        start: SourcePosition,
        address: &str,
        output: &mut Output,
    ) -> Walked<'i> {
        let data = match reference::read(self.file, address) {
            Ok(Reference::Inside { path, fragment }) => self
                .directory
                .data_url(&path, self.file, address)
                .map(|data| Some(data + &fragment)),
            Ok(Reference::Web { origin }) => self
                .domains
                .check_resource(self.file, address, origin)
                .map(|()| None),
            Ok(Reference::Nowhere) => Ok(None),
            Err(error) => Err(error),
        };
        let data = data.map_err(|error| parser.new_custom_error(error))?;
        if let Some(data) = data {
            output.replace(parser, start, &format!("url(\"{data}\")"));
        }
        Ok(())
    }

    /// What follows `@import`, which began at `start`: the imported stylesheet takes its place.
    fn import<'i>(
        self,
        parser: &mut Parser<'i, '_>,
        start: SourcePosition,
        output: &mut Output,
    ) -> Walked<'i> {
        let Ok(address) = parser.try_parse(Parser::expect_url_or_string) else {
            return Ok(());
        };
        let condition = skip_to_semicolon(parser);
        let address = &*address;
        let fail = |parser: &Parser<'i, '_>, error| parser.new_custom_error(error);
        match reference::read(self.file, address).map_err(|error| fail(parser, error))? {
            Reference::Inside { path, .. } => {
                let sheet = self
                    .imported(&path, address, condition.trim())
                    .map_err(|error| fail(parser, error))?;
                output.sheet.imports.push_str(&sheet.imports);
                output.replace(parser, start, &sheet.rules);
            }
            Reference::Web { origin } => {
                self.domains
                    .check_resource(self.file, address, origin)
                    .map_err(|error| fail(parser, error))?;
                let statement = parser.slice_from(start);
                output.sheet.imports.push_str(statement);
                output.replace(parser, start, "");
            }
            Reference::Nowhere => {}
        }
        Ok(())
    }

    fn imported(
        self,
        path: &str,
        address: &str,
        condition: &str,
    ) -> Result<Stylesheet, BundleError> {
        if self.imports_above >= DEEPEST {
            return Err(BundleError::Nested(self.file.to_owned()));
        }
        let css = self.directory.text(path, self.file, address)?;
        let mut sheet = Embedding {
            file: path,
            directory: self.directory,
            domains: self.domains,
            imports_above: self.imports_above + 1,
        }
        .stylesheet(&css)?;
        let starts = |word: &str| {
            condition
                .get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        let conditional = starts("layer") || starts("supports");
        if conditional || (!condition.is_empty() && !sheet.imports.is_empty()) {
            return Err(BundleError::ConditionalImport {
                file: self.file.to_owned(),
                reference: address.to_owned(),
            });
        }
        if !condition.is_empty() {
            sheet.rules = format!("@media {condition}{{{}}}", sheet.rules);
        }
        Ok(sheet)
    }
}

fn skip_statement(parser: &mut Parser<'_, '_>) {
    skip_to_semicolon(parser);
}

/// Goes behind the next semicolon; answers what stood before it.
fn skip_to_semicolon<'i>(parser: &mut Parser<'i, '_>) -> &'i str {
    let start = parser.position();
    let mut end = start;
    while let Ok(token) = parser.next_including_whitespace_and_comments() {
        if *token == Token::Semicolon {
            break;
        }
        end = parser.position();
    }
    parser.slice(start..end)
}
