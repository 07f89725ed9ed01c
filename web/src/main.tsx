// The page: of a server, or of the file that it stands in.
import { render } from "preact";
import { App } from "./app";
import { embedded } from "./data/report";
import { Server } from "./data/server";
import { FleetApp } from "./fleet/app";
import "./style.css";

const root = document.createElement("div");
root.id = "page";
document.body.prepend(root);
// What is folded cannot be unfolded on paper.
addEventListener("beforeprint", () => {
	for (const details of document.querySelectorAll("details")) details.open = true;
});
const { fleet, every } = document.documentElement.dataset;
render(fleet === undefined ? <App source={embedded() ?? new Server()} /> : <FleetApp words={fleet} everyMs={Number(every)} />, root);
