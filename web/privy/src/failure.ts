/** Why a step failed, as a code: Privy's own where it sent one, ours otherwise. `words.ts` says it. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    /** Status of the answer; 0 if there was none. */
    readonly status = 0,
  ) {
    super(code);
    this.name = "Failure";
  }
}
