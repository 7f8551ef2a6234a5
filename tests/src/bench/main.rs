//! `cargo xtask bench`: how fast the product is, measured through the engine, beside what is aimed at.
//!
//! Everything measured is real: an encrypted store on this disk, sites served over loopback, the learner. The part that
//! reads a thousand sites runs in a process of its own, so that the memory of the web server is not counted. A table for
//! people comes first, then the same figures as one line of JSON. A missed aim is shown and fails nothing: a bench on a
//! busy machine is no test.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints its figures")]

mod figures;
mod learner;
mod models;
mod options;
mod pipeline;
mod review;
mod size;
#[cfg(target_os = "linux")]
mod window;

use figures::Figures;
use options::{Errand, Options, Part};

fn main() -> std::process::ExitCode {
    let errand = match Errand::parse(std::env::args().skip(1)) {
        Ok(errand) => errand,
        Err(cause) => {
            eprintln!("bench: {cause}\n{}", options::USAGE);
            return std::process::ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime can be built");
    match errand {
        Errand::Measure(options) => runtime.block_on(measure(&options)),
        Errand::ReadSites { folder, leads } => runtime.block_on(pipeline::read_sites(&folder, leads)),
    }
    std::process::ExitCode::SUCCESS
}

async fn measure(options: &Options) {
    let mut figures = Figures::default();
    for part in &options.parts {
        eprintln!("measuring {} ...", part.as_str());
        match part {
            Part::Pipeline => pipeline::measure(options, &mut figures).await,
            Part::Models => models::measure(options, &mut figures).await,
            Part::Review => review::measure(options, &mut figures).await,
            Part::Learner => learner::measure(options, &mut figures),
            #[cfg(target_os = "linux")]
            Part::Window => window::measure(options, &mut figures).await,
            #[cfg(not(target_os = "linux"))]
            Part::Window => eprintln!("the window is measured on Linux only"),
            Part::Size => size::measure(&mut figures),
        }
    }
    println!("{}", figures.table());
    println!("{}", figures.json(options));
}
