//! Everything drawn in a simulation, as a function of its seed and of what is drawn for: no draw moves another.

/// A stream of draws.
#[derive(Debug, Clone)]
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    /// The stream for one purpose and one thing, such as the company with a number.
    pub(crate) fn of(seed: u64, purpose: &str, number: u64) -> Self {
        let mut state = seed ^ 0x51_7C_C1_B7_27_22_0A_95;
        for byte in purpose.bytes() {
            state = mixed(state ^ u64::from(byte));
        }
        Self { state: mixed(state ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)) }
    }

    /// 64 random bits (splitmix64, Steele, Lea and Flood 2014).
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.state)
    }

    /// From 0 to below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A standard normal draw (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = ((-2.0 * (1.0 - self.unit()).ln()).sqrt(), std::f64::consts::TAU * self.unit());
        radius * angle.cos()
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((self.unit() * end as f64) as usize).min(end - 1)
    }

    /// One of them, each as likely as the others.
    pub(crate) fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// One of them, as likely as its share says; the last when the shares leave something over.
    pub(crate) fn by_share<T: Copy>(&mut self, of: &[(T, f64)]) -> T {
        let mut left = self.unit();
        let found = of.iter().find(|(_, share)| {
            left -= share;
            left < 0.0
        });
        found.unwrap_or(&of[of.len() - 1]).0
    }
}

fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_seed_purpose_and_number_and_on_nothing_else() {
        let draw = |seed, purpose, number| Chance::of(seed, purpose, number).bits();
        assert_eq!(draw(1, "company", 2), draw(1, "company", 2));
        assert_ne!(draw(1, "company", 2), draw(2, "company", 2));
        assert_ne!(draw(1, "company", 2), draw(1, "mail", 2));
        assert_ne!(draw(1, "company", 2), draw(1, "company", 3));
    }

    #[test]
    fn draws_are_spread_as_they_should_be() {
        let mut chance = Chance::of(7, "test", 0);
        let units: Vec<f64> = (0..10_000).map(|_| chance.unit()).collect();
        let mean = units.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        let normals: Vec<f64> = (0..10_000).map(|_| chance.normal()).collect();
        let variance = normals.iter().map(|draw| draw * draw).sum::<f64>() / 10_000.0;
        assert!((variance - 1.0).abs() < 0.06, "{variance}");
        let first = (0..10_000).filter(|_| chance.by_share(&[(true, 0.3), (false, 0.7)])).count();
        assert!((2_800..3_200).contains(&first), "{first}");
    }
}
