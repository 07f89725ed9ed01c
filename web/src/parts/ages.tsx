// How old connections are, over time. A leak is a diagonal, a pool a band, slow work a floor.
import type { Group, History } from "../data/documents";
import { stateOf } from "../filter";
import { useWidth } from "../hooks";
import { clock, count, short } from "../words";
import { Section } from "./common";

const row = 17, left = 46, under = 20;

interface Column {
	at: string;
	counts: number[]; // by class of age
}

// Of the past only states are known: with any other expression there is now alone.
function columnsOf(history: History | null, groups: Group[], classes: number[], expr: string, at: string): Column[] {
	const state = stateOf(expr);
	const past = history && (!expr || state) ? history.ages.map(ages => {
		const counts = classes.map(() => 0);
		for (const [name, numbers] of Object.entries(ages.states))
			if (state ? name === state : name !== "time_wait")
				numbers.forEach((n, i) => { counts[i] = (counts[i] ?? 0) + n; });
		return { at: ages.at, counts };
	}) : [];
	const now = classes.map(() => 0);
	for (const group of groups) {
		const i = classes.indexOf(Number(group.age_class_ms));
		if (i >= 0 && group.age_class_ms !== null && (state || group.state !== "time_wait")) now[i]! += group.count;
	}
	return [...past.filter(column => column.at < at), { at, counts: now }];
}

function shade(n: number, most: number): number {
	return n ? .18 + .82 * Math.log1p(n) / Math.log1p(most) : 0;
}

function Bars({ column, classes, top }: { column: Column; classes: number[]; top: number }) {
	const most = Math.max(...column.counts, 1);
	return <ul class="bars">
		{classes.slice(0, top).map((ms, i) => ({ ms, n: column.counts[i] ?? 0, next: classes[i + 1] })).reverse().map(({ ms, n, next }) =>
			<li key={ms}><span>{!ms ? `under ${short(next!)}` : next ? `${short(ms)} to ${short(next)}` : `over ${short(ms)}`}</span>
				<i ref={e => { if (e) e.style.width = `${n / most * 60}%`; }} /><b>{n ? count(n) : ""}</b></li>)}
	</ul>;
}

function Heat({ columns, classes, top, width }: { columns: Column[]; classes: number[]; top: number; width: number }) {
	const most = Math.max(1, ...columns.flatMap(c => c.counts));
	const first = Date.parse(columns[0]!.at), last = Date.parse(columns[columns.length - 1]!.at);
	const room = width - left - 8;
	const x = (at: string): number => left + (Date.parse(at) - first) / Math.max(1, last - first) * (room - 8);
	return <svg width={width} height={top * row + under} role="img"
		aria-label={`ages of connections from ${clock(columns[0]!.at)} to ${clock(columns[columns.length - 1]!.at)}`}>
		{classes.slice(0, top).map((ms, i) => <text key={ms} class="tick" x={left - 6} y={(top - i) * row - 4} text-anchor="end">{ms ? short(ms) : "0s"}</text>)}
		{columns.map((column, k) => {
			const from = x(column.at), to = k + 1 < columns.length ? x(columns[k + 1]!.at) : left + room;
			return column.counts.slice(0, top).map((n, i) => n ? <rect key={`${k} ${i}`} class="heat" x={from} y={(top - 1 - i) * row}
				width={Math.max(1, to - from)} height={row - 1} fill-opacity={shade(n, most).toFixed(2)}>
				<title>{`${clock(column.at)}: ${count(n)} of at least ${short(classes[i]!)}`}</title></rect> : null);
		})}
		<text class="tick" x={left} y={top * row + 14}>{clock(columns[0]!.at)}</text>
		<text class="tick" x={width - 8} y={top * row + 14} text-anchor="end">{clock(columns[columns.length - 1]!.at)}</text>
	</svg>;
}

export function Ages(props: { history: History | null; groups: Group[]; classes: number[]; expr: string; at: string }) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const { classes } = props;
	const columns = columnsOf(props.history, props.groups, classes, props.expr, props.at);
	const top = Math.max(6, ...columns.map(c => 1 + c.counts.reduce((last, n, i) => n ? i : last, 0)));
	const over = columns.length > 2;
	return <Section id="ages" title="Ages" about={over
		? "Time to the right, age upwards: a leak is a diagonal, a pool a band, slow work a floor. TIME-WAIT only where chosen."
		: "How long connections have been in their state, now. TIME-WAIT only where chosen."}>
		<div class="ages card" ref={ref}>
			{over && width ? <Heat columns={columns} classes={classes} top={top} width={width} />
				: <Bars column={columns[columns.length - 1]!} classes={classes} top={top} />}
		</div>
	</Section>;
}
