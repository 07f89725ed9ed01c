// The past: a slider that moves all of the page to a moment that was kept, and what happened when.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { History, Life } from "../data/documents";
import { useWidth } from "../hooks";
import { clock } from "../words";
import { Section } from "./common";

export type OnAt = (at: string | null) => void;

// Where a time stands between the kept moments: 0 is the first, their number is now.
function place(times: number[], at: number): number {
	const next = times.findIndex(t => t > at);
	if (next === 0) return 0;
	if (next < 0) return times.length - 1;
	const before = times[next - 1]!;
	return next - 1 + (at - before) / (times[next]! - before);
}

function timesOf(history: History): number[] {
	const now = Math.max(Date.parse(history.looks[history.looks.length - 1]?.until ?? ""), ...history.moments.map(m => Date.parse(m.at)));
	return [...history.moments.map(m => Date.parse(m.at)), now + 1];
}

export function Slider({ history, at, onAt }: { history: History; at: string | null; onAt: OnAt }) {
	const moments = history.moments;
	const times = timesOf(history);
	const chosen = at === null ? moments.length : Math.round(place(times, Date.parse(at)));
	const percent = (time: string): number => place(times, Date.parse(time)) / Math.max(1, moments.length) * 100;
	const mark = (time: string) => (e: HTMLElement | null): void => { if (e) e.style.left = `${percent(time)}%`; };
	const choose = (index: number): void => onAt(moments[index]?.at ?? null);
	if (!moments.length) return null;
	return <footer class="slider" aria-label="time">
		<button type="button" aria-label="the moment before" disabled={chosen <= 0} onClick={() => choose(chosen - 1)}>◀</button>
		<div class="track">
			<div class="marks" aria-hidden="true">
				{history.findings.map(life => <i key={`${life.key}${life.first_at}`} class={`mark ${life.highest}`} ref={mark(life.first_at)}
					title={`${clock(life.first_at)} ${life.id} began`} />)}
				{history.releases.map(r => <i key={r.at + r.program} class="mark is-release" ref={mark(r.at)}
					title={`${clock(r.at)} ${r.program}: ${r.what}`} />)}
			</div>
			<input type="range" min={0} max={moments.length} step={1} value={chosen} aria-label="moment"
				aria-valuetext={at === null ? "now" : clock(at)} onInput={event => choose(Number(event.currentTarget.value))} />
		</div>
		<button type="button" aria-label="the moment after" disabled={at === null} onClick={() => choose(chosen + 1)}>▶</button>
		<output>{at === null ? "now" : clock(at)}</output>
		{at !== null && <button type="button" onClick={() => onAt(null)}>now</button>}
	</footer>;
}

const series = ["time_wait", "established", "fin_wait2", "close_wait"]; // the last is drawn on top

function color(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const strokes: Record<string, string> = {
	close_wait: "--use-unfinished", established: "--use-open", fin_wait2: "--use-listening", time_wait: "--use-time_wait",
};

// Each look holds until the next; where nobody looked, there is nothing.
function dataOf(history: History): uPlot.AlignedData {
	const times: number[] = [], values: (number | null)[][] = series.map(() => []);
	history.looks.forEach((look, i) => {
		for (const time of [look.at, look.until]) {
			times.push(Date.parse(time) / 1000);
			series.forEach((state, k) => values[k]!.push(look.states[state] ?? 0));
		}
		const next = history.looks[i + 1];
		if (!next || Date.parse(next.at) - Date.parse(look.until) < 4 * Math.max(history.interval_ms, 2500)) return;
		times.push(Date.parse(look.until) / 1000 + .001);
		values.forEach(v => v.push(null));
	});
	return [times, ...values] as uPlot.AlignedData;
}

function vertical(u: uPlot, time: string, style: string, dashed: boolean): void {
	const x = u.valToPos(Date.parse(time) / 1000, "x", true);
	if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) return;
	u.ctx.save();
	u.ctx.strokeStyle = style;
	u.ctx.lineWidth = 2 * devicePixelRatio;
	u.ctx.setLineDash(dashed ? [6, 5] : []);
	u.ctx.beginPath();
	u.ctx.moveTo(x, u.bbox.top);
	u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
	u.ctx.stroke();
	u.ctx.restore();
}

function optionsOf(history: History, at: string | null, states: Record<string, string>, width: number, onAt: OnAt): uPlot.Options {
	const quiet = color("--quiet"), edge = color("--edge");
	const span = timesOf(history).pop()! - Date.parse(history.looks[0]?.at ?? "");
	const hour = (t: number): string => clock(t * 1000).slice(-8, span < 15 * 60e3 ? undefined : -3);
	const axis = { stroke: quiet, grid: { stroke: edge, width: 1 }, ticks: { stroke: edge } };
	return {
		width, height: 240,
		cursor: { y: false, drag: { x: false, y: false } },
		scales: { x: { time: true } },
		axes: [{ ...axis, values: (_u, ticks) => ticks.map(hour) }, axis],
		series: [{ label: "time", value: (_u, t) => t == null ? "-" : clock(t * 1000) },
			...series.map(state => ({ label: states[state] ?? state, stroke: color(strokes[state]!), width: state === "close_wait" ? 3 : 2, dash: state === "fin_wait2" ? [8, 5] : [], points: { show: false } }))],
		hooks: {
			draw: [u => {
				for (const life of history.findings) vertical(u, life.first_at, color(life.highest === "critical" ? "--critical" : "--warning"), true);
				for (const release of history.releases) vertical(u, release.at, color("--use-listening"), true);
				if (at !== null) vertical(u, at, color("--accent"), false);
			}],
			ready: [u => u.over.addEventListener("click", () => {
				const ms = u.posToVal(u.cursor.left ?? 0, "x") * 1000;
				const nearest = [...history.moments].sort((a, b) => Math.abs(Date.parse(a.at) - ms) - Math.abs(Date.parse(b.at) - ms))[0];
				if (nearest) onAt(nearest.at);
			})],
		},
	};
}

function Chart(props: { history: History; at: string | null; states: Record<string, string>; onAt: OnAt }) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const place = useRef<HTMLDivElement>(null);
	const stamp = `${props.history.to} ${props.at} ${width}`;
	useEffect(() => {
		if (!width || !place.current) return;
		const chart = new uPlot(optionsOf(props.history, props.at, props.states, width, props.onAt), dataOf(props.history), place.current);
		return () => chart.destroy();
	}, [stamp]);
	return <div ref={ref}><div ref={place} class="chart" role="img" aria-label="connections by state over time" /></div>;
}

function LifeRow({ life, onAt }: { life: Life; onAt: OnAt }) {
	return <details class={`life ${life.highest}`}>
		<summary><b class={`severity ${life.highest}`}>{life.highest}</b> {life.id}{life.subject && ` ${life.subject.comm}[${life.subject.pid}]`}
			<span class="when">{life.began_before ? "before " : ""}{clock(life.first_at)} {life.ended_at ? `to ${clock(life.ended_at)}` : "until now"}</span>
		</summary>
		<dl class="lines">{life.shown.lines.map((line, i) => <div class="line" key={i}><dt>{line.label}</dt><dd>{line.text}</dd></div>)}</dl>
		<button type="button" class="link" onClick={() => onAt(life.first_at)}>see all as it was when it began</button>
	</details>;
}

export function Time(props: { history: History; at: string | null; states: Record<string, string>; onAt: OnAt }) {
	const { history } = props;
	return <Section id="time" title="Time" about="What the agent remembers. Choose a time: all of this page shows the kept moment nearest to it.">
		<div class="card">
			<Chart {...props} />
			<ul class="legend"><li><i class="swatch line-finding" />a finding began</li><li><i class="swatch line-release" />a program was started as something else</li></ul>
		</div>
		{history.findings.map(life => <LifeRow key={life.key + life.first_at} life={life} onAt={props.onAt} />)}
		{history.notes.map(note => <p class="note" key={note.at + note.what}>{clock(note.at)} {note.what}</p>)}
	</Section>;
}
