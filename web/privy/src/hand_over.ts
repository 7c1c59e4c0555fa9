/** What our server said instead of yes. */
export class Refusal extends Error {
  constructor(
    /** 0 if there was no answer. */
    readonly status: number,
    /** For machines; empty if there was none. */
    readonly code: string,
    /** For people; empty if there were none. */
    readonly words: string,
  ) {
    super(words || code || `status ${status}`);
    this.name = "Refusal";
  }

  /** Whether the same request may succeed a little later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Longer than the server's own patience with Privy. */
const TIMEOUT_MS = 60_000;

const post = async (address: string, csrf: string, body: unknown): Promise<object> => {
  let answer: Response;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf-token": csrf },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Refusal(0, "", "");
  }
  const said = (await answer.json().catch(() => ({}))) as {
    error?: unknown;
    code?: unknown;
  };
  if (answer.ok && !said.error) return said;
  throw new Refusal(answer.status, String(said.code ?? ""), String(said.error ?? ""));
};

/** The two addresses of our server that end a login. */
export class HandOver {
  constructor(
    private readonly address: string,
    private readonly csrf: string,
    /** Where user codes of device grants come from; undefined if none are wanted. */
    private readonly device: string | undefined,
  ) {}

  /** The user codes that our server got for this very login; none where it wants none. */
  async deviceCodes(): Promise<string[]> {
    if (!this.device) return [];
    const { user_codes: codes } = (await post(this.device, this.csrf, {})) as {
      user_codes?: unknown;
    };
    return Array.isArray(codes) ? codes.map(String) : [];
  }

  /** Hands the login over. Returns where to go on, always on this origin. */
  async give(token: string): Promise<string> {
    const { location: next } = (await post(this.address, this.csrf, { token })) as {
      location?: unknown;
    };
    const url = new URL(String(next ?? ""), location.href);
    if (!next || url.origin !== location.origin) throw new Refusal(502, "", "");
    return url.href;
  }
}
