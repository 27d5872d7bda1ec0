import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/jobs.css';
import './style/job.css';
import './style/dialog.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { provideRandomUuid } from './random-uuid.ts';
import { applyTheme } from './theme.ts';

provideRandomUuid();
applyTheme();
const root = document.querySelector('#app');
if (root !== null) render(<App />, root);
