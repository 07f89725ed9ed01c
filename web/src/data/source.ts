// Where the page has its data from: a server, or the file that it stands in. Both answer the same questions.
import type { Check, Group, History, Ports, Row, Strips } from "./documents";

export interface Problem {
	what: string;
	why: string | null;
	mend: string | null;
}

// What a source throws: said in the words of whoever refused.
export class Refusal extends Error {
	constructor(readonly problem: Problem) {
		super(problem.what);
	}
}

export interface RowQuery {
	expr: string;
	sort: string; // "": of a report, the sockets of the first finding, then all others, each the oldest first
	offset: number;
	limit: number;
}

export interface Rows {
	rows: Row[];
	total: number;
}

// `at`: null is now; else the time of a kept moment. `expr` "" is everything.
export interface Source {
	readonly live: boolean; // asks a server, which knows the whole expression language
	check(at: string | null): Promise<Check>;
	groups(by: string[], expr: string, at: string | null, most?: number): Promise<Group[]>;
	rows(query: RowQuery, at: string | null): Promise<Rows>;
	ports(at: string | null): Promise<Ports>;
	strips(expr: string, at: string | null): Promise<Strips>;
	history(): Promise<History | null>; // null: nothing is known of before
	onCycle(tell: () => void): () => void; // returns what ends it
}

export const columns = ["state", "local", "peer", "recv_q", "send_q", "age_ms", "comm", "pid", "unowned"];
