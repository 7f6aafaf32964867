import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/views.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { connect } from './live/live.ts';
import { showTheme } from './theme.ts';

showTheme();
connect();
render(<App />, document.getElementById('page')!);
