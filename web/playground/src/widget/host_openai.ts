// A host that gives its widgets `window.openai`, as ChatGPT does.
import type { Call } from "../call.ts";
import { isObject } from "../schema/json.ts";
import type { Frame } from "./frame.ts";
import type { Stage, WidgetHost } from "./stage.ts";
import { insetsOf, isPhone, type Surroundings } from "./surroundings.ts";

/** Pixels that ChatGPT leaves a widget in the conversation. */
const TALLEST = 2000;

export async function openaiHost(frame: Frame, html: string, stage: Stage): Promise<WidgetHost> {
  const { surroundings, state, call } = stage.parts;
  // Begun first, so that nothing that changes meanwhile is missed.
  const unwatch = surroundings.watch(() => frame.globals(globalsOf(surroundings.value)));
  await frame.show(html, () => ({ ...globalsOf(surroundings.value), ...resultOf(call), toolInput: call.input, widgetState: state.value ?? null }));
  return {
    settle: (call) => frame.globals(resultOf(call)),
    close: async () => unwatch(),
  };
}

function globalsOf(surroundings: Surroundings): object {
  const phone = isPhone(surroundings);
  return {
    theme: surroundings.theme,
    locale: surroundings.locale,
    displayMode: surroundings.displayMode,
    maxHeight: surroundings.displayMode === "inline" ? TALLEST : innerHeight,
    safeArea: { insets: insetsOf(surroundings) },
    userAgent: { device: { type: phone ? "mobile" : "desktop" }, capabilities: { hover: !phone, touch: phone } },
  };
}

function resultOf({ outcome }: Call): object {
  const result = outcome.state === "answered" ? outcome.result : null;
  return { toolOutput: result?.structuredContent ?? null, toolResponseMetadata: result?._meta ?? null };
}

/** Does what `window.openai` was asked. Throws what the widget gets as a rejection. */
export async function answerOpenai(stage: Stage, method: string, [first, second]: unknown[]): Promise<unknown> {
  const { log, state } = stage.parts;
  const named = isObject(first) ? first : {};
  switch (method) {
    case "callTool":
      return stage.callTool("openai", String(first), second ?? {});
    case "sendFollowUpMessage":
      return stage.message(String(named.prompt ?? first));
    case "openExternal":
      if (!stage.link(named.href ?? first)) throw new Error("not an address that can be opened");
      return undefined;
    case "requestDisplayMode":
      return { mode: stage.display(named.mode) };
    case "notifyIntrinsicHeight":
      return stage.size(typeof first === "number" ? first : named.height);
    case "setWidgetState":
      state.set(first ?? null);
      log.add({ kind: "state", value: first ?? null });
      return undefined;
    case "setOpenInAppUrl":
      log.add({ kind: "note", words: `Its address in the app: ${String(named.href ?? first)}` });
      return undefined;
    case "requestClose":
      log.add({ kind: "note", words: "Asked to be closed." });
      return undefined;
    default:
      log.add({ kind: "note", words: `Called ${method}, which the playground does not play.` });
      throw new Error(`${method} is not available in the playground`);
  }
}
