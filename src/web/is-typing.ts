/** Whether a key goes into a field, and is no shortcut. */
export function isTyping({ target }: Event): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
}
