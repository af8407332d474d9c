//! Processes, timed: processor time where the system tells it exactly, else time on the clock.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one run of a program took.
#[derive(Clone, Copy)]
pub struct Took {
    /// Time on the clock from start to end, in nanoseconds.
    pub wall: u128,
    /// Processor time, where the system tells it.
    pub cpu: Option<u128>,
}

impl Took {
    /// Processor time, or else time on the clock.
    pub fn best_known(self) -> u128 {
        self.cpu.unwrap_or(self.wall)
    }
}

/// Runs a program with nothing on its screen; nothing comes back when it fails.
pub fn run(program: &Path, arguments: &[&str]) -> Option<Took> {
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let cpu = processor_time(child.id());
    let status = child.wait().ok()?;
    status.success().then(|| Took { wall: begun.elapsed().as_nanos(), cpu })
}

/// Waits until a process has ended, and reads what it took before its parent asks for its status:
/// Linux then knows its processor time to the nanosecond.
fn processor_time(id: u32) -> Option<u128> {
    loop {
        let state = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        if state.rsplit(')').next()?.trim_start().starts_with('Z') {
            break;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    let times = std::fs::read_to_string(format!("/proc/{id}/schedstat")).ok()?;
    times.split_whitespace().next()?.parse().ok().filter(|ns| *ns > 0)
}

/// The most memory this process has had at once, in bytes.
pub fn peak_memory() -> Option<u128> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u128>().ok().map(|kib| kib * 1024)
}

/// A program that does nothing, built as the release profile builds.
pub fn empty_program(folder: &Path) -> Option<PathBuf> {
    let source = folder.join("empty.rs");
    let program = folder.join(if cfg!(windows) { "empty.exe" } else { "empty" });
    std::fs::write(&source, "fn main() {}\n").ok()?;
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let settings = ["opt-level=3", "lto=thin", "codegen-units=1", "strip=symbols"].map(|s| format!("-C{s}"));
    let built = Command::new(compiler).args(settings).arg("-o").arg(&program).arg(&source).status().ok()?;
    built.success().then_some(program)
}
