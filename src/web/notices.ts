import { signal } from '@preact/signals';

export interface Notice {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
}

const SHOWN_MS = { good: 5000, bad: 12_000 };
let count = 0;

/** What has come of what the user did, read out by screen readers. */
export const notices = signal<readonly Notice[]>([]);

export function notify(tone: Notice['tone'], text: string): void {
  const notice = { id: (count += 1), tone, text };
  notices.value = [...notices.value, notice];
  setTimeout(() => dismiss(notice.id), SHOWN_MS[tone]);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((each) => each.id !== id);
}
