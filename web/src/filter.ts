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

// What was asked for stays, and this comes to it; asked again it goes.
export function toggle(expr: string, term: string): string {
	const terms = expr.split(" and ").map(t => t.trim()).filter(Boolean);
	return terms.includes(term) ? terms.filter(t => t !== term).join(" and ") : [...terms, term].join(" and ");
}
