// The documents of /api/v1, as far as the page reads them. What people read is in `shown`: the words of the command
// line, made by the same functions.

export interface Gap {
	what: string;
	why: string;
	mend: string | null;
}

export interface Head {
	host: string | null;
	taken_at: string;
	narrowed: string[];
	coverage: { complete: boolean; sockets_seen: number; sockets_kernel: number; gaps: Gap[] };
}

export type Severity = "info" | "warning" | "critical";
export type Verdict = "ok" | "warning" | "critical" | "unknown";

export interface Line {
	label: string;
	text: string;
	command: string | null;
}

export interface Process {
	pid: number;
	comm: string;
}

export interface Finding {
	key: string;
	id: string;
	severity: Severity;
	confidence: string;
	count: number;
	subject: Process | null;
	caused_by: string | null;
	by_state: Record<string, number>;
	shown: { title: string; lines: Line[] };
}

export interface Check extends Head {
	verdict: Verdict;
	states: Record<string, number>;
	findings: Finding[];
	shown: {
		verdict: string;
		circumstances: string;
		states_note: string | null;
		note: string | null;
		states: Record<string, string>;
		states_meant: Record<string, string>; // in a few words, of the side that is in it
	};
}

export interface Budget {
	netns: number;
	source?: string;
	address?: string;
	destination?: string;
	usable: number;
	used: number;
	free: number | null;
	by_state: Record<string, number>;
	eta: { s: number | null } | null;
	eta_why: string | null;
	held_by: { process: Process | null; count: number }[];
}

export interface Ports extends Head {
	bind: Budget[];
	connect: Budget[];
	advice: { text: string; command: string | null }[];
}

export type PortUse = "free" | "reserved" | "time_wait" | "open" | "unfinished" | "listening";

export type Strip = { [use in PortUse]: number[] } & {
	netns: number;
	name: string | null;
	self: boolean;
	first: number;
	last: number;
	taken: number;
	usable: number;
	cells: number;
};

export interface Strips extends Head {
	age_classes_ms: number[]; // where each class of age begins
	strips: Strip[];
}

export interface Release {
	program: string;
	at: string;
	what: string;
}

export interface Life {
	key: string;
	id: string;
	title: string;
	severity: Severity;
	highest: Severity;
	subject: Process | null;
	first_at: string;
	began_before: boolean;
	last_at: string;
	ended_at: string | null;
	count: number;
	count_max: number;
	releases: Release[];
	points: { at: string; count: number; severity: Severity }[];
	shown: { lines: Line[] };
}

export interface Look {
	at: string;
	until: string;
	verdict: Verdict;
	states: Record<string, number>;
}

// The document "timeline".
export interface History extends Head {
	from: string | null;
	to: string | null;
	interval_ms: number;
	looks: Look[];
	ages: { at: string; states: Record<string, number[]> }[];
	moments: { at: string; why: string }[];
	releases: Release[];
	notes: { at: string; what: string }[];
	findings: Life[];
}

export type Value = string | number | null;
export type Row = Record<string, Value>;
export type Group = Row & { count: number; oldest_ms: number | null };
