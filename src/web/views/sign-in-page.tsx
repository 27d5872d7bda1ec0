import { useRef, useState } from 'preact/hooks';
import { inWords } from '../in-words.ts';
import { Icon } from '../parts/icon.tsx';
import { enter } from '../session.ts';

export function SignInPage() {
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      await enter(field.current?.value.trim() ?? '');
    } catch (thrown: unknown) {
      setTrouble(inWords(thrown));
      setBusy(false);
      field.current?.focus();
    }
  };
  return (
    <main class="alone">
      <form class="sign-in" onSubmit={(event) => void submit(event)}>
        <div class="brand">
          <Icon name="mark" />
          <span>media-nommer</span>
        </div>
        <h1>Sign in</h1>
        <label for="token">API token</label>
        <input
          ref={field}
          id="token"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          spellcheck={false}
          aria-describedby="token-help"
          aria-invalid={trouble !== undefined}
        />
        <p id="token-help" class="quiet">
          One of API_TOKENS. The browser keeps it until it is closed, where scripts cannot read it.
        </p>
        <div role="alert">{trouble !== undefined && <p class="trouble">{trouble}</p>}</div>
        <button type="submit" class="button primary" disabled={isBusy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
