// The documents of a fleet, as far as the page reads them: those of `unfin fleet --json`. What people read is in `shown`.
import { documentOf } from "../data/server";

export interface Heading {
	name: string;
	text: string;
	right: boolean;
}

export interface FleetDocument {
	taken_at: string | null;
	coverage: { complete: boolean; hosts: Record<string, number> };
	shown: {
		head: string;
		not_seen: string[];
		none: string | null; // what to say where there is no row
		headings?: Heading[]; // of a table, and its rows as people read them
		cells?: string[][];
	};
}

export interface End {
	host: string;
	service: string | null;
	socket: string;
}

export type Fin = "nobody" | "ours" | "theirs" | "between" | null;

export interface Pair {
	verdict: string;
	count: number;
	ours: End; // who has to act
	theirs: End | null;
	fin_from: Fin;
	shown: {
		verdict: string;
		title: string;
		proof: string | null;
		ower: string; // both ends of an edge of the map
		owed: string;
	};
}

export interface Pairs extends FleetDocument {
	pairs: Pair[];
}

export interface Rung {
	label: string;
	ours: string;
	theirs: string;
}

export interface Peer extends FleetDocument {
	pairs: { verdict: string; theirs: End | null; fin_from: Fin; shown: { verdict: string; ladder: Rung[] } }[];
}

export const most = 2000; // rows that the page asks for: the worst come first

export function askFleet<T extends FleetDocument>(question: string, parameters: Record<string, string | number> = {}): Promise<T> {
	return documentOf<T>(`fleet/${question}`, parameters);
}
