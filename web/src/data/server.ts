// The server that the page came from.
import type { Check, Group, History, Ports, Row, Strips } from "./documents";
import { columns, Refusal, type Problem, type RowQuery, type Rows, type Source } from "./source";

type Parameters = Record<string, string | number | null | undefined>;

async function ask(name: string, parameters: Parameters): Promise<Response> {
	const query = new URLSearchParams();
	for (const [key, value] of Object.entries(parameters))
		if (value !== null && value !== undefined && value !== "") query.set(key, String(value));
	const response = await fetch(`/api/v1/${name}?${query}`).catch(() => {
		throw new Refusal({ what: "the server does not answer", why: null, mend: "is unfin web still running?" });
	});
	if (response.ok) return response;
	const problem = await response.json().catch(() => null) as Problem | null;
	throw new Refusal(problem ?? { what: `the server answers ${response.status}`, why: null, mend: null });
}

export async function documentOf<T>(name: string, parameters: Parameters): Promise<T> {
	return (await ask(name, parameters)).json() as Promise<T>;
}

export class Server implements Source {
	readonly live = true;
	private readonly remembers = window.document.documentElement.dataset.history === "yes";

	check(at: string | null): Promise<Check> {
		return documentOf("check", { at });
	}

	async groups(by: string[], expr: string, at: string | null, most = 5000): Promise<Group[]> {
		const list = await documentOf<{ groups: Group[] }>("list", { group_by: by.join(), expr, at, limit: most });
		return list.groups;
	}

	async rows(query: RowQuery, at: string | null): Promise<Rows> {
		const { expr, sort, offset, limit } = query;
		const response = await ask("list", { expr, sort, offset, limit, at, columns: columns.join() });
		const list = await response.json() as { sockets: Row[] };
		return { rows: list.sockets, total: Number(response.headers.get("Unfin-Rows-Total")) };
	}

	ports(at: string | null): Promise<Ports> {
		return documentOf("ports", { at });
	}

	strips(expr: string, at: string | null): Promise<Strips> {
		return documentOf("strip", { expr, at });
	}

	// Of a kept moment there is none.
	async history(): Promise<History | null> {
		return this.remembers ? documentOf<History>("timeline", {}) : null;
	}

	onCycle(tell: () => void): () => void {
		const stream = new EventSource("/api/v1/stream");
		stream.addEventListener("cycle", tell);
		return () => stream.close();
	}
}
