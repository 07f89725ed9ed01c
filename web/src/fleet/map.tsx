// The map: services, and who owes the close to whom, as wide as there are connections.
import { sankey, sankeyLinkHorizontal, type SankeyGraph } from "d3-sankey";
import { useWidth } from "../hooks";
import { Box } from "../parts/box";
import { Command, Section } from "../parts/common";
import { cut } from "../parts/flows";
import { count } from "../words";
import type { Pair } from "./documents";

const most = 40; // edges that are drawn: all of them are in the list

interface Edge {
	from: string;
	to: string;
	verdict: string;
	shown: string; // the verdict in words
	count: number;
}

interface Node {
	id: string;
	name: string;
}

interface Link {
	source: string;
	target: string;
	value: number;
	edge: Edge;
}

export function edgesOf(pairs: Pair[]): Edge[] {
	const edges = new Map<string, Edge>();
	for (const { verdict, count, shown } of pairs) {
		const key = JSON.stringify([shown.ower, shown.owed, verdict]);
		const edge = edges.get(key);
		if (edge) edge.count += count;
		else edges.set(key, { from: shown.ower, to: shown.owed, verdict, shown: shown.verdict, count });
	}
	return [...edges.values()].sort((a, b) => b.count - a.count);
}

function reaches(next: Map<string, string[]>, from: string, to: string): boolean {
	const seen = new Set([from]);
	for (const name of seen) {
		if (name === to) return true;
		for (const other of next.get(name) ?? []) seen.add(other);
	}
	return false;
}

// The picture knows no circles: who is owed by one to whom it owes itself stands there a second time.
function graphOf(edges: Edge[]): { nodes: Node[]; links: Link[] } {
	const nodes = new Map<string, Node>(), next = new Map<string, string[]>();
	const node = (id: string, name: string): string => { if (!nodes.has(id)) nodes.set(id, { id, name }); return id; };
	const links = edges.map(edge => {
		const again = reaches(next, edge.to, edge.from);
		if (!again) next.set(edge.from, [...next.get(edge.from) ?? [], edge.to]);
		return { source: node(`1 ${edge.from}`, edge.from), target: node(`${again ? 2 : 1} ${edge.to}`, edge.to), value: edge.count, edge };
	});
	return { nodes: [...nodes.values()], links };
}

function layOut(edges: Edge[], width: number): { graph: SankeyGraph<Node, Link>; height: number; columns: number } {
	const make = (height: number): SankeyGraph<Node, Link> =>
		sankey<Node, Link>().nodeId(n => n.id).nodeWidth(12).nodePadding(20).extent([[1, 8], [width - 1, height - 8]])(
			graphOf(edges) as unknown as SankeyGraph<Node, Link>);
	const column = new Map<number, number>(); // where a column is, and how many stand in it
	for (const { x0 = 0 } of make(1000).nodes) column.set(x0, (column.get(x0) ?? 0) + 1);
	const height = Math.max(140, 30 + Math.max(...column.values()) * 44);
	return { graph: make(height), height, columns: column.size };
}

interface Drawn {
	edges: Edge[];
	chosen: string;
	onChoose: (name: string) => void;
}

function Picture({ edges, chosen, onChoose, width }: Drawn & { width: number }) {
	const { graph, height, columns } = layOut(edges, width);
	const path = sankeyLinkHorizontal();
	return <svg width={width} height={height} role="group" aria-label="services, and who owes the close to whom">
		{graph.links.map((link, i) => <path key={i} class={`flow edge-${link.edge.verdict}`} d={path(link as never) ?? ""}
			ref={e => { if (e) e.style.strokeWidth = `${Math.max(1.5, link.width ?? 1)}px`; }}>
			<title>{`${link.edge.from} → ${link.edge.to}: ${link.edge.shown}, ${count(link.edge.count)}`}</title>
		</path>)}
		{graph.nodes.map(n => {
			const { x0 = 0, y0 = 0, y1 = 0, name } = n, label = `${name} ${count(n.value ?? 0)}`;
			return <Box key={n.id} x={x0} top={y0} bottom={y1} least={2} left={x0 > width - 20} label={cut(label, width / columns - 40)} name={label}
				kind={`service ${name === chosen ? "chosen" : ""}`} pressed={name === chosen} choose={() => onChoose(name === chosen ? "" : name)} />;
		})}
	</svg>;
}

// Where there is no room for a picture.
function List({ edges, chosen, onChoose }: Drawn) {
	return <ul class="flow-list">
		{edges.map((edge, i) => <li key={i}>
			<button type="button" class="link" aria-pressed={edge.from === chosen} onClick={() => onChoose(edge.from === chosen ? "" : edge.from)}>
				<i class={`swatch edge-${edge.verdict}`} />{edge.from} → {edge.to}
			</button><b>{count(edge.count)}</b>
		</li>)}
	</ul>;
}

export function ServiceMap(props: { pairs: Pair[]; none: string | null; words: string; chosen: string; onChoose: (name: string) => void }) {
	const { pairs, none, words, chosen, onChoose } = props;
	const [ref, width] = useWidth<HTMLDivElement>();
	const all = edgesOf(pairs), edges = all.slice(0, most);
	const verdicts = new Map(all.map(edge => [edge.verdict, edge.shown]));

	return <Section id="map" title="Map" about="Who has to act stands left of whom it keeps waiting; as wide as there are connections. Choose a service to see only its own.">
		<ul class="legend">
			{[...verdicts].map(([verdict, shown]) => <li key={verdict}><i class={`swatch edge-${verdict}`} />{shown}</li>)}
		</ul>
		<div class="flows" ref={ref}>
			{none && <p class="note">{none}</p>}
			{width > 0 && edges.length > 0 && (width < 560
				? <List edges={edges} chosen={chosen} onChoose={onChoose} />
				: <Picture edges={edges} chosen={chosen} onChoose={onChoose} width={width} />)}
		</div>
		{all.length > most && <p class="note">the {most} widest of {count(all.length)}; all of them are in the list</p>}
		<Command text={`unfin fleet pairs ${words}`} />
	</Section>;
}
