// The expression language of the command line, as far as a file without a server needs it: and, or, not, ( ), the
// comparisons, and ~ (a pattern). What it does not know it refuses; `unfin web --from` knows all of it.
import { Refusal } from "./source";
import type { Getter, Table } from "./table";

export type Test = (row: number) => boolean;

function refuse(column: number, why: string): never {
	throw new Refusal({
		what: `column ${column + 1}: ${why}`,
		why: "this file knows a part of the expression language",
		mend: "all of it: unfin web --from FILE, of a moment that unfin record has kept",
	});
}

const units: Record<string, number> = { ms: 1, s: 1e3, m: 6e4, min: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

function number(text: string): number | null {
	const duration = /^(\d+(?:\.\d+)?)(ms|s|min|m|h|d|w)$/.exec(text);
	if (duration) return Number(duration[1]) * units[duration[2]!]!;
	return /^\d+$/.test(text) ? Number(text) : null;
}

// All spellings of a state differ in separators and case alone, but for these.
const spellings: Record<string, string> = { estab: "established", closed: "close", listening: "listen" };

function folded(text: string): string {
	const letters = text.toLowerCase().replace(/[^a-z0-9]/g, "");
	return spellings[letters] ?? letters;
}

function pattern(text: string): RegExp {
	const escaped = text.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
	return new RegExp(`^${escaped}$`, "i");
}

const orders: Record<string, (a: number, b: number) => boolean> = {
	"==": (a, b) => a === b,
	"!=": (a, b) => a !== b,
	"<": (a, b) => a < b,
	"<=": (a, b) => a <= b,
	">": (a, b) => a > b,
	">=": (a, b) => a >= b,
};

// Of several holders the values stand together, with commas: one that fits is enough. What is not known fits nothing
// but `== -`.
function comparison(name: string, get: Getter, operator: string, value: string): Test {
	const wanted = number(value);
	const spell = name === "state" ? folded : (s: string) => s;
	const text = spell(value);
	const like = pattern(value);
	const fits = (one: string): boolean => {
		if (operator === "~") return like.test(one);
		if (operator === "==") return spell(one) === text;
		if (operator === "!=") return spell(one) !== text;
		return wanted !== null && orders[operator]!(Number(one), wanted);
	};

	return row => {
		const is = get(row);
		if (is === null) return operator === "==" && value === "-";
		if (typeof is === "number" && operator !== "~") return wanted !== null && orders[operator]!(is, wanted);
		return String(is).split(",").some(fits);
	};
}

class Parser {
	private at = 0;

	constructor(private readonly text: string, private readonly table: Table) {}

	// What stands here, if it fits; blanks before it are passed over.
	private take(what: RegExp): string | null {
		this.at += /^\s*/.exec(this.text.slice(this.at))![0].length;
		const found = what.exec(this.text.slice(this.at))?.[0];
		if (found === undefined) return null;
		this.at += found.length;
		return found;
	}

	parse(): Test {
		const test = this.either();
		this.take(/^/);
		if (this.at < this.text.length) refuse(this.at, "expected and, or, or the end");
		return test;
	}

	private either(): Test {
		let test = this.both();
		while (this.take(/^or\b/i)) {
			const left = test, right = this.both();
			test = row => left(row) || right(row);
		}
		return test;
	}

	private both(): Test {
		let test = this.one();
		while (this.take(/^and\b/i)) {
			const left = test, right = this.one();
			test = row => left(row) && right(row);
		}
		return test;
	}

	private one(): Test {
		if (this.take(/^not\b/i)) {
			const test = this.one();
			return row => !test(row);
		}
		if (!this.take(/^\(/)) return this.compared();
		const test = this.either();
		if (!this.take(/^\)/)) refuse(this.at, "expected )");
		return test;
	}

	private compared(): Test {
		const at = this.at;
		const name = this.take(/^[\w-]+/) ?? "";
		const get = this.table.find(name);
		if (!get) refuse(at, `expected a field: ${this.table.names.join(", ")}`);
		const operator = this.take(/^(==|!=|<=|>=|<|>|~)/);
		if (!operator) refuse(this.at, "expected ==, !=, <, <=, >, >= or ~");
		return comparison(name, get, operator, this.value());
	}

	private value(): string {
		const quoted = this.take(/^("([^"\\]|\\.)*"|'([^'\\]|\\.)*')/);
		if (quoted) return quoted.slice(1, -1).replace(/\\(.)/g, "$1");
		// A closing parenthesis that it has not opened is not the value's.
		const value = this.take(/^([^\s()]|\([^\s()]*\))+/);
		return value ?? refuse(this.at, "expected a value");
	}
}

export function compile(text: string, table: Table): Test {
	return text.trim() ? new Parser(text, table).parse() : () => true;
}
