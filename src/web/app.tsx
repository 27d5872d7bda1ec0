import { useSignalEffect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { isTyping } from './is-typing.ts';
import { jobs, readStats } from './jobs.ts';
import { connection, followJobs } from './live.ts';
import { Header } from './parts/header.tsx';
import { Notices } from './parts/notice-list.tsx';
import { SubmitDialog } from './parts/submit-dialog.tsx';
import { route } from './route.ts';
import { may, openSession, sessionState } from './session.ts';
import { useEvery } from './use-every.ts';
import { FleetPage } from './views/fleet-page.tsx';
import { JobPage } from './views/job-page.tsx';
import { JobsPage } from './views/jobs-page.tsx';
import { SignInPage } from './views/sign-in-page.tsx';

const RETRY_SECONDS = 3;

export function App() {
  useEffect(() => void openSession(), []);
  const state = sessionState.value;
  if (state.kind === 'open') return <Inside />;
  if (state.kind === 'signed-out') return <SignInPage />;
  return <Away why={state.kind === 'unreachable' ? state.why : undefined} />;
}

/** feederd does not answer, or has not yet. */
function Away({ why }: { why: string | undefined }) {
  useEvery(RETRY_SECONDS, () => (why === undefined ? undefined : openSession()), [why]);
  return (
    <main class="alone" aria-live="polite">
      {why === undefined ? (
        <p class="quiet">Opening …</p>
      ) : (
        <>
          <h1>feederd does not answer</h1>
          <p>{why}</p>
          <p class="quiet">This page looks again by itself.</p>
        </>
      )}
    </main>
  );
}

function Inside() {
  const [isSubmitting, setSubmitting] = useState(false);
  const open = () => may('submit') && setSubmitting(true);
  const reads = may('read');
  useEffect(() => {
    if (!reads) return undefined;
    return followJobs({
      onOpen: () => void jobs.reload(),
      onState: (job) => jobs.onState(job),
      onProgress: (event) => jobs.onProgress(event),
    });
  }, [reads]);
  useEvery(5, (line) => (reads ? readStats(line) : undefined), [reads]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'n' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event))
        return;
      event.preventDefault();
      open();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  useSignalEffect(() => {
    document.title = route.value.page === 'fleet' ? 'Fleet · media-nommer' : 'Jobs · media-nommer';
  });
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        Skip to the content
      </a>
      <Header onSubmit={open} />
      {connection.value === 'lost' && (
        <p class="strip" role="status">
          The connection to feederd is lost. What is shown may be old; it is taken up again by
          itself.
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {reads ? (
          <Page onSubmit={open} />
        ) : (
          <p class="quiet">This token may submit jobs, and not read them.</p>
        )}
      </main>
      {isSubmitting && <SubmitDialog onClose={() => setSubmitting(false)} />}
      <Notices />
    </>
  );
}

function Page({ onSubmit }: { onSubmit: () => void }) {
  const at = route.value;
  switch (at.page) {
    case 'jobs':
      return <JobsPage onSubmit={onSubmit} />;
    case 'job':
      return <JobPage key={at.uniqueId} uniqueId={at.uniqueId} />;
    case 'fleet':
      return <FleetPage />;
  }
}

/** The fragment is the page's own route, so a link into the page moves the focus by itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}
