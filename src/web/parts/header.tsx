import { connection } from '../live.ts';
import { hrefOf, route } from '../route.ts';
import { leave, may, sessionState } from '../session.ts';
import { nextTheme, theme } from '../theme.ts';
import { Icon } from './icon.tsx';

const CONNECTION = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' } as const;
const THEME_ICON = { auto: 'auto', light: 'sun', dark: 'moon' } as const;

export function Header({ onSubmit }: { onSubmit: () => void }) {
  const state = sessionState.value;
  const name = state.kind === 'open' ? state.session.name : null;
  return (
    <header class="top">
      <a class="brand" href={hrefOf({ page: 'jobs' })}>
        <Icon name="mark" />
        <span>media-nommer</span>
      </a>
      <nav aria-label="Pages">
        <a href={hrefOf({ page: 'jobs' })} aria-current={currentIf(route.value.page !== 'fleet')}>
          Jobs
        </a>
        <a href={hrefOf({ page: 'fleet' })} aria-current={currentIf(route.value.page === 'fleet')}>
          Fleet
        </a>
      </nav>
      <span class="space" />
      <span class={`live ${connection.value}`} role="status">
        <span class="dot" aria-hidden="true" />
        <span class="live-word">{CONNECTION[connection.value]}</span>
      </span>
      <button
        type="button"
        class="icon-button"
        onClick={nextTheme}
        aria-label={`Colours: ${theme.value}. Change`}
        title={`Colours: ${theme.value}`}
      >
        <Icon name={THEME_ICON[theme.value]} />
      </button>
      {name !== null && (
        <button
          type="button"
          class="quiet-button who"
          onClick={() => void leave()}
          title={`Signed in as ${name}`}
        >
          Sign out
        </button>
      )}
      {may('submit') && (
        <button type="button" class="button primary" onClick={onSubmit} aria-keyshortcuts="n">
          <Icon name="plus" />
          New job
        </button>
      )}
    </header>
  );
}

function currentIf(is: boolean) {
  return is ? 'page' : undefined;
}
