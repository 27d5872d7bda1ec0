import { beforeEach, describe, expect, it } from 'vitest';
import { Turns, type Turn } from '../../../../src/feederd/notify/turns.ts';

describe('Turns', () => {
  let turns: Turns<string>;
  beforeEach(() => {
    turns = new Turns([4, 3, 2]);
  });

  function add(...items: string[]): void {
    for (const item of items) turns.add(pathOf(item), item);
  }

  /** `a/x/1` waits under a, and there under x. */
  function pathOf(item: string): string[] {
    return item.split('/').slice(0, 2);
  }

  function takeAll(): Turn<string>[] {
    const taken: Turn<string>[] = [];
    for (let turn = turns.take(); turn !== undefined; turn = turns.take()) taken.push(turn);
    return taken;
  }

  const itemsOf = (taken: readonly Turn<string>[]) => taken.map(({ item }) => item);

  it('go round on every level, and in order under one path', () => {
    add('a/x/1', 'a/x/2', 'a/y/1', 'b/z/1', 'b/z/2');
    expect(itemsOf(takeAll())).toEqual(['a/x/1', 'b/z/1', 'a/y/1', 'b/z/2']);
  });

  it('keep to the limit of each level, and go on where there is room again', () => {
    add('a/x/1', 'a/x/2', 'a/x/3', 'a/y/1', 'a/y/2', 'b/z/1', 'b/z/2', 'b/z/3');
    const [first, ...others] = takeAll();
    expect(others).toHaveLength(3);
    first?.end();
    expect(itemsOf(takeAll())).toEqual(['a/x/2']);
    for (const turn of others) turn.end();
    expect(itemsOf(takeAll())).toEqual(['b/z/3', 'a/y/2', 'a/x/3']);
  });

  it('leave none out that waited behind a limit of another', () => {
    add('a/x/1', 'a/x/2', 'a/x/3', 'a/x/4');
    const [first, second] = takeAll();
    add('a/y/1', 'b/z/1');
    expect(itemsOf(takeAll())).toEqual(['a/y/1', 'b/z/1']);
    first?.end();
    second?.end();
    expect(itemsOf(takeAll())).toEqual(['a/x/3', 'a/x/4']);
  });

  it('pass over what was deleted', () => {
    add('a/x/1', 'a/x/2', 'b/z/1');
    turns.delete(pathOf('a/x/1'), 'a/x/1');
    turns.delete(pathOf('b/z/1'), 'b/z/1');
    turns.delete(['no', 'such'], 'b/z/1');
    expect(itemsOf(takeAll())).toEqual(['a/x/2']);
  });

  it('move what waits under one path, and leave what is under way where it was taken', () => {
    const others = new Turns<string>([1, 1, 1]);
    add('a/x/1', 'a/x/2', 'a/x/3');
    const [first] = [turns.take()];
    turns.move(['a', 'x'], others);
    expect(turns.take()).toBeUndefined();
    const moved = others.take();
    expect(moved?.item).toBe('a/x/2');
    first?.end();
    expect(others.take()).toBeUndefined();
    moved?.end();
    expect(others.take()?.item).toBe('a/x/3');
  });
});
