// The file that the page stands in: a report carries its documents, and its sockets as columns.
import type { Check, Group, History, Ports, PortUse, Row, Strip, Strips, Value } from "./documents";
import { expressionOf } from "../filter";
import { compile, type Test } from "./expression";
import { columns, Refusal, type RowQuery, type Rows, type Source } from "./source";
import { Table, type ColumnsDocument } from "./table";

export interface ReportDocument {
	schema: "unfin.report/1";
	redacted: boolean;
	check: Check;
	ports: Ports;
	strip: Strips;
	columns: ColumnsDocument;
	timeline?: History;
}

// What is not known comes last, whatever the order.
function compare(a: Value, b: Value, down: boolean): number {
	if (a === null || b === null) return Number(a === null) - Number(b === null);
	const order = typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : Number(a !== b);
	return down ? -order : order;
}

const unfinished = new Set(["close_wait", "last_ack", "closing", "fin_wait1", "fin_wait2"]);

function useOf(state: Value): PortUse {
	if (state === "listen") return "listening";
	if (state === "time_wait") return "time_wait";
	return unfinished.has(String(state)) ? "unfinished" : "open";
}

const uses: PortUse[] = ["free", "reserved", "time_wait", "open", "unfinished", "listening"];

export class Report implements Source {
	readonly live = false;
	private readonly table: Table;
	private cached: { key: string; rows: number[] } = { key: "-", rows: [] };

	constructor(private readonly document: ReportDocument) {
		this.table = new Table(document.columns);
	}

	private matching(expr: string): number[] {
		const test = compile(expr, this.table);
		const rows: number[] = [];
		for (let row = 0; row < this.table.count; row++) if (test(row)) rows.push(row);
		return rows;
	}

	private ofFirstFinding(): Test {
		const finding = this.document.check.findings[0];
		const expr = finding ? expressionOf(finding) : "";
		return expr ? compile(expr, this.table) : () => false;
	}

	private ordered(expr: string, sort: string): number[] {
		const key = `${sort} ${expr}`;
		if (this.cached.key === key) return this.cached.rows;
		const rows = this.matching(expr);
		const by = sort || "-age_ms", down = by.startsWith("-");
		const get = this.table.find(by.replace("-", ""));
		const first = sort ? () => false : this.ofFirstFinding();
		if (get) {
			const keys = new Map(rows.map(row => [row, { value: get(row), last: Number(!first(row)) }]));
			rows.sort((a, b) => keys.get(a)!.last - keys.get(b)!.last || compare(keys.get(a)!.value, keys.get(b)!.value, down) || a - b);
		}
		this.cached = { key, rows };
		return rows;
	}

	async check(): Promise<Check> {
		return this.document.check;
	}

	async groups(by: string[], expr: string): Promise<Group[]> {
		const getters = by.map(name => this.table.find(name)!);
		const age = this.table.find("age")!;
		const found = new Map<string, Group>();
		for (const row of this.matching(expr)) {
			const values = getters.map(get => get(row));
			const key = JSON.stringify(values);
			let group = found.get(key);
			if (!group) {
				group = { count: 0, oldest_ms: null } as Group;
				by.forEach((name, i) => { group![name] = values[i]!; });
				found.set(key, group);
			}
			group.count++;
			const ms = age(row) as number | null;
			if (ms !== null) group.oldest_ms = Math.max(group.oldest_ms ?? 0, ms);
		}
		return [...found.values()].sort((a, b) => b.count - a.count);
	}

	async rows(query: RowQuery): Promise<Rows> {
		const all = this.ordered(query.expr, query.sort);
		const rows: Row[] = all.slice(query.offset, query.offset + query.limit).map(at => this.table.row(at, columns));
		return { rows, total: all.length };
	}

	async ports(): Promise<Ports> {
		return this.document.ports;
	}

	async strips(expr: string): Promise<Strips> {
		if (!expr) return this.document.strip;
		const rows = this.matching(expr);
		return { ...this.document.strip, strips: this.document.strip.strips.map(strip => this.narrow(strip, rows)) };
	}

	// The same strip with these sockets alone. A cell's reserved ports are known by number only: they stay.
	private narrow(strip: Strip, rows: number[]): Strip {
		const [state, port, netns] = ["state", "local_port", "netns"].map(name => this.table.find(name)!);
		const use = new Map<number, PortUse>();
		for (const row of rows) {
			const number = port!(row) as number;
			if (netns!(row) !== strip.netns || number < strip.first || number > strip.last) continue;
			const is = useOf(state!(row));
			if (uses.indexOf(is) > uses.indexOf(use.get(number) ?? "free")) use.set(number, is);
		}
		const narrowed = { ...strip, taken: use.size };
		for (const name of uses) if (name !== "reserved") narrowed[name] = new Array<number>(strip.cells).fill(0);
		const ports = strip.last - strip.first + 1;
		for (const [number, is] of use) narrowed[is][Math.floor((number - strip.first) * strip.cells / ports)]!++;
		for (let cell = 0; cell < strip.cells; cell++) {
			const total = uses.reduce((sum, name) => sum + (strip[name][cell] ?? 0), 0);
			const taken = uses.reduce((sum, name) => sum + (name === "free" ? 0 : narrowed[name][cell]!), 0);
			narrowed.free[cell] = Math.max(0, total - taken);
		}
		return narrowed;
	}

	async history(): Promise<History | null> {
		return this.document.timeline ?? null;
	}

	onCycle(): () => void {
		return () => {};
	}
}

// The data of the file, if this page is one.
export function embedded(): Report | null {
	const element = document.getElementById("data");
	if (!element) return null;
	const data = JSON.parse(element.textContent ?? "") as ReportDocument;
	if (data.schema !== "unfin.report/1") throw new Refusal({ what: "this is no report of unfin", why: null, mend: null });
	return new Report(data);
}
