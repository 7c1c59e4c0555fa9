//! The documents that clients discover this server by. Nothing in them that does not work.

use countersign_jose::algorithm::Algorithm;
use countersign_oauth::metadata::{
    AuthorizationServer as Described, AuthorizationServerMetadata, ProtectedResourceMetadata,
};

use crate::AuthorizationServer;

impl AuthorizationServer {
    /// Authorization server metadata (RFC 8414; the same content serves as the OpenID Connect
    /// form).
    pub fn authorization_server_metadata(&self) -> AuthorizationServerMetadata {
        let settings = self.settings();
        let algorithms = [settings.signing_algorithm.name()];
        AuthorizationServerMetadata::new(Described {
            issuer: &settings.issuer,
            scopes: &settings.catalogue(),
            registration: settings.registration.is_some(),
            token_exchange: settings.exchanges_tokens(),
            assertion_algorithms: &Algorithm::ALL.map(Algorithm::name),
            client_id_metadata_documents: settings.client_documents.is_some(),
            openid: settings.openid.then_some(&algorithms[..]),
            service_documentation: None,
        })
    }

    /// Protected resource metadata (RFC 9728).
    pub fn protected_resource_metadata(&self) -> ProtectedResourceMetadata {
        let settings = self.settings();
        let resource = settings.resource.canonical.clone();
        ProtectedResourceMetadata::new(resource, &settings.issuer, &settings.resource_scopes())
            .with_name(&settings.resource_name)
    }
}
