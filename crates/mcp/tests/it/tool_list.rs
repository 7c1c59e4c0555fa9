//! `tools/list`, and what may be registered.

use countersign_mcp::{Annotations, Definition, InvalidRegistry, Tool, ToolOutput, ToolRegistry};
use serde_json::{Value, json};

use crate::fixture::{Server, scopes};

#[tokio::test]
async fn f76_a_tool_says_all_that_directories_and_hosts_ask_for() {
    let body = r#"{"jsonrpc":"2.0","id":"list","method":"tools/list"}"#;
    let answer = Server::new().post("reader", body).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let mut list = answer.json();
    list["result"]["tools"].as_array_mut().unwrap().truncate(2);
    insta::assert_json_snapshot!(list);
}

#[tokio::test]
async fn f79_the_list_is_the_same_every_time() {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let first = Server::new().post("reader", body).await.text;
    assert_eq!(Server::new().post("writer", body).await.text, first);
}

#[tokio::test]
async fn a_cursor_that_was_never_given_is_refused() {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x"}}"#;
    let answer = Server::new().post("reader", body).await;
    assert_eq!(answer.json()["error"]["code"], -32602);
}

fn named(name: &'static str) -> Tool {
    let annotations = Annotations {
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: false,
    };
    let definition = Definition {
        name: name.into(),
        title: "A tool".into(),
        description: "Does nothing.".into(),
        annotations,
    };
    Tool::new(
        definition,
        scopes("notes:read"),
        |_, arguments: Value| async move { Ok(ToolOutput::new(json!({ "got": arguments }))) },
    )
}

#[test]
fn names_are_unique_and_legal() {
    let register =
        |names: &[&'static str]| ToolRegistry::new(names.iter().copied().map(named).collect());
    assert!(register(&["a", "b.c/d_e-F9"]).is_ok());
    assert!(matches!(
        register(&["a", "a"]),
        Err(InvalidRegistry::Duplicate(_))
    ));
    for name in ["", "with space", "ümlaut"] {
        assert!(
            matches!(register(&[name]), Err(InvalidRegistry::Name(_))),
            "{name:?}"
        );
    }
}

#[test]
fn the_scopes_of_a_registry_are_those_of_its_tools() {
    assert_eq!(
        ToolRegistry::new(vec![named("a"), named("b")])
            .unwrap()
            .scopes(),
        scopes("notes:read")
    );
}
