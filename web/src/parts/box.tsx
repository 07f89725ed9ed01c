// A box of a Sankey picture, with its name beside it. It may be chosen, by click or key.
export interface BoxProps {
	x: number;
	top: number;
	bottom: number;
	least: number; // so high it is at least
	left: boolean; // its name stands left of it
	label: string;
	name: string; // for who hears it
	kind: string;
	pressed?: boolean;
	choose?: () => void;
}

export function Box({ x, top, bottom, least, left, label, name, kind, pressed, choose }: BoxProps) {
	const onKeyDown = (e: KeyboardEvent): void => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); choose?.(); } };
	return <g class={`node ${kind} ${choose ? "can" : ""}`}
		{...(choose && { role: "button", tabindex: 0, "aria-label": name, "aria-pressed": pressed, onClick: choose, onKeyDown })}>
		<rect x={x} y={top} width={12} height={Math.max(least, bottom - top)} rx={2} />
		<text x={left ? x - 6 : x + 18} y={(top + bottom) / 2} dy=".35em" text-anchor={left ? "end" : "start"}>{label}</text>
	</g>;
}
