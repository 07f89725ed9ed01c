// The page of `check`, finding by finding: its words, its order.
import type { Check, Finding, History, Life, Line } from "../data/documents";
import { expressionOf } from "../filter";
import { duration } from "../words";
import { Command, Section } from "./common";
import { Sparkline } from "./sparkline";

// What is folded, by what a reader finds there.
const folded = new Map([["proof", "evidence"], ["isn't", "what it is not"], ["or else", "what else it may be"]]);

interface Labelled {
	label: string;
	lines: Line[];
}

function byLabel(lines: Line[]): Labelled[] {
	const groups: Labelled[] = [];
	for (const line of lines) {
		const last = groups[groups.length - 1];
		if (last?.label === line.label) last.lines.push(line);
		else groups.push({ label: line.label, lines: [line] });
	}
	return groups;
}

function Labels({ groups }: { groups: Labelled[] }) {
	return <dl class="lines">
		{groups.map(group => <div key={group.label} class={`line line-${group.label.replace(/\W/g, "-")}`}>
			<dt>{group.label}</dt>
			<dd>{group.lines.map((line, i) => <p key={i}>
				{line.text}{line.command && ":"} {line.command && <Command text={line.command} />}
			</p>)}</dd>
		</div>)}
	</dl>;
}

function Reasons({ groups }: { groups: Labelled[] }) {
	const hidden = groups.filter(group => folded.has(group.label));
	if (!hidden.length) return null;
	return <details class="reasons">
		<summary>{hidden.map(group => folded.get(group.label)).join(", ").replace(/, ([^,]*)$/, ", and $1")}</summary>
		<Labels groups={hidden} />
	</details>;
}

function Body({ finding, onFilter }: { finding: Finding; onFilter: (expr: string) => void }) {
	const groups = byLabel(finding.shown.lines);
	const first = groups.findIndex(group => folded.has(group.label));
	const before = first < 0 ? groups : groups.slice(0, first);
	const after = first < 0 ? [] : groups.slice(first).filter(group => !folded.has(group.label));
	const expr = expressionOf(finding);
	return <div class="finding-body">
		<Labels groups={before} />
		<Reasons groups={groups} />
		<Labels groups={after} />
		{expr && <button type="button" class="link" onClick={() => onFilter(expr)}>show its sockets below</button>}
	</div>;
}

function FindingCard(props: { finding: Finding; life?: Life; open: boolean; onFilter: (expr: string) => void }) {
	const { finding, life } = props;
	return <details class={`finding ${finding.severity} ${finding.caused_by ? "effect" : "root"}`} open={props.open}>
		<summary>
			<span class="finding-head">
				{finding.caused_by && <span class="so">and so:</span>}
				<b class={`severity ${finding.severity}`}>{finding.severity}</b> <span class="cause">{finding.id}</span>{" "}
				<span class="sure">({finding.confidence})</span>
			</span>
			<span class="finding-title">{finding.shown.title}</span>
			{life && <Sparkline life={life} />}
		</summary>
		<Body finding={finding} onFilter={props.onFilter} />
	</details>;
}

// A report lies in a ticket for days: what it tells to type was right then.
export function Recording({ ageMs, findings }: { ageMs: number; findings: number }) {
	return <p class="recording">
		<b>a recording:</b> as it was {duration(Math.floor(ageMs / 60e3) * 60e3)} ago
		{findings > 0 && "; check that these processes still exist before you run anything"}
	</p>;
}

// Who reads the first screen only sees the roots in full, and that there is more.
// `ageMs`: null is now.
export function Verdict(props: { check: Check; history: History | null; ageMs: number | null; onFilter: (e: string) => void }) {
	const { check, history, ageMs, onFilter } = props;
	const lives = new Map(history?.findings.map(life => [life.key, life]));
	const gaps = check.coverage.gaps;
	return <Section id="verdict" title="Verdict" about="What is wrong, who must change something, and what to do.">
		<p class="verdict-line">
			<b class={`verdict ${check.verdict}`}>{check.shown.verdict}</b>{check.shown.circumstances}
		</p>
		{ageMs !== null && <Recording ageMs={ageMs} findings={check.findings.length} />}
		{check.findings.map((finding, i) =>
			<FindingCard key={finding.key} finding={finding} life={lives.get(finding.key)} onFilter={onFilter}
				open={i === 0 || finding.severity !== "info"} />)}
		{check.shown.states_note && <p class="note">{check.shown.states_note}</p>}
		{gaps.map((gap, i) => <p class="gap" key={i}>
			<b>not seen</b> {gap.what}: {gap.why}{gap.mend && ` (fix: ${gap.mend})`}
		</p>)}
		{check.shown.note && <p class="note">{check.shown.note}</p>}
	</Section>;
}

