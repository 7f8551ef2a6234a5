//! What the build and the tests need from the operating system: how each part is recognised, what it is for, and the
//! package that brings it on each supported system. Nothing is installed here, see `install`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace::output_of;

/// The oldest Node with which the interface is built.
const OLDEST_NODE: u32 = 20;

/// A system whose package names are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Platform {
    /// Debian, Ubuntu and their descendants.
    Debian,
    Fedora,
    Arch,
    MacOs,
    Windows,
    /// A Linux or BSD without a known package manager: commands of the three known ones are shown, none is run.
    Unknown,
}

impl Platform {
    /// All systems with install commands, in the order they are printed.
    pub(crate) const SUPPORTED: [Self; 5] = [Self::Debian, Self::Fedora, Self::Arch, Self::MacOs, Self::Windows];

    /// The system this program runs on.
    pub(crate) fn detect() -> Self {
        if cfg!(windows) {
            return Self::Windows;
        }
        if cfg!(target_os = "macos") {
            return Self::MacOs;
        }
        Self::from_os_release(&std::fs::read_to_string("/etc/os-release").unwrap_or_default())
    }

    /// Reads `ID` first, then the ancestors in `ID_LIKE`, nearest first.
    fn from_os_release(text: &str) -> Self {
        let field =
            |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap_or("").trim_matches(['"', '\'']);
        field("ID").split_whitespace().chain(field("ID_LIKE").split_whitespace()).find_map(Self::from_distribution).unwrap_or(Self::Unknown)
    }

    fn from_distribution(id: &str) -> Option<Self> {
        match id {
            "debian" | "ubuntu" => Some(Self::Debian),
            "fedora" | "rhel" | "centos" => Some(Self::Fedora),
            "arch" => Some(Self::Arch),
            _ => None,
        }
    }

    /// The name a person knows it by.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Debian => "Debian, Ubuntu",
            Self::Fedora => "Fedora",
            Self::Arch => "Arch",
            Self::MacOs => "macOS",
            Self::Windows => "Windows",
            Self::Unknown => "unknown system",
        }
    }
}

/// Which of the commands a part serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Without it nothing compiles.
    Build,
    /// Without it the window does not compile; everything else does.
    Window,
    /// Without it the window shows a placeholder, and its interface is not tested.
    Interface,
    /// Without it some tests are skipped, each with its reason.
    Tests,
    /// Without it `cargo xtask check` cannot list the files it looks at.
    Check,
}

/// One thing that must come from the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    CCompiler,
    PkgConfig,
    CryptoHeaders,
    Perl,
    Git,
    SessionBus,
    Keyring,
    WebView,
    PointerHeaders,
    TrayHeaders,
    IconHeaders,
    Node,
    VirtualScreen,
    WindowDriver,
    Notifier,
    Browser,
}

impl Part {
    const ALL: [Self; 16] = [
        Self::CCompiler,
        Self::PkgConfig,
        Self::CryptoHeaders,
        Self::Perl,
        Self::WebView,
        Self::PointerHeaders,
        Self::TrayHeaders,
        Self::IconHeaders,
        Self::Node,
        Self::Git,
        Self::SessionBus,
        Self::Keyring,
        Self::VirtualScreen,
        Self::WindowDriver,
        Self::Notifier,
        Self::Browser,
    ];

    /// The parts that matter on a system: macOS and Windows bring their own keychain and cryptography.
    pub(crate) fn of(platform: Platform) -> Vec<Self> {
        Self::ALL.into_iter().filter(|part| part.matters_on(platform)).collect()
    }

    fn matters_on(self, platform: Platform) -> bool {
        let is_linux = !matches!(platform, Platform::MacOs | Platform::Windows);
        match self {
            Self::CCompiler | Self::Git | Self::Node => true,
            Self::PkgConfig | Self::CryptoHeaders | Self::SessionBus | Self::Keyring => is_linux,
            Self::WebView | Self::PointerHeaders | Self::TrayHeaders | Self::IconHeaders => is_linux,
            Self::VirtualScreen | Self::WindowDriver | Self::Notifier | Self::Browser => is_linux,
            Self::Perl => platform == Platform::Windows,
        }
    }

    pub(crate) fn role(self) -> Role {
        match self {
            Self::CCompiler | Self::PkgConfig | Self::CryptoHeaders | Self::Perl => Role::Build,
            Self::WebView | Self::PointerHeaders | Self::TrayHeaders | Self::IconHeaders => Role::Window,
            Self::Node => Role::Interface,
            Self::SessionBus | Self::Keyring | Self::VirtualScreen | Self::WindowDriver | Self::Notifier | Self::Browser => Role::Tests,
            Self::Git => Role::Check,
        }
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::CCompiler => "C compiler",
            Self::PkgConfig => "pkg-config",
            Self::CryptoHeaders => "libcrypto headers",
            Self::Perl => "Perl",
            Self::Git => "git",
            Self::SessionBus => "D-Bus session bus",
            Self::Keyring => "gnome-keyring-daemon",
            Self::WebView => "WebKitGTK headers",
            Self::PointerHeaders => "libxdo headers",
            Self::TrayHeaders => "app indicator headers",
            Self::IconHeaders => "librsvg headers",
            Self::Node => "Node 20 or newer",
            Self::VirtualScreen => "Xvfb",
            Self::WindowDriver => "WebKitWebDriver",
            Self::Notifier => "dunst",
            Self::Browser => "Chromium",
        }
    }

    pub(crate) fn needed_for(self) -> &'static str {
        match self {
            Self::CCompiler => "linking, and compiling the encrypted database",
            Self::PkgConfig => "finding system libraries during the build",
            Self::CryptoHeaders => "the encrypted database's cryptography",
            Self::Perl => "building OpenSSL, which the encrypted database uses on Windows",
            Self::Git => "the list of files `cargo xtask check` looks at",
            Self::SessionBus => "tests that talk to a real Secret Service (optional)",
            Self::Keyring => "tests that keep keys in a real keychain (optional)",
            Self::WebView => "the window",
            Self::Node => "the window's interface, with npm",
            Self::PointerHeaders => "cut, copy and paste in the window's menu",
            Self::TrayHeaders => "the tray",
            Self::IconHeaders => "icons in the tray and the menus",
            Self::VirtualScreen | Self::WindowDriver => "tests of the real window (optional)",
            Self::Notifier => "a notification that is really shown (optional)",
            Self::Browser => "pictures of every screen, checked for accessibility (optional)",
        }
    }

    /// What happens when it stays missing, said before the person decides.
    pub(crate) fn when_missing(self) -> &'static str {
        match self.role() {
            Role::Build => "the build will probably stop",
            Role::Window => "the window is not built",
            Role::Interface => "the window shows a placeholder, and its interface is not tested",
            Role::Tests => "the tests that need it are skipped",
            Role::Check => "`cargo xtask check` will not work",
        }
    }

    /// What to know about getting it, where the system's own package may not do.
    pub(crate) fn hint(self) -> Option<&'static str> {
        (self == Self::Node).then_some("Debian 12 and Ubuntu 24.04 bring Node 18; a newer one comes from nodejs.org")
    }

    /// Looks for the part on this machine.
    pub(crate) fn is_present(self, platform: Platform) -> bool {
        match self {
            Self::CCompiler => has_c_compiler(platform),
            Self::PkgConfig => has_program("pkg-config") || has_program("pkgconf"),
            Self::CryptoHeaders => has_crypto_headers(),
            Self::Perl => has_program("perl"),
            Self::Git => has_program("git"),
            Self::SessionBus => has_program("dbus-run-session") && has_program("dbus-daemon"),
            Self::Keyring => has_program("gnome-keyring-daemon"),
            Self::WebView => has_library("webkit2gtk-4.1"),
            Self::PointerHeaders => include_folders().iter().any(|folder| folder.join("xdo.h").is_file()),
            Self::TrayHeaders => has_library("ayatana-appindicator3-0.1"),
            Self::IconHeaders => has_library("librsvg-2.0"),
            Self::Node => has_npm() && output_of(Command::new("node").arg("--version")).is_some_and(|version| is_recent_node(&version)),
            Self::VirtualScreen => has_program("Xvfb"),
            Self::WindowDriver => has_program("WebKitWebDriver"),
            Self::Notifier => has_program("dunst"),
            Self::Browser => browser().is_some(),
        }
    }

    /// The package that brings it; `None` where the system has it anyway or no name is known.
    fn package(self, platform: Platform) -> Option<&'static str> {
        match platform {
            Platform::Debian => self.debian_package(),
            Platform::Fedora => self.fedora_package(),
            Platform::Arch => self.arch_package(),
            Platform::Windows => self.winget_package(),
            Platform::MacOs | Platform::Unknown => None,
        }
    }

    fn debian_package(self) -> Option<&'static str> {
        match self {
            Self::CCompiler => Some("build-essential"),
            Self::PkgConfig => Some("pkg-config"),
            Self::CryptoHeaders => Some("libssl-dev"),
            Self::Git => Some("git"),
            Self::SessionBus => Some("dbus"),
            Self::Keyring => Some("gnome-keyring"),
            Self::WebView => Some("libwebkit2gtk-4.1-dev"),
            Self::PointerHeaders => Some("libxdo-dev"),
            Self::TrayHeaders => Some("libayatana-appindicator3-dev"),
            Self::IconHeaders => Some("librsvg2-dev"),
            Self::Node => Some("npm"),
            Self::VirtualScreen => Some("xvfb"),
            Self::WindowDriver => Some("webkit2gtk-driver"),
            Self::Notifier => Some("dunst"),
            Self::Browser => Some("chromium"),
            Self::Perl => None,
        }
    }

    fn fedora_package(self) -> Option<&'static str> {
        match self {
            Self::CCompiler => Some("gcc"),
            Self::PkgConfig => Some("pkgconf-pkg-config"),
            Self::CryptoHeaders => Some("openssl-devel"),
            Self::Git => Some("git-core"),
            Self::SessionBus => Some("dbus-daemon"),
            Self::Keyring => Some("gnome-keyring"),
            Self::WebView => Some("webkit2gtk4.1-devel"),
            Self::PointerHeaders => Some("libxdo-devel"),
            Self::TrayHeaders => Some("libayatana-appindicator-gtk3-devel"),
            Self::IconHeaders => Some("librsvg2-devel"),
            Self::Node => Some("nodejs-npm"),
            Self::VirtualScreen => Some("xorg-x11-server-Xvfb"),
            Self::WindowDriver => Some("webkit2gtk4.1"),
            Self::Notifier => Some("dunst"),
            Self::Browser => Some("chromium"),
            Self::Perl => None,
        }
    }

    fn arch_package(self) -> Option<&'static str> {
        match self {
            Self::CCompiler => Some("base-devel"),
            Self::PkgConfig => Some("pkgconf"),
            Self::CryptoHeaders => Some("openssl"),
            Self::Git => Some("git"),
            Self::SessionBus => Some("dbus"),
            Self::Keyring => Some("gnome-keyring"),
            Self::WebView => Some("webkit2gtk-4.1"),
            Self::PointerHeaders => Some("xdotool"),
            Self::TrayHeaders => Some("libayatana-appindicator"),
            Self::IconHeaders => Some("librsvg"),
            Self::Node => Some("npm"),
            Self::VirtualScreen => Some("xorg-server-xvfb"),
            Self::WindowDriver => Some("webkit2gtk-4.1"),
            Self::Notifier => Some("dunst"),
            Self::Browser => Some("chromium"),
            Self::Perl => None,
        }
    }

    fn winget_package(self) -> Option<&'static str> {
        match self {
            Self::CCompiler => Some("Microsoft.VisualStudio.2022.BuildTools"),
            Self::Perl => Some("StrawberryPerl.StrawberryPerl"),
            Self::Git => Some("Git.Git"),
            Self::Node => Some("OpenJS.NodeJS.LTS"),
            Self::PkgConfig | Self::CryptoHeaders | Self::SessionBus | Self::Keyring => None,
            Self::WebView | Self::PointerHeaders | Self::TrayHeaders | Self::IconHeaders => None,
            Self::VirtualScreen | Self::WindowDriver | Self::Notifier | Self::Browser => None,
        }
    }
}

/// The parts of the given roles this machine lacks.
pub(crate) fn missing_parts(platform: Platform, roles: &[Role]) -> Vec<Part> {
    Part::of(platform).into_iter().filter(|part| roles.contains(&part.role()) && !part.is_present(platform)).collect()
}

/// The parts this machine's own packages can bring. A release that is out does not change its packages any more, so what
/// it has too old is left alone instead of being installed in vain.
pub(crate) fn obtainable(parts: &[Part]) -> Vec<Part> {
    let os_release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    parts.iter().copied().filter(|part| *part != Part::Node || !packages_an_old_node(&os_release)).collect()
}

/// Debian 12 and Ubuntu 24.04 bring Node 18; the interface's builder wants 20.
fn packages_an_old_node(os_release: &str) -> bool {
    let field =
        |name: &str| os_release.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).map(|text| text.trim_matches('"'));
    let major = field("VERSION_ID").and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    match (field("ID"), major) {
        (Some("debian"), Some(release)) => release < 13,
        (Some("ubuntu"), Some(release)) => release < 25,
        _ => false,
    }
}

/// One program with its arguments.
pub(crate) type CommandLine = Vec<String>;

/// The commands that bring the parts, none of them asking back, without the prefix that makes them run as root.
pub(crate) fn install_commands(platform: Platform, parts: &[Part]) -> Vec<CommandLine> {
    if platform == Platform::MacOs {
        let developer_tools = parts.iter().any(|part| matches!(part, Part::CCompiler | Part::Git));
        return if developer_tools { vec![words("xcode-select --install")] } else { Vec::new() };
    }
    let packages: Vec<&str> = parts.iter().filter_map(|part| part.package(platform)).collect();
    if packages.is_empty() {
        return Vec::new();
    }
    match platform {
        Platform::Debian => {
            vec![words("apt-get update"), with_packages("apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600", &packages)]
        }
        Platform::Fedora => vec![with_packages("dnf install -y --setopt=install_weak_deps=False", &packages)],
        Platform::Arch => vec![with_packages("pacman -S --needed --noconfirm", &packages)],
        Platform::Windows => packages.into_iter().map(winget_command).collect(),
        Platform::MacOs | Platform::Unknown => Vec::new(),
    }
}

/// The build tools bring no compiler unless its workload is named.
fn winget_command(package: &str) -> CommandLine {
    let mut command = with_packages("winget install --exact --accept-package-agreements --accept-source-agreements --id", &[package]);
    if package.ends_with("BuildTools") {
        command.push("--override".into());
        command.push("--passive --wait --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended".into());
    }
    command
}

fn words(line: &str) -> CommandLine {
    line.split_whitespace().map(str::to_owned).collect()
}

fn with_packages(line: &str, packages: &[&str]) -> CommandLine {
    words(line).into_iter().chain(packages.iter().map(|package| (*package).to_owned())).collect()
}

/// The command as a person can paste it.
pub(crate) fn as_typed(command: &CommandLine) -> String {
    let quoted = |word: &String| if word.contains(' ') { format!("\"{word}\"") } else { word.clone() };
    command.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// Is there a program of this name on the search path?
pub(crate) fn has_program(name: &str) -> bool {
    on_search_path(&format!("{name}{}", std::env::consts::EXE_SUFFIX)).is_some()
}

/// npm's file: on Windows it is a script, which only its full name starts.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

fn has_npm() -> bool {
    on_search_path(NPM).is_some()
}

/// The browser that takes the pictures: the one named by `CHROMIUM`, else one on the search path.
pub(crate) fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|file| file.is_file());
    named.or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_search_path))
}

fn on_search_path(file: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(file)).find(|file| file.is_file())
}

/// `v20.20.2`
fn is_recent_node(version: &str) -> bool {
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST_NODE)
}

fn has_c_compiler(platform: Platform) -> bool {
    match platform {
        Platform::Windows => has_visual_cpp(),
        // A stub `cc` lies in every macOS; only the developer tools make it work.
        Platform::MacOs => output_of(Command::new("xcode-select").arg("-p")).is_some(),
        Platform::Debian | Platform::Fedora | Platform::Arch | Platform::Unknown => has_program("cc") && has_c_headers(),
    }
}

/// Debian's bare `gcc` package has no C library headers: they are what `build-essential` adds.
fn has_c_headers() -> bool {
    include_folders().iter().any(|folder| folder.join("stdlib.h").is_file())
}

fn has_visual_cpp() -> bool {
    let Some(programs) = std::env::var_os("ProgramFiles(x86)") else { return false };
    let vswhere = Path::new(&programs).join("Microsoft Visual Studio/Installer/vswhere.exe");
    let query =
        ["-latest", "-products", "*", "-requires", "Microsoft.VisualStudio.Component.VC.Tools.x86.x64", "-property", "installationPath"];
    output_of(Command::new(vswhere).args(query)).is_some_and(|found| !found.trim().is_empty())
}

/// Does the build find this library with its headers?
fn has_library(name: &str) -> bool {
    output_of(Command::new("pkg-config").args(["--exists", name])).is_some()
}

fn has_crypto_headers() -> bool {
    include_folders().iter().any(|folder| folder.join("openssl/crypto.h").is_file())
}

/// Where a C compiler looks, and where the build of the database is told to look.
fn include_folders() -> Vec<PathBuf> {
    let stated = std::env::var_os("OPENSSL_INCLUDE_DIR").map(PathBuf::from);
    let prefix = std::env::var_os("OPENSSL_DIR").map(|folder| Path::new(&folder).join("include"));
    let usual = ["/usr/include", "/usr/local/include"].map(PathBuf::from);
    let multiarch = PathBuf::from(format!("/usr/include/{}-linux-gnu", std::env::consts::ARCH));
    stated.into_iter().chain(prefix).chain(usual).chain([multiarch]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_known_by_its_name_or_its_nearest_known_ancestor() {
        let cases = [
            ("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n", Platform::Debian),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Platform::Debian),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", Platform::Fedora),
            ("ID=manjaro\nID_LIKE=arch\n", Platform::Arch),
            ("ID=alpine\n", Platform::Unknown),
            ("", Platform::Unknown),
        ];
        for (os_release, platform) in cases {
            assert_eq!(Platform::from_os_release(os_release), platform, "{os_release}");
        }
    }

    #[test]
    fn debian_gets_its_list_after_an_update_and_without_recommended_packages() {
        let commands: Vec<String> = install_commands(Platform::Debian, &Part::of(Platform::Debian)).iter().map(as_typed).collect();
        let window = "libwebkit2gtk-4.1-dev libxdo-dev libayatana-appindicator3-dev librsvg2-dev";
        let tests = "dbus gnome-keyring xvfb webkit2gtk-driver dunst chromium";
        let packages = format!("build-essential pkg-config libssl-dev {window} npm git {tests}");
        let install = format!("apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 {packages}");
        assert_eq!(commands, ["apt-get update".to_owned(), install]);
    }

    #[test]
    fn only_what_is_missing_is_installed() {
        let commands: Vec<String> = install_commands(Platform::Arch, &[Part::Keyring]).iter().map(as_typed).collect();
        assert_eq!(commands, ["pacman -S --needed --noconfirm gnome-keyring"]);
        assert!(install_commands(Platform::Fedora, &[]).is_empty());
    }

    #[test]
    fn every_part_that_matters_on_a_linux_has_a_package_there() {
        for platform in [Platform::Debian, Platform::Fedora, Platform::Arch] {
            for part in Part::of(platform) {
                assert!(part.package(platform).is_some(), "{part:?} on {platform:?}");
            }
        }
    }

    #[test]
    fn macos_and_windows_need_no_linux_libraries() {
        assert_eq!(Part::of(Platform::MacOs), [Part::CCompiler, Part::Node, Part::Git]);
        assert_eq!(Part::of(Platform::Windows), [Part::CCompiler, Part::Perl, Part::Node, Part::Git]);
        assert_eq!(
            install_commands(Platform::MacOs, &Part::of(Platform::MacOs)),
            [words("xcode-select --install")],
            "one command brings both"
        );
    }

    #[test]
    fn windows_build_tools_come_with_the_compiler_workload_and_perl_on_its_own() {
        let commands: Vec<String> = install_commands(Platform::Windows, &[Part::CCompiler, Part::Perl]).iter().map(as_typed).collect();
        assert!(commands[0].contains("BuildTools --override \"--passive --wait --add Microsoft.VisualStudio.Workload.VCTools"));
        assert!(commands[1].ends_with("--id StrawberryPerl.StrawberryPerl"));
    }

    #[test]
    fn a_node_that_is_too_old_is_neither_used_nor_installed() {
        assert!(is_recent_node("v20.20.2\n") && is_recent_node("v26.0.0"));
        assert!(!is_recent_node("v18.20.4") && !is_recent_node("") && !is_recent_node("20 or so"));
        for old in ["ID=debian\nVERSION_ID=\"12\"\n", "ID=ubuntu\nVERSION_ID=\"24.04\"\n"] {
            assert!(packages_an_old_node(old), "{old}");
        }
        for recent in ["ID=debian\nVERSION_ID=\"13\"\n", "ID=ubuntu\nVERSION_ID=\"25.04\"\n", "ID=fedora\nVERSION_ID=41\n", ""] {
            assert!(!packages_an_old_node(recent), "{recent}");
        }
    }

    #[test]
    fn an_unknown_system_is_never_given_a_command_to_run() {
        assert!(install_commands(Platform::Unknown, &Part::of(Platform::Unknown)).is_empty());
    }

    #[test]
    fn the_running_toolchain_is_found_on_the_path_and_nonsense_is_not() {
        assert!(has_program("cargo"));
        assert!(!has_program("no-such-program-of-ours"));
    }
}
