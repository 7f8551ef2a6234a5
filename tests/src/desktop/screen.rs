//! The virtual screen's picture as a PNG. Xvfb keeps it in a file in the format of `xwd`: a header of big-endian words,
//! a colour table, then rows of four bytes a pixel, blue first. The automation interface has a picture of its own, but
//! it waits for ever on a screen without a compositor, and it leaves out the native menu.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Words of the header used here, by place.
const HEADER_BYTES: usize = 0;
const WIDTH: usize = 4;
const HEIGHT: usize = 5;
const BYTES_PER_ROW: usize = 12;
const COLOURS: usize = 19;
/// Bytes of one entry of the colour table.
const COLOUR_BYTES: usize = 12;

/// Writes the picture to `path`.
pub(super) fn save(dump: &[u8], path: &Path) {
    let word = |place: usize| -> usize {
        let bytes = dump[place * 4..place * 4 + 4].try_into().expect("four bytes");
        u32::from_be_bytes(bytes) as usize
    };
    let (width, height, row_bytes) = (word(WIDTH), word(HEIGHT), word(BYTES_PER_ROW));
    let pixels = &dump[word(HEADER_BYTES) + word(COLOURS) * COLOUR_BYTES..];
    let rows = pixels.chunks(row_bytes).take(height);
    let rgb: Vec<u8> = rows.flat_map(|row| row[..width * 4].chunks(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])).collect();
    let file = File::create(path).expect("the picture can be written");
    let mut encoder = png::Encoder::new(BufWriter::new(file), width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("the picture can be written");
    writer.write_image_data(&rgb).expect("the picture can be written");
}
