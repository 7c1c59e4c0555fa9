/** What the server says about a widget that is being worked on. */
export interface News {
  name: string;
  /** Why it could not be built. */
  problem: string | null;
}

/** Listens for news of widgets until the page is left. */
export function listen(address: string, hear: (news: News) => void): void {
  new EventSource(address).addEventListener("widget", ({ data }) => {
    const { name, problem } = JSON.parse(data) as Partial<News>;
    if (typeof name === "string") hear({ name, problem: typeof problem === "string" ? problem : null });
  });
}
