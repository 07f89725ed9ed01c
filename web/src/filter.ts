// Expressions that a click makes.
import { quoted } from "./words";

export function stateExpression(state: string): string {
	return `state == ${state.replace(/_/g, "-")}`;
}

// The state that an expression asks for and nothing else, as the documents name it.
export function stateOf(expr: string): string | null {
	return /^state == ([\w-]+)$/.exec(expr.trim())?.[1]?.toLowerCase().replace(/-/g, "_") ?? null;
}

export function equals(field: string, value: string): string {
	return `${field} == ${quoted(value)}`;
}

// What was asked for stays, and this comes to it; asked again it goes.
export function toggle(expr: string, term: string): string {
	const terms = expr.split(" and ").map(t => t.trim()).filter(Boolean);
	return terms.includes(term) ? terms.filter(t => t !== term).join(" and ") : [...terms, term].join(" and ");
}
