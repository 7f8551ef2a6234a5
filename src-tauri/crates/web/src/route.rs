//! Is there a way out of this computer? Asked of the operating system alone: nothing is sent.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Addresses kept for documentation (RFC 5737, RFC 3849): nobody answers there, and nobody is asked.
const FAR_AWAY: [SocketAddr; 2] = [
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 9),
    SocketAddr::new(std::net::IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)), 9),
];

/// Does the computer know a way to the rest of the world? Connecting a datagram socket looks the route up and sends
/// nothing. `true` does not promise that the other end answers.
pub(crate) fn has_way_out() -> bool {
    FAR_AWAY.iter().any(|far| {
        let own: SocketAddr = if far.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
        UdpSocket::bind(own).and_then(|socket| socket.connect(far)).is_ok()
    })
}
