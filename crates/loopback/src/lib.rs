//! What the simulators listen with. They keep secrets readable and let anybody be anybody, so they
//! listen on loopback only; and a server that is tested against them has to live with answers that
//! are lost and with services that are gone for a while.

mod listener;
mod lossy;

pub use self::listener::{Bound, ListenError, Listener};
pub use self::lossy::Lost;
