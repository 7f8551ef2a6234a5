//! A dense symmetric matrix that grows by one row and column at a time, and its Cholesky factorisation.
//!
//! Three loops over a `Vec<f64>` are smaller and faster to build than a linear-algebra crate, and their order of
//! operations is fixed, which a replay to the byte needs. Nothing here knows what the numbers mean.

use serde::{Deserialize, Serialize};

/// Rows and columns are reserved in steps of this many, so that growing rarely moves memory.
const GROWTH: usize = 64;

/// Symmetric `n` by `n` numbers; both triangles are stored, so that every row is one contiguous slice.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(into = "ExactRows", try_from = "ExactRows")]
pub(crate) struct SymmetricMatrix {
    size: usize,
    stride: usize,
    cells: Vec<f64>,
}

impl SymmetricMatrix {
    /// A matrix with these numbers on the diagonal and zero elsewhere.
    pub(crate) fn diagonal(entries: impl IntoIterator<Item = f64>) -> Self {
        let mut matrix = Self::default();
        entries.into_iter().for_each(|entry| matrix.grow(entry));
        matrix
    }

    /// Rows, which is also columns.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Adds one row and one column that are zero except for `diagonal`.
    pub(crate) fn grow(&mut self, diagonal: f64) {
        if self.size == self.stride {
            self.widen();
        }
        let last = self.size;
        self.size += 1;
        self.row_mut(last).fill(0.0);
        (0..last).for_each(|row| self.row_mut(row)[last] = 0.0);
        self.row_mut(last)[last] = diagonal;
    }

    fn widen(&mut self) {
        let stride = self.stride + GROWTH;
        let mut cells = vec![0.0; stride * stride];
        for row in 0..self.size {
            cells[row * stride..row * stride + self.size].copy_from_slice(self.row(row));
        }
        self.stride = stride;
        self.cells = cells;
    }

    /// One row.
    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.stride..row * self.stride + self.size]
    }

    /// One row, to change; the caller keeps the matrix symmetric.
    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.stride..row * self.stride + self.size]
    }

    /// Subtracts `scale * u * u'`.
    pub(crate) fn subtract_outer(&mut self, scale: f64, u: &[f64]) {
        for (row, &own) in u.iter().enumerate() {
            if own != 0.0 {
                add_scaled(self.row_mut(row), -scale * own, u);
            }
        }
    }

    /// Removes the rounding difference between the two triangles and keeps the diagonal at or above `floor`.
    pub(crate) fn tidy(&mut self, floor: f64) {
        for row in 0..self.size {
            for column in 0..row {
                let mean = 0.5 * (self.row(row)[column] + self.row(column)[row]);
                self.row_mut(row)[column] = mean;
                self.row_mut(column)[row] = mean;
            }
            let diagonal = &mut self.row_mut(row)[row];
            *diagonal = diagonal.max(floor);
        }
    }

    /// The factor `U` of `U'U`, upper triangle by rows. `None` when the matrix is not positive definite.
    pub(crate) fn cholesky(&self) -> Option<UpperFactor> {
        let mut factor = self.clone();
        for pivot in 0..self.size {
            let square = factor.row(pivot)[pivot];
            if !square.is_finite() || square <= 0.0 {
                return None;
            }
            let root = square.sqrt();
            factor.row_mut(pivot)[pivot..].iter_mut().for_each(|cell| *cell /= root);
            factor.eliminate_below(pivot);
        }
        Some(UpperFactor(factor))
    }

    fn eliminate_below(&mut self, pivot: usize) {
        let (above, below) = self.cells.split_at_mut((pivot + 1) * self.stride);
        let pivot_row = &above[pivot * self.stride..pivot * self.stride + self.size];
        for row in pivot + 1..self.size {
            let factor = pivot_row[row];
            if factor != 0.0 {
                let start = (row - pivot - 1) * self.stride;
                add_scaled(&mut below[start + row..start + self.size], -factor, &pivot_row[row..]);
            }
        }
    }
}

/// Upper triangular factor of a positive definite matrix.
pub(crate) struct UpperFactor(SymmetricMatrix);

impl UpperFactor {
    /// Solves `U'U x = b` in place.
    pub(crate) fn solve(&self, b: &mut [f64]) {
        for row in 0..b.len() {
            b[row] /= self.0.row(row)[row];
            let solved = b[row];
            add_scaled(&mut b[row + 1..], -solved, &self.0.row(row)[row + 1..]);
        }
        for row in (0..b.len()).rev() {
            let known = dot(&self.0.row(row)[row + 1..], &b[row + 1..]);
            b[row] = (b[row] - known) / self.0.row(row)[row];
        }
    }

    /// The inverse of the factored matrix.
    pub(crate) fn inverse(&self) -> SymmetricMatrix {
        let inverted = self.inverted_factor();
        let size = self.0.size();
        let mut inverse = SymmetricMatrix { size, stride: inverted.stride, cells: vec![0.0; inverted.cells.len()] };
        for row in 0..size {
            for column in 0..=row {
                let cell = dot(&inverted.row(row)[row..], &inverted.row(column)[row..]);
                inverse.row_mut(row)[column] = cell;
                inverse.row_mut(column)[row] = cell;
            }
        }
        inverse
    }

    fn inverted_factor(&self) -> SymmetricMatrix {
        let factor = &self.0;
        let (size, stride) = (factor.size, factor.stride);
        let mut inverted = SymmetricMatrix { size, stride, cells: vec![0.0; factor.cells.len()] };
        for row in (0..size).rev() {
            let (above, below) = inverted.cells.split_at_mut((row + 1) * stride);
            let target = &mut above[row * stride..row * stride + size];
            target[row] = 1.0;
            for known in row + 1..size {
                let start = (known - row - 1) * stride;
                add_scaled(&mut target[known..], -factor.row(row)[known], &below[start + known..start + size]);
            }
            let pivot = factor.row(row)[row];
            target[row..].iter_mut().for_each(|cell| *cell /= pivot);
        }
        inverted
    }
}

/// `target += scale * source`, over the shorter of the two.
pub(crate) fn add_scaled(target: &mut [f64], scale: f64, source: &[f64]) {
    target.iter_mut().zip(source).for_each(|(cell, &value)| *cell += scale * value);
}

/// Inner product in four fixed lanes: as fast as the processor allows, and the same bytes every time.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (left_blocks, right_blocks) = (left.chunks_exact(4), right.chunks_exact(4));
    let rest: f64 = left_blocks.remainder().iter().zip(right_blocks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in left_blocks.zip(right_blocks) {
        for lane in 0..4 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// The stored form: each row as the hexadecimal bits of its numbers.
///
/// Both triangles are stored, because rounding makes them differ in the last bit between two tidyings, and a snapshot
/// must continue exactly like the state it was taken from.
#[derive(Serialize, Deserialize)]
struct ExactRows {
    rows: Vec<String>,
}

impl From<SymmetricMatrix> for ExactRows {
    fn from(matrix: SymmetricMatrix) -> Self {
        Self { rows: (0..matrix.size).map(|row| exact::encode(matrix.row(row))).collect() }
    }
}

impl TryFrom<ExactRows> for SymmetricMatrix {
    type Error = exact::NotExactBits;

    fn try_from(stored: ExactRows) -> Result<Self, Self::Error> {
        let size = stored.rows.len();
        let mut matrix = Self::diagonal(std::iter::repeat_n(0.0, size));
        for (row, text) in stored.rows.iter().enumerate() {
            let cells = exact::decode(text)?;
            if cells.len() != size {
                return Err(exact::NotExactBits);
            }
            matrix.row_mut(row).copy_from_slice(&cells);
        }
        Ok(matrix)
    }
}

/// Numbers as the hexadecimal digits of their bits.
pub(crate) mod exact {
    use std::fmt::Write as _;

    /// A stored number is not sixteen hexadecimal digits.
    #[derive(Debug, thiserror::Error)]
    #[error("a stored number is not sixteen hexadecimal digits")]
    pub(crate) struct NotExactBits;

    pub(crate) fn encode(numbers: &[f64]) -> String {
        let mut text = String::with_capacity(numbers.len() * 16);
        for number in numbers {
            write!(text, "{:016x}", number.to_bits()).expect("writing to a string cannot fail");
        }
        text
    }

    pub(crate) fn decode(text: &str) -> Result<Vec<f64>, NotExactBits> {
        let bytes = text.as_bytes();
        if !bytes.len().is_multiple_of(16) {
            return Err(NotExactBits);
        }
        bytes.chunks_exact(16).map(number).collect()
    }

    fn number(digits: &[u8]) -> Result<f64, NotExactBits> {
        let digits = std::str::from_utf8(digits).map_err(|_| NotExactBits)?;
        u64::from_str_radix(digits, 16).map(f64::from_bits).map_err(|_| NotExactBits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> SymmetricMatrix {
        let mut matrix = SymmetricMatrix::diagonal([4.0, 3.0, 2.0, 5.0, 6.0]);
        matrix.subtract_outer(-0.5, &[1.0, -2.0, 0.5, 0.0, 1.5]);
        matrix
    }

    #[test]
    fn a_matrix_times_its_inverse_is_the_identity() {
        let matrix = example();
        let inverse = matrix.cholesky().expect("positive definite").inverse();
        for row in 0..matrix.size() {
            for column in 0..matrix.size() {
                let expected = f64::from(u8::from(row == column));
                let cell: f64 = (0..matrix.size()).map(|k| matrix.row(row)[k] * inverse.row(k)[column]).sum();
                assert!((cell - expected).abs() < 1e-12, "cell {row},{column} is {cell}");
            }
        }
    }

    #[test]
    fn a_solved_system_gives_the_right_hand_side_back() {
        let matrix = example();
        let mut solution = [1.0, 2.0, 3.0, 4.0, 5.0];
        matrix.cholesky().expect("positive definite").solve(&mut solution);
        for row in 0..matrix.size() {
            let sum: f64 = matrix.row(row).iter().zip(&solution).map(|(a, b)| a * b).sum();
            assert!((sum - (row as f64 + 1.0)).abs() < 1e-12);
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_factor() {
        assert!(SymmetricMatrix::diagonal([1.0, -1.0]).cholesky().is_none());
    }

    #[test]
    fn growing_past_the_reserved_room_keeps_what_was_there() {
        let mut matrix = example();
        let before: Vec<f64> = matrix.row(1).to_vec();
        (0..100).for_each(|_| matrix.grow(7.0));
        assert_eq!(&matrix.row(1)[..5], &before[..]);
        assert_eq!(matrix.row(104)[104], 7.0);
        assert_eq!(matrix.row(104)[..104].iter().sum::<f64>(), 0.0);
    }

    #[test]
    fn a_stored_matrix_comes_back_bit_for_bit() {
        let matrix = example();
        let text = serde_json::to_string(&matrix).expect("plain data");
        let back: SymmetricMatrix = serde_json::from_str(&text).expect("own text");
        assert!((0..5).all(|row| back.row(row) == matrix.row(row)));
    }
}
