import type { CommandContext } from '../command-context.ts';
import { renderNote } from '../render/render-note.ts';
import { printable } from '../render/printable.ts';
import { renderStep } from '../render/render-step.ts';
import type { Step } from './step.ts';

type Speaker = Pick<CommandContext, 'output'>;

/** Says that something takes its time, so that nobody takes it for stuck. */
export function sayWait(what: string, { output }: Speaker): void {
  output.note(note('faint', `waiting ${printable(what)}`, output));
}

/** A step, as it happens. */
export function sayStep(step: Step, { output }: Speaker): void {
  if (output.isJson) output.emit(step);
  else output.print(renderStep(step, output.paper()));
}

/** Sentences for people, after a blank line. */
export function sayNotes(
  notes: readonly (readonly [tone: Parameters<typeof renderNote>[0], text: string])[],
  { output }: Speaker,
): void {
  if (notes.length === 0) return;
  const texts = notes.map(([tone, text]) => note(tone, text, output));
  output.note(output.isJson ? texts.join('\n') : `\n${texts.join('\n')}`);
}

function note(
  tone: Parameters<typeof renderNote>[0],
  text: string,
  output: CommandContext['output'],
): string {
  return renderNote(tone, text, { width: output.paper().width, paint: output.paintNote });
}
