import { sessionCookie } from '../access.ts';
import { loginRequest, session } from '../schemas/actions.ts';
import { type App, api, problems, type ServerContext } from '../server-context.ts';
import { sessionSeconds } from '../sessions.ts';

/** Who has given the token. `behindProxy`: people come over https, unless the proxy says otherwise. */
export function sessionRoutes(app: App, { access }: ServerContext, behindProxy: boolean): void {
  const response = { 200: session, ...problems } as const;
  app.get(
    `${api}/session`,
    {
      config: { access: 'page' },
      schema: { summary: 'Whether a token is needed, and given', response },
    },
    async (request) => access.session(request),
  );
  app.post(
    `${api}/session`,
    { config: { access: 'login' }, schema: { summary: 'Log in', body: loginRequest, response } },
    async (request, reply) => {
      const { needed } = access.session(request);
      const id = access.login(request.body.token, request);
      if (id === undefined) return { needed, given: false };
      reply.setCookie(sessionCookie, id, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: behindProxy && request.headers['x-forwarded-proto'] !== 'http',
        maxAge: sessionSeconds,
      });
      return { needed, given: true };
    },
  );
  app.delete(
    `${api}/session`,
    { config: { access: 'login' }, schema: { summary: 'Log out', response } },
    async (request, reply) => {
      access.logout(request);
      reply.clearCookie(sessionCookie, { path: '/' });
      return { needed: access.session(request).needed, given: false };
    },
  );
}
