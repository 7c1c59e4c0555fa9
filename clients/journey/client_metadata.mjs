/** What a public client says of itself (RFC 7591 section 2), at `/register` or in its document. */
export function clientMetadata(clientName, redirectUri) {
  return {
    client_name: clientName,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
}
