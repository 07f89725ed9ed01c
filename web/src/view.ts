// What the reader has chosen; it stands in the address, so that it can be sent to somebody and comes back with "back".
import { useEffect, useState } from "preact/hooks";

export interface View {
	expr: string; // "" is everything
	at: string | null; // null is now
}

// Of a fleet.
export interface FleetView {
	name: string; // a service, or who stands in the place of one; "" is all
	peer: string; // the connection whose ladder is shown, as `unfin fleet peer` takes it; "" is none
}

function write(view: object): void {
	const hash = new URLSearchParams();
	for (const [key, value] of Object.entries(view)) if (value) hash.set(key, String(value));
	const text = hash.toString();
	history.pushState(null, "", text ? `#${text}` : location.pathname + location.search);
}

function useChosen<T extends object>(read: (hash: URLSearchParams) => T): [T, (change: Partial<T>) => void] {
	const now = (): T => read(new URLSearchParams(location.hash.slice(1)));
	const [view, set] = useState(now);

	useEffect(() => {
		const back = (): void => set(now());
		addEventListener("popstate", back);
		return () => removeEventListener("popstate", back);
	}, []);
	return [view, change => set(before => {
		const after = { ...before, ...change };
		write(after);
		return after;
	})];
}

export function useView(): [View, (change: Partial<View>) => void] {
	return useChosen<View>(hash => ({ expr: hash.get("expr") ?? "", at: hash.get("at") }));
}

export function useFleetView(): [FleetView, (change: Partial<FleetView>) => void] {
	return useChosen<FleetView>(hash => ({ name: hash.get("name") ?? "", peer: hash.get("peer") ?? "" }));
}
