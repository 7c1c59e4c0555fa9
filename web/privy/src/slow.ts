/** After this long a person should hear that something is still happening. */
const PATIENCE_MS = 1500;

/** Passes `work` through and calls `notice` once if it takes long. */
export const noticeSlow = async <T>(work: Promise<T>, notice: () => void): Promise<T> => {
  const timer = setTimeout(notice, PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
};
