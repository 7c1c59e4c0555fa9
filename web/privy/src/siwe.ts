/** The parts of a sign-in message that change. */
export interface SignInMessage {
  domain: string;
  uri: string;
  address: string;
  chainId: string;
  nonce: string;
  issuedAt: string;
}

/** The message of ERC-4361, with the sentence and the resource that Privy's SDK puts in it. */
export const signInMessage = (parts: SignInMessage): string =>
  `${parts.domain} wants you to sign in with your Ethereum account:
${parts.address}

By signing, you are proving you own this wallet and logging in. This does not initiate a transaction or cost any fees.

URI: ${parts.uri}
Version: 1
Chain ID: ${parts.chainId}
Nonce: ${parts.nonce}
Issued At: ${parts.issuedAt}
Resources:
- https://privy.io`;
