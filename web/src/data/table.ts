// Sockets as columns, each different text told once: 100,000 of them fit into a file.
import type { Head, Row, Value } from "./documents";

type Column = { values: (number | null)[] } | { numbers: number[]; words: string[] };

export interface ColumnsDocument extends Head {
	count: number;
	left_out: number;
	columns: Record<string, Column>;
}

export type Getter = (row: number) => Value;

// "[::1]:80" -> "::1", 80
function split(endpoint: Value): [string, number] {
	const text = String(endpoint ?? "");
	const colon = text.lastIndexOf(":");
	return [text.slice(0, colon).replace(/^\[|\]$/g, ""), Number(text.slice(colon + 1))];
}

export class Table {
	readonly count: number;
	private readonly getters: Record<string, Getter> = {};

	constructor(document: ColumnsDocument) {
		this.count = document.count;
		for (const [name, column] of Object.entries(document.columns)) {
			if ("values" in column) this.getters[name] = row => column.values[row] ?? null;
			else this.getters[name] = row => column.words[column.numbers[row] ?? 0] || null;
		}
		for (const end of ["local", "peer"]) {
			const whole = this.getters[end]!;
			this.getters[`${end}_address`] = row => split(whole(row))[0];
			this.getters[`${end}_port`] = row => split(whole(row))[1];
		}
	}

	get names(): string[] {
		return Object.keys(this.getters);
	}

	// A field by either of its names: age_ms, age.
	find(name: string): Getter | undefined {
		const plain = name.toLowerCase().replaceAll("-", "_");
		return this.getters[plain] ?? this.getters[`${plain}_ms`];
	}

	row(at: number, names: string[]): Row {
		return Object.fromEntries(names.map(name => [name, this.getters[name]?.(at) ?? null]));
	}
}
