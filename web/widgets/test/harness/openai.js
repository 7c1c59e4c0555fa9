// What ChatGPT puts before a widget, as far as one uses it. Calls go to the page around the frame.
(() => {
  const query = new URLSearchParams(location.search);
  const waiting = new Map();
  let calls = 0;
  const tell = (...openai) => parent.postMessage({ openai, id: calls }, "*");
  const api = {
    ...JSON.parse(query.get("globals")),
    callTool: (name, input) =>
      new Promise((resolve) => {
        calls += 1;
        waiting.set(calls, resolve);
        tell("callTool", name, input);
      }),
    sendFollowUpMessage: async ({ prompt }) => tell("sendMessage", prompt),
    openExternal: ({ href }) => tell("openLink", href),
    notifyIntrinsicHeight: (height) => tell("height", height),
  };
  if (query.get("enlarge") === "true") {
    api.requestDisplayMode = async ({ mode }) => tell("requestDisplayMode", mode);
  }
  window.openai = api;
  addEventListener("message", ({ data }) => {
    if (data?.globals) {
      Object.assign(api, data.globals);
      dispatchEvent(new CustomEvent("openai:set_globals", { detail: { globals: data.globals } }));
    } else if (waiting.has(data?.id)) {
      waiting.get(data.id)(data.answer);
      waiting.delete(data.id);
    }
  });
})();
