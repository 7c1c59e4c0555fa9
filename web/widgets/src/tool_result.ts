import type { Answer } from "./host.ts";

interface ToolResult {
  content?: unknown;
  structuredContent?: unknown;
  isError?: unknown;
}

/** A tool's result as widgets want it: its data, or in words why there is none. */
export function answerOf({ content, structuredContent, isError }: ToolResult): Answer {
  if (isError === true) return { state: "failed", words: wordsOf(content) };
  return { state: "answered", output: structuredContent ?? null };
}

function wordsOf(content: unknown): string {
  if (!Array.isArray(content)) return "";
  const texts = content.map((item: unknown) =>
    typeof item === "object" && item !== null && "text" in item ? item.text : null,
  );
  return texts.filter((text) => typeof text === "string").join("\n");
}
