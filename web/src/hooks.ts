import { useEffect, useRef, useState } from "preact/hooks";
import { Refusal, type Problem } from "./data/source";

export interface Asked<T> {
	value: T | null; // the last one, while a new one is on its way
	problem: Problem | null;
}

// Asks again when the key is another one; an answer that was overtaken is dropped.
export function useAsked<T>(key: string, ask: () => Promise<T>): Asked<T> {
	const [asked, set] = useState<Asked<T>>({ value: null, problem: null });
	const newest = useRef("");

	useEffect(() => {
		newest.current = key;
		ask().then(
			value => { if (newest.current === key) set({ value, problem: null }); },
			(error: unknown) => {
				if (newest.current === key) set(before => ({ value: before.value, problem: problemOf(error) }));
			},
		);
	}, [key]);
	return asked;
}

// After what was asked for at the same time: rows come before pictures.
export function later<T>(ask: () => Promise<T>): () => Promise<T> {
	return () => new Promise<void>(resolve => setTimeout(resolve)).then(ask);
}

export function problemOf(error: unknown): Problem {
	return error instanceof Refusal ? error.problem : { what: String(error), why: null, mend: null };
}

// The time of this browser, anew every few seconds.
export function useNow(): number {
	const [now, set] = useState(() => Date.now());

	useEffect(() => {
		const timer = setInterval(() => set(Date.now()), 5000);
		return () => clearInterval(timer);
	}, []);
	return now;
}

// The ids of the sections that are there: which ones are depends on what was answered.
export function useSections(): [(parent: HTMLElement | null) => void, string] {
	const [ids, set] = useState("");
	const observer = useRef<MutationObserver | null>(null);

	const ref = useRef((parent: HTMLElement | null) => {
		observer.current?.disconnect();
		if (!parent) return;
		const look = (): void => set([...parent.children].map(child => child.id).filter(Boolean).join(" "));
		observer.current = new MutationObserver(look);
		observer.current.observe(parent, { childList: true });
		look();
	});
	return [ref.current, ids];
}

// How wide an element is, as long as it is there.
export function useWidth<T extends Element>(): [(element: T | null) => void, number] {
	const [width, setWidth] = useState(0);
	const observer = useRef<ResizeObserver | null>(null);

	const ref = useRef((element: T | null) => {
		observer.current?.disconnect();
		if (!element) return;
		observer.current = new ResizeObserver(entries => setWidth(Math.round(entries[0]!.contentRect.width)));
		observer.current.observe(element);
	});
	return [ref.current, width];
}
