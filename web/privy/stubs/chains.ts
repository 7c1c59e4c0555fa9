// Chains matter to the SDK's wallets, which this page never opens; module load reads these three.
export const DEFAULT_SUPPORTED_CHAINS: unknown[] = [];
export const dedupeSupportedChains = <T>(chains: T): T => chains;

const absent = { id: 0 };
export {
  absent as arbitrum,
  absent as arbitrumSepolia,
  absent as avalanche,
  absent as avalancheFuji,
  absent as base,
  absent as baseSepolia,
  absent as celo,
  absent as mainnet,
  absent as monadMainnet,
  absent as optimism,
  absent as optimismSepolia,
  absent as polygon,
  absent as polygonAmoy,
  absent as sepolia,
};
