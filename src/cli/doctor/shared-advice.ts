import { plural } from '../render/format-figures.ts';
import type { Paper } from '../render/paper.ts';
import { wrapBehind } from '../render/wrap-text.ts';
import type { Check } from './check.ts';

/** What helps against several things at once: it is said once, at the end. */
export const SHARED_ADVICE = {
  setUp: 'Run: npm run media-nommer -- setup',
  giveRights:
    "Give it to feederd's role; the whole policy: npm run media-nommer -- setup --print-policy feederd",
  onNodes: 'Only nodes encode, and have it in their image.',
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
    const names = checks.filter((check) => check.advice === each).map(({ name }) => name);
    const about = `${[...new Set(names)].join(', ')}: ${lowerFirst(each ?? '')}`;
    return wrapBehind(`${paint(tone, '→')} `, about, width);
  });
  return [verdict, ...lines].join('\n');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
