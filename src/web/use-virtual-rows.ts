import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
  type VirtualItem,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

export interface VirtualRowsOptions {
  readonly count: number;
  /** CSS pixels. */
  readonly rowHeight: number;
  /** Of the list in the document. */
  readonly top: number;
  readonly keyOf: (index: number) => string;
}

export interface VirtualRows {
  readonly rows: readonly VirtualItem[];
  /** CSS pixels of all rows. */
  readonly height: number;
  readonly scrollToRow: (index: number) => void;
}

/** Rows to either side of what can be seen: for whoever scrolls fast, or by keys. */
const OVERSCAN = 8;

/** Of a list that scrolls with the page, only the rows that can be seen. */
export function useVirtualRows({ count, rowHeight, top, keyOf }: VirtualRowsOptions): VirtualRows {
  const [, repaint] = useReducer((times: number) => times + 1, 0);
  const options = {
    count,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    scrollMargin: top,
    overscan: OVERSCAN,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    initialOffset: () => window.scrollY,
    onChange: () => repaint(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<Window, HTMLElement>(options));
  virtualizer.setOptions(options);
  // What an adapter has to call; the underscores say that an application has not.
  // oxlint-disable-next-line no-underscore-dangle
  useLayoutEffect(() => virtualizer._didMount(), []);
  // oxlint-disable-next-line no-underscore-dangle
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [rowHeight]);
  return {
    rows: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    scrollToRow: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  };
}
