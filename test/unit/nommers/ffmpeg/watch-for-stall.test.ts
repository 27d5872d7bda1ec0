import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchForStall } from '../../../../src/nommers/ffmpeg/watch-for-stall.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch whose question is answered when the test says so. */
function open() {
  const onStall = vi.fn<() => void>();
  const answers: ((alive: boolean) => void)[] = [];
  const isAlive = () => new Promise<boolean>((resolve) => answers.push(resolve));
  const watch = watchForStall({ seconds: 10, isAlive, onStall });
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
  const answer = async (alive: boolean) => {
    answers.shift()?.(alive);
    await pass(0);
  };
  return { watch, onStall, pass, answer, asked: () => answers.length };
}

it('tells a stall when nothing new is seen and there is no sign of life', async () => {
  const { watch, onStall, pass, answer } = open();
  await pass(9);
  watch.see('a');
  await pass(9);
  watch.see('a');
  await pass(1);
  await answer(false);
  expect(onStall).toHaveBeenCalledOnce();
});

it('takes a sign of life for as long again', async () => {
  const { onStall, pass, answer, asked } = open();
  await pass(10);
  await answer(true);
  await pass(9.9);
  expect(asked()).toBe(0);
  await pass(0.1);
  await answer(false);
  expect(onStall).toHaveBeenCalledOnce();
});

it('tells no stall when progress is seen while it looks for signs of life', async () => {
  const { watch, onStall, pass, answer, asked } = open();
  await pass(10);
  watch.see('new');
  await answer(false);
  expect(onStall).not.toHaveBeenCalled();
  await pass(10);
  expect(asked()).toBe(1);
});

it('is over when it is disposed of, also while it looks', async () => {
  const { watch, onStall, pass, answer, asked } = open();
  await pass(10);
  watch[Symbol.dispose]();
  await answer(true);
  await pass(60);
  expect(asked()).toBe(0);
  expect(onStall).not.toHaveBeenCalled();
});
