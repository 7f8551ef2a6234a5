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
    if name.is_empty() {
        return Err(GuardRefusal::NotAnAddress);
    }
    let is_single_label = !name.contains('.');
    if is_single_label || LOCAL_ENDINGS.iter().any(|ending| is_at_or_below(&name, ending)) {
        return Err(GuardRefusal::LocalName);
    }
    // A name that reads as an address to some resolver, such as one with a zone id, is treated as that address.
    name.parse::<IpAddr>().map_or(Ok(()), check_address)
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
