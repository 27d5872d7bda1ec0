import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { jobs } from '../jobs.ts';
import { useVirtualRows } from '../use-virtual-rows.ts';
import { JobRow } from './job-row.tsx';

const NARROW = '(max-width: 760px)';
/** CSS pixels; the style sheet has the same. */
const HEIGHT = { wide: 60, narrow: 112 };
/** So many rows before the end the next page is asked for. */
const AHEAD = 30;

/** All jobs of the list, of which only those are in the document that can be seen. */
export function JobRows() {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  const rowHeight = useNarrow() ? HEIGHT.narrow : HEIGHT.wide;
  const ids = jobs.ids.value;
  const { rows, height, scrollToRow } = useVirtualRows({
    count: ids.length,
    rowHeight,
    top,
    keyOf: (index) => ids[index] ?? index.toString(),
  });
  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect();
    if (box !== undefined) setTop(Math.round(box.top + scrollY));
  });
  const last = rows.at(-1)?.index ?? 0;
  useLayoutEffect(() => {
    if (last >= ids.length - AHEAD) void jobs.more();
  }, [last, ids.length]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target instanceof Element ? event.target.closest('li') : null;
    if (step === undefined || row === null) return;
    event.preventDefault();
    const to = Math.min(Math.max(Number(row.dataset['index']) + step, 0), ids.length - 1);
    scrollToRow(to);
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>(`li[data-index="${to}"] a`)?.focus();
    });
  };
  return (
    <ul
      ref={list}
      class="jobs"
      aria-label="Jobs"
      style={{ height: `${height}px` }}
      onKeyDown={onKeyDown}
    >
      {rows.map(({ key, index, start }) => (
        <li
          key={key}
          class="job"
          data-index={index}
          aria-setsize={jobs.hasMore.value ? -1 : ids.length}
          aria-posinset={index + 1}
          style={{ height: `${rowHeight}px`, transform: `translateY(${start - top}px)` }}
        >
          <JobRow uniqueId={ids[index] ?? ''} />
        </li>
      ))}
    </ul>
  );
}

function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useLayoutEffect(() => {
    const query = matchMedia(NARROW);
    const look = () => setNarrow(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return isNarrow;
}
