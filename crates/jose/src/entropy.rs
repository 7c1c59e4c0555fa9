//! The crypto library's own random source, as far as others must know about it.

/// The operating system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the random source of the crypto library is unavailable")]
pub struct RandomnessUnavailable;

/// Draws once and throws the result away.
///
/// The library's first draw seeds it, which was measured at 22 ms. Start-up calls this on a thread
/// of its own, so that the first signature does not pay for it.
pub fn warm_up() -> Result<(), RandomnessUnavailable> {
    fill(&mut [0])
}

/// Fills `bytes` with random bytes.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), RandomnessUnavailable> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| RandomnessUnavailable)
}

#[cfg(test)]
mod tests {
    #[test]
    fn draws_differ() {
        super::warm_up().unwrap();
        let (mut first, mut second) = ([0; 32], [0; 32]);
        super::fill(&mut first).unwrap();
        super::fill(&mut second).unwrap();
        assert_ne!(first, second);
    }
}
