//! Privy writes WebAuthn's members in snake case, the standard in camel case.

use serde_json::{Map, Value};

/// `options.publicKey` of the standard as Privy writes it.
pub(super) fn snake(value: &Value) -> Value {
    respell(value, &|name| {
        name.chars().fold(String::new(), |mut spelt, letter| {
            if letter.is_ascii_uppercase() {
                spelt.push('_');
            }
            spelt.push(letter.to_ascii_lowercase());
            spelt
        })
    })
}

/// `authenticator_response` of Privy as the standard writes it.
pub(super) fn camel(value: &Value) -> Value {
    respell(value, &|name| {
        // The one name that no rule gives.
        if name == "client_data_json" {
            return "clientDataJSON".to_owned();
        }
        let mut capital = false;
        name.chars().fold(String::new(), |mut spelt, letter| {
            if letter == '_' {
                capital = true;
            } else if std::mem::take(&mut capital) {
                spelt.push(letter.to_ascii_uppercase());
            } else {
                spelt.push(letter);
            }
            spelt
        })
    })
}

fn respell(value: &Value, name: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (name(key), respell(value, name)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(values) => values.iter().map(|value| respell(value, name)).collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn respells_at_every_depth() {
        let options = json!({ "rpId": "a", "pubKeyCredParams": [{ "alg": -7 }] });
        assert_eq!(
            snake(&options),
            json!({ "rp_id": "a", "pub_key_cred_params": [{ "alg": -7 }] })
        );
        let response = json!({ "raw_id": "a", "response": { "client_data_json": "b" } });
        assert_eq!(
            camel(&response),
            json!({ "rawId": "a", "response": { "clientDataJSON": "b" } })
        );
    }
}
