import { plural } from '../../core/format-figures.ts';
import type { Paper } from '../render/paper.ts';
import { wrapBehind } from '../render/wrap-text.ts';
import type { Check } from './check.ts';

/** What helps against several things at once: it is said once, at the end. */
export const SHARED_ADVICE = {
  setUp: 'npm run media-nommer -- setup',
  giveRights:
    "give it to feederd's role. The whole policy: npm run media-nommer -- setup --print-policy feederd",
  onNodes: 'only nodes encode, and have it in their image.',
} as const;

const ALL: ReadonlySet<string | undefined> = new Set(Object.values(SHARED_ADVICE));

/** A check as it is shown at once. */
export function withoutShared({ advice, ...check }: Check): Check {
  return advice === undefined || ALL.has(advice) ? check : { ...check, advice };
}

/** How many problems there are, and what helps against several of them. */
export function renderVerdict(checks: readonly Check[], { width, paint }: Paper): string {
  const count = (verdict: Check['verdict']) =>
    checks.filter((check) => check.verdict === verdict).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const advice = [...new Set(checks.map((check) => check.advice))].filter((each) => ALL.has(each));
  const counted = [
    ...(problems > 0 ? [plural(problems, 'problem')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ];
  const tone = problems > 0 ? 'bad' : 'warning';
  const verdict =
    counted.length === 0 ? paint('good', 'All is well.') : paint(tone, `${counted.join(', ')}.`);
  const lines = advice.map((each) => {
    const of = checks.filter((check) => check.advice === each).length;
    return wrapBehind(`${paint(tone, '→')} `, `For ${of} of these: ${each}`, width);
  });
  return [verdict, ...lines].join('\n');
}
