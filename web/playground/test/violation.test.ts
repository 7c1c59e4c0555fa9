import { expect, test } from "vitest";

import { type Allow, remedyOf } from "../src/widget/violation.ts";

const line = (list: string): { file: string; line: string } => ({ file: "countersign.toml", line: `${list} = ["{origin}"]` });
const allow: Allow = { connect: line("connect_domains"), resource: line("resource_domains"), frame: line("frame_domains") };

test.each([
  ["connect-src", "https://api.example.com/data?x=1", 'connect_domains = ["https://api.example.com"]'],
  ["connect-src", "wss://live.example.com:8443/socket", 'connect_domains = ["wss://live.example.com:8443"]'],
  ["img-src", "http://127.0.0.1:3009/a.png", 'resource_domains = ["http://127.0.0.1:3009"]'],
  ["font-src", "https://fonts.example.com/a.woff2", 'resource_domains = ["https://fonts.example.com"]'],
  ["media-src", "https://cdn.example.com/a.mp4", 'resource_domains = ["https://cdn.example.com"]'],
  ["script-src-elem", "https://cdn.example.com/a.js", 'resource_domains = ["https://cdn.example.com"]'],
  ["style-src-elem", "https://cdn.example.com/a.css", 'resource_domains = ["https://cdn.example.com"]'],
  ["frame-src", "https://video.example.com/embed/1", 'frame_domains = ["https://video.example.com"]'],
])("%s of %s has a line that allows it", (directive, blocked, expected) => {
  const { words, allow: found } = remedyOf({ directive, blocked }, allow);
  expect(found).toEqual({ file: "countersign.toml", line: expected });
  expect(words).toContain(blocked);
});

test.each([
  ["script-src", "eval", /made from text/],
  ["script-src", "wasm-eval", /made from text/],
  ["img-src", "blob", /Only addresses can be allowed/],
  ["connect-src", "data:text/plain,x", /Only addresses can be allowed/],
  ["script-src-elem", "chrome-extension://abcdef/inject.js", /Only addresses can be allowed/],
  ["form-action", "https://example.com/", /never allow/],
  ["base-uri", "https://example.com/", /never allow/],
  ["worker-src", "https://example.com/worker.js", /never allow/],
  ["", "", /never allow/],
])("nothing allows %s of %j", (directive, blocked, words) => {
  const remedy = remedyOf({ directive, blocked }, allow);
  expect(remedy.allow).toBeNull();
  expect(remedy.words).toMatch(words);
});

test("an origin is no pattern", () => {
  const odd: Allow = { ...allow, connect: { file: "x", line: "a {origin} b {origin}" } };
  expect(remedyOf({ directive: "connect-src", blocked: "https://a.example/$&" }, odd).allow?.line).toBe("a https://a.example b https://a.example");
});

test("without the server's lines there are words", () => {
  expect(remedyOf({ directive: "connect-src", blocked: "https://a.example/" }, undefined)).toEqual({ words: "A connection was blocked: https://a.example/", allow: null });
});
