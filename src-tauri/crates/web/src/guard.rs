//! Which addresses a page may be fetched from: the public web, and nothing in the user's own network.
//!
//! Three checks stand one behind the other, because each alone can be walked around: the address as written
//! ([`check_url`]), the addresses its name leads to ([`PublicResolver`], which a client never asks for a literal),
//! and, in `fetch`, the peer that really answered. Redirects pass all three again.
//!
//! [`Admitted`] is the only exception and comes from the person at the keyboard: one host, one port, one address.
//! Deliberately absent: a list of bad names. A name is judged by where it leads.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use ipnet::{Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Longest address that is asked for, in bytes. Longer ones are traps or trackers.
pub const LONGEST_URL: usize = 2_048;

/// Why an address is not asked. Nothing was sent when one of these comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GuardRefusal {
    /// The text is no absolute web address.
    #[error("This is not a web address.")]
    NotAnAddress,
    /// Longer than [`LONGEST_URL`].
    #[error("The address is too long to be a page.")]
    TooLong,
    /// Neither `http` nor `https`.
    #[error("Only http and https addresses are read.")]
    Scheme,
    /// A port other than 80 and 443.
    #[error("Only the usual web ports 80 and 443 are read, not {0}.")]
    Port(u16),
    /// The address carries a user name or a password.
    #[error("Addresses with a user name or password in them are not read.")]
    UserInfo,
    /// The host is a name of the local machine or network.
    #[error("The address names a computer in your own network.")]
    LocalName,
    /// The host is an IP address outside the public internet, or its name leads to none inside.
    #[error("The address leads into a private network.")]
    PrivateAddress,
}

/// Parses `text` and checks it as [`check_url`] does.
pub fn parse_url(text: &str, admitted: &Admitted) -> Result<Url, GuardRefusal> {
    let url = Url::parse(text).map_err(|_| GuardRefusal::NotAnAddress)?;
    check_url(&url, admitted)?;
    Ok(url)
}

/// Whether `url`, as written, may be asked for. The odd spellings of an IP address (decimal, octal, hexadecimal,
/// short, full-width digits, trailing dot) are already one by the time an [`Url`] exists, so they need no list here.
pub fn check_url(url: &Url, admitted: &Admitted) -> Result<(), GuardRefusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(GuardRefusal::Scheme);
    }
    if url.as_str().len() > LONGEST_URL {
        return Err(GuardRefusal::TooLong);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(GuardRefusal::UserInfo);
    }
    if admitted.addresses(url).is_some() {
        return Ok(());
    }
    check_port(url)?;
    check_host(url)
}

fn check_port(url: &Url) -> Result<(), GuardRefusal> {
    match url.port_or_known_default() {
        Some(80 | 443) => Ok(()),
        Some(port) => Err(GuardRefusal::Port(port)),
        None => Err(GuardRefusal::NotAnAddress),
    }
}

fn check_host(url: &Url) -> Result<(), GuardRefusal> {
    match url.host() {
        None => Err(GuardRefusal::NotAnAddress),
        Some(Host::Ipv4(address)) => check_address(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => check_address(IpAddr::V6(address)),
        Some(Host::Domain(name)) => check_name(name),
    }
}

fn check_address(address: IpAddr) -> Result<(), GuardRefusal> {
    if is_public(address) { Ok(()) } else { Err(GuardRefusal::PrivateAddress) }
}

/// Endings under which a name never leads to the public web (RFC 6761, 6762, 8375, and what home routers hand out).
const LOCAL_ENDINGS: [&str; 12] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "in-addr.arpa",
    "ip6.arpa",
];

fn check_name(name: &str) -> Result<(), GuardRefusal> {
    let name = without_final_dot(name).to_ascii_lowercase();
    // Other letters have become `xn--` by now; what is left is no name any resolver should be asked for.
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
        return Err(GuardRefusal::NotAnAddress);
    }
    if is_local_name(&name) {
        return Err(GuardRefusal::LocalName);
    }
    // A name that reads as an address to some resolver, such as one with a zone id, is treated as that address.
    name.parse::<IpAddr>().map_or(Ok(()), check_address)
}

/// Is this the name of a computer in the own network, by the look of it?
pub(crate) fn is_local_name(name: &str) -> bool {
    !name.contains('.') || LOCAL_ENDINGS.iter().any(|ending| is_at_or_below(name, ending))
}

fn is_at_or_below(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn without_final_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Whether `address` belongs to the public internet. Everything reserved, shared, documentary, multicast or reached
/// through a tunnel counts as private; an address of the well-known NAT64 prefix counts as the one it wraps.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// IANA's special-purpose registry for IPv4, everything in it that is not globally reachable.
static PRIVATE_V4: LazyLock<Vec<Ipv4Net>> = LazyLock::new(|| {
    nets(&[
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ])
});

/// What lies inside the global unicast range of IPv6 without being the public internet: IETF protocols (Teredo
/// among them), documentation, 6to4.
static PRIVATE_V6: LazyLock<Vec<Ipv6Net>> = LazyLock::new(|| nets(&["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]));

/// All of IPv6 that is handed out for the public internet so far.
static GLOBAL_V6: LazyLock<Ipv6Net> = LazyLock::new(|| net("2000::/3"));

/// Where a network without IPv4 maps it (RFC 6052).
static NAT64: LazyLock<Ipv6Net> = LazyLock::new(|| net("64:ff9b::/96"));

fn nets<T: FromStr>(texts: &[&str]) -> Vec<T> {
    texts.iter().map(|text| net(text)).collect()
}

fn net<T: FromStr>(text: &str) -> T {
    text.parse().ok().expect("the networks above are literals and covered by a test")
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !PRIVATE_V4.iter().any(|net| net.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if NAT64.contains(&address) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    GLOBAL_V6.contains(&address) && !PRIVATE_V6.iter().any(|net| net.contains(&address))
}

/// Whether two addresses belong to the same owner: equal registrable domains (`www.acme.example` and
/// `jobs.acme.example`), or the same host where there is none.
pub fn is_same_site(one: &Url, other: &Url) -> bool {
    match (one.host_str(), other.host_str()) {
        (Some(one), Some(other)) => registrable_domain(one) == registrable_domain(other),
        _ => false,
    }
}

/// The part of a host name its owner registered (`acme.co.uk` of `www.acme.co.uk`); the host itself where the
/// public suffix list knows no such part.
pub fn registrable_domain(host: &str) -> &str {
    let host = without_final_dot(host);
    psl::domain_str(host).unwrap_or(host)
}

/// Why an exception (`--resolve HOST:PORT:ADDRESS`) could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdmittedError {
    /// The text does not have the three parts.
    #[error("expected HOST:PORT:ADDRESS, for example www.acme.example:8080:127.0.0.1")]
    Shape,
    /// The first part is no host name.
    #[error("HOST is not a host name")]
    Host,
    /// The second part is no port between 1 and 65535.
    #[error("PORT is not a number from 1 to 65535")]
    Port,
    /// The third part is no single IP address.
    #[error("ADDRESS is not one IP address (IPv6 in brackets)")]
    Address,
    /// The host is itself an IP address, but another one than ADDRESS.
    #[error("HOST is an IP address and differs from ADDRESS")]
    OtherAddress,
}

/// One exception to the guard, in curl's spelling `HOST:PORT:ADDRESS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedHost {
    host: String,
    port: u16,
    address: IpAddr,
}

impl FromStr for AdmittedHost {
    type Err = AdmittedError;

    fn from_str(text: &str) -> Result<Self, AdmittedError> {
        let (host, rest) = split_host(text.trim())?;
        let (port, address) = rest.split_once(':').ok_or(AdmittedError::Shape)?;
        let port = port.parse().ok().filter(|&port| port != 0).ok_or(AdmittedError::Port)?;
        let address = parse_address(address)?;
        Ok(Self { host: normal_host(host, address)?, port, address })
    }
}

fn split_host(text: &str) -> Result<(&str, &str), AdmittedError> {
    if !text.starts_with('[') {
        return text.split_once(':').ok_or(AdmittedError::Shape);
    }
    let end = text.find(']').ok_or(AdmittedError::Shape)?;
    let (host, rest) = text.split_at(end + 1);
    Ok((host, rest.strip_prefix(':').ok_or(AdmittedError::Shape)?))
}

fn parse_address(text: &str) -> Result<IpAddr, AdmittedError> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(text).parse().map_err(|_| AdmittedError::Address)
}

fn normal_host(text: &str, address: IpAddr) -> Result<String, AdmittedError> {
    match Host::parse(text).map_err(|_| AdmittedError::Host)? {
        Host::Domain(name) if name.contains('*') => Err(AdmittedError::Host),
        Host::Domain(name) => Ok(without_final_dot(&name).to_owned()),
        Host::Ipv4(host) if IpAddr::V4(host) == address => Ok(host.to_string()),
        Host::Ipv6(host) if IpAddr::V6(host) == address => Ok(format!("[{host}]")),
        Host::Ipv4(_) | Host::Ipv6(_) => Err(AdmittedError::OtherAddress),
    }
}

/// The entries of a file of exceptions: one a line, empty lines and `#` remarks left out.
pub fn admitted_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The exceptions to the guard, given by the person who runs the program. Each admits one host on one port at the
/// addresses named for it, and nothing else: not the host on another port, not another host at that address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Admitted {
    hosts: BTreeMap<(String, u16), Vec<IpAddr>>,
}

impl Admitted {
    /// No exception: what every ordinary run uses.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads several `HOST:PORT:ADDRESS`. The first bad one fails the whole, with its place counted from 0.
    pub fn parse<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, (usize, AdmittedError)> {
        let mut admitted = Self::none();
        for (place, text) in texts.into_iter().enumerate() {
            admitted.add(text.as_ref().parse().map_err(|cause| (place, cause))?);
        }
        Ok(admitted)
    }

    /// Adds one exception. A host and port named twice may be reached at either address.
    pub fn add(&mut self, AdmittedHost { host, port, address }: AdmittedHost) {
        self.hosts.entry((host, port)).or_default().push(address);
    }

    /// Whether there is no exception at all.
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }

    /// The addresses at which exactly this host and port may be reached although the guard would refuse them.
    pub fn addresses(&self, url: &Url) -> Option<&[IpAddr]> {
        if self.is_empty() {
            return None;
        }
        let host = without_final_dot(url.host_str()?).to_owned();
        self.hosts.get(&(host, url.port_or_known_default()?)).map(Vec::as_slice)
    }

    /// The addresses of each exception.
    pub(crate) fn all_addresses(&self) -> impl Iterator<Item = &[IpAddr]> {
        self.hosts.values().map(Vec::as_slice)
    }
}

/// A resolver's refusal to name an address. Travels inside the client's own error, where `fetch` finds it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to no public address")]
pub(crate) struct OnlyPrivateAddresses;

/// Asks another resolver and drops every answer outside the public internet; fails when none is left.
pub struct PublicResolver {
    inner: Arc<dyn Resolve>,
}

impl PublicResolver {
    /// Filters what `inner` answers.
    pub fn new(inner: Arc<dyn Resolve>) -> Self {
        Self { inner }
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let answers = self.inner.resolve(name);
        Box::pin(async move {
            let public: Vec<SocketAddr> = answers.await?.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(OnlyPrivateAddresses.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// The operating system's resolver.
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let answers: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(answers.into_iter()) as Addrs)
        })
    }
}

/// Answers every name with the addresses of one exception. The client that holds it is used for that exception only.
pub(crate) struct AdmittedResolver {
    pub(crate) addresses: Vec<IpAddr>,
}

impl Resolve for AdmittedResolver {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Vec<SocketAddr> = self.addresses.iter().map(|&address| SocketAddr::new(address, 0)).collect();
        Box::pin(async move { Ok(Box::new(addresses.into_iter()) as Addrs) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_exceptions_may_hold_remarks() {
        let lines: Vec<_> = admitted_lines("# the test server\n\n www.acme.example:80:127.0.0.1 \n").collect();
        assert_eq!(lines, ["www.acme.example:80:127.0.0.1"]);
    }
    use proptest::prelude::*;

    #[track_caller]
    fn check(address: &str, expected: Result<(), GuardRefusal>) {
        assert_eq!(parse_url(address, &Admitted::none()).map(drop), expected, "{address}");
    }

    #[test]
    fn ordinary_pages_may_be_asked() {
        for address in [
            "https://acme.example/",
            "http://www.acme.co.uk:80/a?b#c",
            "https://münchen.example/",
            "http://8.8.8.8/",
            "http://[2606:4700::1111]/",
        ] {
            check(address, Ok(()));
        }
    }

    #[test]
    fn each_refusal_is_named_by_its_cause() {
        check("acme.example", Err(GuardRefusal::NotAnAddress));
        check("http://", Err(GuardRefusal::NotAnAddress));
        check("http://a!b.example/", Err(GuardRefusal::NotAnAddress));
        check("ftp://acme.example/", Err(GuardRefusal::Scheme));
        check("javascript:alert(1)", Err(GuardRefusal::Scheme));
        check("http://acme.example:8080/", Err(GuardRefusal::Port(8080)));
        check("http://me@acme.example/", Err(GuardRefusal::UserInfo));
        check("http://:word@acme.example/", Err(GuardRefusal::UserInfo));
        check("http://localhost/", Err(GuardRefusal::LocalName));
        check("http://nas.local./", Err(GuardRefusal::LocalName));
        check("http://box.HOME.arpa/", Err(GuardRefusal::LocalName));
        check("http://intranet/", Err(GuardRefusal::LocalName));
        check("http://127.1/", Err(GuardRefusal::PrivateAddress));
        check("http://[::ffff:8.8.8.8]/", Err(GuardRefusal::PrivateAddress));
        check(&format!("http://acme.example/{}", "x".repeat(LONGEST_URL)), Err(GuardRefusal::TooLong));
    }

    #[test]
    fn names_that_only_end_like_local_ones_are_public() {
        for address in ["http://mylocal.example/", "http://notlocalhost.example/", "http://local.example/", "http://drinklan.example/"] {
            check(address, Ok(()));
        }
    }

    #[test]
    fn the_borders_of_private_ranges_are_exact() {
        let public = |text: &str| is_public(text.parse().unwrap());
        for (first, last) in [
            ("10.0.0.0", "10.255.255.255"),
            ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"),
            ("169.254.0.0", "169.254.255.255"),
            ("172.16.0.0", "172.31.255.255"),
            ("192.168.0.0", "192.168.255.255"),
            ("198.18.0.0", "198.19.255.255"),
        ] {
            let (first, last): (Ipv4Addr, Ipv4Addr) = (first.parse().unwrap(), last.parse().unwrap());
            assert!(!is_public(first.into()) && !is_public(last.into()), "{first} to {last}");
            assert!(is_public(Ipv4Addr::from(u32::from(first) - 1).into()), "before {first}");
            assert!(is_public(Ipv4Addr::from(u32::from(last) + 1).into()), "after {last}");
        }
        assert!(public("1.1.1.1") && public("223.255.255.255") && public("2a00::1") && public("64:ff9b::808:808"));
        for text in ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "100::1"] {
            assert!(!public(text), "{text}");
        }
        for text in ["64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "::ffff:7f00:1", "::7f00:1"] {
            assert!(!public(text), "{text}");
        }
    }

    #[test]
    fn exceptions_are_read_in_curls_spelling() {
        let url = |text: &str| Url::parse(text).unwrap();
        let admitted =
            Admitted::parse(["Acme.Example:8080:127.0.0.1", "six.example:80:[::1]", "bare.example:80:::1", "[::1]:9000:[::1]"]).unwrap();
        assert_eq!(admitted.addresses(&url("http://acme.example:8080/x")), Some(&["127.0.0.1".parse().unwrap()][..]));
        for address in ["http://six.example/", "http://bare.example/", "http://[::1]:9000/"] {
            assert_eq!(admitted.addresses(&url(address)), Some(&["::1".parse().unwrap()][..]), "{address}");
        }
        for address in ["http://acme.example/", "http://www.acme.example:8080/", "http://127.0.0.1:8080/", "https://six.example/"] {
            assert_eq!(admitted.addresses(&url(address)), None, "{address}");
        }
    }

    #[test]
    fn faulty_exceptions_are_named_with_their_place() {
        for (text, cause) in [
            ("acme.example", AdmittedError::Shape),
            ("acme.example:80", AdmittedError::Shape),
            ("acme.example:http:127.0.0.1", AdmittedError::Port),
            ("acme.example:0:127.0.0.1", AdmittedError::Port),
            ("acme.example:80:localhost", AdmittedError::Address),
            ("acme.example:80:127.0.0.1,10.0.0.1", AdmittedError::Address),
            ("acme.example:80:[::1", AdmittedError::Address),
            ("*:80:127.0.0.1", AdmittedError::Host),
            (":80:127.0.0.1", AdmittedError::Host),
            ("127.0.0.1:80:10.0.0.1", AdmittedError::OtherAddress),
        ] {
            assert_eq!(Admitted::parse(["ok.example:80:127.0.0.1", text]), Err((1, cause)), "{text}");
        }
    }

    #[test]
    fn an_exception_does_not_lift_the_rules_about_schemes_and_user_names() {
        let admitted = Admitted::parse(["acme.example:8080:127.0.0.1"]).unwrap();
        assert!(parse_url("http://acme.example:8080/", &admitted).is_ok());
        assert_eq!(parse_url("ftp://acme.example:8080/", &admitted), Err(GuardRefusal::Scheme));
        assert_eq!(parse_url("http://u@acme.example:8080/", &admitted), Err(GuardRefusal::UserInfo));
    }

    #[test]
    fn sites_are_told_apart_by_their_registered_names() {
        let same = |one: &str, other: &str| is_same_site(&Url::parse(one).unwrap(), &Url::parse(other).unwrap());
        assert!(same("https://www.acme.co.uk/", "http://jobs.acme.co.uk./x"));
        assert!(same("https://acme.example/", "https://www.acme.example/"));
        assert!(!same("https://acme.co.uk/", "https://globex.co.uk/"));
        assert!(!same("https://acme.github.io/", "https://globex.github.io/"));
    }

    proptest! {
        #[test]
        fn no_spelling_of_a_private_address_passes(address in any::<u32>(), style in 0..6) {
            let ip = Ipv4Addr::from(address);
            let [a, b, c, d] = ip.octets();
            let host = match style {
                0 => ip.to_string(),
                1 => address.to_string(),
                2 => format!("{address:#x}"),
                3 => format!("{a:#o}.{b:#x}.{}", u32::from(c) * 256 + u32::from(d)).replace("0o", "0"),
                4 => format!("{ip}."),
                _ => ip.to_string().chars().map(|digit| if digit == '.' { '。' } else { char::from_u32(digit as u32 + 0xFEE0).unwrap() }).collect(),
            };
            prop_assert_eq!(parse_url(&format!("http://{host}/"), &Admitted::none()).is_ok(), is_public(ip.into()), "{}", host);
        }

        #[test]
        fn an_ipv6_address_that_wraps_a_private_one_never_passes(low in any::<u32>(), prefix in prop::sample::select(vec!["::ffff:", "::", "64:ff9b::", "::ffff:0:"])) {
            let ip = Ipv4Addr::from(low & 0x00FF_FFFF | 0x0A00_0000);
            let address = format!("http://[{prefix}{ip}]/");
            prop_assert!(parse_url(&address, &Admitted::none()).is_err());
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in any::<String>()) {
            parse_url(&text, &Admitted::none()).ok();
            parse_url(&format!("http://{text}/"), &Admitted::none()).ok();
            text.parse::<AdmittedHost>().ok();
        }
    }
}
