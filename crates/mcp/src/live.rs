//! Tools and widgets that change while they are served.

use std::sync::{Mutex, PoisonError};

use crate::{InvalidMcpConfig, InvalidRegistry, ToolRegistry};

type Publish = dyn Fn(ToolRegistry) -> Result<(), InvalidMcpConfig> + Send + Sync;

/// What an endpoint serves, for whoever changes it. A request that has begun ends with the tools
/// and widgets it began with.
pub struct LiveRegistry {
    /// What is served. Whoever changes it holds the lock, so that two changes at once are both made.
    current: Mutex<ToolRegistry>,
    publish: Box<Publish>,
}

impl LiveRegistry {
    pub(crate) fn new(
        current: ToolRegistry,
        publish: impl Fn(ToolRegistry) -> Result<(), InvalidMcpConfig> + Send + Sync + 'static,
    ) -> Self {
        Self {
            current: Mutex::new(current),
            publish: Box::new(publish),
        }
    }

    /// Serves from now on what `change` makes of what is served. After an error that is what it was.
    pub fn update(
        &self,
        change: impl FnOnce(ToolRegistry) -> Result<ToolRegistry, InvalidRegistry>,
    ) -> Result<(), InvalidMcpConfig> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let next = change(current.clone())?;
        (self.publish)(next.clone())?;
        *current = next;
        Ok(())
    }
}
