import { useEffect, useState } from "preact/hooks";
import type { Check } from "./data/documents";
import type { Source } from "./data/source";
import { useAsked } from "./hooks";
import { Trouble } from "./parts/common";
import { Sockets } from "./parts/sockets";
import { Verdict } from "./parts/verdict";
import { useView, type View } from "./view";
import { clock } from "./words";

const parts: [string, string][] = [
	["verdict", "Verdict"], ["sockets", "Sockets"],
];

function Header({ check, view, onNow }: { check: Check | null; view: View; onNow: () => void }) {
	return <header class="top">
		<a class="brand" href="#" onClick={event => { event.preventDefault(); scrollTo(0, 0); }}>unfin</a>
		<span class="host">{check?.host ?? ""}</span>
		{check && <b class={`badge ${check.verdict}`}>{check.verdict === "ok" ? "nothing wrong" : check.verdict}</b>}
		{check && <time dateTime={check.taken_at}>{clock(check.taken_at)}</time>}
		{view.at && <button type="button" class="now" onClick={onNow}>back to now</button>}
		<nav aria-label="parts">
			{parts.map(([id, name]) => <button type="button" key={id} class="link"
				onClick={() => document.getElementById(id)?.scrollIntoView()}>{name}</button>)}
		</nav>
	</header>;
}

// A moment is shown until the next one is known, so that nothing flickers.
function useStamp(source: Source, at: string | null): number {
	const [stamp, set] = useState(0);
	useEffect(() => at === null ? source.onCycle(() => set(n => n + 1)) : undefined, [source, at]);
	return stamp;
}

export function App({ source }: { source: Source }) {
	const [view, change] = useView();
	const stamp = useStamp(source, view.at);
	const key = `${stamp} ${view.at ?? ""}`;
	const check = useAsked(key, () => source.check(view.at));
	const history = useAsked(key, () => source.history());
	const taken = check.value?.taken_at ?? "";

	useEffect(() => { document.getElementById("plain")?.remove(); }, []);
	const filter = (expr: string): void => change({ expr });
	return <>
		<Header check={check.value} view={view} onNow={() => change({ at: null })} />
		<main>
			<Trouble problem={check.problem} />
			{check.value && <>
				<Verdict check={check.value} history={history.value} onFilter={filter} />
				<Sockets source={source} expr={view.expr} at={view.at} stamp={taken} states={check.value.shown.states}
					onFilter={filter} />
			</>}
		</main>
	</>;
}
