import { useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import { paintings } from '../theme.ts';

export interface Series {
  readonly label: string;
  /** Name of the custom property that has it. */
  readonly colour: string;
  readonly values: readonly number[];
}

interface ChartProps {
  readonly title: string;
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

const HEIGHT = 150;

/** Lines over time. For screen readers the latest figures say it in words. */
export function Chart({ title, times, series }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const data = useRef<UPlot.AlignedData>([]);
  data.current = [[...times], ...series.map(({ values }) => [...values])];

  const draw = () => {
    const element = place.current;
    if (element === null) return;
    plot.current?.destroy();
    plot.current = new UPlot(optionsFor(element, series), data.current, element);
  };
  useSignalEffect(() => {
    // The canvas has the colours of the time that it was drawn.
    if (paintings.value > 0) draw();
  });
  useLayoutEffect(() => plot.current?.setData(data.current), [times.at(-1)]);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0) plot.current?.setSize({ width, height: HEIGHT });
    });
    if (place.current !== null) watcher.observe(place.current);
    return () => {
      watcher.disconnect();
      plot.current?.destroy();
    };
  }, []);
  const latest = series.map(({ label, values }) => `${label} ${Math.round(values.at(-1) ?? 0)}`);
  return (
    <figure class="chart">
      <figcaption>
        {title}
        <span class="legend">
          {series.map(({ label, colour }) => (
            <span key={label}>
              <span class="dot" style={{ background: `var(${colour})` }} aria-hidden="true" />
              {label}
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={place} role="img" aria-label={`${title}: now ${latest.join(', ')}`} />
    </figure>
  );
}

function optionsFor(element: HTMLElement, series: readonly Series[]): UPlot.Options {
  const text = colourOf(element, '--quiet');
  const axis = {
    stroke: text,
    font: '11px system-ui, sans-serif',
    ticks: { show: false },
    grid: { stroke: colourOf(element, '--line'), width: 1 },
  };
  return {
    width: Math.max(Math.floor(element.clientWidth), 100),
    height: HEIGHT,
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, 4)] } },
    axes: [
      { ...axis, grid: { show: false }, size: 26, space: 70, values: '{HH}:{mm}' },
      {
        ...axis,
        size: 38,
        space: 32,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000],
      },
    ],
    series: [
      {},
      ...series.map(({ label, colour }, index) => {
        const stroke = colourOf(element, colour);
        return {
          label,
          stroke,
          width: 1.5,
          points: { show: false },
          ...(index === 0 && { fill: faint(stroke) }),
        };
      }),
    ],
  };
}

/** As the browser makes it of the custom property: a canvas knows none. */
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function faint(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, 'rgb($1, 0.12)').replace(/(\d) (\d)/g, '$1 $2');
}
