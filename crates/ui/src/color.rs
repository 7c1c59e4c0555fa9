//! Colours and their contrast, by WCAG 2.2 (section 1.4.3 and the definition of relative
//! luminance).

use std::fmt;

/// An opaque sRGB colour, displayed as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

impl Color {
    pub(crate) const BLACK: Self = Self([0, 0, 0]);
    pub(crate) const WHITE: Self = Self([255, 255, 255]);

    /// A colour by its channels.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#rgb` or `#rrggbb`, in either case; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, high, middle, low] = value.to_be_bytes();
        match digits.len() {
            6 => Some(Self([high, middle, low])),
            3 => Some(Self([(middle & 15) * 17, (low >> 4) * 17, (low & 15) * 17])),
            _ => None,
        }
    }

    /// Relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Black or white, whichever reads better on this colour: never below 4.58.
    pub(crate) fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// This colour moved towards `goal` by `part` of 64.
    pub(crate) fn towards(self, goal: Self, part: u8) -> Self {
        let part = u16::from(part.min(64));
        let mix = |from: u8, to: u8| {
            let value = (u16::from(from) * (64 - part) + u16::from(to) * part) / 64;
            u8::try_from(value).unwrap_or(u8::MAX)
        };
        let ([r, g, b], [to_r, to_g, to_b]) = (self.0, goal.0);
        Self([mix(r, to_r), mix(g, to_g), mix(b, to_b)])
    }

    /// The nearest relative of this colour, on the way to `goal`, that reaches `ratio` against
    /// `ground`; the goal itself if none does.
    pub(crate) fn reaching(self, ratio: f64, ground: Self, goal: Self) -> Self {
        (0..64)
            .map(|part| self.towards(goal, part))
            .find(|color| color.contrast(ground) >= ratio)
            .unwrap_or(goal)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_hexadecimal_forms_and_nothing_else() {
        assert_eq!(Color::parse("#0B6b4c"), Some(Color::rgb(0x0b, 0x6b, 0x4c)));
        assert_eq!(Color::parse("#fa0"), Some(Color::rgb(0xff, 0xaa, 0x00)));
        for bad in [
            "", "#", "0b6b4c", "#12", "#12345", "#1234567", "#gggggg", "#+12345", "red", "#é12",
        ] {
            assert_eq!(Color::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn contrast_agrees_with_the_definition() {
        assert!((Color::BLACK.contrast(Color::WHITE) - 21.0).abs() < 1e-9);
        assert!((Color::rgb(0x76, 0x76, 0x76).contrast(Color::WHITE) - 4.54).abs() < 0.01);
    }
}
