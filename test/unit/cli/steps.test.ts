import { expect, it } from 'vitest';
import { renderStep } from '../../../src/cli/render/render-step.ts';
import { unpainted } from '../../../src/cli/render/paint.ts';
import { wrapBehind, wrapText } from '../../../src/cli/render/wrap-text.ts';

const paper = (width: number) => ({ width, paint: unpainted });
const group = { kind: 'security group', name: 'media_nommer' } as const;

it('puts a few words behind the name, where there is room for them', () => {
  const step = { ...group, state: 'there', detail: 'sg-0123456789' } as const;
  expect(renderStep(step, paper(80))).toBe(
    '✓ there    security group    media_nommer  sg-0123456789',
  );
  expect(renderStep(step, paper(50))).toBe(
    '✓ there    security group    media_nommer\n           → sg-0123456789',
  );
});

it('tells below it what is wrong, in lines that are not too long', () => {
  const error = 'EC2, security group media_nommer: connect ECONNREFUSED';
  expect(renderStep({ ...group, state: 'unknown', error }, paper(50))).toBe(
    [
      '! unknown  security group    media_nommer',
      '           → EC2, security group media_nommer:',
      '             connect ECONNREFUSED',
    ].join('\n'),
  );
});

it('marks what differs by whether setup can put it right', () => {
  const step = { ...group, state: 'differs', detail: 'is open' } as const;
  expect(renderStep(step, paper(80))).toMatch(/^~ differs .*\n +→ is open$/u);
  expect(renderStep({ ...step, error: 'is open' }, paper(80))).toMatch(/^✗ differs /u);
});

it('breaks lines at spaces only, and lets a long word be long', () => {
  expect(wrapText('a bb ccc', 4)).toEqual(['a bb', 'ccc']);
  expect(wrapText('a bb', Infinity)).toEqual(['a bb']);
  expect(wrapBehind('→ ', 'one longer-than-that', 8)).toBe('→ one\n  longer-than-that');
});

it('shows nothing that would act on a terminal', () => {
  const detail = 'red\u001b[31m';
  expect(renderStep({ ...group, state: 'there', detail }, paper(80))).not.toContain('\u001b');
});
