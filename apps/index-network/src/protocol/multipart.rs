//! A form with one field (RFC 7578).

/// The media type and the content.
pub(super) fn field(name: &str, text: &str) -> (String, String) {
    let boundary = boundary(text);
    let content = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n--{boundary}--\r\n"
    );
    let media_type = format!("multipart/form-data; boundary={boundary}");
    (media_type, content)
}

/// A word that does not occur in `text`, which may have been written to contain it.
fn boundary(text: &str) -> String {
    let mut number = 0_u64;
    loop {
        let boundary = format!("countersign-{number}");
        if !text.contains(&boundary) {
            return boundary;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_own_field() {
        let hostile = "x\r\n--countersign-0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ny --countersign-1--";
        let (media_type, content) = field("payload", hostile);
        assert_eq!(media_type, "multipart/form-data; boundary=countersign-2");
        assert_eq!(content.matches("--countersign-2").count(), 2);
        assert!(content.contains(hostile));
    }
}
