// zod tries once whether it may make code from text. Hosts' policies refuse that and report it, so it
// must know before the first schema is made, which is when ext-apps is loaded.
import { config } from "zod/v4/core";

config({ jitless: true });
