// Expressions that a click makes.
import type { Finding } from "./data/documents";
import { quoted } from "./words";

export function stateExpression(state: string): string {
	return `state == ${state.replace(/_/g, "-")}`;
}

// The state that an expression asks for and nothing else, as the documents name it.
export function stateOf(expr: string): string | null {
	return /^state == ([\w-]+)$/.exec(expr.trim())?.[1]?.toLowerCase().replace(/-/g, "_") ?? null;
}

// A finding's sockets: their states, and who holds them. "": it counts none.
export function expressionOf(finding: Finding): string {
	const states = Object.keys(finding.by_state).map(stateExpression);
	if (!states.length) return "";
	const either = states.length > 1 ? `(${states.join(" or ")})` : states[0]!;
	return finding.subject ? `${either} and pid == ${finding.subject.pid}` : either;
}

export function equals(field: string, value: string): string {
	return `${field} == ${quoted(value)}`;
}

// A sign with its value, which may be a word of the language or have blanks in quotes; a parenthesis; a word; what is between.
const tokens = /[=<>!~]+\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s()"'][^\s()]*)?|[()]|[^\s()=<>!~]+|\s+/g;

// An expression in pieces, cut at each such word that stands in no parentheses.
function cut(expr: string, word: "and" | "or"): string[] {
	const pieces = [""];
	let depth = 0;
	for (const token of expr.match(tokens) ?? []) {
		depth += Number(token === "(") - Number(token === ")");
		if (!depth && token.toLowerCase() === word) pieces.push("");
		else pieces[pieces.length - 1] += token;
	}
	return pieces.map(piece => piece.trim());
}

function hasOr(expr: string): boolean {
	return cut(expr, "or").length > 1;
}

// Both, whatever the first one is made of: `and` binds before `or`.
export function and(expr: string, term: string): string {
	if (!expr) return term;
	return `${hasOr(expr) ? `(${expr})` : expr} and ${term}`;
}

// What was asked for stays, and these come to it; once all of them are there, they go.
export function toggle(expr: string, ...terms: string[]): string {
	const before = hasOr(expr) ? [expr] : cut(expr, "and");
	if (terms.every(term => before.includes(term))) return before.filter(term => !terms.includes(term)).join(" and ");
	return terms.filter(term => !before.includes(term)).reduce((all, term) => and(all, term), expr);
}
