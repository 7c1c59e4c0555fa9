// What the SDK imports for wallets, funding and phone formatting. None of it runs on this page; a
// call that reaches it after an update of the SDK must fail loudly instead of doing half of it.
const absent = (): never => {
  throw new Error("This part of the Privy SDK is not in the sign-in page.");
};

// viem
export {
  absent as createPublicClient,
  absent as formatEther,
  absent as formatUnits,
  absent as http,
  absent as toHex,
};
// @privy-io/ethereum
export const STRING_TO_NUMBER_TXN_TYPE = {};
export const TEMPO_TXN_TYPE_NUMBER = 0;
export {
  absent as isTempoTransactionRequest,
  absent as normalizeViemPreparedTempoTransaction,
  absent as toViemTempoTransactionSerializable,
  absent as toViemTransactionSerializable,
};
// viem/chains
export const tempo = { id: 0 };
export const tempoModerato = { id: 0 };
// libphonenumber-js: the list of countries is read when the module loads.
export const getCountries = (): string[] => [];
export {
  absent as AsYouType,
  absent as getCountryCallingCode,
  absent as getExampleNumber,
  absent as isPossiblePhoneNumber,
  absent as parsePhoneNumberFromString,
};
// @privy-io/encoding
export const encoding = {};
// canonicalize, fetch-retry, libphonenumber-js/examples.mobile.json
export default absent;
