// What the reader has chosen; it stands in the address, so that it can be sent to somebody and comes back with "back".
import { useEffect, useState } from "preact/hooks";

export interface View {
	expr: string; // "" is everything
	at: string | null; // null is now
}

function read(): View {
	const hash = new URLSearchParams(location.hash.slice(1));
	return { expr: hash.get("expr") ?? "", at: hash.get("at") };
}

function write(view: View): void {
	const hash = new URLSearchParams();
	if (view.expr) hash.set("expr", view.expr);
	if (view.at) hash.set("at", view.at);
	const text = hash.toString();
	history.pushState(null, "", text ? `#${text}` : location.pathname + location.search);
}

export function useView(): [View, (change: Partial<View>) => void] {
	const [view, set] = useState(read);

	useEffect(() => {
		const back = (): void => set(read());
		addEventListener("popstate", back);
		return () => removeEventListener("popstate", back);
	}, []);
	return [view, change => set(before => {
		const after = { ...before, ...change };
		write(after);
		return after;
	})];
}
