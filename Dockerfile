# venfleet serve, as a user without rights on a root file system that may be read-only. The fleet database is on /data.
FROM node:26-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:26-slim
WORKDIR /opt/venfleet
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/bin bin
COPY --from=build /build/dist dist
COPY --from=build /build/node_modules node_modules
RUN ln -s /opt/venfleet/bin/venfleet.js /usr/local/bin/venfleet && install -d -o node -g node /data
USER node
# What fails without ending it is logged. The last two keep memory small: a small young generation of V8, and few arenas of malloc.
ENV NODE_ENV=production VENFLEET_DB=/data/fleet.db VENFLEET_HOST=0.0.0.0 VENFLEET_LOG_LEVEL=warn \
    NODE_OPTIONS=--max-semi-space-size=4 MALLOC_ARENA_MAX=2
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["venfleet"]
CMD ["serve"]
