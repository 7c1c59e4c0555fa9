import { connect } from "./host.ts";
import { IntentDisplay } from "./intent_display.tsx";
import { mount } from "./mount.tsx";

const root = document.getElementById("root");
if (root) void mount(root, { waiting: "Reading your intents…", Content: IntentDisplay }, connect("intent-display"));
