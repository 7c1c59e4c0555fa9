// The one value that the SDK reads; the package itself brings a schema library of 80 kB.
export const PrivyErrorCode = { MISSING_OR_INVALID_TOKEN: "missing_or_invalid_token" };
