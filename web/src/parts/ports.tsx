// The port range of a namespace as a strip, and the budgets that end: who holds them, and when.
import type { Budget, Ports as PortsDocument, PortUse, Strip, Strips } from "../data/documents";
import { equals } from "../filter";
import { count, duration } from "../words";
import { Command, Legend, Section } from "./common";

// From the bottom of a cell to its top.
const uses: [PortUse, string][] = [
	["unfinished", "unfinished"], ["open", "open"], ["time_wait", "TIME-WAIT"], ["listening", "listening"],
	["reserved", "reserved"], ["free", "free"],
];
const height = 56, shown = 6;

// One path a use: of each cell the part that it has.
function paths(strip: Strip): [PortUse, string][] {
	const found: Record<string, string> = {};
	for (let cell = 0; cell < strip.cells; cell++) {
		const all = uses.reduce((sum, [use]) => sum + (strip[use][cell] ?? 0), 0);
		let y = height;
		for (const [use] of uses) {
			const part = all ? (strip[use][cell] ?? 0) / all * height : 0;
			if (part) found[use] = `${found[use] ?? ""}M${cell} ${y.toFixed(2)}h1v${(-part).toFixed(2)}h-1z`;
			y -= part;
		}
	}
	return uses.filter(([use]) => found[use]).map(([use]) => [use, found[use]!]);
}

function sum(numbers: number[]): number {
	return numbers.reduce((a, b) => a + b, 0);
}

function words(strip: Strip): string {
	return uses.map(([use, name]) => [name, sum(strip[use])] as const).filter(([, n]) => n)
		.map(([name, n]) => `${count(n)} ${name}`).join(", ");
}

function Range({ strip, narrowed }: { strip: Strip; narrowed: boolean }) {
	return <figure class="strip">
		<figcaption>
			<b>{strip.name ?? (strip.self ? "this host's namespace" : `namespace ${strip.netns}`)}</b>{" "}
			<span>{narrowed ? "of those that match: " : ""}{words(strip)}</span>
		</figcaption>
		<svg viewBox={`0 0 ${strip.cells} ${height}`} preserveAspectRatio="none" role="img"
			aria-label={`ports ${strip.first} to ${strip.last}: ${words(strip)}`}>
			{paths(strip).map(([use, path]) => <path key={use} class={`use-${use}`} d={path} />)}
		</svg>
		<div class="scale"><span>{strip.first}</span><span>{strip.last}</span></div>
	</figure>;
}

function endsInS(budget: Budget): number {
	return budget.free === 0 ? 0 : budget.eta?.s ?? Number.MAX_VALUE;
}

function ends(budget: Budget): string {
	if (budget.free === 0) return "now: none is left";
	if (budget.eta?.s != null) return `in ${duration(budget.eta.s * 1000)}`;
	return budget.eta_why ?? "-";
}

function holders(budget: Budget): string {
	return budget.held_by.slice(0, 3).map(h => `${count(h.count)} ${h.process ? `${h.process.comm}(${h.process.pid})` : "the kernel"}`)
		.join(", ");
}

function BudgetRow({ budget, expr, onFilter }: { budget: Budget; expr: string; onFilter: (e: string) => void }) {
	const term = budget.destination && equals("peer", budget.destination);
	const part = budget.usable ? budget.used / budget.usable : 0;
	return <tr class={part >= 1 ? "full" : part > .8 ? "near" : ""}>
		<th scope="row">{budget.destination ? <>connect() to {term && <button type="button" class="link" aria-pressed={expr === term}
			onClick={() => onFilter(expr === term ? "" : term)}>{budget.destination}</button>}</> : <>bind(port 0) on {budget.address}</>}</th>
		<td class="used"><span class="meter"><i ref={e => { if (e) e.style.width = `${Math.min(100, part * 100)}%`; }} /></span>
			{count(budget.used)} of {count(budget.usable)}</td>
		<td>{ends(budget)}</td>
		<td>{holders(budget)}</td>
	</tr>;
}

export function Ports(props: { ports: PortsDocument; strips: Strips; expr: string; onFilter: (e: string) => void }) {
	const { ports, strips, expr, onFilter } = props;
	const used = [...ports.bind, ...ports.connect].filter(b => b.used)
		.sort((a, b) => endsInS(a) - endsInS(b) || b.used / b.usable - a.used / a.usable);
	// One remedy may help several budgets.
	const advice = ports.advice.filter((a, i) => ports.advice.findIndex(b => b.text === a.text && b.command === a.command) === i);
	return <Section id="ports" title="Ports" about="What takes the ports that bind(port 0) and connect() choose from, and when none is left.">
		<Legend items={uses} />
		{strips.strips.slice(0, shown).map(strip => <Range key={strip.netns} strip={strip} narrowed={expr !== ""} />)}
		{strips.strips.length > shown && <p class="note">and {strips.strips.length - shown} more namespaces with fewer ports taken</p>}
		{used.length > 0 && <div class="wide" tabIndex={0} role="region" aria-label="budgets"><table class="budgets">
			<thead><tr><th scope="col">budget</th><th scope="col">used</th><th scope="col">ends</th><th scope="col">held by</th></tr></thead>
			<tbody>{used.slice(0, 12).map((b, i) => <BudgetRow key={i} budget={b} expr={expr} onFilter={onFilter} />)}</tbody>
		</table></div>}
		{advice.map((a, i) => <p class="advice" key={i}>{a.text}{a.command && <>: <Command text={a.command} /></>}</p>)}
	</Section>;
}
