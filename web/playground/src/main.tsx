// Before everything that makes a schema.
import "./without_eval.ts";

import { render } from "preact";

import { readPage } from "./page.ts";
import { Playground } from "./playground.ts";
import { App } from "./ui/app.tsx";

const page = readPage();
const playground = new Playground(page);
render(<App playground={playground} />, page.root);
void playground.start();
