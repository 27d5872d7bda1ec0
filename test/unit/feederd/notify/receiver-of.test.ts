import { describe, expect, it } from 'vitest';
import { receiverOf } from '../../../../src/feederd/notify/receiver-of.ts';

describe('receiverOf', () => {
  it.each([
    ['http://app.example/done?job=1', ['app.example', 'app.example', 'http://app.example/done']],
    ['https://a.b.App.Example:8443/', ['app.example', 'a.b.app.example:8443']],
    ['http://app.example./', ['app.example', 'app.example.']],
    ['http://10.0.0.7:8080/x', ['10.0.0.7', '10.0.0.7:8080']],
    ['http://[2001:db8::1]/x', ['[2001:db8::1]', '[2001:db8::1]']],
    ['http://localhost:1/x', ['localhost', 'localhost:1']],
  ])('takes %s apart', (url, expected) => {
    expect(receiverOf(url).slice(0, expected.length)).toEqual(expected);
  });

  it('keeps no long names, and none of the query or its user', () => {
    const [, , name] = receiverOf(`http://user:secret@app.example/${'x'.repeat(2000)}?token=1`);
    expect(name).toMatch(/^http:\/\/app\.example\/x+$/v);
    expect(name.length).toBeLessThan(300);
  });

  it('takes what is no URL for one receiver', () => {
    expect(receiverOf('nonsense')).toEqual(receiverOf(null));
  });
});
