//! Which addresses are public.

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::FetchError;

/// IPv4 networks that are not the public Internet: the IANA special-purpose registry (RFC 6890),
/// multicast and the reserved class E.
const SPECIAL_V4: [Ipv4Net; 17] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    // Azure's platform services answer every virtual machine at this address, which is otherwise
    // an ordinary one.
    v4([168, 63, 129, 16], 32),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
    v4([255, 255, 255, 255], 32),
];

/// The only part of IPv6 that is allocated for the public Internet. Everything that embeds an IPv4
/// address (mapped, compatible, translated, NAT64), unique local, link-local and multicast lies
/// outside, and so does whatever is assigned next.
const GLOBAL_UNICAST_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

/// Networks inside the global unicast range that are not public all the same.
const SPECIAL_V6: [Ipv6Net; 4] = [
    // IETF protocol assignments, Teredo and ORCHID among them.
    v6([0x2001, 0, 0], 23),
    // Documentation.
    v6([0x2001, 0xdb8, 0], 32),
    v6([0x3fff, 0, 0], 20),
    // 6to4 embeds an IPv4 address.
    v6([0x2002, 0, 0], 16),
];

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(head: [u16; 3], prefix: u8) -> Ipv6Net {
    let [a, b, c] = head;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// Refuses the whole host when one of its addresses may not be connected to (C7 of the security
/// catalogue): who answers with a private address beside a public one is not to be trusted with
/// the choice.
pub(crate) fn check(addresses: &[IpAddr], allowed: &[IpNet]) -> Result<(), FetchError> {
    match addresses
        .iter()
        .find(|address| !is_public(**address) && !allowed.iter().any(|net| net.contains(*address)))
    {
        Some(address) => Err(FetchError::NotPublic(*address)),
        None => Ok(()),
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_UNICAST_V6.contains(&address)
                && !SPECIAL_V6.iter().any(|net| net.contains(&address))
                && !is_isatap(address)
        }
    }
}

/// RFC 5214, section 6.1: an interface identifier that embeds an IPv4 address under any prefix.
const fn is_isatap(address: Ipv6Addr) -> bool {
    let [_, _, _, _, flags, marker, _, _] = address.segments();
    // The universal/local and the group bit may be either.
    flags & 0xfcff == 0 && marker == 0x5efe
}
