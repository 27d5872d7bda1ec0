import { describe, expect, it } from 'vitest';
import { ReceiverPlaces, type Place } from '../../../../src/feederd/notify/receiver-places.ts';

function takeAll(places: ReceiverPlaces, host: string): Place[] {
  const taken: Place[] = [];
  for (let place = places.take(host); place !== undefined; place = places.take(host)) {
    taken.push(place);
  }
  return taken;
}

describe('ReceiverPlaces', () => {
  it('gives one host ten, and all hosts two hundred', () => {
    const places = new ReceiverPlaces();
    const taken = Array.from({ length: 30 }, (_, index) => takeAll(places, `host-${index}`));
    expect(taken.map(({ length }) => length)).toEqual([
      ...Array.from({ length: 20 }, () => 10),
      ...Array.from({ length: 10 }, () => 0),
    ]);
    expect(places.isFull).toBe(true);
    taken[0]?.[0]?.free(true);
    expect(places.isFull).toBe(false);
    expect(takeAll(places, 'host-29')).toHaveLength(1);
  });

  it('gives a host one until it answers, when it has not answered', () => {
    const places = new ReceiverPlaces();
    for (const place of takeAll(places, 'dead')) place.free(false);
    const [only, ...others] = takeAll(places, 'dead');
    expect(others).toHaveLength(0);
    only?.free(true);
    expect(takeAll(places, 'dead')).toHaveLength(10);
  });

  it('keeps half of all places from hosts that do not answer, however many there are', () => {
    const places = new ReceiverPlaces();
    const hosts = Array.from({ length: 500 }, (_, index) => `dead-${index}`);
    for (const host of hosts) places.take(host)?.free(false);
    expect(hosts.flatMap((host) => takeAll(places, host))).toHaveLength(100);
    expect(takeAll(places, 'good')).toHaveLength(10);
  });
});
