// The sockets, as many as there are: the source sorts and cuts, here are only the rows in sight.
import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Row, Value } from "../data/documents";
import type { Problem, Source } from "../data/source";
import { problemOf } from "../hooks";
import { count, quoted, short } from "../words";
import { Section, Trouble } from "./common";

const rowHeight = 30, beyond = 4, page = 200, most = 64; // pixels, rows out of sight on either side, rows asked for at once, pages kept
const atOnce = 16; // rows that get words at once: a step of the wheel brings 3 or 4

interface Column {
	field: string;
	heading: string;
	right?: boolean;
}

// As `unfin list` has them.
const columns: Column[] = [
	{ field: "state", heading: "State" },
	{ field: "recv_q", heading: "Recv-Q", right: true },
	{ field: "send_q", heading: "Send-Q", right: true },
	{ field: "local", heading: "Local Address:Port" },
	{ field: "peer", heading: "Peer Address:Port" },
	{ field: "age_ms", heading: "Age", right: true },
	{ field: "comm", heading: "Process" },
];

function holder(row: Row): string {
	if (row.comm === null) return `- ${row.unowned ?? ""}`;
	const names = String(row.comm).split(","), pids = String(row.pid ?? "").split(",");
	return pids.map((pid, i) => `${names[i] ?? names[0]}(${pid})`).join(",");
}

function cell(row: Row, column: Column, states: Record<string, string>): string {
	const value: Value = row[column.field] ?? null;
	if (column.field === "comm") return holder(row);
	if (value === null) return "-";
	if (column.field === "state") return states[value] ?? String(value);
	return column.field === "age_ms" ? short(Number(value)) : String(value);
}

class Pages {
	total: number | null = null;
	private readonly kept = new Map<number, Row[]>();
	private readonly asked = new Set<number>();

	constructor(private readonly source: Source, readonly expr: string, readonly sort: string, readonly at: string | null,
		private readonly arrived: (problem: Problem | null) => void) {}

	row(at: number): Row | undefined {
		return this.kept.get(Math.floor(at / page))?.[at % page];
	}

	want(first: number, last: number): void {
		for (let n = Math.floor(first / page); n <= Math.floor(last / page); n++) this.ask(n);
	}

	private ask(n: number): void {
		if (this.kept.has(n) || this.asked.has(n)) return;
		this.asked.add(n);
		const query = { expr: this.expr, sort: this.sort, offset: n * page, limit: page };
		this.source.rows(query, this.at).then(rows => {
			this.asked.delete(n);
			this.total = rows.total;
			this.kept.set(n, rows.rows);
			if (this.kept.size > most) this.kept.delete(this.kept.keys().next().value!);
			this.arrived(null);
		}, (error: unknown) => {
			this.asked.delete(n);
			this.arrived(problemOf(error));
		});
	}
}

interface Shown {
	first: number;
	rows: number;
}

function useScroll(total: number): [(e: HTMLElement | null) => void, Shown] {
	const [shown, set] = useState<Shown>({ first: 0, rows: 24 });
	const element = useRef<HTMLElement | null>(null);
	const due = useRef(0);
	const look = (): void => {
		due.current = 0;
		const e = element.current;
		if (!e) return;
		const first = Math.max(0, Math.floor(e.scrollTop / rowHeight) - beyond), rows = Math.ceil(e.clientHeight / rowHeight) + 2 * beyond;
		set(before => before.first === first && before.rows === rows ? before : { first, rows });
	};
	const scrolled = useRef(() => { due.current ||= requestAnimationFrame(look); });
	const ref = useRef((e: HTMLElement | null) => {
		element.current?.removeEventListener("scroll", scrolled.current);
		element.current = e;
		e?.addEventListener("scroll", scrolled.current, { passive: true });
		look();
	});
	useEffect(look, [total]);
	return [ref.current, shown];
}

interface Place {
	at: number;
	row: Row | undefined; // as it is drawn; not known, or not drawn yet
	drawn: ComponentChild; // the same one again costs nothing; names of states and the filter stay what they are
}

// The rows in sight, each in the element that has it anyway: one that stays keeps its element, its place and its words,
// and none is moved within the document, which costs far more. Words are set of so many rows at once; where all are
// others, the rest comes with the next frame.
function useRows(shown: Shown, total: number, pages: Pages | null, draw: (slot: number, at: number, row: Row | undefined) => ComponentChild,
	again: () => void): Place[] {
	const drawn = useRef<Place[]>([]);
	const elements = Math.max(0, Math.min(shown.rows, total - shown.first)), places: Place[] = Array(elements);
	let room = atOnce, late = false;
	for (let at = shown.first; at < shown.first + elements; at++) {
		const slot = at % elements, row = pages?.row(at), before = drawn.current[slot];
		const now = !row || row === before?.row || room-- > 0;
		const words = now ? row : before?.at === at ? before.row : undefined;
		places[slot] = before?.at === at && before.row === words ? before : { at, row: words, drawn: draw(slot, at, words) };
		late ||= !now;
	}
	drawn.current = places;
	useEffect(() => {
		const due = late ? requestAnimationFrame(again) : 0;
		return () => cancelAnimationFrame(due);
	});
	return places;
}

// For whoever has them read aloud: the order of the rows is not that of the elements.
function readingOrder(places: Place[]): string {
	const slots = places.map((_, slot) => slot).sort((a, b) => places[a]!.at - places[b]!.at);
	return ["row-heading", ...slots.map(slot => `row-${slot}`)].join(" ");
}

function Heading(props: { column: Column; sort: string; onSort: (sort: string) => void }) {
	const { column, sort } = props;
	const up = sort === column.field, down = sort === `-${column.field}`;
	return <div role="columnheader" class={column.right ? "right" : ""} aria-sort={up ? "ascending" : down ? "descending" : "none"}>
		<button type="button" onClick={() => props.onSort(down ? column.field : `-${column.field}`)}>
			{column.heading}<span aria-hidden="true">{up ? " ▲" : down ? " ▼" : ""}</span>
		</button>
	</div>;
}

function TableRow(props: { slot: number; at: number; row: Row | undefined; states: Record<string, string>; onFilter: (e: string) => void }) {
	const { at, row } = props;
	const peer = row?.peer;
	return <div role="row" id={`row-${props.slot}`} aria-rowindex={at + 2} class={`row ${row ? `is-${String(row.state)}` : "waits"}`}
		ref={e => { if (e) e.style.top = `${at * rowHeight}px`; }}>
		{columns.map(column => <div role="cell" key={column.field} class={`${column.field} ${column.right ? "right" : ""}`}>
			{!row ? "" : column.field === "peer" && peer && !/[:.]0$/.test(String(peer))
				? <button type="button" class="link" tabIndex={-1}
					onClick={() => props.onFilter(`peer == ${quoted(String(peer))}`)}>{String(peer)}</button>
				: cell(row, column, props.states)}
		</div>)}
	</div>;
}

function Filter(props: { expr: string; onFilter: (e: string) => void }) {
	const [text, setText] = useState(props.expr);
	useEffect(() => setText(props.expr), [props.expr]);
	return <form class="filter" role="search" onSubmit={event => { event.preventDefault(); props.onFilter(text.trim()); }}>
		<label for="expr">unfin list</label>
		<input id="expr" type="text" value={text} spellcheck={false} autocomplete="off" autocapitalize="off"
			placeholder="state == close-wait and age > 10m" onInput={event => setText(event.currentTarget.value)} />
		<button type="submit">filter</button>
		{props.expr && <button type="button" onClick={() => props.onFilter("")}>all</button>}
	</form>;
}

export function Sockets(props: {
	source: Source; expr: string; at: string | null; stamp: string; states: Record<string, string>; onFilter: (e: string) => void;
}) {
	const { source, expr, at, stamp, onFilter } = props;
	const [sort, setSort] = useState(source.live ? "-age_ms" : "");
	const [, redraw] = useState(0);
	const [problem, setProblem] = useState<Problem | null>(null);
	const pages = useRef<Pages | null>(null);
	const shownBefore = useRef<Pages | null>(null);
	const key = JSON.stringify([expr, sort, at, stamp]);

	useEffect(() => {
		const fresh = new Pages(source, expr, sort, at, trouble => {
			if (pages.current !== fresh) return;
			if (!trouble) shownBefore.current = null;
			setProblem(trouble);
			redraw(n => n + 1);
		});
		shownBefore.current = pages.current?.total == null ? shownBefore.current : pages.current;
		pages.current = fresh;
		fresh.want(first.current, first.current + 40);
	}, [key]);
	const has = shownBefore.current ?? pages.current;
	const total = has?.total ?? 0;
	const [scroller, shown] = useScroll(total);
	const first = useRef(0);
	first.current = Math.min(shown.first, Math.max(0, total - 1));
	useEffect(() => {
		if (total) pages.current?.want(shown.first, Math.min(shown.first + shown.rows, total) - 1);
	}, [shown, total, key]);
	const rows = useRows(shown, total, has, (slot, row, words) =>
		<TableRow key={slot} slot={slot} at={row} row={words} states={props.states} onFilter={onFilter} />, () => redraw(n => n + 1));

	return <Section id="sockets" title="Sockets" about="Every socket with its process; the expressions are those of unfin list.">
		<Filter expr={expr} onFilter={onFilter} />
		<Trouble problem={problem} />
		<p class="total" aria-live="polite"><b>{count(total)}</b> {total === 1 ? "socket" : "sockets"}{expr && <> that match <code>{expr}</code></>}</p>
		<div class="table" role="table" aria-label="sockets" aria-rowcount={total + 1} aria-colcount={columns.length}>
			<div class="scroll" ref={scroller} tabIndex={0} role="rowgroup" aria-label="rows" aria-owns={readingOrder(rows)}>
				<div class="row heading" role="row" id="row-heading" aria-rowindex={1}>
					{columns.map(c => <Heading key={c.field} column={c} sort={sort} onSort={setSort} />)}
				</div>
				<div class="rows" role="presentation" ref={e => { if (e) e.style.height = `${total * rowHeight}px`; }}>
					{rows.map(place => place.drawn)}
				</div>
			</div>
		</div>
	</Section>;
}
