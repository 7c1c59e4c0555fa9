import { start } from "./page.ts";
import { goBack } from "./return.ts";

const page = document.querySelector<HTMLElement>("[data-privy]");
const back = document.querySelector<HTMLElement>("[data-privy-return]");

if (page) start(page);
if (back) goBack(back);
