//! Pages for people, without scripts.

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}\
form{margin:1rem 0}button,input{font:inherit;padding:.4rem .8rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .8rem .4rem 0;\
border-bottom:1px solid #ccc}code{font-size:1.1em}";

/// A page with this title and this HTML under it.
pub(crate) fn page(title: &str, body: &str) -> String {
    framed(title, "", body)
}

/// The same, loaded again by the browser every so many seconds.
pub(crate) fn live_page(title: &str, seconds: u32, body: &str) -> String {
    let refresh = format!(r#"<meta http-equiv="refresh" content="{seconds}">"#);
    framed(title, &refresh, body)
}

fn framed(title: &str, head: &str, body: &str) -> String {
    format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">{head}
<title>{title}</title><style>{STYLE}</style></head>
<body><main><h1>{title}</h1>
{body}
<p><small>A simulator of Privy for tests and development. Nothing here is real.</small></p>
</main></body></html>"#
    )
}

/// Text as it may stand in HTML, attributes included.
pub(crate) fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
        escaped
    })
}
