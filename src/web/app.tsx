import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { duration } from './format.ts';
import { connect, type Live, logOut, useLive } from './live/live.ts';
import { Icon, type IconName } from './parts/icons.tsx';
import { useNow } from './parts/text.tsx';
import type { Route } from './route.ts';
import { type Theme, themes, useTheme } from './theme.ts';
import { useRoute } from './use-route.ts';
import { LoginForm } from './views/login.tsx';
import { viewOf } from './views/views.tsx';

const places: readonly (readonly [view: string, words: string, icon: IconName])[] = [
  ['', 'Overview', 'overview'],
  ['matrix', 'Matrix', 'matrix'],
  ['map', 'Map', 'map'],
  ['loads', 'Loads', 'loads'],
  ['failures', 'Failures', 'failures'],
  ['events', 'Events', 'events'],
  ['runs', 'Runs', 'runs'],
];

export function App() {
  const route = useRoute();
  const live = useLive();
  const main = useRef<HTMLElement>(null);
  useSearchKey();
  useTitle(route, live);
  useArrival(route, main);
  const needsLogin = live.connection === 'login';
  return (
    <>
      <button type="button" class="skip button" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <div class="shell">
        <Rail route={route} live={live} />
        <main tabIndex={-1} ref={main}>
          <LostNotice live={live} />
          {needsLogin ? <LoginPage /> : (viewOf(route, live) ?? <Nowhere />)}
        </main>
      </div>
    </>
  );
}

function Rail({ route, live }: { route: Route; live: Live }) {
  const failed = live.overview?.loads.failed ?? 0;
  return (
    <header class="rail">
      <a class="brand" href="#/">
        <Icon name="brand" size={20} />
        venfleet
      </a>
      <nav aria-label="Views">
        <ul>
          {places.map(([view, words, icon]) => (
            <li key={view}>
              <a href={`#/${view}`} aria-current={route.view === view ? 'page' : undefined}>
                <Icon name={icon} />
                {words}
                {view === 'failures' && failed > 0 && (
                  <span class="tally" title="loads that failed">
                    {failed > 999 ? '999+' : failed}
                  </span>
                )}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="foot">
        <Connection live={live} />
        <ThemeChoice />
        {live.isLoggedIn && <LogOut />}
        {live.overview && (
          <div class="about">
            <bdi class="clipped" title={live.overview.database}>
              {live.overview.database}
            </bdi>
            version {live.overview.version}
          </div>
        )}
      </div>
    </header>
  );
}

const connectionLooks = {
  connecting: ['wait', 'Connecting…'],
  open: ['ok', 'Live'],
  lost: ['warn', 'Connection lost'],
  login: ['wait', 'Login needed'],
} as const;

function Connection({ live }: { live: Live }) {
  const [tone, words] = connectionLooks[live.connection];
  return (
    <div class="connection">
      <span class={`dot ${tone} ${live.connection === 'lost' ? 'beating' : ''}`} aria-hidden="true" />
      {words}
    </div>
  );
}

function LostNotice({ live: { connection, heard } }: { live: Live }) {
  const now = useNow();
  if (connection !== 'lost') return null;
  return (
    <div class="lost" role="status">
      <Icon name="attention" />
      <span>
        The connection to the server is lost; trying again.{' '}
        {heard ? `What is shown is ${ageWords(now - heard)} old.` : 'Nothing has come yet.'}
      </span>
    </div>
  );
}

function ageWords(ms: number): string {
  return ms < 1_000 ? 'a moment' : duration(ms);
}

const themeWords: Readonly<Record<Theme, string>> = {
  system: 'as the system',
  light: 'light',
  dark: 'dark',
};

function ThemeChoice() {
  const [theme, choose] = useTheme();
  const next = themes[(themes.indexOf(theme) + 1) % themes.length]!;
  const label = `Colours: ${themeWords[theme]}. Switch to ${themeWords[next]}`;
  return (
    <button
      type="button"
      class="button plain theme"
      aria-label={label}
      title={label}
      onClick={() => choose(next)}
    >
      <Icon name={theme} size={16} />
      <span class="theme-words">{themeWords[theme]}</span>
    </button>
  );
}

function LogOut() {
  const [problem, setProblem] = useState<string>();
  return (
    <button
      type="button"
      class="button plain theme"
      onClick={() => logOut().catch((error: Error) => setProblem(error.message))}
    >
      <Icon name="logout" size={16} />
      {problem ?? 'Log out'}
    </button>
  );
}

function LoginPage() {
  return (
    <div class="login card">
      <h1>Who looks?</h1>
      <LoginForm onDone={connect} />
    </div>
  );
}

function Nowhere(): ComponentChildren {
  return (
    <div class="view">
      <h1>There is no such page.</h1>
      <p>
        <a href="#/">To the overview</a>
      </p>
    </div>
  );
}

/** `/` goes to the search of this view, or to the loads where it has none. */
function useSearchKey(): void {
  const [asked, ask] = useState(0);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const isTyping = target.matches('input, textarea, select') || document.querySelector('dialog[open]');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (!focusSearch()) location.hash = '#/loads';
      ask((before) => before + 1);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  useEffect(() => {
    if (asked > 0) setTimeout(focusSearch);
  }, [asked]);
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('input[type="search"]');
  field?.focus();
  return field !== null;
}

function useTitle({ view, id }: Route, { overview }: Live): void {
  const words = places.find(([name]) => name === view)?.[1] ?? 'venfleet';
  const things = overview?.attention.length ?? 0;
  const title = `${things > 0 ? `(${things}) ` : ''}${words}${id === undefined ? '' : ` ${id.slice(0, 60)}`} · venfleet`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** A new place begins at its top; whoever came by keyboard goes on from there. */
function useArrival({ view, id }: Route, main: { readonly current: HTMLElement | null }): void {
  const place = `${view}/${id ?? ''}`;
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [place, main]);
}
