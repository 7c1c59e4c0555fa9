import { render } from "preact";
import { config } from "zod/v4/core";

import { readPage } from "./page.ts";
import { Playground } from "./playground.ts";
import { App } from "./ui/app.tsx";

// zod would try to compile its schemas, and the page's policy reports the attempt.
config({ jitless: true });

const page = readPage();
const playground = new Playground(page);
render(<App playground={playground} />, page.root);
void playground.start();
