// The page: of a server, or of the file that it stands in.
import { render } from "preact";
import { App } from "./app";
import { embedded } from "./data/report";
import { Server } from "./data/server";
import "./style.css";

const root = document.createElement("div");
root.id = "page";
document.body.prepend(root);
render(<App source={embedded() ?? new Server()} />, root);
