import type { Tool } from "@modelcontextprotocol/client";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Call } from "../call.ts";
import type { Playground } from "../playground.ts";
import { draftOf } from "../schema/draft.ts";
import { isObject, type JsonObject } from "../schema/json.ts";
import { misfit } from "../schema/misfit.ts";
import { amount, parse, type Problems, read } from "../schema/read.ts";
import { useStore } from "../store.ts";
import { type Editor, editorOf, formOf } from "./editor.ts";
import { FieldView } from "./field.tsx";
import { Icon } from "./icons.tsx";
import { Segmented } from "./segmented.tsx";

interface Props {
  playground: Playground;
  tool: Tool;
  running: Call | null;
}

const NONE: Problems = new Map();

/** The arguments of a tool, as a form or as JSON, and the button that sends them. */
export function Arguments({ playground, tool, running }: Props): VNode {
  const editors = useStore(playground.editors);
  const editor = editors[tool.name] ?? editorOf(tool);
  const field = formOf(tool);
  const [problems, setProblems] = useState(NONE);
  const [words, setWords] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const change = (changes: Partial<Editor>): void => playground.editors.change({ [tool.name]: { ...editor, ...changes } });
  useEffect(() => {
    // What is put right while one types is not wrong any longer; what is typed half is not wrong yet.
    if (problems.size === 0) return;
    const still = read(field, editor.draft).problems;
    const left = new Map([...problems.keys()].flatMap((pointer) => (still.has(pointer) ? [[pointer, still.get(pointer) ?? ""]] : [])));
    if (left.size < problems.size) setProblems(left);
  }, [editor.draft]);

  const fail = (found: Problems): void => {
    setProblems(found);
    const [first] = found.keys();
    requestAnimationFrame(() => {
      const place = [...(form.current?.querySelectorAll<HTMLElement>("[data-pointer]") ?? [])].find(({ dataset }) => dataset.pointer === first);
      (place?.matches("input, select, textarea") ? place : place?.querySelector<HTMLElement>("input, select, textarea, button"))?.focus();
    });
  };

  const submit = (): void => {
    if (running) return;
    setWords(null);
    if (editor.mode === "json") {
      const parsed = parse(editor.json.trim() === "" ? "{}" : editor.json);
      if ("words" in parsed) return setWords(parsed.words);
      if (!isObject(parsed.value)) return setWords("Arguments are an object: {…}.");
      void playground.run(tool, parsed.value);
      return;
    }
    const { value, problems } = read(field, editor.draft);
    if (problems.size > 0) return fail(problems);
    setProblems(NONE);
    void playground.run(tool, (isObject(value) ? value : {}) as JsonObject);
  };

  const turn = (mode: Editor["mode"]): void => {
    setWords(null);
    if (mode === "json") {
      // What is wrong so far is left out: JSON is where one repairs it.
      return change({ mode, json: JSON.stringify(read(field, editor.draft).value ?? {}, null, 2) });
    }
    const parsed = parse(editor.json.trim() === "" ? "{}" : editor.json);
    const draft = "words" in parsed ? null : draftOf(field, parsed.value);
    if (draft === null) return setWords("words" in parsed ? `${parsed.words}. Put that right first.` : "The form has no place for some of this, so it stays JSON.");
    setProblems(NONE);
    change({ mode, draft });
  };

  const empty = field.kind === "group" && field.entries.length === 0;
  return (
    <form class="pg-form" ref={form} noValidate aria-label="Arguments" onSubmit={(event) => {
      event.preventDefault();
      submit();
    }} onKeyDown={(event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      submit();
    }}>
      <div class="pg-form-head">
        <h3>Arguments</h3>
        {field.kind === "group" && <Segmented label="Arguments as" options={[["form", "Form"], ["json", "JSON"]]} value={editor.mode} onValue={turn} />}
      </div>
      {editor.mode === "json" ? (
        <JsonEditor tool={tool} json={editor.json} onJson={(json) => change({ json })} />
      ) : empty ? (
        <p class="empty">This tool takes none.</p>
      ) : (
        <FieldView field={field} name="" required pointer="" draft={editor.draft} problems={problems} onDraft={(draft) => change({ draft })} />
      )}
      {words && <p class="pg-problem" role="alert">{words}</p>}
      {problems.size > 0 && <p class="pg-problem" role="alert">{amount(problems.size, "field")} to put right. JSON is sent as it is.</p>}
      <div class="pg-run">
        <button type="submit" class="button" aria-disabled={running !== null}><Icon name="play" />Run</button>
        {running && <button type="button" class="button quiet" onClick={() => playground.stop(running.id)}><Icon name="stop" />Cancel</button>}
        <button type="button" class="textual" onClick={() => {
          setProblems(NONE);
          setWords(null);
          change(editorOf(tool));
        }}>Reset</button>
        <span class="hint pg-keys"><kbd>{/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl"}</kbd> <kbd>Enter</kbd></span>
      </div>
    </form>
  );
}

function JsonEditor({ tool, json, onJson }: { tool: Tool; json: string; onJson: (json: string) => void }): VNode {
  const parsed = parse(json.trim() === "" ? "{}" : json);
  const hint = "words" in parsed ? parsed.words : misfit(tool.inputSchema, parsed.value);
  return (
    <div class="pg-field">
      <textarea class="pg-input pg-code" aria-label="Arguments as JSON" aria-describedby="pg-json-hint" spellcheck={false} rows={Math.min(24, Math.max(8, json.split("\n").length + 1))} value={json} onInput={({ currentTarget }) => onJson(currentTarget.value)} />
      <p class="hint" id="pg-json-hint">{hint === null ? "Fits the tool's schema." : `${hint}${"words" in parsed ? "" : " It is sent as it is."}`}</p>
    </div>
  );
}
