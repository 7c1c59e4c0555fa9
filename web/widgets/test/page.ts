// A page for the components, in place before anything else is loaded.
import { JSDOM } from "jsdom";

const { window } = new JSDOM('<!doctype html><html lang="en"><head><title>Widget</title></head><body><main id="root"></main></body></html>', {
  pretendToBeVisual: true,
  url: "https://widget.example/",
});

for (const name of ["window", "document", "navigator", "Node", "Element", "HTMLElement", "MutationObserver", "getComputedStyle", "requestAnimationFrame", "cancelAnimationFrame", "Event"]) {
  Object.defineProperty(globalThis, name, {
    value: name === "window" ? window : (window as unknown as Record<string, unknown>)[name],
    configurable: true,
    writable: true,
  });
}
