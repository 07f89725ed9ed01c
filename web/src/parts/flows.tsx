// Who talks to whom: program, state, destination, as wide as there are connections.
import { sankey, sankeyLinkHorizontal, type SankeyGraph } from "d3-sankey";
import type { Group } from "../data/documents";
import { equals, stateExpression, toggle } from "../filter";
import { useWidth } from "../hooks";
import { count } from "../words";
import { Box } from "./box";
import { Section } from "./common";

const most = 10; // programs, and destinations: the rest is one of each

interface Node {
	id: string;
	name: string;
	kind: "program" | "state" | "end";
	term: string | null; // what a click asks for
	state?: string;
}

interface Link {
	source: string;
	target: string;
	value: number;
	state: string;
}

export interface Flow {
	program: string | null;
	state: string;
	end: string;
	endTerm: string;
	count: number;
}

// A client's other end is where it connects to; a server's is its own port, for its peers are as many as its connections.
export function flowsOf(clients: Group[], servers: Group[]): Flow[] {
	const flow = (g: Group, end: string, endTerm: string): Flow =>
		({ program: g.comm === null ? null : String(g.comm), state: String(g.state), end, endTerm, count: g.count });
	return [
		...clients.map(g => flow(g, String(g.peer), equals("peer", String(g.peer)))),
		...servers.map(g => flow(g, `clients of port ${g.local_port}`, `local_port == ${g.local_port}`)),
	];
}

// The largest keep their names.
function keep(flows: Flow[], name: (f: Flow) => string): Set<string> {
	const sums = new Map<string, number>();
	for (const f of flows) sums.set(name(f), (sums.get(name(f)) ?? 0) + f.count);
	return new Set([...sums].sort((a, b) => b[1] - a[1]).slice(0, most).map(([key]) => key));
}

function graphOf(flows: Flow[], states: Record<string, string>): { nodes: Node[]; links: Link[] } {
	const programOf = (f: Flow): string => f.program ?? "no process";
	const programs = keep(flows, programOf), ends = keep(flows, f => f.end);
	const nodes = new Map<string, Node>(), links = new Map<string, Link>();
	const node = (n: Node): string => { if (!nodes.has(n.id)) nodes.set(n.id, n); return n.id; };
	const link = (source: string, target: string, f: Flow): void => {
		const found = links.get(`${source}\n${target}`);
		if (found) found.value += f.count;
		else links.set(`${source}\n${target}`, { source, target, value: f.count, state: f.state });
	};
	for (const f of flows) {
		const known = programs.has(programOf(f)), near = ends.has(f.end);
		const program = node(known
			? { id: `p ${programOf(f)}`, name: programOf(f), kind: "program", term: f.program && equals("comm", f.program) }
			: { id: "p", name: "other programs", kind: "program", term: null });
		const state = node({ id: `s ${f.state}`, name: states[f.state] ?? f.state, kind: "state", term: stateExpression(f.state), state: f.state });
		const end = node(near ? { id: `e ${f.end}`, name: f.end, kind: "end", term: f.endTerm } : { id: "e", name: "others", kind: "end", term: null });
		link(program, state, f);
		link(state, end, f);
	}
	return { nodes: [...nodes.values()], links: [...links.values()] };
}

function layOut(flows: Flow[], states: Record<string, string>, width: number, height: number): SankeyGraph<Node, Link> {
	const graph = graphOf(flows, states);
	const make = sankey<Node, Link>().nodeId(n => n.id).nodeWidth(12).nodePadding(14).extent([[1, 8], [width - 1, height - 8]]);
	return make(graph as unknown as SankeyGraph<Node, Link>);
}

export function cut(text: string, width: number): string {
	const letters = Math.floor(width / 7.2);
	return text.length > letters ? `${text.slice(0, Math.max(3, letters - 1))}…` : text;
}

// Where there is no room for a picture: the widest, one below the other.
function List(props: { flows: Flow[]; states: Record<string, string>; expr: string; onFilter: (e: string) => void }) {
	const { flows, states, expr, onFilter } = props;
	const termsOf = (f: Flow): string[] => [f.program === null ? "comm == -" : equals("comm", f.program), stateExpression(f.state), f.endTerm];
	const top = [...flows].sort((a, b) => b.count - a.count).slice(0, 12);
	return <ul class="flow-list">
		{top.map((f, i) => <li key={i}>
			<button type="button" class="link" onClick={() => onFilter(toggle(expr, ...termsOf(f)))}>
				{f.program ?? "no process"} → {states[f.state] ?? f.state} → {f.end}
			</button><b>{count(f.count)}</b>
		</li>)}
	</ul>;
}

export function Flows(props: { flows: Flow[]; states: Record<string, string>; expr: string; onFilter: (e: string) => void }) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const { flows, states, expr, onFilter } = props;
	const rows = Math.max(keep(flows, f => f.program ?? "").size, keep(flows, f => f.end).size);
	const height = Math.max(160, 40 + rows * 44);
	const narrow = width < 560;
	const graph = flows.length && width && !narrow ? layOut(flows, states, width, height) : null;
	const path = sankeyLinkHorizontal();
	const room = width / 2 - 70;

	return <Section id="flows" title="Who talks to whom" about="Program, state, destination; as wide as there are connections. Choose one to see only its own.">
		<div class="flows" ref={ref}>
			{!flows.length && <p class="note">no connections</p>}
			{width > 0 && narrow && <List flows={flows} states={states} expr={expr} onFilter={onFilter} />}
			{graph && <svg width={width} height={height} role="group" aria-label="connections by program, state and destination">
				{graph.links.map((link, i) => <path key={i} class={`flow flow-${link.state}`} d={path(link as never) ?? ""}
					ref={e => { if (e) e.style.strokeWidth = `${Math.max(1, link.width ?? 1)}px`; }} />)}
				{graph.nodes.map(n => {
					const { x0 = 0, y0 = 0, y1 = 0 } = n, label = cut(`${n.name} ${count(n.value ?? 0)}`, room);
					return <Box key={n.id} x={x0} top={y0} bottom={y1} least={1} left={n.kind === "end"} label={label} name={`${label} (${n.name})`}
						kind={`${n.kind} ${n.state ? `state-${n.state}` : ""}`} choose={n.term ? () => onFilter(toggle(expr, n.term!)) : undefined} />;
				})}
			</svg>}
		</div>
	</Section>;
}
