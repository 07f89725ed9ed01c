// How many there were over time, as far as the agent has counted them, with the releases that stood beside.
import type { Life } from "../data/documents";
import { clock, count } from "../words";

const width = 150, height = 30;

export function Sparkline({ life }: { life: Life }) {
	const first = Date.parse(life.first_at);
	const last = Math.max(Date.parse(life.ended_at ?? life.last_at), first + 1);
	const from = Math.min(first, ...life.releases.map(r => Date.parse(r.at)));
	const x = (at: string): number => (Date.parse(at) - from) / (last - from) * (width - 2) + 1;
	const y = (n: number): number => height - 2 - n / Math.max(1, life.count_max) * (height - 6);
	let path = "";
	for (const point of life.points) path += path ? `H${x(point.at).toFixed(1)}V${y(point.count).toFixed(1)}`
		: `M${x(point.at).toFixed(1)} ${y(point.count).toFixed(1)}`;
	const began = `${life.began_before ? "before " : ""}${clock(life.first_at)}`;
	return <span class="sparkline">
		<svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img"
			aria-label={`its count since ${began}, at most ${count(life.count_max)}`}>
			{path && <path class="spark" d={`${path}H${width - 1}`} />}
			{life.releases.map(r => <line key={r.at} class="release" x1={x(r.at)} x2={x(r.at)} y1={0} y2={height}>
				<title>{`${clock(r.at)} ${r.program}: ${r.what}`}</title>
			</line>)}
		</svg>
		<span class="since">its count from {began}</span>
	</span>;
}
