import { useRef, useState } from 'preact/hooks';
import type { WireHistory } from '../../core/api-wire.ts';
import { client } from '../api.ts';
import { inWords } from '../in-words.ts';
import { mergeHistory, movingSum } from '../merge-history.ts';
import { useEvery } from '../use-every.ts';
import { Chart, type Series } from './chart.tsx';

const READ_SECONDS = 15;
/** Throughput is of the ten minutes before: of shorter times it would only flicker. */
const WINDOW_SECONDS = 600;

/** What the installation did in the last hours. */
export function HistoryCharts() {
  const [history, setHistory] = useState<WireHistory | undefined>(undefined);
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  const known = useRef<WireHistory | undefined>(undefined);
  useEvery(READ_SECONDS, async (signal) => {
    try {
      const before = known.current;
      const more = await client.history(before?.at.at(-1), { signal, retries: 0 });
      known.current = before === undefined ? more : mergeHistory(before, more);
      setHistory(known.current);
      setTrouble(undefined);
    } catch (thrown: unknown) {
      if (!signal.aborted) setTrouble(inWords(thrown));
    }
  });
  if (trouble !== undefined) return <p class="quiet">{trouble}</p>;
  if (history === undefined) return null;
  if (history.at.length < 2) {
    return <p class="quiet">Charts begin half a minute after feederd was started.</p>;
  }
  const times = history.at.map((at) => Date.parse(at) / 1000);
  const working = history.encoding.map(
    (count, index) => count + (history.downloading[index] ?? 0) + (history.uploading[index] ?? 0),
  );
  const samples = WINDOW_SECONDS / history.interval_seconds;
  const perHour = (counts: readonly number[]) =>
    movingSum(counts, samples).map((count) => (count * 3600) / WINDOW_SECONDS);
  const queue: Series[] = [
    { label: 'Waiting', colour: '--PENDING', values: history.pending },
    { label: 'Working', colour: '--ENCODING', values: working },
  ];
  const throughput: Series[] = [
    { label: 'Finished', colour: '--FINISHED', values: perHour(history.finished) },
    { label: 'Failed', colour: '--ERROR', values: perHour(history.failed) },
  ];
  const fleet: Series[] = [
    { label: 'Slots', colour: '--PENDING', values: history.slots },
    { label: 'Busy', colour: '--ENCODING', values: history.busy },
    { label: 'Nodes', colour: '--UPLOADING', values: history.nodes },
  ];
  return (
    <div class="charts">
      <Chart title="Jobs" times={times} series={queue} />
      <Chart title="Throughput, jobs per hour" times={times} series={throughput} />
      <Chart title="Fleet" times={times} series={fleet} />
    </div>
  );
}
