import { connect } from "./host.ts";
import { DiscoverConnections } from "./discover_connections.tsx";
import { mount } from "./mount.tsx";

const root = document.getElementById("root");
if (root) void mount(root, { waiting: "Looking for people…", Content: DiscoverConnections }, connect("discover-connections"));
