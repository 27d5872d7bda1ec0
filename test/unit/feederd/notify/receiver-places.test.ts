import { beforeEach, describe, expect, it } from 'vitest';
import { receiverOf, type Receiver } from '../../../../src/feederd/notify/receiver-of.ts';
import { ReceiverPlaces, type Place } from '../../../../src/feederd/notify/receiver-places.ts';

interface Item {
  readonly receiver: Receiver;
}

describe('ReceiverPlaces', () => {
  let places: ReceiverPlaces<Item>;
  beforeEach(() => {
    places = new ReceiverPlaces();
  });

  function add(url: string, count = 1): void {
    for (let index = 0; index < count; index += 1) places.add({ receiver: receiverOf(url) });
  }

  function takeAll(): Place<Item>[] {
    const taken: Place<Item>[] = [];
    for (let place = places.take(); place !== undefined; place = places.take()) taken.push(place);
    return taken;
  }

  /** How many places there are for each of these receivers, if much waits for all of them. */
  function shares(...urls: string[]): number[] {
    for (const url of urls) add(url, 50);
    const names = takeAll().map(({ item: { receiver } }) => receiver[2]);
    return urls.map((url) => names.filter((name) => name === url).length);
  }

  /** Has each of them tried once. */
  function tried(hasAnswered: boolean, ...urls: string[]): void {
    for (const url of urls) {
      add(url);
      places.take()?.free(hasAnswered);
    }
  }

  const urls = (count: number, urlOf: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => urlOf(index));
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

  it('gives a new receiver one place, and ten once it has answered', () => {
    expect(shares('http://a.example/')).toEqual([1]);
    places = new ReceiverPlaces();
    tried(true, 'http://a.example/');
    expect(shares('http://a.example/')).toEqual([10]);
  });

  it('gives what waits already the receiver’s new share', () => {
    add('http://a.example/', 300);
    const [first, ...others] = takeAll();
    expect(others).toHaveLength(0);
    first?.free(true);
    const answering = takeAll();
    expect(answering).toHaveLength(10);
    for (const place of answering) place.free(false);
    expect(takeAll()).toHaveLength(1);
  });

  it('tells nothing of a receiver that was not asked', () => {
    add('http://a.example/', 300);
    places.take()?.free(undefined);
    expect(takeAll()).toHaveLength(1);
  });

  it('keeps a dead path from the places of another one on its host', () => {
    tried(false, 'http://hooks.example/dead');
    expect(shares('http://hooks.example/dead', 'http://hooks.example/alive')).toEqual([1, 1]);
  });

  it('has a site’s dead names take ten places, however many there are', () => {
    const dead = urls(10_000, (index) => `http://j${index}.dead.example/`);
    for (const url of dead) add(url);
    add('http://alive.example/');
    const taken = takeAll().map(({ item: { receiver } }) => receiver[2]);
    expect(taken).toHaveLength(11);
    expect(taken).toContain('http://alive.example/');
  });

  it('keeps the places of those that answer from all others, and the other way round', () => {
    const answering = urls(50, (index) => `http://good-${index}.example${index}/`);
    tried(true, ...answering);
    const fresh = urls(300, (index) => `http://new-${index}.example${index}/`);
    const silent = urls(300, (index) => `http://dead-${index}.example${index}/`);
    tried(false, ...silent);
    const all = shares(...fresh, ...silent, ...answering);
    expect(sum(all.slice(0, 300))).toBe(50);
    expect(sum(all.slice(300, 600))).toBe(30);
    expect(sum(all.slice(600))).toBe(120);
    // And each that answers has some of them.
    expect(Math.min(...all.slice(600))).toBeGreaterThan(0);
  });

  it('gives a host twenty and a site forty, also where all answer', () => {
    const paths = urls(50, (index) => `http://app.example/${index}`);
    const hosts = urls(50, (index) => `http://app-${index}.site.test/`);
    tried(true, ...paths, ...hosts);
    const all = shares(...paths, ...hosts);
    expect(sum(all.slice(0, 50))).toBe(20);
    expect(sum(all.slice(50))).toBe(40);
  });

  it('remembers those that answer, however many others are dead', () => {
    tried(true, 'http://a.example/');
    tried(false, ...urls(20_000, (index) => `http://dead-${index}.example${index}/`));
    expect(shares('http://a.example/')).toEqual([10]);
  });

  it('lets what has become needless go, wherever it waits', () => {
    const item = { receiver: receiverOf('http://a.example/') };
    places.add(item);
    places.delete(item);
    expect(takeAll()).toEqual([]);
  });
});
